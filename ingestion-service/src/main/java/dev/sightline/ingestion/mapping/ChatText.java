package dev.sightline.ingestion.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The text of a model's input or output that it reads or writes as tokens, whatever the shape: plain text, messages of
 * any convention, parts, tool calls with arguments and results. Left out are ids, types, and media. Holds at most a
 * given number of characters and counts the rest. For one side of one observation and one thread.
 */
final class ChatText {
    /** The start of one text, and how long all of it is. */
    record Piece(String start, long chars) {
    }

    /** Members that say what something is, and are not read by the model. */
    private static final Set<String> ENVELOPE = Set.of("id", "type", "tool_call_id", "tool_use_id", "call_id",
            "toolCallId", "finish_reason", "finishReason", "stop_reason", "mime_type", "mimeType", "media_type", "data",
            "uri", "url", "image_url", "file_id", "blob", "bytes", "modality", "encrypted_content", "signature",
            "annotations", "index", "object", "created", "model", "usage", "metadata", "response_metadata",
            "usage_metadata", "providerOptions", "cache_control", "is_error");
    /** Members whose objects the model reads as JSON. */
    private static final Set<String> AS_JSON = Set.of("arguments", "args", "input", "result", "response", "output");

    private final int pieceCharsMax;
    private int room;
    private final List<Piece> pieces = new ArrayList<>();
    private long chars;
    private long charsInPieces;
    private int messages;

    /**
     * @param pieceCharsMax how many characters are held of one text
     * @param charsMax      how many are held of all together
     */
    ChatText(int pieceCharsMax, int charsMax) {
        this.pieceCharsMax = pieceCharsMax;
        this.room = charsMax;
    }

    /** Takes a side as it is stored: JSON where it parses as an object, an array or a string, else text. */
    static ChatText of(String content, int pieceCharsMax, int charsMax) {
        ChatText text = new ChatText(pieceCharsMax, charsMax);
        char first = Json.firstChar(content);
        if (first != '{' && first != '[' && first != '"' || !text.addJson(content)) {
            // It only looked like JSON: it is the text that it is.
            text = new ChatText(pieceCharsMax, charsMax);
            text.add(content, 0, content.length());
        }
        return text;
    }

    /** The texts, as many as were held. */
    List<Piece> pieces() {
        return pieces;
    }

    /** How many characters there are. */
    long chars() {
        return chars;
    }

    /** How many of them are in the pieces. */
    long charsInPieces() {
        return charsInPieces;
    }

    /** How many messages, those with a role, the text is in. */
    int messages() {
        return messages;
    }

    private boolean addJson(String json) {
        try (JsonParser parser = Json.parser(json)) {
            value(parser, json, parser.nextToken(), false);
            return parser.nextToken() == null;
        } catch (IOException _) {
            return false;
        }
    }

    private void value(JsonParser parser, String json, JsonToken token, boolean asJson) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> {
                if (asJson) {
                    int start = (int) parser.currentTokenLocation().getCharOffset();
                    parser.skipChildren();
                    add(json, start, (int) parser.currentLocation().getCharOffset());
                } else if (token == JsonToken.START_OBJECT) {
                    members(parser, json);
                } else {
                    JsonToken element = parser.nextToken();
                    while (element != JsonToken.END_ARRAY) {
                        value(parser, json, element, false);
                        element = parser.nextToken();
                    }
                }
            }
            case VALUE_STRING -> {
                String text = parser.getText();
                if (!text.startsWith("data:") && !text.startsWith("@@@langfuseMedia:")) {
                    add(text, 0, text.length());
                }
            }
            default -> {
            }
        }
    }

    private void members(JsonParser parser, String json) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (ENVELOPE.contains(name)) {
                parser.skipChildren();
                continue;
            }
            if (name.equals("role") && token == JsonToken.VALUE_STRING) {
                messages++;
            } else {
                value(parser, json, token, AS_JSON.contains(name));
            }
        }
    }

    private void add(String text, int from, int to) {
        int length = to - from;
        int held = Math.min(length, Math.min(pieceCharsMax, room));
        chars += length;
        if (held > 0) {
            room -= held;
            charsInPieces += length;
            pieces.add(new Piece(text.substring(from, from + held), length));
        }
    }
}
