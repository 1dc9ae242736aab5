package dev.sightline.evaluator.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The one rule by which long texts are cut: the first 60 % and the last 40 % of what may stay are kept, with a line
 * between that says how many characters are missing. The result is at most {@code charactersMax} characters plus that
 * line, and no character is cut in two.
 */
public final class Texts {
    private static final JsonMapper JSON = new JsonMapper();

    private Texts() {
    }

    public static String cut(String text, int charactersMax) {
        if (text.length() <= charactersMax) {
            return text;
        }
        int head = withoutHalfPair(text, charactersMax * 6 / 10);
        int tail = withoutHalfPair(text, text.length() - (charactersMax - charactersMax * 6 / 10));
        return text.substring(0, head) + "\n[… " + (tail - head) + " characters left out …]\n" + text.substring(tail);
    }

    /** Maps, lists and plain values as JSON text. */
    public static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain values are always JSON", e);
        }
    }

    private static int withoutHalfPair(String text, int index) {
        boolean inPair = index > 0 && index < text.length() && Character.isLowSurrogate(text.charAt(index))
                && Character.isHighSurrogate(text.charAt(index - 1));
        return inPair ? index - 1 : index;
    }
}
