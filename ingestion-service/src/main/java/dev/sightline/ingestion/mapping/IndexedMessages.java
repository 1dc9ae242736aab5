package dev.sightline.ingestion.mapping;

import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts messages back together that were sent as one attribute per leaf: `gen_ai.prompt.0.role`,
 * `llm.input_messages.0.message.tool_calls.0.tool_call.function.name`. Gives a JSON array in the order of the numbers.
 * Holes in the numbering are closed, so a number of two billion costs no more than a zero. OpenInference's envelopes
 * (`message`, `tool_call`, `message_content`, `document`, `tool`) are opened: role, content, tool_calls remain.
 */
final class IndexedMessages {
    private static final Set<String> ENVELOPES = Set.of("message", "tool_call", "message_content", "document", "tool");
    /** OpenInference sends a tool as one JSON text. */
    private static final String SCHEMA = "json_schema";
    private static final int DEPTH_MAX = 16;
    private static final int NUMBER_DIGITS_MAX = 9;

    private IndexedMessages() {
    }

    /** The family's members as a JSON array, or null where there is none. Takes them all. */
    static String json(SpanAttributes attributes, Family family, int slotMax) {
        int size = attributes.size(family);
        if (size == 0) {
            return null;
        }
        Node root = new Node();
        int chars = 0;
        for (int i = 0; i < size; i++) {
            String path = attributes.memberName(family, i);
            if (number(path, path.indexOf('.')) < slotMax) {
                AnyValue value = attributes.member(family, i).getValue();
                chars += path.length() + value.getStringValue().length();
                root.add(path, value, 0);
                attributes.take(family, i);
            }
        }
        if (root.children.isEmpty()) {
            return null;
        }
        StringBuilder json = new StringBuilder(chars + chars / 16 + 64);
        root.write(json);
        return json.toString();
    }

    /** The number that a path starts with; {@link Integer#MAX_VALUE} where it is too long to be one. */
    private static int number(String path, int end) {
        int length = end < 0 ? path.length() : end;
        if (length == 0 || length > NUMBER_DIGITS_MAX) {
            return Integer.MAX_VALUE;
        }
        int number = 0;
        for (int i = 0; i < length; i++) {
            int digit = path.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return Integer.MAX_VALUE;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Either a leaf with a value or a branch with children, or both where a sender mixes them. */
    private static final class Node {
        private final Map<String, Node> children = new LinkedHashMap<>();
        private AnyValue value;

        void add(String path, AnyValue leaf, int depth) {
            int dot = depth < DEPTH_MAX ? path.indexOf('.') : -1;
            Node child = children.computeIfAbsent(dot < 0 ? path : path.substring(0, dot), _ -> new Node());
            if (dot < 0) {
                child.value = leaf;
            } else {
                child.add(path.substring(dot + 1), leaf, depth + 1);
            }
        }

        void write(StringBuilder json) {
            if (children.isEmpty()) {
                Json.write(json, value);
            } else if (children.size() == 1 && children.containsKey(SCHEMA) && children.get(SCHEMA).value != null) {
                Json.embed(json, Json.text(children.get(SCHEMA).value));
            } else if (children.size() == 1 && value == null && isEnvelope()) {
                children.values().iterator().next().write(json);
            } else if (value == null && children.keySet().stream().allMatch(name -> isSlot(name))) {
                writeArray(json);
            } else {
                writeObject(json);
            }
        }

        private boolean isEnvelope() {
            Map.Entry<String, Node> only = children.entrySet().iterator().next();
            return ENVELOPES.contains(only.getKey()) && !only.getValue().children.isEmpty();
        }

        private static boolean isSlot(String name) {
            return number(name, -1) != Integer.MAX_VALUE;
        }

        private void writeArray(StringBuilder json) {
            List<String> slots = new ArrayList<>(children.keySet());
            slots.sort((one, other) -> Integer.compare(number(one, -1), number(other, -1)));
            json.append('[');
            String separator = "";
            for (String slot : slots) {
                children.get(slot).write(json.append(separator));
                separator = ",";
            }
            json.append(']');
        }

        private void writeObject(StringBuilder json) {
            json.append('{');
            String separator = "";
            if (value != null) {
                Json.write(json.append("\"value\":"), value);
                separator = ",";
            }
            for (Map.Entry<String, Node> child : children.entrySet()) {
                Json.quote(json.append(separator), child.getKey());
                child.getValue().write(json.append(':'));
                separator = ",";
            }
            json.append('}');
        }
    }
}
