package dev.sightline.ingestion.write;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the traces of one partition have said about themselves, for the traces touched last, at most {@code tracesMax}.
 * A trace that is not here and began after {@link #since} has nothing stored; an older one has to be looked up in
 * ClickHouse. Not thread-safe.
 */
final class TraceBook {
    private static final int SHARED_MAX = 10_000;

    private final int tracesMax;
    /** Users, sessions, releases and so on that traces have in common; begun anew when full. */
    private final Map<TraceAttributes.Said, TraceAttributes.Said> shared = new HashMap<>();
    private final Map<TraceKey, Entry> traces = new LinkedHashMap<>(1024, 0.75f, true);
    private Instant since;

    private record Entry(TraceAttributes attributes, Instant touchedAt) {
    }

    /** @param since the book is about to be told of every trace that had a span stored from then on */
    TraceBook(int tracesMax, Instant since) {
        this.tracesMax = tracesMax;
        this.since = since;
    }

    /** Null when the trace is not here. */
    TraceAttributes get(TraceKey key) {
        Entry entry = traces.get(key);
        return entry == null ? null : entry.attributes;
    }

    void put(TraceKey key, TraceAttributes attributes, Instant now) {
        // Most spans say nothing new about their trace: what is here is shared already.
        TraceAttributes kept = attributes == get(key) ? attributes : attributes.sharing(this::shared);
        Entry entry = new Entry(kept, now);
        if (traces.replace(key, entry) == null) {
            traces.put(key.copy(), entry);
        }
        if (traces.size() > tracesMax) {
            Map.Entry<TraceKey, Entry> eldest = traces.entrySet().iterator().next();
            since = eldest.getValue().touchedAt;
            traces.remove(eldest.getKey());
        }
    }

    void remove(TraceKey key) {
        traces.remove(key);
    }

    private TraceAttributes.Said shared(TraceAttributes.Said said) {
        if (shared.size() >= SHARED_MAX) {
            shared.clear();
        }
        TraceAttributes.Said known = shared.putIfAbsent(said, said);
        return known == null ? said : known;
    }

    /** Every trace that had a span stored at or after this moment is here. */
    Instant since() {
        return since;
    }
}
