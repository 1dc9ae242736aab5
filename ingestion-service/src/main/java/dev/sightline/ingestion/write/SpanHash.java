package dev.sightline.ingestion.write;

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
        byte[] project = row.projectId().getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[project.length + 24];
        System.arraycopy(project, 0, key, 0, project.length);
        row.observation().getTraceId().copyTo(key, project.length);
        row.observation().getSpanId().copyTo(key, project.length + 16);
        return XX_HASH.hash(key, 0, key.length, 0);
    }
}
