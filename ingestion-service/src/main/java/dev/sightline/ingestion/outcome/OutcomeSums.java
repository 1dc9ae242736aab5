package dev.sightline.ingestion.outcome;

import dev.sightline.base.ingest.IngestReason;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.proto.observation.v1.IngestOutcome;
import dev.sightline.proto.observation.v1.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sums of outcomes by project, minute, outcome, reason and source, until somebody takes them. Thread-safe: what is
 * added while sums are being taken is in this take or in the next one, once. Holds about {@code sumsMax} sums.
 */
final class OutcomeSums {
    private final int sumsMax;
    private final ConcurrentHashMap<Key, Sum> sums = new ConcurrentHashMap<>();

    /** What is summed up together. */
    record Key(String projectId, long minuteUnixNano, Outcome outcome, IngestReason reason, IngestSource source) {
    }

    private record Sum(long count, long bytes, String example) {
        Sum plus(Sum later) {
            return new Sum(count + later.count, bytes + later.bytes,
                    later.example.isEmpty() ? example : later.example);
        }
    }

    OutcomeSums(int sumsMax) {
        this.sumsMax = sumsMax;
    }

    /** False when there is no room for another sum; nothing was added then. */
    boolean add(Key key, long count, long bytes, String example) {
        if (sums.mappingCount() >= sumsMax && !sums.containsKey(key)) {
            return false;
        }
        sums.merge(key, new Sum(count, bytes, example), Sum::plus);
        return true;
    }

    /** All sums, which are no longer held here. */
    List<IngestOutcome> take() {
        List<IngestOutcome> taken = new ArrayList<>();
        for (Key key : sums.keySet()) {
            Sum sum = sums.remove(key);
            if (sum != null) {
                taken.add(IngestOutcome.newBuilder().setProjectId(key.projectId)
                        .setMinuteUnixNano(key.minuteUnixNano).setOutcome(key.outcome)
                        .setReason(key.reason.slug()).setSource(key.source.slug())
                        .setCount(sum.count).setBytes(sum.bytes).setExample(sum.example).build());
            }
        }
        return taken;
    }
}
