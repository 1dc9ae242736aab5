package dev.sightline.detectors;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A pattern of a project's own, in RE2 syntax: it runs in time linear in the text, and its size is bounded, so that no
 * pattern can hold up whoever runs it. It sees the text as a reader does, JSON escapes read and invisible characters left
 * out. What it matches is found with score 1; matches of nothing are not findings.
 */
public final class CustomPattern {
    /** Characters of a pattern. */
    public static final int PATTERN_CHARS_MAX = 500;
    /** Instructions of a compiled pattern: what a text's character may cost. */
    public static final int PROGRAM_MAX = 1_000;
    private static final int KIND_CHARS_MAX = 40;
    /** The factor by which nested counted repetitions may multiply a pattern, such as 20 × 50 for (a{20}){50}. */
    private static final int REPETITIONS_MAX = 1_000;

    private final String kind;
    private final Pattern pattern;

    private CustomPattern(String kind, Pattern pattern) {
        this.kind = kind;
        this.pattern = pattern;
    }

    /**
     * Checks and compiles a pattern. Whoever stores patterns calls it before storing them.
     *
     * @throws IllegalArgumentException with the field's name and what to change, fit for the user
     */
    public static CustomPattern of(String kind, String pattern) {
        if (!isKind(kind)) {
            throw new IllegalArgumentException("kind: must be 1 to " + KIND_CHARS_MAX
                    + " characters of a-z, 0-9 and _");
        }
        if (Kind.of(kind) != null) {
            throw new IllegalArgumentException("kind: '" + kind + "' is built in; choose another name");
        }
        if (pattern.isEmpty() || pattern.length() > PATTERN_CHARS_MAX) {
            throw new IllegalArgumentException("pattern: must have 1 to " + PATTERN_CHARS_MAX + " characters");
        }
        if (repetitions(pattern) > REPETITIONS_MAX) {
            throw new IllegalArgumentException("pattern: its nested repetitions multiply to more than "
                    + REPETITIONS_MAX + "; use smaller counts, or * or +");
        }
        Pattern compiled;
        try {
            compiled = Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("pattern: is not RE2 syntax: " + e.getDescription()
                    + "; RE2 has no back references and no look-around", e);
        }
        if (compiled.programSize() > PROGRAM_MAX) {
            throw new IllegalArgumentException("pattern: is too costly (" + compiled.programSize()
                    + " instructions, at most " + PROGRAM_MAX + "); use smaller counts or fewer alternatives");
        }
        return new CustomPattern(kind, compiled);
    }

    private static boolean isKind(String kind) {
        if (kind.isEmpty() || kind.length() > KIND_CHARS_MAX) {
            return false;
        }
        for (int i = 0; i < kind.length(); i++) {
            char c = kind.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_')) {
                return false;
            }
        }
        return true;
    }

    /**
     * An upper bound of how often the compiler would copy the most repeated part: counts multiply along the nesting.
     * The parser refuses a single large count by itself, but not their product.
     */
    private static long repetitions(String pattern) {
        long[] within = new long[pattern.length() + 2];
        int depth = 0;
        long group = 1;
        within[0] = 1;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '\\' -> {
                    i++;
                    group = 1;
                }
                case '(' -> within[++depth] = 1;
                case ')' -> {
                    group = within[depth];
                    depth = Math.max(0, depth - 1);
                    within[depth] = Math.max(within[depth], group);
                }
                case '{' -> {
                    long count = 0;
                    long largest = 0;
                    int j = i + 1;
                    for (; j < pattern.length() && pattern.charAt(j) != '}'; j++) {
                        char d = pattern.charAt(j);
                        count = d >= '0' && d <= '9' ? Math.min(count * 10 + d - '0', REPETITIONS_MAX + 1) : 0;
                        largest = Math.max(largest, count);
                    }
                    group = Math.min(group * Math.max(1, largest), Integer.MAX_VALUE);
                    within[depth] = Math.max(within[depth], group);
                }
                case '}', '?', '*', '+' -> {
                }
                default -> group = 1;
            }
        }
        long most = 1;
        for (long count : within) {
            most = Math.max(most, count);
        }
        return most;
    }

    public String kind() {
        return kind;
    }

    void find(String text, Findings findings) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            if (matcher.end() > matcher.start()) {
                findings.add(kind, matcher.start(), matcher.end(), 1, "custom");
            }
        }
    }
}
