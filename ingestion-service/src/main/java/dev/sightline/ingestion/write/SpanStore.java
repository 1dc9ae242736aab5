package dev.sightline.ingestion.write;

import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.table.Table;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Puts a {@link SpanBatch} into ClickHouse so that each span is there once, whatever happened before. ADR 0004.
 * <ul>
 * <li>A span that was stored with an earlier batch (its client sent it again) is left out: {@link DuplicateWindow} for
 * spans of late, a look-up for those that ended before the window reaches back.</li>
 * <li>A batch that may have been stored in part (this process or ClickHouse died) is inserted again under the same
 * token, which ClickHouse drops, roll-up included; then the rows are counted, since its record of tokens is written
 * before the rows are, and what is missing is inserted.</li>
 * </ul>
 * Not thread-safe for one partition; partitions are independent.
 */
final class SpanStore {
    private static final Logger LOG = Logger.getLogger(SpanStore.class);
    private static final int LOOK_UP_TRACES = 1000;

    private final ClickHouse clickHouse;
    private final WriterConfig config;
    private final Clock clock;

    SpanStore(ClickHouse clickHouse, WriterConfig config, Clock clock) {
        this.clickHouse = clickHouse;
        this.config = config;
        this.clock = clock;
    }

    /** What was stored of a batch: never more than its rows, fewer where spans came twice. */
    record Stored(List<ObservationRow> rows, int duplicates) {
    }

    /**
     * The window of a partition as ClickHouse knows it, without the rows of the batch at [from, until), which is
     * about to be stored again.
     */
    DuplicateWindow window(int partition, long from, long until) {
        Instant since = clock.instant().minus(config.duplicateWindow());
        DuplicateWindow window = new DuplicateWindow(
                config.duplicateWindow(), config.duplicateWindowSpansMax(), since);
        query("SELECT " + SpanHash.SQL + ", intDiv(toUnixTimestamp64Nano(received_at), 1000000) FROM observations"
                + " WHERE kafka_partition = " + partition
                + " AND received_at >= fromUnixTimestamp64Nano(" + nanos(since) + ")"
                + " AND NOT (kafka_offset >= " + from + " AND kafka_offset < " + until + ")"
                + " ORDER BY received_at",
                row -> window.add(row.getLong(1), Instant.ofEpochMilli(row.getLong(2))));
        return window;
    }

    /** @param uncertain the batch, or part of it, may be in ClickHouse already */
    Stored store(String topicId, SpanBatch batch, DuplicateWindow window, boolean uncertain) {
        List<ObservationRow> rows = withoutDuplicates(batch, window, uncertain);
        if (!rows.isEmpty()) {
            String token = topicId + "/" + batch.partition() + "/" + batch.from() + "-" + batch.until();
            // Content first: whoever sees an observation can read it whole.
            insert(ObservationTable.CONTENT, batch, rows, token, uncertain);
            insert(ObservationTable.OBSERVATIONS, batch, rows, token, uncertain);
        }
        return new Stored(rows, batch.rows().size() - rows.size());
    }

    private void insert(Table<ObservationRow, ?> table, SpanBatch batch, List<ObservationRow> rows, String token,
                        boolean uncertain) {
        clickHouse.insert(table, rows, token);
        if (!uncertain) {
            return;
        }
        SpanIds present = new SpanIds();
        query("SELECT " + SpanHash.SQL + " FROM " + table.name() + " WHERE " + range(batch), row -> present.add(row.getLong(1)));
        List<ObservationRow> missing = rows.stream().filter(row -> !present.contains(SpanHash.of(row))).toList();
        if (!missing.isEmpty()) {
            LOG.warnf("%s: %d rows of %s are missing although their token is known; storing them again",
                    table.name(), missing.size(), batch);
            clickHouse.insert(table, missing, token + "/missing-" + missing.size());
        }
    }

    private List<ObservationRow> withoutDuplicates(SpanBatch batch, DuplicateWindow window, boolean uncertain) {
        // Some grace, since the end of a span is its client's clock and the window goes by ours.
        long lookUpBeforeUnixNano = nanos(window.since().plus(config.duplicateWindow().dividedBy(4)));
        SpanIds seen = new SpanIds();
        List<ObservationRow> fresh = new ArrayList<>(batch.rows().size());
        List<ObservationRow> late = new ArrayList<>();
        for (ObservationRow row : batch.rows()) {
            long hash = SpanHash.of(row);
            if (!window.contains(hash) && seen.add(hash)) {
                fresh.add(row);
                if (row.observation().getEndUnixNano() < lookUpBeforeUnixNano) {
                    late.add(row);
                }
            }
        }
        SpanIds stored = lookUp(late, batch, uncertain);
        if (stored.size() > 0) {
            fresh.removeIf(row -> stored.contains(SpanHash.of(row)));
        }
        return fresh;
    }

    private SpanIds lookUp(List<ObservationRow> late, SpanBatch batch, boolean uncertain) {
        SpanIds stored = new SpanIds();
        Set<String> traces = new LinkedHashSet<>();
        for (ObservationRow row : late) {
            byte[] projectId = row.projectId().getBytes(StandardCharsets.UTF_8);
            traces.add("(unhex('" + HexFormat.of().formatHex(projectId) + "'), unhex('"
                    + HexFormat.of().formatHex(row.observation().getTraceId().toByteArray()) + "'))");
        }
        List<String> keys = List.copyOf(traces);
        for (int i = 0; i < keys.size(); i += LOOK_UP_TRACES) {
            StringJoiner in = new StringJoiner(", ", "(", ")");
            keys.subList(i, Math.min(keys.size(), i + LOOK_UP_TRACES)).forEach(in::add);
            query("SELECT " + SpanHash.SQL + " FROM observation_content WHERE (project_id, trace_id) IN " + in
                    + (uncertain ? " AND NOT (" + range(batch) + ")" : ""), row -> stored.add(row.getLong(1)));
        }
        return stored;
    }

    private static String range(SpanBatch batch) {
        return "kafka_partition = " + batch.partition() + " AND kafka_offset >= " + batch.from()
                + " AND kafka_offset < " + batch.until();
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, RowReader reader) {
        try (Connection connection = clickHouse.connect();
             Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        } catch (SQLException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "ClickHouse did not answer a look-up", e);
        }
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
