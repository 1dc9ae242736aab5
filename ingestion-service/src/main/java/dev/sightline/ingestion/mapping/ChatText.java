package dev.sightline.ingestion.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;

/**
 * The text of a model's input or output that it reads or writes as tokens, whatever the shape: plain text, messages of
 * any convention, parts, tool calls with arguments and results. Left out are ids, types, and media. Holds at most a
 * given number of characters and counts the rest. For one side of one observation and one thread.
 */
final class ChatText {
    /** Members that say what something is, and are not read by the model. */
    private static final Set<String> ENVELOPE = Set.of("id", "type", "tool_call_id", "tool_use_id", "call_id",
            "toolCallId", "finish_reason", "finishReason", "stop_reason", "mime_type", "mimeType", "media_type", "data",
            "uri", "url", "image_url", "file_id", "blob", "bytes", "modality", "encrypted_content", "signature",
            "annotations", "index", "object", "created", "model", "usage", "metadata", "response_metadata",
            "usage_metadata", "providerOptions", "cache_control", "is_error");
    /** Members whose objects the model reads as JSON. */
    private static final Set<String> AS_JSON = Set.of("arguments", "args", "input", "result", "response", "output");

    private final StringBuilder counted;
    private final int countedMax;
    private long chars;
    private int messages;

    ChatText(int countedMax) {
        this.countedMax = countedMax;
        this.counted = new StringBuilder();
    }

    /** Adds a side as it is stored: JSON where it parses as an object, an array or a string, else text. */
    void add(String content) {
        char first = Json.firstChar(content);
        if (first != '{' && first != '[' && first != '"' || !addJson(content)) {
            addText(content);
        }
    }

    /** The text to encode. */
    String counted() {
        return counted.toString();
    }

    /** How many characters there are, those beyond what is encoded included. */
    long chars() {
        return chars;
    }

    /** How many messages, those with a role, the text is in. */
    int messages() {
        return messages;
    }

    private boolean addJson(String json) {
        int length = counted.length();
        try (JsonParser parser = Json.parser(json)) {
            value(parser, json, parser.nextToken(), false);
            if (parser.nextToken() == null) {
                return true;
            }
        } catch (IOException _) {
            // It only looked like JSON: it is counted as the text that it is.
        }
        counted.setLength(length);
        chars = 0;
        messages = 0;
        return false;
    }

    private void value(JsonParser parser, String json, JsonToken token, boolean asJson) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> {
                if (asJson) {
                    int start = (int) parser.currentTokenLocation().getCharOffset();
                    parser.skipChildren();
                    addText(json, start, (int) parser.currentLocation().getCharOffset());
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
                    addText(text);
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
            messages += name.equals("role") && token == JsonToken.VALUE_STRING ? 1 : 0;
            value(parser, json, token, AS_JSON.contains(name));
        }
    }

    private void addText(String text) {
        addText(text, 0, text.length());
    }

    /** Texts stand apart from each other, so that the end of one and the start of the next make no token. */
    private void addText(String text, int from, int to) {
        if (from == to) {
            return;
        }
        if (!counted.isEmpty() && counted.length() < countedMax) {
            counted.append('\n');
            chars++;
        }
        chars += to - from;
        int room = Math.max(0, Math.min(to - from, countedMax - counted.length()));
        counted.append(text, from, from + room);
    }
}
