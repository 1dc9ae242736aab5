package dev.sightline.ingestion.mapping;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the input and the output of a span. The sources are asked in the order of docs/attribute-mapping.md; the first
 * that has a side gives it, and the other side may come from a later source. Text is kept as it was sent, JSON or not;
 * what was sent in pieces becomes a JSON array of messages. Null: not reported.
 */
final class Content {
    /** A place where some instrumentation puts both sides; of several keys the first that says something counts. */
    private record Source(Key[] input, Key[] output) {
        static Source of(Key input, Key output) {
            return new Source(new Key[] {input}, new Key[] {output});
        }
    }

    private static final Source LANGFUSE = Source.of(Key.LANGFUSE_INPUT, Key.LANGFUSE_OUTPUT);
    private static final Source VERCEL = new Source(
            new Key[] {Key.AI_PROMPT_MESSAGES, Key.AI_PROMPT, Key.AI_TOOL_CALL_ARGS},
            new Key[] {Key.AI_RESPONSE_TEXT, Key.AI_RESULT_TEXT, Key.AI_TOOL_CALL_RESULT, Key.AI_RESPONSE_OBJECT,
                Key.AI_RESULT_OBJECT, Key.AI_RESPONSE_TOOL_CALLS, Key.AI_RESULT_TOOL_CALLS});
    private static final Source FLUE = new Source(
            new Key[] {Key.FLUE_TURN_INPUT, Key.FLUE_TOOL_ARGUMENTS, Key.FLUE_TOOL_CALL_ARGUMENTS,
                Key.FLUE_TASK_PROMPT, Key.FLUE_WORKFLOW_PAYLOAD},
            new Key[] {Key.FLUE_TURN_OUTPUT, Key.FLUE_TOOL_RESULT, Key.FLUE_TOOL_CALL_RESULT, Key.FLUE_TASK_RESULT,
                Key.FLUE_WORKFLOW_RESULT, Key.FLUE_OPERATION_RESULT});
    private static final Source LIVEKIT = new Source(
            new Key[] {Key.LIVEKIT_INPUT_TEXT, Key.LIVEKIT_USER_TRANSCRIPT, Key.LIVEKIT_CHAT_CONTEXT,
                Key.LIVEKIT_USER_INPUT, Key.LIVEKIT_TOOL_ARGUMENTS},
            new Key[] {Key.LIVEKIT_TOOL_OUTPUT, Key.LIVEKIT_RESPONSE_TEXT, Key.LIVEKIT_RESPONSE_CALLS});
    private static final Source LOGFIRE = Source.of(Key.LOGFIRE_PROMPT, Key.LOGFIRE_ALL_MESSAGES);
    private static final Source PYDANTIC_TOOL =
            Source.of(Key.PYDANTIC_TOOL_ARGUMENTS, Key.PYDANTIC_TOOL_RESPONSE);
    private static final Source INPUT_VALUE = Source.of(Key.INPUT_VALUE, Key.OUTPUT_VALUE);
    private static final List<Source> COMMON = List.of(
            Source.of(Key.MLFLOW_INPUTS, Key.MLFLOW_OUTPUTS),
            Source.of(Key.TRACELOOP_INPUT, Key.TRACELOOP_OUTPUT),
            INPUT_VALUE,
            Source.of(Key.INPUT, Key.OUTPUT));
    private static final List<Source> LAST = List.of(
            Source.of(Key.GEN_AI_PROMPT, Key.GEN_AI_COMPLETION),
            Source.of(Key.TOOL_CALL_ARGUMENTS, Key.TOOL_CALL_RESULT),
            Source.of(Key.RETRIEVAL_QUERY, Key.RETRIEVAL_DOCUMENTS),
            Source.of(Key.LOGFIRE_REQUEST, Key.LOGFIRE_RESPONSE));
    private static final Family[] INPUT_FAMILIES = {Family.PROMPT, Family.LLM_INPUT};
    private static final Family[] OUTPUT_FAMILIES = {Family.COMPLETION, Family.LLM_OUTPUT, Family.RETRIEVED};

    private final SpanAttributes attributes;
    private final EventMessages events;
    private final String scopeName;
    private final int slotMax;
    private ByteString input;
    private ByteString output;

    private Content(SpanAttributes attributes, EventMessages events, String scopeName, int slotMax) {
        this.attributes = attributes;
        this.events = events;
        this.scopeName = scopeName;
        this.slotMax = slotMax;
    }

    /**
     * Reads both sides and takes the attributes and events they came from.
     *
     * @param root whether the span is the first of its trace or application, whose sides are the trace's as well
     */
    static Content of(SpanAttributes attributes, EventMessages events, String scopeName, boolean root, int slotMax) {
        Content content = new Content(attributes, events, scopeName, slotMax);
        content.read();
        if (root) {
            content.input = content.traceSide(content.input, Key.LANGFUSE_TRACE_INPUT);
            content.output = content.traceSide(content.output, Key.LANGFUSE_TRACE_OUTPUT);
        }
        return content;
    }

    /** In UTF-8. */
    ByteString input() {
        return input;
    }

    /** In UTF-8. */
    ByteString output() {
        return output;
    }

    private boolean isComplete() {
        return input != null && output != null;
    }

    private void read() {
        offer(LANGFUSE);
        if (attributes.has(Key.GENKIT_INPUT) || attributes.has(Key.GENKIT_OUTPUT)) {
            genkit();
        }
        if (scopeName.equals("ai") || attributes.has(Key.AI_OPERATION_ID)) {
            vercel();
        }
        offer(FLUE);
        structured();
        if (!events.isEmpty() && !isComplete()) {
            events();
        }
        if (!isComplete()) {
            googleAdk();
            offer(LOGFIRE);
            offer(LIVEKIT);
            logfireEvents();
            COMMON.forEach(this::offer);
            pydanticAi();
            offer(PYDANTIC_TOOL);
        }
        indexed();
        if (!isComplete()) {
            LAST.forEach(this::offer);
            systemOnly();
        }
    }

    private void offer(Source source) {
        if (input == null) {
            input = attributes.bytesOrNull(source.input);
        }
        if (output == null) {
            output = attributes.bytesOrNull(source.output);
        }
    }

    private void genkit() {
        if (input == null) {
            input = utf8(genkitSide(Key.GENKIT_INPUT, "messages"));
        }
        if (output == null) {
            output = utf8(genkitSide(Key.GENKIT_OUTPUT, "message"));
        }
    }

    /**
     * A model span's envelope holds the messages in a field, and the rest stays an attribute; any other span's value is
     * the content itself.
     */
    private String genkitSide(Key key, String field) {
        String value = attributes.peekText(key);
        if (value == null) {
            return null;
        }
        String messages = Json.field(value, field);
        if (messages == null) {
            attributes.take(key);
            return value;
        }
        attributes.replace(key, Json.without(value, field));
        return messages;
    }

    private void vercel() {
        String text = attributes.peekText(Key.AI_RESPONSE_TEXT);
        String toolCalls = attributes.peekText(Key.AI_RESPONSE_TOOL_CALLS);
        if (output == null && text != null && toolCalls != null) {
            StringBuilder json = new StringBuilder(text.length() + toolCalls.length() + 64);
            Json.quote(json.append("{\"role\":\"assistant\",\"content\":"), text);
            Json.embed(json.append(",\"tool_calls\":"), toolCalls);
            output = utf8(json.append('}').toString());
            attributes.take(Key.AI_RESPONSE_TEXT);
            attributes.take(Key.AI_RESPONSE_TOOL_CALLS);
        }
        offer(VERCEL);
    }

    /** Structured messages win over flattened copies of themselves, which are then not stored a second time. */
    private void structured() {
        if (input == null && attributes.has(Key.INPUT_MESSAGES)) {
            input = withSystem(Key.INPUT_MESSAGES);
            attributes.take(Key.INPUT_VALUE);
        }
        if (output == null && attributes.has(Key.OUTPUT_MESSAGES)) {
            output = attributes.bytesOrNull(Key.OUTPUT_MESSAGES);
            attributes.take(Key.OUTPUT_VALUE);
        }
    }

    private void events() {
        if (input == null) {
            input = utf8(events.detailsInput());
        }
        if (output == null) {
            output = utf8(events.detailsOutput());
        }
        if (input == null) {
            input = utf8(events.messages());
        }
        if (output == null) {
            output = utf8(events.choices());
        }
        if (input == null) {
            input = utf8(events.contentPrompt());
        }
        if (output == null) {
            output = utf8(events.contentCompletion());
        }
    }

    /** ADK writes `{}` as request and response where it means the tool's arguments and answer. */
    private void googleAdk() {
        for (Key key : new Key[] {Key.ADK_REQUEST, Key.ADK_RESPONSE}) {
            String value = attributes.peekText(key);
            if (value == null || value.equals("{}")) {
                attributes.take(key);
            } else if (key == Key.ADK_REQUEST && input == null) {
                input = attributes.bytesOrNull(key);
            } else if (key == Key.ADK_RESPONSE && output == null) {
                output = attributes.bytesOrNull(key);
            }
        }
        if (input == null) {
            input = attributes.bytesOrNull(Key.ADK_TOOL_ARGUMENTS);
        }
        if (output == null) {
            output = attributes.bytesOrNull(Key.ADK_TOOL_RESPONSE);
        }
    }

    /** Logfire's single `events` attribute: the first choice is the output, everything else the input. */
    private void logfireEvents() {
        String value = attributes.peekText(Key.LOGFIRE_EVENTS);
        List<String> elements = value == null ? null : Json.elements(value);
        if (elements == null) {
            return;
        }
        List<String> messages = new ArrayList<>();
        String choice = null;
        for (String element : elements) {
            if (!"gen_ai.choice".equals(Json.textField(element, "event.name"))) {
                messages.add(element);
            } else if (choice == null) {
                choice = element;
            }
        }
        boolean used = false;
        if (input == null && !messages.isEmpty()) {
            input = utf8('[' + String.join(",", messages) + ']');
            used = true;
        }
        if (output == null && choice != null) {
            output = utf8(choice);
            used = true;
        }
        if (used) {
            attributes.take(Key.LOGFIRE_EVENTS);
        }
    }

    private void pydanticAi() {
        if (!scopeName.equals("pydantic-ai")) {
            return;
        }
        if (input == null && attributes.has(Key.PYDANTIC_ALL_MESSAGES)) {
            input = withSystem(Key.PYDANTIC_ALL_MESSAGES);
        }
        if (output == null) {
            output = attributes.bytesOrNull(Key.PYDANTIC_FINAL_RESULT);
        }
    }

    /** Indexed messages are always a copy of what another source says in one piece, where there is one. */
    private void indexed() {
        for (Family family : INPUT_FAMILIES) {
            if (input == null) {
                input = utf8(IndexedMessages.json(attributes, family, slotMax));
            } else {
                attributes.takeAll(family);
            }
        }
        for (Family family : OUTPUT_FAMILIES) {
            if (output == null) {
                output = utf8(IndexedMessages.json(attributes, family, slotMax));
            } else {
                attributes.takeAll(family);
            }
        }
    }

    private void systemOnly() {
        if (input == null) {
            String instructions = attributes.textOrNull(Key.SYSTEM_INSTRUCTIONS);
            input = instructions == null ? null : utf8(StructuredMessages.systemOnly(instructions));
        }
    }

    /** What a root says of its trace is its own content where it has none, and is dropped where it is the same. */
    private ByteString traceSide(ByteString own, Key key) {
        if (own == null) {
            return attributes.bytesOrNull(key);
        }
        AnyValue said = attributes.peek(key);
        if (said != null && own.equals(Json.utf8(said))) {
            attributes.take(key);
        }
        return own;
    }

    /** The messages, taken, with the system instructions in front of them where these were sent apart. */
    private ByteString withSystem(Key messages) {
        String instructions = attributes.textOrNull(Key.SYSTEM_INSTRUCTIONS);
        return instructions == null ? attributes.bytesOrNull(messages)
                : utf8(StructuredMessages.withSystem(instructions, attributes.text(messages)));
    }

    private static ByteString utf8(String text) {
        return text == null ? null : ByteString.copyFromUtf8(text);
    }
}
