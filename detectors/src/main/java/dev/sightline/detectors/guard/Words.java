package dev.sightline.detectors.guard;

import dev.sightline.detectors.guard.Lexicon.Concepts;
import java.util.Arrays;
import java.util.Set;

/**
 * The words of a reading with what they mean and where they stand in the original. Words spelled with digits for letters,
 * letter by letter, or run together are read as what they stand for. Ends of sentences and blank lines stand as a few
 * empty words, so that rules rarely reach over them; marks that structure a text for a model stand as words too.
 */
final class Words {
    static final int SENTENCE_END_WORDS = 4;
    private static final int RUN_TOGETHER_CHARS_MIN = 10;
    private static final int RUN_TOGETHER_CHARS_MAX = 80;
    private static final int SPELLED_LETTERS_MIN = 5;
    private static final int SPELLED_GAP_MAX = 4;
    private static final int SPLIT_CHARS_MAX = 16;
    private static final Set<String> DOMAINS = Set.of("com", "org", "net", "io", "xyz", "info", "dev", "app", "ai", "co",
            "me", "biz", "site", "online", "top", "ru", "cn", "de", "uk", "fr", "eu", "us", "in", "example", "test", "ly",
            "gg", "tv", "cc", "link", "click", "shop", "store", "tech", "cloud", "es", "it", "nl", "jp", "br", "pl");

    private final Lexicon lexicon;
    private final Concepts upper;
    private final Concepts mark;
    private final Concepts special;
    private final Concepts instTag;
    private final Concepts comment;
    private final Concepts image;
    private final Concepts url;
    private final Concepts email;
    private final Concepts pause;
    private final Reading reading;
    private final String original;

    long[] low;
    long[] high;
    int[] start;
    int[] end;
    int count;
    private long[] hashes;
    private int notSpelledBefore;

    Words(Reading reading, String original, Lexicon lexicon) {
        this.reading = reading;
        this.original = original;
        this.lexicon = lexicon;
        this.upper = lexicon.concept("UPPER");
        this.mark = lexicon.concept("MARK");
        this.special = lexicon.concept("SPECIAL");
        this.instTag = lexicon.concept("INSTTAG");
        this.comment = lexicon.concept("COMMENT");
        this.image = lexicon.concept("IMAGE");
        this.url = lexicon.concept("URL");
        this.email = lexicon.concept("EMAIL");
        this.pause = lexicon.concept("PAUSE");
        int capacity = reading.length / 4 + 32;
        low = new long[capacity];
        high = new long[capacity];
        start = new int[capacity];
        end = new int[capacity];
        hashes = new long[capacity];
        read();
        phrases();
    }

    private void read() {
        char[] text = reading.text;
        int length = reading.length;
        int lineWords = 0;
        int i = 0;
        while (i < length) {
            char c = text[i];
            if (isLetterOrDigit(c)) {
                if (Lexicon.isUnspaced(c)) {
                    i = unspaced(i);
                } else {
                    i = word(i);
                }
                lineWords++;
                continue;
            }
            int run = i + 1;
            while (run < length && text[run] == c) {
                run++;
            }
            switch (c) {
                case '\n' -> {
                    int next = run;
                    while (next < length && (text[next] == '\n' || text[next] == ' ' || text[next] == '\r'
                            || text[next] == '\t')) {
                        run = text[next] == '\n' ? next + 1 : run;
                        next++;
                    }
                    pause(run - i > 1 ? SENTENCE_END_WORDS : 1, i);
                    lineWords = 0;
                }
                case '.', '!', '?', ';' -> {
                    if (c == '!' && run < length && text[run] == '[') {
                        add(image, 0, i, run);
                    } else if (run >= length || text[run] == ' ' || text[run] == '\n' || text[run] == '"'
                            || text[run] == '\'' || text[run] == ')') {
                        pause(SENTENCE_END_WORDS, i);
                    }
                }
                case '。', '！', '？', '；' -> pause(SENTENCE_END_WORDS, i);
                case ':' -> {
                    if (lineWords > 0 && lineWords <= 3) {
                        add(mark, 0, i, run);
                    }
                }
                case '<' -> {
                    if (run < length && text[run] == '|' || startsWith("<<sys", i)) {
                        add(special, 0, i, run);
                    } else if (startsWith("<!--", i)) {
                        add(comment, 0, i, i + 4);
                        run = i + 4;
                    } else {
                        add(mark, 0, i, run);
                    }
                }
                case '[' -> {
                    if (startsWith("[//]:", i)) {
                        add(comment, 0, i, i + 5);
                        run = i + 5;
                    } else if (startsWith("[inst]", i) || startsWith("[/inst]", i)) {
                        add(instTag, 0, i, i + 6);
                        run = i + 6;
                    } else {
                        add(mark, 0, i, run);
                    }
                }
                case ']', '{', '}', '>' -> add(mark, 0, i, run);
                case '#', '=', '-', '%', '*', '~', '_', '`', '+', '|' -> {
                    if (run - i >= 3 || c == '#' && lineWords == 0) {
                        add(mark, 0, i, run);
                    }
                }
                default -> {
                }
            }
            i = run;
        }
    }

    private boolean startsWith(String what, int at) {
        if (at + what.length() > reading.length) {
            return false;
        }
        for (int i = 0; i < what.length(); i++) {
            if (reading.text[at + i] != what.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return c < 0x80 ? c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
                : Character.isLetterOrDigit(c) || isJoining(c);
    }

    /** Vowel signs of Indic writing: parts of words, and no letters to Java. */
    private static boolean isJoining(char c) {
        return c >= 0x0900 && c <= 0x0DFF && Character.getType(c) != Character.OTHER_PUNCTUATION
                || c >= 0x0E31 && c <= 0x0E4E;
    }

    private static boolean isLeet(char c) {
        return c == '@' || c == '$' || c == '!' || c == '|';
    }

    private int word(int from) {
        char[] text = reading.text;
        int length = reading.length;
        int spelled = spelled(from);
        if (spelled > from) {
            return spelled;
        }
        long hash = Lexicon.SEED;
        Concepts stem = null;
        boolean odd = false;
        int i = from;
        for (; i < length; i++) {
            char c = text[i];
            if (c >= 'a' && c <= 'z') {
                hash = Lexicon.next(hash, c);
            } else if (c == '\'') {
                // Short before an apostrophe is a word of its own (l'invite, d'ora), long is one word (don't).
                if (i - from <= 2 || i + 1 >= length || !isLetterOrDigit(text[i + 1])) {
                    break;
                }
                continue;
            } else if (isLetterOrDigit(c) && !Lexicon.isUnspaced(c)) {
                odd |= c < 0x80;
                hash = Lexicon.next(hash, c);
            } else if (isLeet(c) && i + 1 < length && (text[i + 1] >= 'a' && text[i + 1] <= 'z' || isLeet(text[i + 1]))
                    || c == '@' && i + 1 < length && isLetterOrDigit(text[i + 1])) {
                odd = true;
                hash = Lexicon.next(hash, c);
            } else {
                break;
            }
            Concepts found = lexicon.stem(hash);
            stem = found == null ? stem : found;
        }
        int address = address(from, i);
        if (address > 0) {
            boolean mail = false;
            for (int j = from; j < address; j++) {
                mail |= text[j] == '@';
            }
            add(mail ? email : url, 0, from, address);
            return address;
        }
        Concepts concepts = either(lexicon.word(hash), stem);
        if (concepts == null && odd) {
            concepts = leet(from, i, 'i');
            concepts = concepts == null ? leet(from, i, 'l') : concepts;
        }
        if (concepts == null && i - from >= RUN_TOGETHER_CHARS_MIN && i - from <= RUN_TOGETHER_CHARS_MAX
                && runTogether(from, i)) {
            return i;
        }
        add(concepts == null ? Concepts.NONE : concepts, hash, from, i);
        if (i - from >= 3 && isUpper(from, i)) {
            low[count - 1] |= upper.low();
            high[count - 1] |= upper.high();
        }
        return i;
    }

    private boolean isUpper(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Character.isUpperCase(original.charAt(reading.start[i]))) {
                return false;
            }
        }
        return true;
    }

    /** Where a URL, a domain or an address ends that begins here with a word; -1 when it is none. */
    private int address(int from, int wordEnd) {
        char[] text = reading.text;
        int length = reading.length;
        boolean at = false;
        for (int i = from; i < wordEnd; i++) {
            at |= text[i] == '@';
        }
        boolean scheme = wordEnd + 2 < length && text[wordEnd] == ':' && text[wordEnd + 1] == '/'
                && text[wordEnd + 2] == '/';
        boolean www = wordEnd - from == 3 && text[from] == 'w' && text[from + 1] == 'w' && wordEnd < length
                && text[wordEnd] == '.';
        if (!scheme && !www && !at && (wordEnd >= length || text[wordEnd] != '.' && text[wordEnd] != '-')) {
            return -1;
        }
        int end = wordEnd;
        int dot = -1;
        int dotted = -1;
        while (end < length && end - from < 2048 && text[end] > ' ' && text[end] != ')' && text[end] != '"'
                && text[end] != '\'' && text[end] != '>' && text[end] != '<' && text[end] != ']'
                && text[end] != '`') {
            if (text[end] == '.') {
                dot = end;
            } else if (dot == end - 1 && !isLetterOrDigit(text[end])) {
                break;
            }
            if (!scheme && (text[end] == '/' || text[end] == '(' || text[end] == ',' || text[end] == ':'
                    || text[end] == '=' || text[end] == ';')) {
                dotted = end;
                break;
            }
            end++;
        }
        while (end > wordEnd && (text[end - 1] == '.' || text[end - 1] == ',' || text[end - 1] == '!'
                || text[end - 1] == '?')) {
            end--;
        }
        if (scheme || www) {
            return end;
        }
        int lastDot = -1;
        for (int i = wordEnd; i < end; i++) {
            lastDot = text[i] == '.' ? i : lastDot;
        }
        if (lastDot < 0 || end - lastDot > 12
                || dotted >= 0 && text[dotted] != '/' && text[dotted] != ',' && text[dotted] != ':') {
            return -1;
        }
        return DOMAINS.contains(new String(text, lastDot + 1, end - lastDot - 1)) ? end : -1;
    }

    private static Concepts either(Concepts word, Concepts stem) {
        return word == null ? stem : stem == null ? word : word.and(stem);
    }

    private Concepts leet(int from, int to, char one) {
        long hash = Lexicon.SEED;
        Concepts stem = null;
        for (int i = from; i < to; i++) {
            char c = reading.text[i];
            hash = Lexicon.next(hash, switch (c) {
                case '0' -> 'o';
                case '1', '!', '|' -> one;
                case '3' -> 'e';
                case '4', '@' -> 'a';
                case '5', '$' -> 's';
                case '7' -> 't';
                case '8' -> 'b';
                case '9' -> 'g';
                default -> c;
            });
            Concepts found = lexicon.stem(hash);
            stem = found != null && i - from >= 4 ? found : stem;
        }
        return either(lexicon.word(hash), stem);
    }

    /** Reads "i g n o r e" and "i-g-n-o-r-e": single letters with one and the same character between them. */
    private int spelled(int from) {
        char[] text = reading.text;
        int length = reading.length;
        int letters = 1;
        int i = from;
        if (i + 2 >= length || from < notSpelledBefore || isLetterOrDigit(text[i + 1])) {
            return from;
        }
        char between = text[from + 1];
        char[] joined = new char[RUN_TOGETHER_CHARS_MAX];
        int[] places = new int[RUN_TOGETHER_CHARS_MAX];
        joined[0] = text[from];
        places[0] = from;
        while (letters < RUN_TOGETHER_CHARS_MAX) {
            int next = i + 1;
            while (next < length && next - i <= SPELLED_GAP_MAX && text[next] == between) {
                next++;
            }
            if (next == i + 1 || next >= length || text[next] < 'a' || text[next] > 'z'
                    || next + 1 < length && isLetterOrDigit(text[next + 1])) {
                break;
            }
            joined[letters] = text[next];
            places[letters] = next;
            letters++;
            i = next;
        }
        if (letters >= SPELLED_LETTERS_MIN && split(joined, places, letters)) {
            return i + 1;
        }
        // The same letters are tried once more at most, from the middle on: the time stays linear.
        notSpelledBefore = from + (i - from) / 2;
        return from;
    }

    private boolean runTogether(int from, int to) {
        int letters = to - from;
        char[] joined = new char[letters];
        int[] places = new int[letters];
        for (int i = 0; i < letters; i++) {
            joined[i] = reading.text[from + i];
            places[i] = from + i;
        }
        return split(joined, places, letters);
    }

    /** Splits letters into words of the lexicon, longest first, if almost all of them are taken up. */
    private boolean split(char[] letters, int[] places, int length) {
        int before = count;
        int taken = 0;
        int words = 0;
        int i = 0;
        while (i < length) {
            long hash = Lexicon.SEED;
            int best = -1;
            Concepts stem = null;
            Concepts concepts = null;
            long bestHash = 0;
            for (int j = i; j < Math.min(length, i + SPLIT_CHARS_MAX); j++) {
                hash = Lexicon.next(hash, letters[j]);
                Concepts word = lexicon.word(hash);
                Concepts stemHere = lexicon.stem(hash);
                stem = stemHere == null ? stem : stemHere;
                if ((word != null || stemHere != null) && j > i + 1) {
                    best = j + 1;
                    concepts = either(word, stem);
                    bestHash = hash;
                }
            }
            if (best < 0) {
                i++;
                continue;
            }
            add(concepts, bestHash, places[i], places[best - 1] + 1);
            taken += best - i;
            words++;
            i = best;
        }
        if (words >= 1 && taken * 10 >= length * 9 && (words >= 2 || taken == length)) {
            return true;
        }
        count = before;
        return false;
    }

    private int unspaced(int from) {
        char[] text = reading.text;
        int i = from;
        int unknown = 0;
        while (i < reading.length && Lexicon.isUnspaced(text[i])) {
            long hash = Lexicon.SEED;
            Concepts best = null;
            int bestEnd = i;
            int last = Math.min(reading.length, i + Lexicon.UNSPACED_CHARS_MAX);
            for (int j = i; j < last && Lexicon.isUnspaced(text[j]); j++) {
                hash = Lexicon.next(hash, text[j]);
                Concepts found = lexicon.unspaced(hash);
                if (found != null) {
                    best = found;
                    bestEnd = j + 1;
                }
            }
            if (best == null) {
                unknown++;
                if (unknown % 2 == 1) {
                    add(Concepts.NONE, 0, i, i + 1);
                }
                i++;
            } else {
                add(best, 0, i, bestEnd);
                i = bestEnd;
                unknown = 0;
            }
        }
        return i;
    }

    private void phrases() {
        for (int i = 0; i < count; i++) {
            if (hashes[i] == 0 || !lexicon.startsPhrase(hashes[i])) {
                continue;
            }
            long phrase = hashes[i];
            for (int j = i + 1; j < Math.min(count, i + Lexicon.PHRASE_WORDS_MAX) && hashes[j] != 0; j++) {
                phrase = Lexicon.joined(phrase, hashes[j]);
                Concepts found = lexicon.phrase(phrase);
                if (found != null) {
                    low[i] |= found.low();
                    high[i] |= found.high();
                    end[i] = Math.max(end[i], end[j]);
                }
            }
        }
    }

    private void pause(int words, int at) {
        for (int i = 0; i < words; i++) {
            add(pause, 0, at, at + 1);
        }
    }

    private void add(Concepts concepts, long hash, int from, int to) {
        if (count == low.length) {
            int capacity = count * 2;
            low = Arrays.copyOf(low, capacity);
            high = Arrays.copyOf(high, capacity);
            start = Arrays.copyOf(start, capacity);
            end = Arrays.copyOf(end, capacity);
            hashes = Arrays.copyOf(hashes, capacity);
        }
        low[count] = concepts.low();
        high[count] = concepts.high();
        hashes[count] = hash;
        start[count] = reading.start[from];
        end[count] = reading.end[Math.min(to, reading.length) - 1];
        count++;
    }
}
