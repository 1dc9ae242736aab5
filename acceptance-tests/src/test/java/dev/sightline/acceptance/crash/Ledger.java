package dev.sightline.acceptance.crash;

import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.Spans;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the load has sent, and what was acknowledged of it. */
final class Ledger {
    private final List<Batch> batches = new ArrayList<>();
    private final long startedAt = System.nanoTime();

    /** The spans of one request; the same ones however often it is sent. */
    static final class Batch {
        private final int number;
        private final String client;
        private final List<ByteString> traceIds;
        private final long[] spanIds;
        private final byte[] traceIndexes;
        private volatile int attempts;
        private volatile long acknowledgedAtMillis = -1;
        private volatile String lastAnswer = "";

        private Batch(int number, String client, List<ByteString> traceIds, long[] spanIds, byte[] traceIndexes) {
            this.number = number;
            this.client = client;
            this.traceIds = traceIds;
            this.spanIds = spanIds;
            this.traceIndexes = traceIndexes;
        }

        boolean isAcknowledged() {
            return acknowledgedAtMillis >= 0;
        }

        int size() {
            return spanIds.length;
        }

        int attempts() {
            return attempts;
        }

        String traceIdHex(int span) {
            return Spans.hex(traceIds.get(traceIndexes[span]));
        }

        String spanIdHex(int span) {
            return Long.toHexString(spanIds[span] | 0x1L << 63);
        }

        List<ByteString> traceIds() {
            return traceIds;
        }

        void attempted() {
            attempts++;
        }

        void answered(String answer) {
            lastAnswer = answer;
        }

        void acknowledged(long atMillis) {
            if (acknowledgedAtMillis < 0) {
                acknowledgedAtMillis = atMillis;
            }
        }

        @Override
        public String toString() {
            return "batch " + number + " of " + client + " (" + size() + " spans, " + attempts + " attempts, "
                    + (isAcknowledged() ? "acknowledged at +" + acknowledgedAtMillis + " ms"
                    : "never acknowledged, last answer " + lastAnswer) + ")";
        }
    }

    /** Place of a span: its batch and its index there. */
    record Place(Batch batch, int index) {
    }

    /** @param spanIds with the highest bit set, so that all have 16 hex digits */
    synchronized Batch open(String client, List<ByteString> traceIds, long[] spanIds, byte[] traceIndexes) {
        Batch batch = new Batch(batches.size(), client, List.copyOf(traceIds), spanIds, traceIndexes);
        batches.add(batch);
        return batch;
    }

    long millis() {
        return (System.nanoTime() - startedAt) / 1_000_000;
    }

    synchronized List<Batch> batches() {
        return List.copyOf(batches);
    }

    /** All spans by their id. */
    Map<Long, Place> bySpanId() {
        Map<Long, Place> places = new HashMap<>();
        for (Batch batch : batches()) {
            for (int i = 0; i < batch.spanIds.length; i++) {
                if (places.put(batch.spanIds[i], new Place(batch, i)) != null) {
                    throw new AssertionError("the load made a span id twice: " + batch.spanIdHex(i));
                }
            }
        }
        return places;
    }

    synchronized String summary() {
        long acknowledged = 0;
        long unacknowledged = 0;
        long repeated = 0;
        for (Batch batch : batches) {
            if (batch.isAcknowledged()) {
                acknowledged += batch.size();
            } else {
                unacknowledged += batch.size();
            }
            repeated += Math.max(0, batch.attempts - 1);
        }
        return "%,d spans acknowledged, %,d not, %,d of %,d requests were sent again".formatted(
                acknowledged, unacknowledged, repeated, batches.size());
    }
}
