package dev.sightline.detectors;

/**
 * A text as a reader sees it, with the way back: JSON escapes, at whatever depth of JSON within JSON, read as what they
 * stand for, digits of any script as ASCII digits, full-width forms as their common ones, characters that show nothing
 * left out, the at sign of URLs' queries decoded. Only for looking: a finding's place is then told in the text as it was.
 */
final class View {
    private static final String ENCODED_AT = "%40";

    private final String text;
    /** Where each character of the view begins in the original; one more for the end. */
    private final int[] starts;

    private View(String text, int[] starts) {
        this.text = text;
        this.starts = starts;
    }

    String text() {
        return text;
    }

    int start(int index) {
        return starts[index];
    }

    /** Where what comes before the index ends: characters that show nothing after it do not belong to it. */
    int end(int index, String original) {
        int end = starts[index];
        int last = starts[index - 1];
        while (end - 1 > last && Chars.normal(original.charAt(end - 1)) == 0) {
            end--;
        }
        return end;
    }

    /** Whether the text reads differently from what it is at this {@link Chars#ODD} character. */
    static boolean isNeeded(String text, int i) {
        return text.charAt(i) != '%' || text.startsWith(ENCODED_AT, i);
    }

    static View of(String original) {
        int length = original.length();
        char[] seen = new char[length];
        int[] starts = new int[length + 1];
        int size = 0;
        int i = 0;
        while (i < length) {
            char c = original.charAt(i);
            int next = i + 1;
            char normal = c;
            if (Chars.classOf(c) == Chars.ODD) {
                if (c == '\\') {
                    int run = next;
                    while (run < length && original.charAt(run) == '\\') {
                        run++;
                    }
                    int escaped = escaped(original, run);
                    if (escaped >= 0) {
                        normal = Chars.normal((char) escaped);
                        next = original.charAt(run) == 'u' ? run + 5 : run + 1;
                    } else {
                        // No escape: the backslashes stand for themselves.
                        for (; i < run; i++) {
                            seen[size] = '\\';
                            starts[size++] = i;
                        }
                        continue;
                    }
                } else if (c == '%') {
                    if (original.startsWith(ENCODED_AT, i)) {
                        normal = '@';
                        next = i + ENCODED_AT.length();
                    }
                } else if (c == 0xD835) {
                    int digit = next < length ? original.charAt(next) - 0xDFCE : -1;
                    if (digit >= 0 && digit < 50) {
                        normal = (char) ('0' + digit % 10);
                        next++;
                    }
                } else {
                    normal = Chars.normal(c);
                }
            }
            if (normal != 0) {
                seen[size] = normal;
                starts[size++] = i;
            }
            i = next;
        }
        starts[size] = length;
        return new View(new String(seen, 0, size), starts);
    }

    /** What the character after the backslashes makes of them, or -1. */
    private static int escaped(String text, int at) {
        if (at >= text.length()) {
            return -1;
        }
        char c = text.charAt(at);
        return switch (c) {
            case 'n', 'r' -> '\n';
            case 't', 'b', 'f' -> ' ';
            case '"', '/' -> c;
            case 'u' -> {
                int code = 0;
                for (int i = at + 1; i <= at + 4; i++) {
                    int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
                    if (digit < 0) {
                        yield -1;
                    }
                    code = code << 4 | digit;
                }
                // A character that JSON must escape, such as NUL, would read as "nothing": it is a break.
                yield code < ' ' ? '\n' : code;
            }
            default -> -1;
        };
    }
}
