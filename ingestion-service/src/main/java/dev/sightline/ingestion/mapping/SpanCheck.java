package dev.sightline.ingestion.mapping;

import com.google.protobuf.ByteString;
import dev.sightline.base.ingest.IngestReason;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/** Decides whether a span can be stored at all, and says what to change where it cannot. */
final class SpanCheck {
    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;
    /** A character of a string takes at most three bytes in UTF-8. */
    private static final long BYTES_PER_CHAR_MAX = 3;
    /** Tags and lengths of an attribute, its name and its value. */
    private static final long ATTRIBUTE_BYTES_MAX = 18;

    private final SpanLimits limits;
    private final long startBeforeNowNanosMax;
    private final long startAfterNowNanosMax;

    SpanCheck(SpanLimits limits) {
        this.limits = limits;
        this.startBeforeNowNanosMax = limits.startBeforeNowMax().toNanos();
        this.startAfterNowNanosMax = limits.startAfterNowMax().toNanos();
    }

    /** Why the span cannot be stored, or null. */
    Result.Rejected problem(Span span, long startUnixNano, long endUnixNano, long nowUnixNano) {
        if (!isId(span.getSpanId(), SPAN_ID_BYTES)) {
            return new Result.Rejected(IngestReason.INVALID_SPAN_ID,
                    "span_id: " + idProblem(span.getSpanId(), SPAN_ID_BYTES)
                    + (isId(span.getTraceId(), TRACE_ID_BYTES)
                            ? "; trace " + HexFormat.of().formatHex(span.getTraceId().toByteArray()) : "")
                    + "; send the id of the span's context");
        }
        if (!isId(span.getTraceId(), TRACE_ID_BYTES)) {
            return new Result.Rejected(IngestReason.INVALID_TRACE_ID,
                    "trace_id: " + idProblem(span.getTraceId(), TRACE_ID_BYTES) + in(span)
                    + "; send the id of the span's context");
        }
        int parentBytes = span.getParentSpanId().size();
        if (parentBytes != 0 && parentBytes != SPAN_ID_BYTES) {
            return new Result.Rejected(IngestReason.INVALID_PARENT_SPAN_ID,
                    "parent_span_id: has " + parentBytes + " bytes" + in(span) + "; send 8 bytes, or none for a root");
        }
        Result.Rejected time = timeProblem(span, startUnixNano, endUnixNano, nowUnixNano);
        return time != null ? time : sizeProblem(span);
    }

    private Result.Rejected timeProblem(Span span, long startUnixNano, long endUnixNano, long nowUnixNano) {
        if (Long.compareUnsigned(endUnixNano, startUnixNano) < 0) {
            return new Result.Rejected(IngestReason.END_BEFORE_START,
                    "end_time_unix_nano: is before start_time_unix_nano" + in(span)
                    + "; send both from one clock, in nanoseconds since 1970");
        }
        long latest = nowUnixNano + startAfterNowNanosMax;
        if (Long.compareUnsigned(startUnixNano, latest) > 0 || Long.compareUnsigned(endUnixNano, latest) > 0) {
            return new Result.Rejected(IngestReason.TIME_IN_FUTURE,
                    (Long.compareUnsigned(startUnixNano, latest) > 0 ? "start" : "end")
                    + "_time_unix_nano: is more than " + words(limits.startAfterNowMax()) + " in the future" + in(span)
                    + "; check the sender's clock and that the unit is nanoseconds");
        }
        if (startUnixNano < nowUnixNano - startBeforeNowNanosMax) {
            return new Result.Rejected(IngestReason.TIME_TOO_OLD,
                    "start_time_unix_nano: is more than " + words(limits.startBeforeNowMax()) + " in the past"
                    + in(span) + "; check the sender's clock and that the unit is nanoseconds");
        }
        return null;
    }

    /** Estimates from above first: the exact size of every span would cost more than the mapping. */
    private Result.Rejected sizeProblem(Span span) {
        long bytes = span.getName().length() * BYTES_PER_CHAR_MAX;
        for (KeyValue attribute : span.getAttributesList()) {
            int value = attribute.getValue().getSerializedSize();
            if (value > limits.attributeValueBytesMax()) {
                return new Result.Rejected(IngestReason.ATTRIBUTE_TOO_LARGE, "attributes: a value has " + value
                        + " bytes, at most " + limits.attributeValueBytesMax() + " are taken" + in(span)
                        + "; send less of it");
            }
            bytes += bytes(attribute);
        }
        for (Span.Event event : span.getEventsList()) {
            bytes += bytes(event.getAttributesList());
        }
        for (Span.Link link : span.getLinksList()) {
            bytes += bytes(link.getAttributesList());
        }
        if (bytes > limits.spanBytesMax() && span.getSerializedSize() > limits.spanBytesMax()) {
            return new Result.Rejected(IngestReason.SPAN_TOO_LARGE,
                    "span: has " + span.getSerializedSize() + " bytes, at most " + limits.spanBytesMax()
                    + " are taken" + in(span) + "; send less content or split the span");
        }
        return null;
    }

    private static long bytes(List<KeyValue> attributes) {
        long bytes = 0;
        for (KeyValue attribute : attributes) {
            bytes += bytes(attribute);
        }
        return bytes;
    }

    private static long bytes(KeyValue attribute) {
        return attribute.getKey().length() * BYTES_PER_CHAR_MAX + attribute.getValue().getSerializedSize()
                + ATTRIBUTE_BYTES_MAX;
    }

    /** Whether the bytes are an id: of the right length and not all zero. */
    static boolean isTraceId(ByteString id) {
        return isId(id, TRACE_ID_BYTES);
    }

    /** Whether the bytes are an id: of the right length and not all zero. */
    static boolean isSpanId(ByteString id) {
        return isId(id, SPAN_ID_BYTES);
    }

    private static boolean isId(ByteString id, int bytes) {
        return id.size() == bytes && !isZero(id);
    }

    private static boolean isZero(ByteString id) {
        for (int i = 0; i < id.size(); i++) {
            if (id.byteAt(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static String idProblem(ByteString id, int bytes) {
        if (id.isEmpty()) {
            return "is missing";
        }
        return id.size() == bytes ? "is all zero" : "has " + id.size() + " bytes instead of " + bytes;
    }

    private static String in(Span span) {
        return "; span " + HexFormat.of().formatHex(span.getSpanId().toByteArray());
    }

    private static String words(Duration duration) {
        return duration.toHours() >= 48 || duration.equals(Duration.ofDays(1))
                ? duration.toDays() + (duration.toDays() == 1 ? " day" : " days") : duration.toString();
    }
}
