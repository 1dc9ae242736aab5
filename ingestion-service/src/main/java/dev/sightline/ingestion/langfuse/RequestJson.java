package dev.sightline.ingestion.langfuse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.ingestion.mapping.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a request in one pass. What a client sent as input or metadata is cut out and not made into a tree: numbers,
 * order and repeated keys stay as they were written, only white space goes. The bare NaN and Infinity that Python
 * writes become texts, for they are not JSON and would cost a whole batch.
 */
final class RequestJson {
    /** Nobody nests so deep; every level costs the parser memory. */
    private static final int DEPTH_MAX = 20_000;
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /**
     * One element of a batch.
     *
     * @param envelope null where the element is not an object
     * @param body     null where the event has no object `body`
     */
    record Event(Fields envelope, Fields body) {
    }

    private final String json;
    private final JsonParser parser;

    private RequestJson(String json) throws IOException {
        this.json = json;
        this.parser = JSON.createParser(json);
    }

    /** The events of {@code {"batch": [...]}}. */
    static List<Event> batch(byte[] request, int eventsMax) {
        return read(request, reader -> reader.batch(eventsMax));
    }

    /** The objects of an array, null for an element that is none; a single object is a list of one. */
    static List<Fields> objects(byte[] request, int max) {
        return read(request, reader -> reader.objects(max));
    }

    /** Whether the request is an array, of well-formed JSON or not. */
    static boolean isArray(byte[] request) {
        for (byte b : request) {
            if (b > ' ') {
                return b == '[';
            }
        }
        return false;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(RequestJson reader) throws IOException;
    }

    private static <T> T read(byte[] request, Reading<T> reading) {
        try {
            RequestJson reader = new RequestJson(new String(request, StandardCharsets.UTF_8));
            T result = reading.read(reader);
            if (reader.parser.nextToken() != null) {
                throw ServiceException.of(ErrorCode.INVALID_ARGUMENT, "there is more after the JSON value");
            }
            return result;
        } catch (IOException e) {
            throw ServiceException.of(ErrorCode.INVALID_ARGUMENT, "the body is not JSON" + place(e));
        }
    }

    /** Where the fault is, never what stands there. */
    private static String place(IOException e) {
        return e instanceof JsonProcessingException at && at.getLocation() != null
                ? " at line " + at.getLocation().getLineNr() + ", column " + at.getLocation().getColumnNr() : "";
    }

    private List<Event> batch(int eventsMax) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw ServiceException.invalid("batch", "is missing: the body must be an object with an array `batch`");
        }
        List<Event> events = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean batch = parser.currentName().equals("batch");
            JsonToken token = parser.nextToken();
            if (batch && token == JsonToken.START_ARRAY) {
                events = new ArrayList<>();
                while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
                    requireFew("batch", events.size(), eventsMax);
                    events.add(event(token));
                }
            } else {
                parser.skipChildren();
            }
        }
        if (events == null) {
            throw ServiceException.invalid("batch", "is missing, or not an array");
        }
        return events;
    }

    private Event event(JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return new Event(null, null);
        }
        Fields envelope = new Fields("");
        Fields body = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            token = parser.nextToken();
            if (name.equals("body") && token == JsonToken.START_OBJECT) {
                body = members("body.");
            } else {
                put(envelope, name, token);
            }
        }
        return new Event(envelope, body);
    }

    private List<Fields> objects(int max) throws IOException {
        List<Fields> objects = new ArrayList<>();
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_OBJECT) {
            objects.add(members(""));
        } else if (token == JsonToken.START_ARRAY) {
            while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
                requireFew("body", objects.size(), max);
                objects.add(token == JsonToken.START_OBJECT ? members("") : null);
                parser.skipChildren();
            }
        } else {
            throw ServiceException.invalid("body", "must be a JSON object, or an array of objects");
        }
        return objects;
    }

    private static void requireFew(String field, int count, int max) {
        if (count == max) {
            throw ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE,
                    field + " has more than " + max + " elements; send smaller batches");
        }
    }

    /** The members of the object that the parser has just entered. */
    private Fields members(String path) throws IOException {
        Fields fields = new Fields(path);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            put(fields, name, parser.nextToken());
        }
        return fields;
    }

    private void put(Fields fields, String name, JsonToken token) throws IOException {
        Fields.Kind kind = switch (token) {
            case VALUE_STRING -> Fields.Kind.TEXT;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Fields.Kind.NUMBER;
            case VALUE_TRUE, VALUE_FALSE -> Fields.Kind.BOOLEAN;
            case START_OBJECT -> Fields.Kind.OBJECT;
            case START_ARRAY -> Fields.Kind.ARRAY;
            default -> null;
        };
        if (kind == Fields.Kind.TEXT) {
            fields.put(name, new Fields.Value(kind, Json.wellFormed(parser.getText())));
        } else if (kind != null) {
            int start = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            parser.finishToken();
            int end = (int) parser.currentLocation().getCharOffset();
            fields.put(name, new Fields.Value(kind, compact(start, end)));
        }
    }

    private String compact(int start, int end) {
        StringBuilder text = new StringBuilder(end - start);
        int i = start;
        while (i < end) {
            char c = json.charAt(i);
            if (c == '"') {
                int close = closingQuote(i);
                text.append(json, i, close);
                i = close;
            } else if (c == 'N' || c == 'I') {
                int wordEnd = i;
                while (wordEnd < end && Character.isLetter(json.charAt(wordEnd))) {
                    wordEnd++;
                }
                // A sign has been written already: the quote goes before it.
                int at = !text.isEmpty() && "+-".indexOf(text.charAt(text.length() - 1)) >= 0
                        ? text.length() - 1 : text.length();
                text.insert(at, '"').append(json, i, wordEnd).append('"');
                i = wordEnd;
            } else {
                if (c > ' ') {
                    text.append(c);
                }
                i++;
            }
        }
        return text.toString();
    }

    /** The index after the string that opens at {@code open}. */
    private int closingQuote(int open) {
        int i = open + 1;
        while (json.charAt(i) != '"') {
            i += json.charAt(i) == '\\' ? 2 : 1;
        }
        return i + 1;
    }
}
