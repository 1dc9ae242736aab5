package dev.sightline.ingestion.media;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Finds the long stretches of base64 in a text, either alphabet, from left to right. It looks at every n-th character
 * first, n being the shortest stretch that counts: where that is none of base64's the whole stretch before it is passed
 * over. So prose of any length costs a few looks per kilobyte. A slash may be written {@code \/} and padding {@code
 * \u003d}, as some JSON writers do. Not thread-safe; one per text.
 */
final class Base64Runs {
    private static final boolean[] ALPHABET = new boolean[128];
    private static final String ESCAPED_PADDING = "\\u003d";

    static {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_".chars().forEach(c -> ALPHABET[c] = true);
    }

    private final String text;
    private final int charsMin;
    private int start;
    private int end;

    Base64Runs(String text, int charsMin) {
        this.text = text;
        this.charsMin = charsMin;
    }

    /** Goes on to the next stretch of at least {@code charsMin} characters; false when there is none. */
    boolean next() {
        int low = end;
        int probe = low + charsMin - 1;
        while (probe < text.length()) {
            int begin = probe + 1;
            while (begin > low && isBase64(begin - 1)) {
                begin--;
            }
            if (begin == low) {
                start = low;
                end = endFrom(probe + 1);
                return true;
            }
            low = begin;
            probe = begin + charsMin - 1;
        }
        return false;
    }

    private int endFrom(int from) {
        int at = from;
        while (at < text.length() && isBase64(at)) {
            at++;
        }
        for (int i = 0; i < 2; i++) {
            if (text.startsWith("=", at)) {
                at++;
            } else if (text.regionMatches(true, at, ESCAPED_PADDING, 0, ESCAPED_PADDING.length())) {
                at += ESCAPED_PADDING.length();
            }
        }
        return at;
    }

    private boolean isBase64(int at) {
        char c = text.charAt(at);
        return c < 128 && (ALPHABET[c] || (c == '\\' && text.startsWith("/", at + 1)));
    }

    /** Where the stretch begins. */
    int start() {
        return start;
    }

    /** Behind its padding. */
    int end() {
        return end;
    }

    /** The stretch without JSON's escapes. */
    String base64() {
        String run = text.substring(start, end);
        return run.indexOf('\\') < 0 ? run
                : run.replace("\\/", "/").replace("\\u003d", "=").replace("\\u003D", "=");
    }

    /** Whether all of the text is one stretch. */
    static boolean isAll(String text, int charsMin) {
        Base64Runs runs = new Base64Runs(text, charsMin);
        return runs.next() && runs.start == 0 && runs.end == text.length();
    }

    /** What the base64 stands for, or null when it is not well formed. */
    static byte[] decode(String base64) {
        byte[] ascii = base64.getBytes(StandardCharsets.ISO_8859_1);
        boolean urlSafe = base64.indexOf('-') >= 0 || base64.indexOf('_') >= 0;
        try {
            return (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(ascii);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
