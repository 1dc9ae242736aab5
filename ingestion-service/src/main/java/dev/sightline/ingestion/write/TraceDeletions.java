package dev.sightline.ingestion.write;

import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.message.MessageTable;
import dev.sightline.storage.message.MessageWriter;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Takes whole traces out of the store: media that no other trace refers to, observations with their share of the
 * roll-ups, content, messages and scores. ADR 0011.
 * <ul>
 * <li>Observations go as they came: a row with the sign turned takes each out of the table, and its share out of the
 * roll-ups. What is still there is read again until nothing is, so an interrupted deletion goes on where it stopped.</li>
 * <li>Rows are turned month by month, each in one block under a token made of the rows: a block that may have been stored
 * before holds the same rows or none, and ClickHouse drops it.</li>
 * <li>The rest is deleted by trace, which may be repeated. Content goes after the observations, since it tells where
 * they are.</li>
 * </ul>
 */
final class TraceDeletions {
    private static final Logger LOG = Logger.getLogger(TraceDeletions.class);

    private final ClickHouse clickHouse;
    private final StoredObservations stored;
    private final MessageWriter messages;
    private final TraceMedia media;
    private final WriterConfig config;

    TraceDeletions(ClickHouse clickHouse, StoredObservations stored, MessageWriter messages, TraceMedia media,
                   WriterConfig config) {
        this.clickHouse = clickHouse;
        this.stored = stored;
        this.messages = messages;
        this.media = media;
        this.config = config;
    }

    /**
     * Deletes the traces and forgets them. May be repeated.
     *
     * @param token  names the batch, the same when it is repeated
     * @param memory of the partition, or null where it is not loaded
     * @return how many observations were taken out by this call
     */
    long delete(String token, Set<TraceKey> traces, PartitionMemory memory) {
        media.unlink(traces);
        long deleted = takeOut(token, traces, memory);
        for (String table : List.of(ObservationTable.CONTENT.name(), MessageTable.MESSAGES.name(),
                ScoreTable.SCORES.name())) {
            stored.each(traces, keys -> stored.execute(
                    "DELETE FROM " + table + " WHERE (project_id, trace_id) IN " + keys));
        }
        for (TraceKey trace : traces) {
            messages.forget(trace.projectId(), trace.traceId());
            if (memory != null) {
                memory.traces().remove(trace);
            }
        }
        return deleted;
    }

    private long takeOut(String token, Set<TraceKey> traces, PartitionMemory memory) {
        Set<String> tokens = new HashSet<>();
        long deleted = 0;
        while (true) {
            Collection<ObservationRow> rows = stored.some(traces, config.storedRowsMax()).values();
            if (rows.isEmpty()) {
                return deleted;
            }
            for (Map.Entry<YearMonth, List<ObservationRow>> month : byMonth(rows).entrySet()) {
                turn(token + "/" + month.getKey(), month.getValue(), tokens);
            }
            deleted += rows.size();
            if (memory != null) {
                rows.forEach(row -> memory.spans().remove(SpanHash.of(row)));
            }
        }
    }

    private void turn(String token, List<ObservationRow> rows, Set<String> tokens) {
        long hash = 0;
        for (ObservationRow row : rows) {
            hash = hash * 0x100000001b3L + SpanHash.of(row);
        }
        String ofRows = token + "/" + rows.size() + "-" + Long.toHexString(hash);
        if (!tokens.add(ofRows)) {
            // The token is known and yet the rows are there: ClickHouse died between the two. ADR 0004.
            LOG.warnf("%d rows are there although they were taken out; taking them out again", rows.size());
            ofRows += "/again-" + tokens.size();
            tokens.add(ofRows);
        }
        clickHouse.insert(ObservationTable.OBSERVATIONS, rows, ofRows);
    }

    /** The rows with their sign turned; the same rows always in the same order. */
    private static Map<YearMonth, List<ObservationRow>> byMonth(Collection<ObservationRow> rows) {
        return rows.stream().sorted(Comparator.comparingLong(SpanHash::of))
                .map(row -> new ObservationRow(row.projectId(), row.observation(), row.receivedAtUnixNano(),
                        row.kafkaPartition(), row.kafkaOffset(), -1))
                .collect(Collectors.groupingBy(row -> YearMonth.from(Instant.ofEpochSecond(0,
                        row.observation().getStartUnixNano()).atOffset(ZoneOffset.UTC)), TreeMap::new,
                        Collectors.toList()));
    }
}
