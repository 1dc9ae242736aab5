package dev.sightline.benchmarks.corpus;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One export request in protobuf that can be sent again and again as if it were new: {@link #fresh} gives a copy with
 * other trace ids and with times moved to now, which costs a copy of the bytes and no encoding.
 */
public final class ExportRequest {
    private static final int RESOURCE_SPANS = 1;
    private static final int SCOPE_SPANS = 2;
    private static final int SPANS = 2;
    private static final int TRACE_ID = 1;
    private static final int START = 7;
    private static final int END = 8;
    private static final int TRACE_ID_BYTES = 16;

    private final byte[] bytes;
    private final int spanCount;
    private final long newestUnixNano;
    private int[] traceIds = new int[16];
    private int traceIdCount;
    private int[] times = new int[32];
    private int timeCount;

    /** @param newestUnixNano the latest time in the request: what {@link #fresh} moves to now */
    ExportRequest(ExportTraceServiceRequest request, long newestUnixNano) {
        this.bytes = request.toByteArray();
        this.newestUnixNano = newestUnixNano;
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            find(in, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.spanCount = traceIdCount;
    }

    public int spanCount() {
        return spanCount;
    }

    /** As it was made: always the same bytes. Not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** The same spans under trace ids that no other number gives, the last of them ending now. */
    public byte[] fresh(long number, long nowUnixNano) {
        byte[] copy = bytes.clone();
        ByteBuffer buffer = ByteBuffer.wrap(copy);
        long mixed = mix(number);
        for (int i = 0; i < traceIdCount; i++) {
            buffer.putLong(traceIds[i], buffer.getLong(traceIds[i]) ^ mixed);
        }
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < timeCount; i++) {
            buffer.putLong(times[i], buffer.getLong(times[i]) + nowUnixNano - newestUnixNano);
        }
        return copy;
    }

    /** The trace id, in hexadecimal digits, of the last span of what {@link #fresh} gives for this number. */
    public String lastTraceId(long number) {
        byte[] id = Arrays.copyOfRange(bytes, traceIds[traceIdCount - 1], traceIds[traceIdCount - 1] + TRACE_ID_BYTES);
        ByteBuffer.wrap(id).putLong(0, ByteBuffer.wrap(id).getLong(0) ^ mix(number));
        return HexFormat.of().formatHex(id);
    }

    private static long mix(long number) {
        return number * 0x9e3779b97f4a7c15L;
    }

    private void find(CodedInputStream in, int depth) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            boolean inward = depth == 0 && field == RESOURCE_SPANS || depth == 1 && field == SCOPE_SPANS
                    || depth == 2 && field == SPANS;
            if (inward) {
                int outer = in.pushLimit(in.readRawVarint32());
                find(in, depth + 1);
                in.popLimit(outer);
            } else if (depth == 3 && field == TRACE_ID) {
                in.readRawVarint32();
                if (traceIdCount == traceIds.length) {
                    traceIds = Arrays.copyOf(traceIds, 2 * traceIdCount);
                }
                traceIds[traceIdCount++] = in.getTotalBytesRead();
                in.skipRawBytes(TRACE_ID_BYTES);
            } else {
                if (depth == 3 && (field == START || field == END)) {
                    if (timeCount == times.length) {
                        times = Arrays.copyOf(times, 2 * timeCount);
                    }
                    times[timeCount++] = in.getTotalBytesRead();
                }
                in.skipField(tag);
            }
        }
    }
}
