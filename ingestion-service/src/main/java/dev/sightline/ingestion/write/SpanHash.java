package dev.sightline.ingestion.write;

import com.google.protobuf.ByteString;
import dev.sightline.storage.observation.ObservationRow;
import java.nio.charset.StandardCharsets;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;

/** A span's identity (project, trace, span) in 64 bits, computed alike here and by ClickHouse. */
final class SpanHash {
    /** The same hash as {@link #of}, over the columns of either observation table. */
    static final String SQL = "reinterpretAsInt64(xxHash64(concat(project_id, trace_id, span_id)))";

    private static final XXHash64 XX_HASH = XXHashFactory.fastestJavaInstance().hash64();

    private SpanHash() {
    }

    static long of(ObservationRow row) {
        return of(row.projectId(), row.observation().getTraceId(), row.observation().getSpanId());
    }

    static long of(SpanKey key) {
        return of(key.projectId(), key.traceId(), key.spanId());
    }

    private static long of(String projectId, ByteString traceId, ByteString spanId) {
        byte[] project = projectId.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[project.length + 24];
        System.arraycopy(project, 0, key, 0, project.length);
        traceId.copyTo(key, project.length);
        spanId.copyTo(key, project.length + 16);
        return XX_HASH.hash(key, 0, key.length, 0);
    }
}
