package dev.sightline.base.kafka;

import com.google.protobuf.ByteString;

/**
 * Which partition of topic `spans` a trace belongs to. All producers must agree: the writer tells a span that was
 * sent twice by remembering what its own partition has seen, so both copies have to come along the same one.
 */
public final class TracePartition {
    private TracePartition() {
    }

    /** A number in [0, partitionCount), the same for the same trace and count on every machine. */
    public static int of(ByteString traceId, int partitionCount) {
        long hash = 0xcbf29ce484222325L;  // FNV-1a, then a final mix: trace ids may share long prefixes
        for (int i = 0; i < traceId.size(); i++) {
            hash = (hash ^ (traceId.byteAt(i) & 0xff)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        return (int) Math.floorMod(hash, (long) partitionCount);
    }
}
