package dev.sightline.ingestion.mapping;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.HexFormat;

/** Reads what an agent graph is drawn from: which agent, which tool, which call. */
final class AgentFields {
    private static final int SPAN_ID_HEX_CHARS = 16;

    private AgentFields() {
    }

    static String toolName(SpanAttributes attributes, ObservationType type) {
        String name = attributes.text(Key.TOOL_NAME, Key.AI_TOOL_CALL_NAME, Key.OPENINFERENCE_TOOL_NAME,
                Key.LIVEKIT_TOOL_NAME, Key.FLUE_TOOL_NAME);
        return name.isEmpty() && type == ObservationType.TOOL
                ? attributes.text(Key.TRACELOOP_ENTITY_NAME, Key.GENKIT_NAME) : name;
    }

    static String toolCallId(SpanAttributes attributes) {
        return attributes.text(Key.TOOL_CALL_ID, Key.AI_TOOL_CALL_ID, Key.LIVEKIT_TOOL_ID, Key.OPENINFERENCE_TOOL_ID,
                Key.FLUE_TOOL_CALL_ID);
    }

    static String agentName(SpanAttributes attributes, ObservationType type) {
        String name = attributes.text(Key.GEN_AI_AGENT_NAME, Key.OPENINFERENCE_AGENT_NAME, Key.PYDANTIC_AGENT_NAME,
                Key.LIVEKIT_AGENT_NAME, Key.FLUE_TASK_AGENT);
        return name.isEmpty() && type == ObservationType.AGENT
                ? attributes.text(Key.TRACELOOP_ENTITY_NAME, Key.GENKIT_NAME) : name;
    }

    /** A span id in hexadecimal digits, or null where the text is none. */
    static ByteString spanId(String hex) {
        if (hex == null || hex.length() != SPAN_ID_HEX_CHARS) {
            return null;
        }
        try {
            return ByteString.copyFrom(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
