package dev.sightline.ingestion.write;

import java.time.Duration;
import java.time.Instant;

/**
 * Remembers which spans of one partition were stored lately. A client that got no answer sends its spans again, and
 * Kafka then holds them twice; both copies come along the same partition, so its writer can tell. Two generations
 * bound the memory: the window reaches back at least half of its length, unless more spans come than it may hold.
 * {@link #since} says from when on it knows everything: an older span has to be looked up in ClickHouse. Not
 * thread-safe.
 */
final class DuplicateWindow {
    private final Duration half;
    private final int generationMax;
    private SpanIds young = new SpanIds();
    private SpanIds old = new SpanIds();
    private Instant oldSince;
    private Instant youngSince;

    /** @param since the window is about to be told of every span stored from then on */
    DuplicateWindow(Duration length, int spansMax, Instant since) {
        this.half = length.dividedBy(2);
        this.generationMax = Math.max(1, spansMax / 2);
        this.oldSince = since;
        this.youngSince = since;
    }

    boolean contains(long hash) {
        return young.contains(hash) || old.contains(hash);
    }

    void add(long hash, Instant now) {
        if (young.size() >= generationMax || now.isAfter(youngSince.plus(half))) {
            SpanIds emptied = old;
            old = young;
            oldSince = youngSince;
            emptied.clear();
            young = emptied;
            youngSince = now;
        }
        young.add(hash);
    }

    /** A span that was deleted is a new one when it comes again. */
    void remove(long hash) {
        young.remove(hash);
        old.remove(hash);
    }

    /** Every span stored at or after this moment is known here. */
    Instant since() {
        return oldSince;
    }
}
