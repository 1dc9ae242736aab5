package dev.sightline.ingestion.media;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds the media that a text carries as base64 and puts something else in their place; every other character stays.
 * Media are data URIs anywhere in the text, and string values of JSON that are base64 as a whole and said to be media
 * by the fields beside them (Anthropic, Gemini, Bedrock, Vercel AI, LangChain, OpenAI, the GenAI conventions) or by
 * their first bytes; JSON inside a JSON string counts too. What is not well-formed base64 stays as it is.
 */
final class MediaText {
    /** Names of the field that holds the content where the field beside it names the type. */
    private static final Set<String> CONTENT_NAMES = Set.of(
            "data", "base64", "bytes", "image", "audio", "video", "file", "file_data", "fileData", "blob", "url");
    private static final Set<String> TYPE_NAMES = Set.of(
            "media_type", "mediaType", "mime_type", "mimeType", "content_type", "contentType");
    private static final int HEAD_CHARS_MAX = 200;
    /** Base64 of the bytes that tell a kind. */
    private static final int MAGIC_CHARS = 64;
    private static final int NESTING_MAX = 200;
    /** JSON in a string in JSON, and so on. */
    private static final int LAYERS_MAX = 4;
    /** Field names come from senders: neither interned nor remembered. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX)
                    .maxStringLength(Integer.MAX_VALUE).maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE).build())
            .build();

    /** Takes one medium away. */
    interface Mover {
        /** What stands in its place from now on, or null to leave it where it is. */
        String move(String contentType, byte[] content);
    }

    private final String text;
    private final int charsMin;
    private final Mover mover;
    /** Base64 that stands in JSON as a medium, with its type; null until the first is met that is no data URI. */
    private Map<String, String> typesInJson;

    private MediaText(String text, int charsMin, Mover mover) {
        this.text = text;
        this.charsMin = charsMin;
        this.mover = mover;
    }

    /** How many characters of base64 so many bytes have at least. */
    static int charsOf(int bytes) {
        return (bytes * 4 + 2) / 3;
    }

    /** The text itself when nothing was moved. {@code charsMin}: shorter base64 stays. */
    static String moveOut(String text, int charsMin, Mover mover) {
        return text.length() < charsMin ? text : new MediaText(text, charsMin, mover).moveOut();
    }

    private String moveOut() {
        Base64Runs runs = new Base64Runs(text, charsMin);
        StringBuilder result = null;
        int copied = 0;
        while (runs.next()) {
            Place place = dataUri(runs, copied);
            if (place == null) {
                String type = typesInJson().get(runs.base64());
                place = type == null ? null : new Place(runs.start(), type);
            }
            byte[] content = place == null ? null : Base64Runs.decode(runs.base64());
            String token = content == null ? null : mover.move(place.type, content);
            if (token != null) {
                result = result == null ? new StringBuilder(text.length()) : result;
                result.append(text, copied, place.start).append(token);
                copied = runs.end();
            }
        }
        return result == null ? text : result.append(text, copied, text.length()).toString();
    }

    /** Where a medium begins in the text, and its type. */
    private record Place(int start, String type) {
    }

    /** {@code data:TYPE;PARAMETER;base64,} before the stretch and not before {@code from}, or null. */
    private Place dataUri(Base64Runs runs, int from) {
        String mark = ";base64,";
        int head = runs.start() - mark.length();
        if (head < from || !text.startsWith(mark, head)) {
            return null;
        }
        int begin = text.lastIndexOf("data:", head);
        if (begin < from || head - begin > HEAD_CHARS_MAX || text.substring(begin, head).contains(",")) {
            return null;
        }
        String type = text.substring(begin + "data:".length(), head).replace("\\/", "/");
        type = type.contains(";") ? type.substring(0, type.indexOf(';')) : type;
        // Without a type it is text by RFC 2397.
        type = type.isEmpty() ? "text/plain" : type;
        return ContentTypes.isOne(type) ? new Place(begin, type.toLowerCase(Locale.ROOT)) : null;
    }

    private Map<String, String> typesInJson() {
        if (typesInJson == null) {
            typesInJson = new HashMap<>();
            String whole = text.strip();
            if (Base64Runs.isAll(whole, charsMin)) {
                putByMagic(whole);
            } else {
                read(whole, 1);
            }
        }
        return typesInJson;
    }

    private void putByMagic(String base64) {
        byte[] head = Base64Runs.decode(base64.substring(0, Math.min(MAGIC_CHARS, base64.length() & ~3)));
        String type = head == null ? null : ContentTypes.of(head);
        if (type != null) {
            typesInJson.put(base64, type);
        }
    }

    /** An object or list that is being read. */
    private static final class Frame {
        /** Of the field that holds it. */
        private final String name;
        private final Map<String, String> said = new HashMap<>();
        private final List<Map.Entry<String, String>> held = new ArrayList<>();

        Frame(String name) {
            this.name = name == null ? "" : name;
        }
    }

    private void read(String json, int layer) {
        if (json.isEmpty() || "{[\"".indexOf(json.charAt(0)) < 0) {
            return;
        }
        Deque<Frame> open = new ArrayDeque<>();
        open.push(new Frame(null));
        try (JsonParser in = JSON.createParser(json)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                switch (token) {
                    case START_OBJECT, START_ARRAY -> open.push(new Frame(in.currentName()));
                    case END_OBJECT, END_ARRAY -> close(open.pop());
                    case VALUE_STRING -> value(open.peek(), in.currentName(), in.getText(), layer);
                    default -> { }
                }
            }
        } catch (IOException e) {
            // Not JSON from here on; what was read stands.
        }
        open.forEach(this::close);
    }

    private void value(Frame frame, String name, String value, int layer) {
        if (value.length() < charsMin) {
            if (name != null && value.length() <= HEAD_CHARS_MAX) {
                frame.said.put(name, value);
            }
        } else if (Base64Runs.isAll(value, charsMin)) {
            frame.held.add(Map.entry(name == null ? frame.name : name, value));
        } else if (layer < LAYERS_MAX) {
            read(value.strip(), layer + 1);
        }
    }

    private void close(Frame frame) {
        for (Map.Entry<String, String> held : frame.held) {
            String type = typeSaid(frame, held.getKey());
            if (type != null) {
                typesInJson.put(held.getValue(), type.toLowerCase(Locale.ROOT));
            } else {
                putByMagic(held.getValue());
            }
        }
    }

    /** The type that the fields beside the content tell, or null. */
    private static String typeSaid(Frame frame, String name) {
        for (String typeName : TYPE_NAMES) {
            String type = frame.said.get(typeName);
            if (type != null && ContentTypes.isOne(type)
                    && (CONTENT_NAMES.contains(name) || (name.equals("content") && "blob".equals(frame.said.get("type"))))) {
                return type;
            }
        }
        // OpenAI's input_audio: {data, format}.
        String format = frame.said.get("format");
        return name.equals("data") && format != null && frame.name.toLowerCase(Locale.ROOT).contains("audio")
                && ContentTypes.isOne("audio/" + format) ? "audio/" + format : null;
    }
}
