package dev.sightline.evaluator.activity;

import dev.sightline.evaluator.trace.TraceKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The traces that have had activity and are not evaluated yet, at most {@code tracesMax}. A trace is due once it has
 * been quiet for {@link Settling#quiet} (or {@link Settling#quietAfterRoot} once its root is stored), at latest
 * {@link Settling#atLatest} after its first activity. Activity on a trace that is just being evaluated makes it wait
 * anew afterwards. Holds the activity records of each trace until that trace is done. Not thread-safe: the
 * owner guards it. Time comes from the clock alone.
 */
public final class WaitingTraces {
    /** The waits, all positive. */
    public record Settling(Duration quiet, Duration quietAfterRoot, Duration atLatest) {
    }

    /**
     * A trace to evaluate now. {@code firstActivity} is when we first heard of it, {@code missingSince} when it was
     * first looked for in vain.
     */
    public record Due(TraceKey key, Instant firstActivity, Optional<Instant> missingSince,
            List<ActivityRecord> records) {
    }

    private static final class Entry {
        final TraceKey key;
        final long order;
        Instant first;
        Instant due;
        boolean rootStored;
        Optional<Instant> missingSince = Optional.empty();
        List<ActivityRecord> records = new ArrayList<>();

        Entry(TraceKey key, long order, Instant first) {
            this.key = key;
            this.order = order;
            this.first = first;
        }
    }

    private final Settling settling;
    private final int tracesMax;
    private final Clock clock;
    private final Map<TraceKey, Entry> waiting = new HashMap<>();
    private final Map<TraceKey, Instant> running = new HashMap<>();
    private final TreeSet<Entry> byDue = new TreeSet<>(
            Comparator.<Entry, Instant>comparing(e -> e.due).thenComparingLong(e -> e.order));
    private long entries;

    public WaitingTraces(Settling settling, int tracesMax, Clock clock) {
        this.settling = settling;
        this.tracesMax = tracesMax;
        this.clock = clock;
    }

    /** Notes activity. False when the trace is new and there is no room: the record is not held then. */
    public boolean touch(TraceKey key, boolean rootStored, ActivityRecord record) {
        Instant now = clock.instant();
        Entry entry = waiting.get(key);
        if (entry == null) {
            if (size() >= tracesMax && !running.containsKey(key)) {
                return false;
            }
            entry = new Entry(key, entries++, now);
            waiting.put(key, entry);
        } else {
            byDue.remove(entry);
        }
        entry.rootStored |= rootStored;
        if (entry.records.isEmpty() || entry.records.getLast() != record) {
            record.hold();
            entry.records.add(record);
        }
        Duration quiet = entry.rootStored && settling.quietAfterRoot.compareTo(settling.quiet) < 0
                ? settling.quietAfterRoot : settling.quiet;
        entry.due = earlier(now.plus(quiet), entry.first.plus(settling.atLatest));
        byDue.add(entry);
        return true;
    }

    /** The trace that is due longest, if any is; it runs until {@link #finished} or {@link #missing}. */
    public Optional<Due> takeDue() {
        Instant now = clock.instant();
        for (Entry entry : byDue) {
            if (entry.due.isAfter(now)) {
                return Optional.empty();
            }
            if (!running.containsKey(entry.key)) {
                byDue.remove(entry);
                waiting.remove(entry.key);
                running.put(entry.key, entry.first);
                return Optional.of(new Due(entry.key, entry.first, entry.missingSince,
                        List.copyOf(entry.records)));
            }
        }
        return Optional.empty();
    }

    /** The trace has left our hands: the place is free. Its records are the caller's to release. */
    public void finished(TraceKey key) {
        running.remove(key);
    }

    /** The trace is not to be found yet: it waits for {@code pause} and keeps its records and its first activity. */
    public void missing(Due due, Duration pause) {
        running.remove(due.key());
        Entry entry = waiting.get(due.key());
        if (entry == null) {
            entry = new Entry(due.key(), entries++, due.firstActivity());
            waiting.put(due.key(), entry);
        } else {
            byDue.remove(entry);
            entry.first = earlier(entry.first, due.firstActivity());
        }
        List<ActivityRecord> records = new ArrayList<>(due.records());
        records.addAll(entry.records);
        entry.records = records;
        entry.missingSince = due.missingSince().or(() -> Optional.of(clock.instant()));
        entry.due = clock.instant().plus(pause);
        byDue.add(entry);
    }

    /** How long until a trace may be due; empty when none waits. Zero or negative: now. */
    public Optional<Duration> untilDue() {
        for (Entry entry : byDue) {
            if (!running.containsKey(entry.key)) {
                return Optional.of(Duration.between(clock.instant(), entry.due));
            }
        }
        return Optional.empty();
    }

    /** Waiting and running traces; a trace that does both counts once. */
    public int size() {
        int both = 0;
        for (TraceKey key : running.keySet()) {
            both += waiting.containsKey(key) ? 1 : 0;
        }
        return waiting.size() + running.size() - both;
    }

    /** How long the oldest trace has been here; zero when there is none. */
    public Duration oldestAge() {
        Instant oldest = clock.instant();
        for (Entry entry : waiting.values()) {
            oldest = earlier(oldest, entry.first);
        }
        for (Instant first : running.values()) {
            oldest = earlier(oldest, first);
        }
        return Duration.between(oldest, clock.instant());
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
