package dev.sightline.storage.message;

import com.google.protobuf.ByteString;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which messages ClickHouse has acknowledged lately, so that the next turn of an agent does not write its whole history
 * again. Forgetting costs no more than writing once more. The traces unheard of for longest are forgotten first, when
 * all take more than {@code bytesMax}. Hashes are compared whole and by project and trace, so that no project can make
 * the message of another seem stored. Thread-safe.
 */
final class WrittenMessages {
    /** What a trace takes beside its hashes, about. */
    private static final int TRACE_BYTES = 250;

    private final long bytesMax;
    private final Map<TraceDay, HashSet128> traces = new LinkedHashMap<>(1024, 0.75f, true);
    private long bytes;

    WrittenMessages(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    synchronized boolean contains(TraceDay trace, Message message) {
        HashSet128 hashes = traces.get(trace);
        return hashes != null && hashes.contains(message.hash());
    }

    synchronized void addAll(Iterable<MessageTable.Row> rows) {
        for (MessageTable.Row row : rows) {
            HashSet128 hashes = traces.get(row.trace());
            if (hashes == null) {
                hashes = new HashSet128();
                traces.put(row.trace().copy(), hashes);
                bytes += TRACE_BYTES + hashes.bytes();
            }
            bytes -= hashes.bytes();
            hashes.add(row.message().hash());
            bytes += hashes.bytes();
        }
        Iterator<HashSet128> eldest = traces.values().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            bytes -= TRACE_BYTES + eldest.next().bytes();
            eldest.remove();
        }
    }

    synchronized void forget(String projectId, ByteString traceId) {
        traces.entrySet().removeIf(trace -> {
            boolean isOfTrace = trace.getKey().traceId().equals(traceId)
                    && trace.getKey().projectId().equals(projectId);
            bytes -= isOfTrace ? TRACE_BYTES + trace.getValue().bytes() : 0;
            return isOfTrace;
        });
    }

    synchronized void forgetAll() {
        traces.clear();
        bytes = 0;
    }

    synchronized long bytes() {
        return bytes;
    }
}
