package dev.sightline.ingestion.mapping;

import io.opentelemetry.proto.common.v1.AnyValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Reads when the first token of a streamed answer came. */
final class CompletionStart {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final double NANOS_PER_MILLI = 1e6;
    /** A wait longer than this is a mistake in the unit. */
    private static final double WAIT_NANOS_MAX = 86_400e9;

    private CompletionStart() {
    }

    /** Nanoseconds since 1970, not before the start; 0 where not reported. Takes the attribute it came from. */
    static long read(SpanAttributes attributes, long startUnixNano) {
        String stated = attributes.peekText(Key.LANGFUSE_COMPLETION_START);
        long unixNano = stated == null ? 0 : parse(Json.unquote(stated).strip());
        if (unixNano >= startUnixNano) {
            attributes.take(Key.LANGFUSE_COMPLETION_START);
            return unixNano;
        }
        Key inMillis = attributes.has(Key.AI_RESPONSE_FIRST_CHUNK_MS)
                ? Key.AI_RESPONSE_FIRST_CHUNK_MS : Key.AI_STREAM_FIRST_CHUNK_MS;
        long after = after(attributes, inMillis, NANOS_PER_MILLI, startUnixNano);
        return after != 0 ? after
                : after(attributes, Key.TIME_TO_FIRST_CHUNK, NANOS_PER_SECOND, startUnixNano);
    }

    private static long after(SpanAttributes attributes, Key key, double nanosPerUnit, long startUnixNano) {
        AnyValue value = attributes.peek(key);
        if (value == null) {
            return 0;
        }
        double nanos = nanosPerUnit * switch (value.getValueCase()) {
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            default -> -1;
        };
        if (!(nanos >= 0 && nanos <= WAIT_NANOS_MAX)) {
            return 0;
        }
        attributes.take(key);
        return startUnixNano + Math.round(nanos);
    }

    /** ISO-8601 with an offset, or without one for UTC; 0 where it is no time that 64 bits of nanoseconds hold. */
    private static long parse(String text) {
        try {
            Instant instant = text.length() > 10 && (text.endsWith("Z") || text.lastIndexOf('+') > 10
                    || text.lastIndexOf('-') > 10)
                    ? OffsetDateTime.parse(text).toInstant() : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
        } catch (DateTimeException | ArithmeticException _) {
            return 0;
        }
    }
}
