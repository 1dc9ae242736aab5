package dev.sightline.ingestion.mapping;

import dev.sightline.proto.observation.v1.Level;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.Locale;
import java.util.Set;

/** Reads how much a span matters. */
public final class LevelReader {
    /** LiveKit's plumbing: a voice call makes hundreds of these and none says anything about the conversation. */
    private static final Set<String> LIVEKIT_PLUMBING = Set.of("user_speaking", "eou_detection", "llm_request_run",
            "tts_node", "tts_request", "tts_request_run", "tts_stream_adapter", "agent_speaking",
            "drain_agent_activity", "on_exit", "on_enter", "llm_fallback_adapter", "tts_fallback_adapter",
            "start_agent_activity");

    private LevelReader() {
    }

    static Level read(SpanAttributes attributes, Span span, String scopeName) {
        String stated = attributes.peekText(Key.LANGFUSE_LEVEL);
        Level level = stated == null ? Level.LEVEL_UNSPECIFIED : level(stated);
        if (level != Level.LEVEL_UNSPECIFIED) {
            attributes.take(Key.LANGFUSE_LEVEL);
            return level;
        }
        if (span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR) {
            return Level.ERROR;
        }
        return scopeName.equals("livekit-agents") && LIVEKIT_PLUMBING.contains(span.getName())
                ? Level.DEBUG : Level.DEFAULT;
    }

    /** The level that a word stands for, whatever its case; unspecified where it is none. */
    public static Level level(String stated) {
        return switch (stated.strip().toUpperCase(Locale.ROOT)) {
            case "DEBUG", "TRACE", "VERBOSE" -> Level.DEBUG;
            case "DEFAULT", "INFO", "LOG", "NOTICE", "OK", "SUCCESS" -> Level.DEFAULT;
            case "WARNING", "WARN" -> Level.WARNING;
            case "ERROR", "FATAL", "CRITICAL" -> Level.ERROR;
            default -> Level.LEVEL_UNSPECIFIED;
        };
    }
}
