package dev.sightline.detectors;

/** IP addresses of version 6, and which addresses name nobody. */
final class IpAddresses {
    private static final int CHARS_MAX = 45;
    private static final int GROUPS = 8;

    private IpAddresses() {
    }

    private static boolean isPart(char c) {
        return Chars.isHex(c) || c == ':' || c == '.';
    }

    /** Looks around a colon; answers where what could have been an address ends. */
    static int around(String text, int colon, Findings findings) {
        char next = colon + 1 < text.length() ? text.charAt(colon + 1) : 0;
        if (next != ':' && !(Chars.isHex(next) && colon > 0 && Chars.isHex(text.charAt(colon - 1)))) {
            return colon;
        }
        int start = colon;
        while (start > 0 && colon - start < CHARS_MAX && isPart(text.charAt(start - 1))) {
            start--;
        }
        int end = colon + 1;
        while (end < text.length() && end - colon < CHARS_MAX && isPart(text.charAt(end))) {
            end++;
        }
        int after = end;
        while (end > colon && text.charAt(end - 1) == '.') {
            end--; // the end of a sentence
        }
        if (end - 2 >= start && text.charAt(end - 1) == ':' && text.charAt(end - 2) != ':') {
            end--; // "address: text"
        }
        if (Chars.isWordAt(text, start - 1) || Chars.isWordAt(text, end) || end - start < 3
                || !isVersion6(text, start, end)) {
            return after;
        }
        int hex = 0;
        boolean digit = false;
        for (int i = start; i < end; i++) {
            hex += Chars.isHex(text.charAt(i)) ? 1 : 0;
            digit |= Chars.isDigit(text.charAt(i));
        }
        double score = (hex >= 5 && digit ? 0.85 : 0.3)
                + Math.max(0, Context.around(text, start, end).weight(Kind.IP_ADDRESS));
        if (score >= Detector.THRESHOLD && !text.substring(start, end).matches("[0:]*1?")) {
            findings.add(Kind.IP_ADDRESS, start, end, Math.min(1, score), "ipv6");
        }
        return after;
    }

    private static boolean isVersion6(String text, int start, int end) {
        int groups = 0;
        boolean gap = false;
        int i = start;
        if (text.charAt(i) == ':') {
            if (text.charAt(i + 1) != ':') {
                return false;
            }
            gap = true;
            i += 2;
        }
        while (i < end) {
            int from = i;
            while (i < end && Chars.isHex(text.charAt(i))) {
                i++;
            }
            if (i < end && text.charAt(i) == '.') {
                return isVersion4(text, from, end) && (gap ? groups + 2 < GROUPS : groups + 2 == GROUPS);
            }
            if (i == from || i - from > 4) {
                return false;
            }
            groups++;
            if (i == end) {
                break;
            }
            i++; // the colon
            if (i == end) {
                return false;
            }
            if (text.charAt(i) == ':') {
                if (gap) {
                    return false;
                }
                gap = true;
                i++;
            }
        }
        return gap ? groups < GROUPS : groups == GROUPS;
    }

    private static boolean isVersion4(String text, int start, int end) {
        String[] parts = text.substring(start, end).split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> Chars.isDigit((char) c))
                    || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    /** Loopback, "this network", multicast and broadcast: they are the same for everybody. */
    static boolean isNobodys(int first) {
        return first == 0 || first == 127 || first >= 224;
    }
}
