package dev.sightline.ingestion.write;

import com.google.protobuf.ByteString;
import dev.sightline.storage.observation.ObservationRow;

/** A trace of a project. */
record TraceKey(String projectId, ByteString traceId) {
    /** With an id of its own instead of a view of what it was read from, for whoever keeps it. */
    TraceKey copy() {
        return new TraceKey(projectId, ByteString.copyFrom(traceId.toByteArray()));
    }

    static TraceKey of(ObservationRow row) {
        return new TraceKey(row.projectId(), row.observation().getTraceId());
    }
}
