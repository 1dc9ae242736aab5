package dev.sightline.storage.message;

import com.google.protobuf.ByteString;
import dev.sightline.storage.observation.ObservationRow;
import java.util.concurrent.TimeUnit;

/**
 * The observations of a trace that started on one day, by days since 1970 in UTC. A message is stored anew for each day
 * on which it was referred to, so that whatever is older than some day can be dropped from all tables alike.
 */
record TraceDay(String projectId, ByteString traceId, int day) {
    /** What ClickHouse's Date can say. */
    private static final long DAY_MAX = 65_535;

    /** With an id of its own instead of a view of what it was read from, for whoever keeps it. */
    TraceDay copy() {
        return new TraceDay(projectId, ByteString.copyFrom(traceId.toByteArray()), day);
    }

    static TraceDay of(ObservationRow row) {
        long day = TimeUnit.NANOSECONDS.toDays(row.observation().getStartUnixNano());
        return new TraceDay(row.projectId(), row.observation().getTraceId(), (int) Math.clamp(day, 0, DAY_MAX));
    }
}
