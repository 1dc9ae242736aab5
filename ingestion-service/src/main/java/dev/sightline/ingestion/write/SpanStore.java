package dev.sightline.ingestion.write;

import dev.sightline.base.price.ProjectPrices;
import dev.sightline.ingestion.mapping.Pricing;
import dev.sightline.proto.control.v1.ModelPrice;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.message.MessageWriter;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.table.Table;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Puts a {@link SpanBatch} into ClickHouse so that each span is there once, as all that was said about it makes it,
 * whatever happened before. ADR 0004, ADR 0006.
 * <ul>
 * <li>A span that was stored with an earlier batch (its client sent it again) is left out: {@link DuplicateWindow} for
 * spans of late, a look-up for those that ended before the window reaches back.</li>
 * <li>Patches are merged onto what is stored; what a trace says about itself (user, session, tags) reaches its other
 * observations, also those stored before. A row that changes is taken out by its negative and put in anew.</li>
 * <li>A batch that may have been stored in part (this process or ClickHouse died) is inserted again under the same
 * token, which ClickHouse drops, roll-up included; then the rows are counted, since its record of tokens is written
 * before the rows are, and what is missing is inserted.</li>
 * </ul>
 * Not thread-safe for one partition; partitions are independent.
 */
final class SpanStore {
    private static final Logger LOG = Logger.getLogger(SpanStore.class);

    private final ClickHouse clickHouse;
    private final StoredObservations stored;
    private final MessageWriter messages;
    private final WriterConfig config;
    private final Pricing pricing;
    private final Clock clock;

    SpanStore(ClickHouse clickHouse, StoredObservations stored, MessageWriter messages, WriterConfig config,
              Pricing pricing, Clock clock) {
        this.clickHouse = clickHouse;
        this.stored = stored;
        this.messages = messages;
        this.config = config;
        this.pricing = pricing;
        this.clock = clock;
    }

    /**
     * What was stored of a batch: the observations that are new or have new content, how many spans came twice, and what
     * is known now of the traces.
     */
    record Stored(List<ObservationRow> rows, int duplicates, Map<TraceKey, TraceAttributes> traces) {
    }

    /** One observation of the batch: what is stored of it (null: nothing) and what is to be. */
    private static final class Change {
        private final ObservationRow before;
        private ObservationRow after;
        private final boolean changesContent;

        Change(ObservationRow before, ObservationRow after, boolean changesContent) {
            this.before = before;
            this.after = after;
            this.changesContent = changesContent;
        }

        void fill(TraceAttributes attributes) {
            Observation filled = attributes.fill(after.observation());
            if (filled != after.observation()) {
                after = with(after, filled);
            }
        }
    }

    /**
     * What ClickHouse knows of a partition, without the rows of the batch at [from, until), which is about to be stored
     * again.
     */
    PartitionMemory memory(int partition, long from, long until) {
        Instant since = clock.instant().minus(config.duplicateWindow());
        DuplicateWindow window = new DuplicateWindow(
                config.duplicateWindow(), config.duplicateWindowSpansMax(), since);
        // By sign: what was deleted is not known any more.
        stored.query("SELECT " + SpanHash.SQL + ", intDiv(toUnixTimestamp64Nano(max(received_at)), 1000000)"
                + " FROM observations WHERE kafka_partition = " + partition
                + " AND received_at >= fromUnixTimestamp64Nano(" + nanos(since) + ")"
                + " AND NOT (kafka_offset >= " + from + " AND kafka_offset < " + until + ")"
                + " GROUP BY 1 HAVING sum(sign) > 0 ORDER BY 2",
                row -> window.add(row.getLong(1), Instant.ofEpochMilli(row.getLong(2))));
        TraceBook book = new TraceBook(config.tracesMax(), since);
        LinkedHashMap<TraceKey, TraceAttributes> newestFirst = new LinkedHashMap<>();
        stored.attributesOfTraces(partition, nanos(since), from, until, newestFirst::put);
        Instant now = clock.instant();
        newestFirst.reversed().forEach((key, attributes) -> book.put(key, attributes, now));
        return new PartitionMemory(window, book);
    }

    /** Messages are written again as they come: another writer may have deleted some that were remembered as stored. */
    void forgetMessages() {
        messages.forgetAll();
    }

    /**
     * @param content   what the batch's records say
     * @param uncertain the batch, or part of it, may be in ClickHouse already
     */
    Stored store(String topicId, SpanBatch batch, SpanBatch.Content content, PartitionMemory memory,
                 boolean uncertain) {
        List<ObservationRow> fresh = withoutDuplicates(batch, content.rows(), memory.spans(), uncertain);
        Map<SpanKey, Change> changes = new LinkedHashMap<>();
        fresh.forEach(row -> changes.put(SpanKey.of(row), new Change(null, row, true)));
        Map<TraceKey, TraceAttributes> traces = new HashMap<>();
        if (!content.patches().isEmpty()) {
            merge(batch, content.patches(), memory, uncertain, changes);
        }
        spread(memory.traces(), changes, traces);
        List<ObservationRow> newContent = changes.values().stream().filter(change -> change.changesContent)
                .map(change -> change.after).toList();
        if (!changes.isEmpty()) {
            String token = topicId + "/" + batch.partition() + "/" + batch.from() + "-" + batch.until();
            // Messages and content before observations: whoever sees an observation can read it whole.
            MessageWriter.Referring referring = messages.refer(newContent);
            sideBySide(referring::storeMessages,
                    () -> insert(ObservationTable.CONTENT, batch, referring.rows(), token, uncertain));
            insert(ObservationTable.OBSERVATIONS, batch, signed(batch, changes.values()), token, uncertain);
        }
        return new Stored(newContent, content.rows().size() - fresh.size(), traces);
    }

    /** Returns, or throws what one of them threw, when both are done. */
    private static void sideBySide(Runnable first, Runnable second) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> running = threads.submit(first);
            second.run();
            running.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "interrupted while storing messages", e);
        }
    }

    private List<ObservationRow> signed(SpanBatch batch, Collection<Change> changes) {
        List<ObservationRow> rows = new ArrayList<>(changes.size());
        for (Change change : changes) {
            if (change.before != null) {
                rows.add(new ObservationRow(change.before.projectId(), change.before.observation(),
                        change.before.receivedAtUnixNano(), batch.partition(), change.after.kafkaOffset(), -1));
            }
            rows.add(change.after);
        }
        return rows;
    }

    private void insert(Table<ObservationRow, ?> table, SpanBatch batch, List<ObservationRow> rows, String token,
                        boolean uncertain) {
        if (rows.isEmpty()) {
            return;
        }
        clickHouse.insert(table, rows, token);
        if (!uncertain) {
            return;
        }
        SpanIds present = new SpanIds();
        stored.query("SELECT " + SpanHash.SQL + " FROM " + table.name() + " WHERE " + range(batch)
                + (table == ObservationTable.OBSERVATIONS ? " AND sign = 1" : ""), row -> present.add(row.getLong(1)));
        // A row and the negative of the one before it came in one block: where the one is missing, so is the other.
        List<ObservationRow> missing = rows.stream().filter(row -> !present.contains(SpanHash.of(row))).toList();
        if (!missing.isEmpty()) {
            LOG.warnf("%s: %d rows of %s are missing although their token is known; storing them again",
                    table.name(), missing.size(), batch);
            clickHouse.insert(table, missing, token + "/missing-" + missing.size());
        }
    }

    private void merge(SpanBatch batch, List<SpanBatch.Patch> all, PartitionMemory memory, boolean uncertain,
                       Map<SpanKey, Change> changes) {
        Map<SpanKey, List<SpanBatch.Patch>> bySpan = new LinkedHashMap<>();
        for (SpanBatch.Patch patch : all) {
            Observation ids = patch.patch().getObservation();
            bySpan.computeIfAbsent(new SpanKey(patch.projectId(), ids.getTraceId(), ids.getSpanId()),
                    _ -> new ArrayList<>()).add(patch);
        }
        Map<SpanKey, ObservationRow> before = stored(bySpan, memory, uncertain, changes.keySet());
        Map<SpanKey, Observation> whole = before.isEmpty() ? Map.of() : stored.withContent(before.values());
        bySpan.forEach((key, patches) -> {
            Change fresh = changes.get(key);
            ObservationRow old = before.get(key);
            Observation base = fresh != null ? fresh.after.observation() : whole.get(key);
            SpanBatch.Patch last = patches.getLast();
            Observation merged = priced(PatchMerge.merge(base, patches.stream().map(SpanBatch.Patch::patch).toList()),
                    last.patch().getModelPricesList());
            if (!merged.equals(base)) {
                long receivedAt = fresh != null ? fresh.after.receivedAtUnixNano()
                        : old != null ? old.receivedAtUnixNano() : last.receivedAtUnixNano();
                changes.put(key, new Change(old, new ObservationRow(
                        key.projectId(), merged, receivedAt, batch.partition(), last.kafkaOffset()), true));
            }
        });
    }

    /** What is stored of the patched observations, as far as it can be: one that is just made needs no look-up. */
    private Map<SpanKey, ObservationRow> stored(Map<SpanKey, List<SpanBatch.Patch>> patched, PartitionMemory memory,
                                                boolean uncertain, Set<SpanKey> fresh) {
        long lookUpBeforeUnixNano = lookUpBefore(memory.spans());
        Set<TraceKey> traces = new LinkedHashSet<>();
        patched.forEach((key, patches) -> {
            boolean isMade = patches.stream().map(SpanBatch.Patch::patch).anyMatch(ObservationPatch::getCreate);
            boolean isLate = patches.stream().anyMatch(patch -> patch.patch().getEventUnixNano() < lookUpBeforeUnixNano);
            if (!fresh.contains(key) && (uncertain || !isMade || isLate || memory.spans().contains(SpanHash.of(key)))) {
                traces.add(key.traceKey());
            }
        });
        Map<SpanKey, ObservationRow> rows = new HashMap<>(stored.ofTraces(traces));
        rows.keySet().retainAll(patched.keySet());
        return rows;
    }

    /** With usage, cost and sums as the edge works them out. */
    private Observation priced(Observation observation, List<ModelPrice> own) {
        Observation.Builder priced = observation.toBuilder();
        pricing.price(priced, ProjectPrices.of(own));
        return priced.build();
    }

    /** Lets what each trace says about itself reach all its observations, in the batch and stored before. */
    private void spread(TraceBook book, Map<SpanKey, Change> changes, Map<TraceKey, TraceAttributes> traces) {
        Map<TraceKey, List<Change>> byTrace = new LinkedHashMap<>();
        changes.forEach((key, change) -> byTrace.computeIfAbsent(key.traceKey(), _ -> new ArrayList<>()).add(change));
        long sinceUnixNano = nanos(book.since());
        Set<TraceKey> lookUp = new LinkedHashSet<>();
        byTrace.forEach((key, ofTrace) -> {
            TraceAttributes known = book.get(key);
            TraceAttributes said = said(known == null ? TraceAttributes.EMPTY : known, ofTrace);
            traces.put(key, said);
            boolean isOld = known == null && ofTrace.stream().anyMatch(
                    change -> change.before != null || change.after.observation().getStartUnixNano() < sinceUnixNano);
            if (isOld || known != null && !said.gives(known)) {
                lookUp.add(key);
            }
        });
        Map<TraceKey, List<ObservationRow>> rows = new HashMap<>();
        stored.ofTraces(lookUp).forEach((key, row) -> {
            // A row that the batch changes speaks through what it becomes.
            if (!changes.containsKey(key)) {
                rows.computeIfAbsent(key.traceKey(), _ -> new ArrayList<>()).add(row);
            }
        });
        rows.forEach((key, ofTrace) -> {
            TraceAttributes all = traces.get(key);
            for (ObservationRow row : ofTrace) {
                all = all.with(row.observation());
            }
            traces.put(key, all);
            for (ObservationRow row : ofTrace) {
                Observation filled = all.fill(row.observation());
                if (filled != row.observation()) {
                    ObservationRow cause = byTrace.get(key).getLast().after;
                    changes.put(SpanKey.of(row), new Change(row, new ObservationRow(row.projectId(), filled,
                            row.receivedAtUnixNano(), cause.kafkaPartition(), cause.kafkaOffset()), false));
                }
            }
        });
        byTrace.forEach((key, ofTrace) -> ofTrace.forEach(change -> change.fill(traces.get(key))));
    }

    private static TraceAttributes said(TraceAttributes before, List<Change> changes) {
        TraceAttributes said = before;
        for (Change change : changes) {
            said = said.with(change.after.observation());
        }
        return said;
    }

    private static ObservationRow with(ObservationRow row, Observation observation) {
        return new ObservationRow(row.projectId(), observation, row.receivedAtUnixNano(), row.kafkaPartition(),
                row.kafkaOffset());
    }

    private List<ObservationRow> withoutDuplicates(SpanBatch batch, List<ObservationRow> rows, DuplicateWindow window,
                                                   boolean uncertain) {
        long lookUpBeforeUnixNano = lookUpBefore(window);
        SpanIds seen = new SpanIds();
        List<ObservationRow> fresh = new ArrayList<>(rows.size());
        Set<TraceKey> late = new LinkedHashSet<>();
        for (ObservationRow row : rows) {
            long hash = SpanHash.of(row);
            if (!window.contains(hash) && seen.add(hash)) {
                fresh.add(row);
                if (row.observation().getEndUnixNano() < lookUpBeforeUnixNano) {
                    late.add(TraceKey.of(row));
                }
            }
        }
        SpanIds known = stored.spansOf(late, uncertain ? range(batch) : "");
        if (known.size() > 0) {
            fresh.removeIf(row -> known.contains(SpanHash.of(row)));
        }
        return fresh;
    }

    /** With some grace, since the end of a span is its client's clock and the window goes by ours. */
    private long lookUpBefore(DuplicateWindow window) {
        return nanos(window.since().plus(config.duplicateWindow().dividedBy(4)));
    }

    private static String range(SpanBatch batch) {
        return "kafka_partition = " + batch.partition() + " AND kafka_offset >= " + batch.from()
                + " AND kafka_offset < " + batch.until();
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
