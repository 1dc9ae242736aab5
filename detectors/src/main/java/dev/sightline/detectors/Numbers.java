package dev.sightline.detectors;

/**
 * Numbers in groups of digits: cards, phones, social security numbers, IP addresses of version 4, IBANs. Looks at the
 * group that begins at a digit together with those that follow, and takes the best reading. Each look is bounded by the
 * digits that any of these numbers can have, so the time is linear in the text.
 */
final class Numbers {
    private static final int GROUPS_MAX = 20;
    private static final int SEPARATOR_CHARS_MAX = 3;
    private static final int PHONE_DIGITS_MIN = 7;
    private static final int PHONE_DIGITS_MAX = 15;
    private static final int EXTENSION_DIGITS_MAX = 6;
    /** Questions to libphonenumber for one text about numbers without country code and without words around them. */
    private static final int QUESTIONS_MAX = 500;

    /** Between groups of digits. Tight ones bind: a number never begins or ends at one. */
    private static final byte SPACE = 1;
    private static final byte HYPHEN = 2;
    private static final byte DOT = 3;
    private static final byte SLASH = 4;
    private static final byte BRACKET = 5;

    private final Detector kinds;
    private final String text;
    private final Findings findings;
    private final int[] starts = new int[GROUPS_MAX];
    private final int[] ends = new int[GROUPS_MAX];
    /** What follows each group, where another group follows. */
    private final byte[] separators = new byte[GROUPS_MAX];
    private int groups;
    private int questions;

    // The best reading so far of what begins here.
    private double bestScore;
    private int bestStart;
    private int bestEnd;
    private Kind bestKind;
    private String bestRule;

    Numbers(Detector kinds, String text, Findings findings) {
        this.kinds = kinds;
        this.text = text;
        this.findings = findings;
    }

    /** Looks at the group of digits that begins at the index; answers where to look next. */
    int at(int first) {
        if (Chars.isWordAt(text, first - 1)) {
            return partOfWord(first);
        }
        readGroups(first);
        int digits = 0;
        int last = 0;
        while (last < groups && digits + ends[last] - starts[last] <= Cards.DIGITS_MAX) {
            digits += ends[last] - starts[last];
            last++;
        }
        if (digits < 4 || last == 0) {
            return ends[0];
        }
        bestScore = Detector.THRESHOLD;
        bestEnd = -1;
        boolean bound = isBoundBefore(first);
        if (!bound) {
            boolean more = isMoreBefore(first);
            for (int to = last; to > 0; to--) {
                read(to, digits, more);
                digits -= ends[to - 1] - starts[to - 1];
            }
        }
        if (bestEnd < 0) {
            return ends[0];
        }
        findings.add(bestKind, bestStart, bestEnd, Math.min(1, bestScore), bestRule);
        return bestEnd;
    }

    /** Digits inside a word are a name's, unless the word is an IBAN. */
    private int partOfWord(int first) {
        int end = first;
        while (Chars.isWordAt(text, end)) {
            end++;
        }
        if (kinds.looksFor(Kind.IBAN_CODE) && first >= 2 && Chars.isAsciiLetter(text.charAt(first - 1))
                && Chars.isAsciiLetter(text.charAt(first - 2)) && !Chars.isWordAt(text, first - 3)
                && Chars.isDigitAt(text, first + 1)) {
            int iban = Ibans.endOf(text, first - 2);
            if (iban >= 0) {
                findings.add(Kind.IBAN_CODE, first - 2, iban, 1, "iban");
                return iban;
            }
        }
        return end;
    }

    private void readGroups(int first) {
        groups = 0;
        int digits = 0;
        int i = first;
        while (groups < GROUPS_MAX) {
            starts[groups] = i;
            while (Chars.isDigitAt(text, i)) {
                i++;
            }
            ends[groups] = i;
            digits += i - starts[groups];
            groups++;
            if (digits > Cards.DIGITS_MAX || groups == GROUPS_MAX) {
                return;
            }
            byte separator = separator(i);
            if (separator == 0) {
                return;
            }
            separators[groups - 1] = separator;
            while (!Chars.isDigit(text.charAt(i))) {
                i++;
            }
        }
    }

    /** What stands between a group that ends at the index and the next; 0 where no group follows. */
    private byte separator(int from) {
        byte separator = 0;
        for (int i = from; i < text.length() && i <= from + SEPARATOR_CHARS_MAX; i++) {
            char c = text.charAt(i);
            if (Chars.isDigit(c)) {
                return separator;
            }
            byte found = switch (c) {
                case ' ' -> SPACE;
                case '-' -> HYPHEN;
                case '.' -> DOT;
                case '/' -> SLASH;
                case '(', ')' -> BRACKET;
                default -> 0;
            };
            // One sign, or brackets with a space or hyphen beside them.
            if (found == 0 || found != BRACKET && i > from && separator != BRACKET || found > HYPHEN && found < BRACKET
                    && i > from) {
                return 0;
            }
            separator = (byte) Math.max(separator, found);
        }
        return 0;
    }

    /** Whether what begins here goes on from something that binds, as in 1.2345 or a-12345. */
    private boolean isBoundBefore(int first) {
        if (first < 2) {
            return false;
        }
        char before = text.charAt(first - 1);
        char beyond = text.charAt(first - 2);
        return (before == '-' || before == '.' || before == '/' || before == ':' || before == ',')
                && Chars.isDigit(beyond) && !(before == ',' && ends[0] - first > 3);
    }

    /** Whether another group of digits stands before, apart by a space. */
    private boolean isMoreBefore(int first) {
        int i = first - 1;
        while (i >= 0 && (text.charAt(i) == ' ' || text.charAt(i) == '(')) {
            i--;
        }
        return i < first - 1 && first - i <= SEPARATOR_CHARS_MAX && Chars.isDigitAt(text, i)
                || i >= 1 && text.charAt(i) == ')' && Chars.isDigit(text.charAt(i - 1));
    }

    /** Reads the first groups as one number. */
    private void read(int to, int digits, boolean moreBefore) {
        int end = ends[to - 1];
        if (to == 4 && digits <= 12 && kinds.looksFor(Kind.IP_ADDRESS)) {
            address(end);
        }
        if (to < groups && separators[to - 1] != SPACE && separators[to - 1] != BRACKET) {
            return; // the next group is bound to these
        }
        if (end < text.length()) {
            char next = text.charAt(end);
            if (Chars.isWord(next) && next != 'x' && next != 'X' || next == ':' && Chars.isDigitAt(text, end + 1)) {
                return;
            }
        }
        boolean alone = !moreBefore && to == groups;
        if (digits == 9 && kinds.looksFor(Kind.US_SSN)) {
            socialSecurity(to, end, alone);
        }
        if (digits >= 12 && kinds.looksFor(Kind.CREDIT_CARD)) {
            card(to, end, digits, alone);
        }
        if (digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX && kinds.looksFor(Kind.PHONE_NUMBER)) {
            phone(to, end, digits, alone);
        }
    }

    private void take(Kind kind, int start, int end, double score, String rule) {
        if (score > bestScore || bestEnd < 0 && score >= bestScore || score == bestScore && end > bestEnd) {
            bestScore = score;
            bestStart = start;
            bestEnd = end;
            bestKind = kind;
            bestRule = rule;
        }
    }

    private String digits(int to) {
        if (to == 1) {
            return text.substring(starts[0], ends[0]);
        }
        StringBuilder digits = new StringBuilder(Cards.DIGITS_MAX);
        for (int i = 0; i < to; i++) {
            digits.append(text, starts[i], ends[i]);
        }
        return digits.toString();
    }

    /** What separates the first groups, where it is always the same; 0 where it is not, or where there is one group. */
    private byte uniform(int to) {
        byte separator = to > 1 ? separators[0] : 0;
        for (int i = 0; i < to - 1; i++) {
            if (separators[i] != separator || starts[i + 1] - ends[i] != 1) {
                return 0;
            }
        }
        return separator;
    }

    private int size(int group) {
        return ends[group] - starts[group];
    }

    private int value(int group) {
        return Integer.parseInt(text, starts[group], ends[group], 10);
    }

    /** Also before a port or the length of a network's prefix. */
    private void address(int end) {
        if (uniform(4) != DOT || Chars.isWordAt(text, end)
                || end < text.length() && "-.".indexOf(text.charAt(end)) >= 0 && Chars.isWordAt(text, end + 1)) {
            return;
        }
        int largest = 0;
        for (int i = 0; i < 4; i++) {
            if (size(i) > 3 || value(i) > 255 || size(i) > 1 && text.charAt(starts[i]) == '0') {
                return;
            }
            largest = Math.max(largest, value(i));
        }
        if (IpAddresses.isNobodys(value(0))) {
            return;
        }
        // 1.4.2.11 is more often a version or a section than an address.
        double score = (largest > 30 ? 0.8 : 0.5)
                + Context.around(text, starts[0], end).weight(Kind.IP_ADDRESS);
        take(Kind.IP_ADDRESS, starts[0], end, score, "ipv4");
    }

    private void socialSecurity(int to, int end, boolean alone) {
        byte separator = uniform(to);
        double score;
        if (to == 1) {
            score = 0.1;
        } else if (to == 3 && size(0) == 3 && size(1) == 2 && (separator == HYPHEN || separator == SPACE && alone)) {
            score = separator == HYPHEN ? 0.65 : 0.25;
        } else {
            return;
        }
        String digits = digits(to);
        String area = digits.substring(0, 3);
        if (area.equals("000") || area.equals("666") || area.charAt(0) == '9' || digits.startsWith("00", 3)
                || digits.endsWith("0000")) {
            return;
        }
        score += Context.around(text, starts[0], end).weight(Kind.US_SSN);
        take(Kind.US_SSN, starts[0], end, score, "ssn");
    }

    private void card(int to, int end, int digits, boolean alone) {
        boolean usualGroups = false;
        if (to > 1) {
            byte separator = uniform(to);
            if (separator != SPACE && separator != HYPHEN && separator != DOT) {
                return;
            }
            usualGroups = isCardGroups(to);
            boolean spelled = digits == to;
            if (!usualGroups && !(alone && (spelled || size(0) >= 4))) {
                return;
            }
        }
        Cards.Network network = Cards.network(digits(to));
        if (network == Cards.Network.NONE) {
            return;
        }
        double score = switch (network) {
            case USUAL -> 0.65;
            case POSSIBLE -> 0.3;
            case UNKNOWN, NONE -> 0.1;
        } + (usualGroups && network != Cards.Network.UNKNOWN ? 0.25 : 0);
        if (to > 1 && !usualGroups) {
            score -= 0.1;
        }
        score += Context.around(text, starts[0], end).weight(Kind.CREDIT_CARD);
        take(Kind.CREDIT_CARD, starts[0], end, score, network == Cards.Network.USUAL ? "card" : "rare-card");
    }

    /** Groups as they stand on cards: of four, of 4-6-5, of 4-6-4. */
    private boolean isCardGroups(int to) {
        if (to == 3) {
            return size(0) == 4 && size(1) == 6 && (size(2) == 5 || size(2) == 4);
        }
        for (int i = 0; i < to - 1; i++) {
            if (size(i) != 4) {
                return false;
            }
        }
        return to >= 4 && size(to - 1) <= 4;
    }

    private void phone(int to, int end, int digits, boolean alone) {
        int start = starts[0];
        boolean bracket = start > 0 && text.charAt(start - 1) == '(';
        if (bracket) {
            if (to < 2 || separators[0] != BRACKET || size(0) > 5) {
                return;
            }
            start--;
        }
        boolean plus = start > 0 && text.charAt(start - 1) == '+';
        if (plus) {
            start--;
            if (Chars.isWordAt(text, start - 1) || start > 0 && text.charAt(start - 1) == '+') {
                return;
            }
        } else if (isDate(to) || isDecimal(to)) {
            return;
        }
        String rule;
        double score;
        boolean strict = true; // begins and ends clearly, also among other numbers
        if (plus) {
            rule = "international";
            score = switch (Phones.international("+" + digits(to))) {
                case VALID -> 0.9;
                case POSSIBLE -> alone ? 0.6 : 0.4;
                case NONE -> 0.2;
            };
        } else if (isNorthAmerican(to, digits, bracket)) {
            rule = "nanp";
            byte tight = separators[to - 2];
            score = Phones.isValidIn(digits(to), "US") ? tight == SPACE ? 0.5 : 0.7 : tight == SPACE ? 0.3 : 0.5;
        } else {
            rule = to == 1 ? "digits" : "national";
            strict = false;
            score = to == 1 ? digits >= 9 && digits <= 12 ? 0.15 : 0.1 : bracket ? 0.4 : 0.25;
            if (to > 1 && text.charAt(starts[0]) == '0' && text.charAt(starts[0] + 1) != '0') {
                score += 0.1;
            }
            if (to > 1 && size(to - 1) < 2 || isShort(to)) {
                score -= 0.15;
            }
            if (isRange(to)) {
                score -= 0.1;
            }
            if (!alone) {
                score -= 0.3;
            }
            if (to > 1 && !isThousands(to) && isOnLineOfItsOwn(start, end)) {
                score += 0.1;
            }
            if (score + Context.STRONG < Detector.THRESHOLD) {
                return;
            }
        }
        Context context = Context.around(text, start, end);
        double weight = context.weight(Kind.PHONE_NUMBER);
        if (!strict && weight == 0 && to > 1 && digits >= (bracket ? 8 : 10) && digits <= 12 && score >= 0.3) {
            // Nothing is said about it: does any large country give out such a number?
            score += ++questions > QUESTIONS_MAX || Phones.isValidSomewhere(digits(to)) ? 0.2 : 0;
        }
        if (!plus && start > 0 && "#$€£%=/_*^~".indexOf(text.charAt(start - 1)) >= 0 && weight <= 0) {
            score -= 0.3;
        }
        if (!plus && isPartOfName(start) && weight <= 0) {
            score -= 0.3;
        }
        int whole = withExtension(end);
        if (whole == end && Chars.isWordAt(text, end)) {
            return;
        }
        take(Kind.PHONE_NUMBER, start, whole, score + weight, rule);
    }

    /** Whether letters are bound to it from before, as in order-1234567. */
    private boolean isPartOfName(int start) {
        return start >= 2 && (text.charAt(start - 1) == '-' || text.charAt(start - 1) == '.')
                && Chars.isWord(text.charAt(start - 2));
    }

    /** (NXX) NXX-XXXX, with or without the 1 of the country. */
    private boolean isNorthAmerican(int to, int digits, boolean bracket) {
        int area = to - 3;
        if (area < 0 || area > 1 || digits != 10 + area || size(area) != 3 || size(area + 1) != 3
                || size(area + 2) != 4 || area == 1 && (size(0) != 1 || text.charAt(starts[0]) != '1')) {
            return false;
        }
        return text.charAt(starts[area]) >= '2' && text.charAt(starts[area + 1]) >= '2'
                && separators[to - 2] != BRACKET && (bracket || separators[to - 2] != SLASH);
    }

    private boolean isShort(int to) {
        int most = 0;
        for (int i = 0; i < to; i++) {
            most = Math.max(most, size(i));
        }
        return to > 2 && most < 2;
    }

    /** A year, month and day in any order, also with a time behind. */
    private boolean isDate(int to) {
        if (to < 3 || separators[0] != separators[1] || separators[0] == BRACKET) {
            return false;
        }
        int a = size(0) <= 4 ? value(0) : 0;
        int b = size(1) <= 2 ? value(1) : 0;
        int c = size(2) <= 4 ? value(2) : 0;
        boolean yearFirst = size(0) == 4 && isYear(a) && isMonthAndDay(b, c) && size(2) <= 2;
        boolean yearLast = (size(2) == 4 && isYear(c) || size(2) == 2) && size(0) <= 2
                && (isMonthAndDay(a, b) || isMonthAndDay(b, a));
        return yearFirst || yearLast && to == 3 || yearLast && size(2) == 4;
    }

    private static boolean isYear(int year) {
        return year >= 1800 && year < 2200;
    }

    private static boolean isMonthAndDay(int month, int day) {
        return month >= 1 && month <= 12 && day >= 1 && day <= 31;
    }

    /** 3.14159265, 10.1234/56789 and the like: dots separate phones only more than once. */
    private boolean isDecimal(int to) {
        return to == 2 && separators[0] == DOT || to > 2 && uniform(to) == DOT && size(0) < 2
                || to == 1 && starts[0] >= 1 && text.charAt(starts[0] - 1) == '.';
    }

    /** 1990-2005, 1200/1600. */
    private boolean isRange(int to) {
        return to == 2 && (separators[0] == HYPHEN || separators[0] == SLASH) && size(0) == size(1);
    }

    /** 12 345 678, which is more often an amount. */
    private boolean isThousands(int to) {
        for (int i = 1; i < to; i++) {
            if (size(i) != 3) {
                return false;
            }
        }
        return size(0) <= 3 && uniform(to) != HYPHEN;
    }

    /** As the last lines of a letter have it. */
    private boolean isOnLineOfItsOwn(int start, int end) {
        int before = start;
        while (before > 0 && text.charAt(before - 1) == ' ') {
            before--;
        }
        int after = end;
        while (after < text.length() && (text.charAt(after) == ' ' || text.charAt(after) == '\r')) {
            after++;
        }
        return before > 0 && text.charAt(before - 1) == '\n' && (after == text.length() || text.charAt(after) == '\n');
    }

    private int withExtension(int end) {
        int i = end;
        while (i < text.length() && i < end + 2 && (text.charAt(i) == ' ' || text.charAt(i) == ',')) {
            i++;
        }
        if (text.regionMatches(true, i, "ext", 0, 3)) {
            i += 3;
            while (i < text.length() && i < end + 12 && "ension. :".indexOf(text.charAt(i)) >= 0) {
                i++;
            }
        } else if (i < text.length() && (text.charAt(i) == 'x' || text.charAt(i) == 'X')) {
            i++;
        } else {
            return end;
        }
        int from = i;
        while (Chars.isDigitAt(text, i)) {
            i++;
        }
        return i > from && i - from <= EXTENSION_DIGITS_MAX && !Chars.isWordAt(text, i) ? i : end;
    }
}
