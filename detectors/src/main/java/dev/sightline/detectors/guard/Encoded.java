package dev.sightline.detectors.guard;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Parts of a text that hold other text: base64, hexadecimal and percent encoding, by their shape, and whole texts that
 * are turned around or shifted by 13 letters, by a few of the words that attacks need. What does not decode to readable
 * text is no part. Linear in the text.
 */
final class Encoded {
    /** A part of the original, what it says, and how it was written. */
    record Part(int start, int end, String text, String encoding) {
    }

    private static final int CHARS_MIN = 16;
    private static final int PARTS_MAX = 64;
    private static final int TELLING_WORDS_MIN = 2;
    private static final List<String> TELLING = List.of("ignore", "previous", "instructions", "instruction", "system",
            "prompt", "disregard", "forget", "reveal", "password", "rules", "restrictions", "secret", "pretend", "your",
            "response", "answer", "unfiltered", "override", "the", "and", "you");

    private Encoded() {
    }

    static List<Part> in(String text) {
        List<Part> parts = new ArrayList<>();
        int length = text.length();
        int i = 0;
        while (i < length && parts.size() < PARTS_MAX) {
            char c = text.charAt(i);
            if (c == '%' || c == '\\') {
                i = escapes(text, i, parts);
            } else if (isBase64(c)) {
                i = run(text, i, parts);
            } else {
                i++;
            }
        }
        return parts;
    }

    /** The whole text in another order or alphabet, where its words say so. */
    static List<Part> whole(String text, Reading reading) {
        List<Part> parts = new ArrayList<>();
        int shifted = 0;
        int turned = 0;
        int from = 0;
        for (int i = 0; i <= reading.length; i++) {
            if (i < reading.length && reading.text[i] >= 'a' && reading.text[i] <= 'z') {
                continue;
            }
            if (i - from >= 3 && i - from <= 12) {
                long thirteen = Lexicon.SEED;
                long backward = Lexicon.SEED;
                for (int j = from; j < i; j++) {
                    thirteen = Lexicon.next(thirteen, shift(reading.text[j]));
                    backward = Lexicon.next(backward, reading.text[i - 1 - (j - from)]);
                }
                shifted += isTelling(thirteen) ? 1 : 0;
                turned += isTelling(backward) ? 1 : 0;
            }
            from = i + 1;
        }
        if (shifted >= TELLING_WORDS_MIN) {
            StringBuilder plain = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                plain.append(shift(text.charAt(i)));
            }
            parts.add(new Part(0, text.length(), plain.toString(), "rot13"));
        }
        if (turned >= TELLING_WORDS_MIN) {
            parts.add(new Part(0, text.length(), new StringBuilder(text).reverse().toString(), "reversed"));
        }
        return parts;
    }

    private static final long[] TELLING_HASHES = TELLING.stream().mapToLong(Lexicon::hash).sorted().toArray();

    private static boolean isTelling(long hash) {
        return Arrays.binarySearch(TELLING_HASHES, hash) >= 0;
    }

    private static char shift(char c) {
        if (c >= 'a' && c <= 'z') {
            return (char) ('a' + (c - 'a' + 13) % 26);
        }
        return c >= 'A' && c <= 'Z' ? (char) ('A' + (c - 'A' + 13) % 26) : c;
    }

    private static boolean isBase64(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '-'
                || c == '_';
    }

    private static int run(String text, int from, List<Part> parts) {
        int end = from;
        boolean hex = true;
        int lower = 0;
        int upperOrDigit = 0;
        while (end < text.length() && isBase64(text.charAt(end))) {
            char c = text.charAt(end);
            hex &= Character.digit(c, 16) >= 0;
            lower += c >= 'a' && c <= 'z' ? 1 : 0;
            upperOrDigit += c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ? 1 : 0;
            end++;
        }
        int chars = end - from;
        if (hex && chars >= 2 && chars <= 4 && chars % 2 == 0) {
            return spacedHex(text, from, parts, end);
        }
        if (chars < CHARS_MIN) {
            return end;
        }
        byte[] bytes = null;
        if (hex && chars % 2 == 0) {
            bytes = fromHex(text.substring(from, end));
            add(parts, from, end, bytes, "hex");
        }
        if (lower > 0 && upperOrDigit > 0 && (bytes == null || !isReadable(bytes))) {
            int padded = end;
            while (padded < text.length() && padded < end + 2 && text.charAt(padded) == '=') {
                padded++;
            }
            add(parts, from, padded, fromBase64(text.substring(from, end)), "base64");
            return padded;
        }
        return end;
    }

    /** "69 67 6e": bytes with blanks between them. */
    private static int spacedHex(String text, int from, List<Part> parts, int firstEnd) {
        StringBuilder digits = new StringBuilder();
        int i = from;
        int end = firstEnd;
        while (i < text.length()) {
            int next = i;
            while (next < text.length() && next - i < 5 && Character.digit(text.charAt(next), 16) >= 0) {
                next++;
            }
            if (next == i || (next - i) % 2 != 0) {
                break;
            }
            digits.append(text, i, next);
            end = next;
            i = next + (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == ':'
                    || text.charAt(next) == ',') ? 1 : 0);
            if (i == next) {
                break;
            }
        }
        if (digits.length() >= CHARS_MIN) {
            add(parts, from, end, fromHex(digits.toString()), "hex");
        }
        return end;
    }

    /** {@code %69%67}, {@code \x69\x67}, {@code \u0069}: readable text with some of its characters so written. */
    private static int escapes(String text, int from, List<Part> parts) {
        StringBuilder plain = new StringBuilder();
        int escaped = 0;
        int i = from;
        int end = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            int digits = c == '%' ? 2 : c != '\\' || i + 1 >= text.length() ? 0 : text.charAt(i + 1) == 'x' ? 2
                    : text.charAt(i + 1) == 'u' ? 4 : 0;
            int at = i + (c == '%' ? 1 : 2);
            int value = digits == 0 || at + digits > text.length() ? -1 : number(text, at, digits);
            if (value >= 0) {
                plain.append((char) value);
                escaped++;
                i = at + digits;
                end = i;
            } else if (isBase64(c) || c == '.' || c == '+') {
                plain.append(c == '+' ? ' ' : c);
                i++;
            } else {
                break;
            }
        }
        if (escaped >= 3 && plain.length() >= 8 && parts.size() < PARTS_MAX) {
            parts.add(new Part(from, end, plain.toString(), "escaped"));
        }
        return Math.max(i, from + 1);
    }

    private static int number(String text, int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private static byte[] fromHex(String digits) {
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) number(digits, 2 * i, 2);
        }
        return bytes;
    }

    private static byte[] fromBase64(String text) {
        String whole = text.replace('-', '+').replace('_', '/');
        whole = whole.substring(0, whole.length() - (whole.length() % 4 == 1 ? 1 : 0));
        try {
            return Base64.getDecoder().decode(whole);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    private static void add(List<Part> parts, int from, int to, byte[] bytes, String encoding) {
        if (isReadable(bytes)) {
            parts.add(new Part(from, to, new String(bytes, StandardCharsets.UTF_8), encoding));
        }
    }

    private static boolean isReadable(byte[] bytes) {
        int readable = 0;
        for (byte b : bytes) {
            readable += b >= 0x20 && b < 0x7F || b == '\n' || b < 0 ? 1 : 0;
            if (b >= 0 && b < 0x09) {
                return false;
            }
        }
        return bytes.length >= 6 && readable * 20 >= bytes.length * 19
                && new String(bytes, StandardCharsets.UTF_8).indexOf('\uFFFD') < 0;
    }
}
