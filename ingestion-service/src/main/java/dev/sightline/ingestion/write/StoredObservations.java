package dev.sightline.ingestion.write;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.TraceField;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.message.MessageReferences;
import dev.sightline.storage.message.MessageTable;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.table.Column;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** What the writer reads of what it has stored. Blocking; throws {@link StoreException} UNAVAILABLE. Thread-safe. */
final class StoredObservations {
    private static final Logger LOG = Logger.getLogger(StoredObservations.class);
    private static final HexFormat HEX = HexFormat.of();
    private static final int KEYS_PER_QUERY = 1000;
    private static final String NOT_ROOT = "parent_span_id != toFixedString('', 8) AND NOT app_root";
    private static final String RANK = "multiIf(trace_record, 3, " + NOT_ROOT + ", 1, 2)";

    private final ClickHouse clickHouse;
    private final WriterConfig config;

    StoredObservations(ClickHouse clickHouse, WriterConfig config) {
        this.clickHouse = clickHouse;
        this.config = config;
    }

    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    void query(String sql, RowReader reader) {
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

    void execute(String sql) {
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "ClickHouse did not do what was asked", e);
        }
    }

    /** Calls back with the traces as a list of (project_id, trace_id) in SQL, some at a time. */
    void each(Collection<TraceKey> traces, Consumer<String> reader) {
        List<String> keys = traces.stream().map(key -> "(" + text(key.projectId()) + ", " + id(key.traceId()) + ")")
                .toList();
        for (int i = 0; i < keys.size(); i += KEYS_PER_QUERY) {
            reader.accept("(" + String.join(", ", keys.subList(i, Math.min(keys.size(), i + KEYS_PER_QUERY))) + ")");
        }
    }

    /**
     * The rows of these traces as they are now, without content. Of a batch's traces no more than
     * {@code sightline.writer.stored-rows-max}: a trace that is larger keeps what its later observations carry.
     */
    Map<SpanKey, ObservationRow> ofTraces(Collection<TraceKey> traces) {
        Map<SpanKey, ObservationRow> stored = some(traces, config.storedRowsMax());
        if (stored.size() >= config.storedRowsMax()) {
            LOG.warnf("more than %d stored observations of the batch's traces; the rest stays as it is", stored.size());
        }
        return stored;
    }

    /** The same, up to {@code rowsMax} of them. */
    Map<SpanKey, ObservationRow> some(Collection<TraceKey> traces, int rowsMax) {
        Map<SpanKey, ObservationRow> stored = new LinkedHashMap<>();
        each(traces, keys -> {
            long[] times = new long[2];
            query("SELECT toUnixTimestamp64Nano(min(start_time)), toUnixTimestamp64Nano(max(start_time)) FROM "
                    + ObservationTable.CONTENT.name() + " WHERE (project_id, trace_id) IN " + keys, row -> {
                        times[0] = row.getLong(1);
                        times[1] = row.getLong(2);
                    });
            if (times[1] > 0) {
                rows(keys, times[0], times[1], rowsMax, stored);
            }
        });
        return stored;
    }

    private void rows(String keys, long fromUnixNano, long toUnixNano, int rowsMax,
                      Map<SpanKey, ObservationRow> into) {
        query("SELECT project_id, toUnixTimestamp64Nano(received_at), " + ObservationTable.OBSERVATIONS.selectList()
                + " FROM " + ObservationTable.CURRENT + " WHERE (project_id, trace_id) IN " + keys
                + " AND start_time >= fromUnixTimestamp64Nano(" + fromUnixNano + ")"
                + " AND start_time <= fromUnixTimestamp64Nano(" + toUnixNano + ")"
                + " LIMIT " + Math.max(0, rowsMax - into.size()), row -> {
                    Observation.Builder observation = Observation.newBuilder();
                    ObservationTable.OBSERVATIONS.read(row, 3, observation);
                    ObservationRow found = new ObservationRow(
                            row.getString(1), observation.build(), row.getLong(2), 0, 0);
                    into.put(SpanKey.of(found), found);
                });
    }

    /** The same rows with their content, for those among them that are asked for. */
    Map<SpanKey, Observation> withContent(Collection<ObservationRow> rows) {
        Map<SpanKey, Observation.Builder> builders = rows.stream().collect(Collectors.toMap(SpanKey::of,
                row -> row.observation().toBuilder(), (a, _) -> a, LinkedHashMap::new));
        each(rows.stream().map(TraceKey::of).collect(Collectors.toSet()), keys ->
                query("SELECT project_id, hex(trace_id), hex(span_id), " + ObservationTable.CONTENT.selectList()
                        + " FROM " + ObservationTable.CURRENT_CONTENT + " WHERE (project_id, trace_id) IN " + keys
                        + " AND span_id IN (" + rows.stream().map(row -> id(row.observation().getSpanId())).distinct()
                        .collect(Collectors.joining(", ")) + ")", row -> {
                            Observation.Builder builder = builders.get(new SpanKey(row.getString(1),
                                    Column.idFromHex(row.getString(2)), Column.idFromHex(row.getString(3))));
                            if (builder != null) {
                                ObservationTable.CONTENT.read(row, 4, builder);
                            }
                        }));
        putMessagesIn(builders);
        Map<SpanKey, Observation> whole = new HashMap<>();
        builders.forEach((key, builder) -> whole.put(key, builder.build()));
        return whole;
    }

    private void putMessagesIn(Map<SpanKey, Observation.Builder> observations) {
        List<String> hashes = MessageReferences.hashes(observations.values()).stream()
                .map(hash -> "unhex('" + hash + "')").toList();
        Map<String, String> bodies = new HashMap<>();
        for (int i = 0; i < hashes.size(); i += KEYS_PER_QUERY) {
            String some = String.join(", ", hashes.subList(i, Math.min(hashes.size(), i + KEYS_PER_QUERY)));
            each(observations.keySet().stream().map(SpanKey::traceKey).collect(Collectors.toSet()), keys ->
                    query("SELECT " + MessageTable.HASH_AND_BODY + " FROM " + MessageTable.MESSAGES.name()
                            + " WHERE (project_id, trace_id) IN " + keys + " AND hash IN (" + some + ") LIMIT 1 BY hash",
                            row -> bodies.put(row.getString(1), row.getString(2))));
        }
        observations.values().forEach(observation -> MessageReferences.assemble(observation, bodies));
    }

    /** What the partition's traces touched last have said about themselves, newest first. */
    void attributesOfTraces(int partition, long sinceUnixNano, long fromOffset, long untilOffset,
                            BiConsumer<TraceKey, TraceAttributes> reader) {
        StringBuilder said = new StringBuilder();
        for (TraceField field : TraceAttributes.TEXTS) {
            String column = field.name().toLowerCase(Locale.ROOT);
            String own = column + " != '' AND NOT bitTest(inherited, " + field.getNumber() + ")"
                    + (field == TraceField.ENVIRONMENT ? " AND environment != 'default'" : "");
            said.append(", argMaxIf(").append(column).append(", ").append(RANK).append(", ").append(own)
                    .append("), maxIf(").append(RANK).append(", ").append(own).append(')');
        }
        query("SELECT project_id, hex(trace_id)" + said
                + ", arraySort(groupUniqArrayArrayIf(100)(tags, NOT bitTest(inherited, " + TraceField.TAGS_VALUE + ")))"
                + ", max(public) FROM " + ObservationTable.CURRENT + " WHERE kafka_partition = " + partition
                + " AND received_at >= fromUnixTimestamp64Nano(" + sinceUnixNano + ")"
                + " AND NOT (kafka_offset >= " + fromOffset + " AND kafka_offset < " + untilOffset + ")"
                + " GROUP BY project_id, trace_id ORDER BY max(received_at) DESC LIMIT " + config.tracesMax()
                + " SETTINGS use_skip_indexes_if_final = 0", row -> {
                    Map<TraceField, TraceAttributes.Said> texts = new EnumMap<>(TraceField.class);
                    int column = 3;
                    for (TraceField field : TraceAttributes.TEXTS) {
                        String value = row.getString(column++);
                        int rank = row.getInt(column++);
                        if (rank > 0) {
                            texts.put(field, new TraceAttributes.Said(value, rank));
                        }
                    }
                    Object[] tags = (Object[]) row.getArray(column++).getArray();
                    reader.accept(new TraceKey(row.getString(1), Column.idFromHex(row.getString(2))),
                            new TraceAttributes(texts, Arrays.stream(tags).map(String.class::cast).toList(),
                                    row.getBoolean(column)));
                });
    }

    /** Hashes ({@link SpanHash}) of the spans of these traces that are stored, except for those of the given range. */
    SpanIds spansOf(Set<TraceKey> traces, String exceptRange) {
        SpanIds stored = new SpanIds();
        each(traces, keys -> query("SELECT " + SpanHash.SQL + " FROM " + ObservationTable.CONTENT.name()
                + " WHERE (project_id, trace_id) IN " + keys
                + (exceptRange.isEmpty() ? "" : " AND NOT (" + exceptRange + ")"), row -> stored.add(row.getLong(1))));
        return stored;
    }

    private static String text(String value) {
        return "unhex('" + HEX.formatHex(value.getBytes(StandardCharsets.UTF_8)) + "')";
    }

    private static String id(ByteString id) {
        return "unhex('" + HEX.formatHex(id.toByteArray()) + "')";
    }
}
