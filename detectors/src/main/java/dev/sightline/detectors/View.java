package dev.sightline.detectors;

import java.util.Arrays;

/**
 * A text as a reader sees it, with the way back: JSON escapes, at whatever depth of JSON within JSON, read as what they
 * stand for, digits of any script as ASCII digits, full-width forms as their common ones, characters that show nothing
 * left out, the at sign of URLs' queries decoded. Only for looking: a finding's place is then told in the text as it was.
 */
final class View {
    private static final String ENCODED_AT = "%40";

    private final String text;
    /** Where view and original part: from each index of the view on, characters stand one to one again. */
    private final int[] seen;
    private final int[] original;
    private final int parts;

    private View(String text, int[] seen, int[] original, int parts) {
        this.text = text;
        this.seen = seen;
        this.original = original;
        this.parts = parts;
    }

    String text() {
        return text;
    }

    /** Where a character of the view begins in the original. */
    int start(int index) {
        int part = Arrays.binarySearch(seen, 0, parts, index);
        if (part < 0) {
            part = -part - 2;
        }
        return original[part] + index - seen[part];
    }

    /** Where what comes before the index ends: characters that show nothing after it do not belong to it. */
    int end(int index, String from) {
        int end = start(index);
        int last = start(index - 1);
        while (end - 1 > last && Chars.normal(from.charAt(end - 1)) == 0) {
            end--;
        }
        return end;
    }

    /** Whether the text reads differently from what it is at this {@link Chars#ODD} character. */
    static boolean isNeeded(String text, int i) {
        return text.charAt(i) != '%' || text.startsWith(ENCODED_AT, i);
    }

    static View of(String text) {
        StringBuilder view = new StringBuilder(text.length());
        int[] seen = new int[16];
        int[] original = new int[16];
        int parts = 1;
        int copied = 0;
        int length = text.length();
        int i = 0;
        while (i < length) {
            if (Chars.classOf(text.charAt(i)) != Chars.ODD) {
                i++;
                continue;
            }
            int next = i + 1;
            char normal = text.charAt(i);
            switch (normal) {
                case '\\' -> {
                    int run = next;
                    while (run < length && text.charAt(run) == '\\') {
                        run++;
                    }
                    int escaped = escaped(text, run);
                    if (escaped < 0) {
                        i = run; // no escape: the backslashes stand for themselves
                        continue;
                    }
                    normal = Chars.normal((char) escaped);
                    next = text.charAt(run) == 'u' ? run + 5 : run + 1;
                }
                case '%' -> {
                    if (!text.startsWith(ENCODED_AT, i)) {
                        i++;
                        continue;
                    }
                    normal = '@';
                    next = i + ENCODED_AT.length();
                }
                case Chars.MATHEMATICAL -> {
                    int digit = next < length ? text.charAt(next) - Chars.MATHEMATICAL_ZERO : -1;
                    if (digit < 0 || digit >= 50) {
                        i++;
                        continue;
                    }
                    normal = (char) ('0' + digit % 10);
                    next++;
                }
                default -> normal = Chars.normal(normal);
            }
            view.append(text, copied, i);
            if (normal != 0) {
                view.append(normal);
            }
            if (next - i != (normal == 0 ? 0 : 1)) {
                if (parts == seen.length) {
                    seen = Arrays.copyOf(seen, parts * 2);
                    original = Arrays.copyOf(original, parts * 2);
                }
                seen[parts] = view.length();
                original[parts++] = next;
            }
            i = next;
            copied = next;
        }
        return new View(view.append(text, copied, length).toString(), seen, original, parts);
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
