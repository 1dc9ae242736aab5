package dev.sightline.ingestion.write;

import com.google.protobuf.ByteString;
import dev.sightline.storage.observation.ObservationRow;

/** A trace of a project. */
record TraceKey(String projectId, ByteString traceId) {
    static TraceKey of(ObservationRow row) {
        return new TraceKey(row.projectId(), row.observation().getTraceId());
    }
}
