package dev.sightline.ingestion.mapping;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the conversation out of span events, in all the shapes the conventions have given it:
 * `gen_ai.client.inference.operation.details` with structured messages, one `gen_ai.user.message` (system, assistant,
 * tool) per message and `gen_ai.choice` for the answers, and `gen_ai.content.prompt` / `gen_ai.content.completion`.
 * An event that was read stays in the observation with its name and time; its content is in input or output.
 */
final class EventMessages {
    private static final String DETAILS = "gen_ai.client.inference.operation.details";
    private static final String CHOICE = "gen_ai.choice";
    private static final String CONTENT_PROMPT = "gen_ai.content.prompt";
    private static final String CONTENT_COMPLETION = "gen_ai.content.completion";
    /** Azure's and Semantic Kernel's place for the whole event body, as JSON text. */
    private static final String BODY = "gen_ai.event.content";

    private final List<Span.Event> events;
    private final boolean[] read;

    EventMessages(Span span) {
        events = span.getEventsList();
        read = new boolean[events.size()];
    }

    boolean isEmpty() {
        return read.length == 0;
    }

    /** Whether the event's content has become input or output. */
    boolean isRead(int index) {
        return read[index];
    }

    /** Structured input of an operation-details event, or null. */
    String detailsInput() {
        int index = find(DETAILS);
        String messages = attribute(index, "gen_ai.input.messages");
        String instructions = attribute(index, "gen_ai.system_instructions");
        if (messages == null) {
            return null;
        }
        read[index] = true;
        return instructions == null ? messages : StructuredMessages.withSystem(instructions, messages);
    }

    /** Structured output of an operation-details event, or null. */
    String detailsOutput() {
        int index = find(DETAILS);
        String messages = attribute(index, "gen_ai.output.messages");
        if (messages != null) {
            read[index] = true;
        }
        return messages;
    }

    /** One message per event, as a JSON array, or null. */
    String messages() {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < read.length; i++) {
            String role = role(events.get(i).getName());
            if (role != null) {
                read[i] = true;
                message(json.length() > 1 ? json.append(',') : json, role, events.get(i).getAttributesList());
            }
        }
        return json.length() == 1 ? null : json.append(']').toString();
    }

    /** The model's answer: an object for one choice, an array for several, or null. */
    String choices() {
        List<String> choices = new ArrayList<>(1);
        for (int i = 0; i < read.length; i++) {
            if (events.get(i).getName().equals(CHOICE)) {
                read[i] = true;
                StringBuilder json = new StringBuilder();
                message(json, "assistant", events.get(i).getAttributesList());
                choices.add(json.toString());
            }
        }
        return switch (choices.size()) {
            case 0 -> null;
            case 1 -> choices.getFirst();
            default -> '[' + String.join(",", choices) + ']';
        };
    }

    /** The prompt as the oldest conventions put it into an event, or null. */
    String contentPrompt() {
        return content(CONTENT_PROMPT, "gen_ai.prompt");
    }

    /** The completion as the oldest conventions put it into an event, or null. */
    String contentCompletion() {
        return content(CONTENT_COMPLETION, "gen_ai.completion");
    }

    private String content(String event, String attribute) {
        int index = find(event);
        if (index < 0 || events.get(index).getAttributesCount() == 0) {
            return null;
        }
        read[index] = true;
        String content = attribute(index, attribute);
        if (content == null) {
            content = attribute(index, BODY);
        }
        if (content == null) {
            StringBuilder json = new StringBuilder();
            Json.write(json, events.get(index).getAttributesList());
            content = json.toString();
        }
        return content;
    }

    private int find(String name) {
        for (int i = 0; i < read.length; i++) {
            if (events.get(i).getName().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private String attribute(int event, String key) {
        if (event < 0) {
            return null;
        }
        for (KeyValue attribute : events.get(event).getAttributesList()) {
            if (attribute.getKey().equals(key) && SpanAttributes.isMeaningful(attribute.getValue())) {
                return Json.text(attribute.getValue());
            }
        }
        return null;
    }

    private static String role(String event) {
        return switch (event) {
            case "gen_ai.system.message" -> "system";
            case "gen_ai.user.message" -> "user";
            case "gen_ai.assistant.message" -> "assistant";
            case "gen_ai.tool.message" -> "tool";
            default -> null;
        };
    }

    /** Writes one message: the role, then the event's attributes, with bodies sent as JSON text opened up. */
    private static void message(StringBuilder json, String role, List<KeyValue> attributes) {
        int start = json.length();
        json.append('{');
        boolean hasRole = false;
        for (KeyValue attribute : attributes) {
            switch (attribute.getKey()) {
                case "gen_ai.system", "gen_ai.provider.name", "event.name" -> {
                }
                case BODY, "message" -> hasRole |= body(json, attribute.getValue());
                case "tool_calls" -> {
                    member(json, "tool_calls");
                    Json.embed(json, Json.text(attribute.getValue()));
                }
                default -> {
                    hasRole |= attribute.getKey().equals("role");
                    member(json, attribute.getKey());
                    Json.write(json, attribute.getValue());
                }
            }
        }
        if (!hasRole) {
            String separator = json.length() == start + 1 ? "" : ",";
            json.insert(start + 1, "\"role\":\"" + role + '"' + separator);
        }
        json.append('}');
    }

    /** Splices the members of a body into the message; a body that is plain text becomes its content. */
    private static boolean body(StringBuilder json, AnyValue value) {
        String body = Json.text(value);
        if (Json.members(body).isEmpty()) {
            member(json, "content");
            Json.quote(json, body);
            return false;
        }
        String message = Json.field(body, "message");
        boolean nested = message != null && Json.firstChar(message) == '{';
        boolean hasRole = false;
        for (String part : nested ? List.of(message, body) : List.of(body)) {
            for (Json.Member member : Json.members(part)) {
                if (!(nested && member.name().equals("message"))) {
                    hasRole |= member.name().equals("role");
                    member(json, member.name());
                    json.append(member.json());
                }
            }
        }
        return hasRole;
    }

    private static void member(StringBuilder json, String name) {
        if (json.charAt(json.length() - 1) != '{') {
            json.append(',');
        }
        Json.quote(json, name);
        json.append(':');
    }
}
