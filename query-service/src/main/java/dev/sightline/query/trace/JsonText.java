package dev.sightline.query.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;

/**
 * Text that a sender meant as JSON where it is JSON, and as a string where it is not. JSON goes out byte for byte as
 * it came, so that order of keys, numbers and repeated keys survive.
 */
public final class JsonText {
    private static final int DEPTH_MAX = 500;
    /** A browser reads numbers as doubles: longer ones would change, so they stay text. */
    private static final int NUMBER_LENGTH_MAX = 15;
    private static final JsonFactory FACTORY = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).maxStringLength(Integer.MAX_VALUE).build())
            .build();

    private JsonText() {
    }

    /** What Jackson is to write for {@code text}: null for an empty one, raw JSON, or the text itself. */
    public static Object of(String text) {
        if (text.isEmpty()) {
            return null;
        }
        return isJson(text) ? new RawValue(text) : text;
    }

    /** The same for what must be an object: an empty one where it is none. */
    public static Object object(String text) {
        return text.stripLeading().startsWith("{") && isJson(text) ? new RawValue(text) : new RawValue("{}");
    }

    private static boolean isJson(String text) {
        char first = text.charAt(0);
        boolean mayBe = Character.isWhitespace(first) || "{[\"-0123456789tfn".indexOf(first) >= 0;
        if (!mayBe) {
            return false;
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token == null || (token.isNumeric() && parser.getTextLength() > NUMBER_LENGTH_MAX)) {
                return false;
            }
            int depth = 0;
            do {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                token = parser.nextToken();
            } while (depth > 0);
            return token == null;
        } catch (IOException e) {
            return false;
        }
    }
}
