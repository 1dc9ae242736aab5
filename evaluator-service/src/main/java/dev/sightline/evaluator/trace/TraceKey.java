package dev.sightline.evaluator.trace;

import com.google.protobuf.ByteString;
import java.util.HexFormat;

/** Which trace: its project and its 16-byte id. */
public record TraceKey(String projectId, ByteString traceId) {
    /** Bytes of a trace id by W3C Trace Context. */
    public static final int TRACE_ID_BYTES = 16;

    @Override
    public String toString() {
        return projectId + "/" + HexFormat.of().formatHex(traceId.toByteArray());
    }
}
