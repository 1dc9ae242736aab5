package dev.sightline.ingestion.mapping;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The little JSON that the mapping needs: attribute values to text, text spliced into text without a tree in between,
 * and single fields cut out of what a sender wrote, byte for byte. Text that is not JSON is never an error here: the
 * functions answer null or leave it as text.
 */
public final class Json {
    private static final int NESTING_MAX = 200;
    /** More parts than any conversation has: such text is left in one piece, whatever its size. */
    static final int PARTS_MAX = 10_000;
    /** Below this depth an object is kept as JSON text instead of being taken apart. */
    private static final int FLATTENED_DEPTH_MAX = 16;
    private static final double EXACT_INTEGER_MAX = 9_007_199_254_740_992d;
    /** Field names come from senders: neither interned nor remembered. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Json() {
    }

    /** An attribute value as it is stored: text as it is, numbers and booleans printed, the rest as JSON. */
    static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> Long.toString(value.getIntValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case DOUBLE_VALUE -> number(value.getDoubleValue());
            case BYTES_VALUE -> Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray());
            case VALUE_NOT_SET -> "";
            default -> {
                StringBuilder json = new StringBuilder(256);
                write(json, value);
                yield json.toString();
            }
        };
    }

    /** The same in UTF-8. Text that was sent is not decoded: it is the bytes of the request. */
    static ByteString utf8(AnyValue value) {
        return value.hasStringValue() ? value.getStringValueBytes() : ByteString.copyFromUtf8(text(value));
    }

    /** Writes a value as JSON. */
    static void write(StringBuilder json, AnyValue value) {
        switch (value.getValueCase()) {
            case STRING_VALUE -> quote(json, value.getStringValue());
            case INT_VALUE -> json.append(value.getIntValue());
            case BOOL_VALUE -> json.append(value.getBoolValue());
            case DOUBLE_VALUE -> {
                if (Double.isFinite(value.getDoubleValue())) {
                    json.append(number(value.getDoubleValue()));
                } else {
                    quote(json, number(value.getDoubleValue()));
                }
            }
            case BYTES_VALUE -> quote(json, text(value));
            case ARRAY_VALUE -> {
                json.append('[');
                String separator = "";
                for (AnyValue element : value.getArrayValue().getValuesList()) {
                    write(json.append(separator), element);
                    separator = ",";
                }
                json.append(']');
            }
            case KVLIST_VALUE -> write(json, value.getKvlistValue().getValuesList());
            default -> json.append("null");
        }
    }

    /** Writes key-value pairs as a JSON object. */
    static void write(StringBuilder json, List<KeyValue> members) {
        json.append('{');
        String separator = "";
        for (KeyValue member : members) {
            quote(json.append(separator), member.getKey());
            write(json.append(':'), member.getValue());
            separator = ",";
        }
        json.append('}');
    }

    /** Writes text as a JSON string. */
    public static void quote(StringBuilder json, String text) {
        json.append('"');
        int from = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\') {
                continue;
            }
            json.append(text, from, i);
            from = i + 1;
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> json.append("\\u00").append(Character.forDigit(c >> 4, 16))
                        .append(Character.forDigit(c & 15, 16));
            }
        }
        if (from == 0) {
            json.append(text);
        } else {
            json.append(text, from, length);
        }
        json.append('"');
    }

    /** Writes text that holds a JSON object or array as what it is, and any other text as a JSON string. */
    static void embed(StringBuilder json, String text) {
        if (isContainer(text)) {
            json.append(text);
        } else {
            quote(json, text);
        }
    }

    /** Reads JSON token by token; values are not held to any length. */
    static JsonParser parser(String json) throws IOException {
        return JSON.createParser(json);
    }

    /** Whether the text is one well-formed JSON object or array. */
    public static boolean isContainer(String text) {
        char first = firstChar(text);
        if (first != '{' && first != '[') {
            return false;
        }
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException _) {
            return false;
        }
    }

    /** The first character that is not white space, or 0. */
    public static char firstChar(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > ' ') {
                return c;
            }
        }
        return 0;
    }

    /** A field of a JSON object, cut out as it was written; null where the text is no object or has no such field. */
    public static String field(String json, String name) {
        if (firstChar(json) != '{') {
            return null;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals(name);
                parser.nextToken();
                String value = cut(parser, json, found);
                if (found) {
                    return value;
                }
            }
            return null;
        } catch (IOException _) {
            return null;
        }
    }

    /** A field of a JSON object as text: strings without their quotes. Null as with {@link #field}. */
    public static String textField(String json, String name) {
        String raw = field(json, name);
        return raw == null || raw.equals("null") ? null : unquote(raw);
    }

    /** A JSON string without its quotes and escapes; any other text as it is. */
    public static String unquote(String json) {
        if (firstChar(json) != '"') {
            return json;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            return parser.nextToken() == JsonToken.VALUE_STRING ? wellFormed(parser.getText()) : json;
        } catch (IOException _) {
            return json;
        }
    }

    /**
     * The elements of a JSON array, each as it was written; null where the text is not a well-formed array or has more
     * than {@link #PARTS_MAX} elements.
     */
    public static List<String> elements(String json) {
        if (firstChar(json) != '[') {
            return null;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            List<String> elements = new ArrayList<>();
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (elements.size() == PARTS_MAX) {
                    return null;
                }
                elements.add(cut(parser, json, true));
            }
            return elements;
        } catch (IOException _) {
            return null;
        }
    }

    /** A member of a JSON object with its value as it was written. */
    record Member(String name, String json) {
    }

    /**
     * The members of a JSON object in order; none where the text is not a well-formed object or has more than
     * {@link #PARTS_MAX} members.
     */
    static List<Member> members(String json) {
        if (firstChar(json) != '{') {
            return List.of();
        }
        try (JsonParser parser = JSON.createParser(json)) {
            List<Member> members = new ArrayList<>();
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = wellFormed(parser.currentName());
                parser.nextToken();
                if (members.size() == PARTS_MAX) {
                    return List.of();
                }
                members.add(new Member(name, cut(parser, json, true)));
            }
            return members;
        } catch (IOException _) {
            return List.of();
        }
    }

    /** The object without one of its members; as it was where it can't be taken apart. */
    static String without(String json, String name) {
        List<Member> members = members(json);
        if (members.isEmpty()) {
            return json;
        }
        StringBuilder rest = new StringBuilder("{");
        for (Member member : members) {
            if (!member.name().equals(name)) {
                quote(rest.length() > 1 ? rest.append(',') : rest, member.name());
                rest.append(':').append(member.json());
            }
        }
        return rest.append('}').toString();
    }

    /**
     * Takes a JSON object apart into dotted paths. Strings come without quotes, nulls and empty objects not at all,
     * arrays as JSON text.
     *
     * @return false where the text is not a well-formed object; what came before the fault has been delivered
     */
    public static boolean flatten(String json, String prefix, BiConsumer<String, String> member) {
        if (firstChar(json) != '{') {
            return false;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            flatten(parser, json, prefix, 1, member);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static void flatten(JsonParser parser, String json, String prefix, int depth,
            BiConsumer<String, String> member) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = wellFormed(parser.currentName());
            String path = prefix.isEmpty() ? name : prefix + '.' + name;
            JsonToken token = parser.nextToken();
            switch (token) {
                case START_OBJECT -> {
                    if (depth < FLATTENED_DEPTH_MAX) {
                        flatten(parser, json, path, depth + 1, member);
                    } else {
                        member.accept(path, cut(parser, json, true));
                    }
                }
                case VALUE_NULL -> {
                }
                case VALUE_STRING -> member.accept(path, wellFormed(parser.getText()));
                default -> member.accept(path, cut(parser, json, true));
            }
        }
    }

    /** Reads the current value to its end; its text as written where wanted. */
    private static String cut(JsonParser parser, String json, boolean wanted) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        return wanted ? json.substring(start, (int) parser.currentLocation().getCharOffset()).strip() : null;
    }

    /** JSON escapes can spell half a character, which no UTF-8 can carry. */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.UTF_8);
            }
        }
        return text;
    }

    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) <= EXACT_INTEGER_MAX) {
            return Long.toString((long) value);
        }
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return Double.toString(value);
    }
}
