package dev.sightline.evaluator.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sightline.evaluator.trace.Message.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the conversation out of an observation's input or output, in whatever shape the application sent it: the
 * GenAI conventions' messages with parts, OpenAI's chat and responses shapes, Anthropic, Gemini, Bedrock, LangChain,
 * objects such as {"question": …}, captured function arguments, JSON inside a JSON string, or plain text. It never
 * fails: what it can't read as a conversation gives no message. Text without a role belongs to the side it came from:
 * the user in an input, the assistant in an output. Reasoning, tool calls, tool results and binary parts are not text.
 */
public final class Messages {
    /** Which half of an observation a body is. */
    public enum Side { INPUT, OUTPUT }

    private static final int DEPTH_MAX = 12;
    private static final int MESSAGES_MAX = 10_000;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(64 << 20).maxNestingDepth(500).build())
            .build()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private static final Map<String, Role> ROLES = Map.ofEntries(
            Map.entry("user", Role.USER), Map.entry("human", Role.USER),
            Map.entry("assistant", Role.ASSISTANT), Map.entry("ai", Role.ASSISTANT), Map.entry("model", Role.ASSISTANT),
            Map.entry("bot", Role.ASSISTANT), Map.entry("chatbot", Role.ASSISTANT), Map.entry("agent", Role.ASSISTANT),
            Map.entry("system", Role.SYSTEM), Map.entry("developer", Role.SYSTEM),
            Map.entry("tool", Role.TOOL), Map.entry("function", Role.TOOL));
    // Tried in this order: a named question says more than a history, a history more than an unnamed text.
    private static final List<String> INPUT_KEYS = List.of("question", "query", "user_query", "userquery",
            "user_question", "user_input", "userinput", "user_message", "usermessage", "messages", "contents",
            "conversation", "chat_history", "input", "inputs", "prompt", "message", "text", "content", "parts",
            "kwargs", "args", "body", "request", "data");
    private static final List<String> OUTPUT_KEYS = List.of("answer", "final_answer", "finalanswer", "output_text",
            "choices", "candidates", "messages", "output", "outputs", "response", "reply", "result", "completion",
            "completions", "generations", "generated_text", "generation", "message", "text", "content", "parts",
            "delta", "body", "data");
    private static final Pattern THINKING = Pattern.compile("(?i)<(/?)(?:think|thinking|reasoning)>");

    private final Side side;
    private final List<Message> messages = new ArrayList<>();

    private Messages(Side side) {
        this.side = side;
    }

    /** The messages of a body in their order; empty where there are none. */
    public static List<Message> read(String body, Side side) {
        Messages reader = new Messages(side);
        reader.text(body, 0);
        return List.copyOf(reader.messages);
    }

    /** What the user asked last, or an empty string. */
    public static String question(String input) {
        List<Message> messages = read(input, Side.INPUT);
        String question = last(messages, Role.USER);
        return question.isEmpty() ? last(messages, Role.OTHER) : question;
    }

    /** What was answered at the end, without a reasoning model's think block, or an empty string. */
    public static String answer(String output) {
        List<Message> messages = read(output, Side.OUTPUT);
        for (int i = messages.size() - 1; i >= 0; i--) {
            Role role = messages.get(i).role();
            if (role == Role.ASSISTANT || role == Role.OTHER) {
                String answer = withoutThinking(messages.get(i).text());
                if (!answer.isEmpty()) {
                    return answer;
                }
            }
        }
        return "";
    }

    private static String last(List<Message> messages, Role role) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role() == role) {
                return messages.get(i).text();
            }
        }
        return "";
    }

    /**
     * Drops the think blocks of reasoning models: closed ones, what stands before an end tag whose start is missing,
     * and what follows a start tag that never ends. Also for a judge's answer.
     */
    public static String withoutThinking(String text) {
        StringBuilder kept = new StringBuilder();
        boolean thinking = false;
        int from = 0;
        Matcher tag = THINKING.matcher(text);
        while (tag.find()) {
            boolean ends = !tag.group(1).isEmpty();
            if (!ends && !thinking) {
                kept.append(text, from, tag.start());
            } else if (ends && !thinking) {
                kept.setLength(0);
            }
            thinking = !ends;
            from = tag.end();
        }
        return (thinking ? kept : kept.append(text, from, text.length())).toString().strip();
    }

    private void text(String body, int depth) {
        String text = body.strip();
        if (text.equals("null")) {
            return;
        }
        boolean structured = text.startsWith("{") || text.startsWith("[") || text.startsWith("\"");
        if (structured && depth < DEPTH_MAX) {
            try {
                JsonNode node = JSON.readTree(text);
                if (node.isContainerNode() || node.isTextual()) {
                    node(node, depth + 1);
                    return;
                }
            } catch (JsonProcessingException e) {
                // Text that only begins like JSON: "[1] says …", or JSON that a size limit has cut.
            }
        }
        add(side == Side.INPUT ? Role.USER : Role.ASSISTANT, text);
    }

    private void node(JsonNode node, int depth) {
        if (depth > DEPTH_MAX || messages.size() >= MESSAGES_MAX) {
            return;
        }
        if (node.isTextual()) {
            text(node.textValue(), depth);
        } else if (node.isArray()) {
            array(node, depth);
        } else if (node.isObject()) {
            object(node, depth);
        }
    }

    private void array(JsonNode array, int depth) {
        if (allParts(array)) {
            add(side == Side.INPUT ? Role.USER : Role.ASSISTANT, content(array, depth));
            return;
        }
        if (side == Side.OUTPUT && allText(array)) {
            add(Role.ASSISTANT, content(array, depth));
            return;
        }
        for (JsonNode element : array) {
            node(element, depth + 1);
        }
    }

    private static boolean allParts(JsonNode array) {
        for (JsonNode element : array) {
            if (!isPart(element)) {
                return false;
            }
        }
        return !array.isEmpty();
    }

    /** A list of strings in an output is one answer in pieces; in an input each is a text of its own. */
    private static boolean allText(JsonNode array) {
        for (JsonNode element : array) {
            if (!element.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private void object(JsonNode object, int depth) {
        JsonNode langChain = object.path("kwargs");
        if (object.path("lc").isNumber() && langChain.isObject()) {
            JsonNode id = object.path("id");
            add(roleOf(id.path(id.size() - 1).asText("")), content(langChain.path("content"), depth));
            return;
        }
        Role role = role(object);
        if (role != null) {
            JsonNode content = firstPresent(object, "parts", "content", "text", "message");
            add(role, content(content, depth));
            return;
        }
        if (isPart(object)) {
            add(side == Side.INPUT ? Role.USER : Role.ASSISTANT, content(object, depth));
            return;
        }
        Map<String, JsonNode> byKey = lowerCaseKeys(object);
        int before = messages.size();
        for (String key : side == Side.INPUT ? INPUT_KEYS : OUTPUT_KEYS) {
            JsonNode value = byKey.get(key);
            if (value != null) {
                node(value, depth + 1);
                if (messages.size() > before) {
                    return;
                }
            }
        }
        if (byKey.size() == 1) {
            node(byKey.values().iterator().next(), depth + 1);
        }
    }

    private static Map<String, JsonNode> lowerCaseKeys(JsonNode object) {
        Map<String, JsonNode> byKey = new LinkedHashMap<>();
        object.properties().forEach(e -> byKey.putIfAbsent(e.getKey().toLowerCase(Locale.ROOT), e.getValue()));
        return byKey;
    }

    private static Role role(JsonNode object) {
        String role = object.path("role").asText("");
        if (!role.isEmpty()) {
            return roleOf(role);
        }
        String type = object.path("type").asText("").toLowerCase(Locale.ROOT);
        boolean hasContent = object.has("content") || object.has("parts");
        if (!hasContent) {
            return null;
        }
        return ROLES.get(type.endsWith("messagechunk") ? type.substring(0, type.length() - 12)
                : type.endsWith("message") ? type.substring(0, type.length() - 7) : type);
    }

    private static Role roleOf(String name) {
        String role = name.toLowerCase(Locale.ROOT);
        for (String suffix : List.of("messagechunk", "message")) {
            if (role.endsWith(suffix)) {
                role = role.substring(0, role.length() - suffix.length());
            }
        }
        return ROLES.getOrDefault(role, Role.OTHER);
    }

    /** A piece of one message: OpenAI's, Anthropic's, Bedrock's, Gemini's or the GenAI conventions'. */
    private static boolean isPart(JsonNode node) {
        if (!node.isObject() || node.has("role")) {
            return false;
        }
        String type = node.path("type").asText("");
        return switch (type) {
            case "text", "input_text", "output_text", "reasoning", "thinking", "redacted_thinking", "tool_call",
                 "tool_use", "tool_result", "tool_call_response", "tool-call", "tool-result", "image_url",
                 "input_image", "image", "input_audio", "audio", "file", "input_file", "blob", "uri", "refusal",
                 "function_call", "function_call_output", "document" -> true;
            case "" -> node.size() == 1 && node.path("text").isTextual();
            default -> false;
        };
    }

    private static String content(JsonNode content, int depth) {
        if (depth > DEPTH_MAX) {
            return "";
        }
        if (content.isTextual()) {
            return content.textValue();
        }
        if (content.isArray()) {
            StringBuilder joined = new StringBuilder();
            for (JsonNode part : content) {
                String text = content(part, depth + 1);
                if (!text.isBlank()) {
                    joined.append(joined.isEmpty() ? "" : "\n").append(text);
                }
            }
            return joined.toString();
        }
        if (!content.isObject()) {
            return "";
        }
        return switch (content.path("type").asText("")) {
            case "", "text", "input_text", "output_text", "refusal" -> content(
                    firstPresent(content, "text", "content", "value", "refusal", "parts"), depth + 1);
            default -> "";
        };
    }

    private static JsonNode firstPresent(JsonNode object, String... keys) {
        JsonNode value = object.path(keys[0]);
        for (int i = 1; i < keys.length && (value.isMissingNode() || value.isNull()); i++) {
            value = object.path(keys[i]);
        }
        return value;
    }

    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR,
                 Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private void add(Role role, String text) {
        if (messages.size() < MESSAGES_MAX && text.codePoints().anyMatch(Messages::isVisible)) {
            messages.add(new Message(role, text.strip()));
        }
    }
}
