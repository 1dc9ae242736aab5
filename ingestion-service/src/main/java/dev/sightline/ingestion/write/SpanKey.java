package dev.sightline.ingestion.write;

import com.google.protobuf.ByteString;
import dev.sightline.storage.observation.ObservationRow;

/** An observation's identity. */
record SpanKey(String projectId, ByteString traceId, ByteString spanId) {
    static SpanKey of(ObservationRow row) {
        return new SpanKey(row.projectId(), row.observation().getTraceId(), row.observation().getSpanId());
    }

    TraceKey traceKey() {
        return new TraceKey(projectId, traceId);
    }
}
