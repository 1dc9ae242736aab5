package dev.sightline.ingestion.write;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.proto.observation.v1.Expiry;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.message.MessageTable;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jboss.logging.Logger;

/**
 * Cuts off what topic `expiries` says is too old: bodies are emptied, and whole observations go with their content,
 * messages, scores and sums. Doing it twice does no harm, and where nothing is too old nothing is touched. A cut is at the
 * beginning of a day, so that the roll-ups' minutes and hours lie on one side of it as their rows do. ADR 0011.
 */
final class ExpiryWriter {
    private static final Logger LOG = Logger.getLogger(ExpiryWriter.class);
    private static final HexFormat HEX = HexFormat.of();
    private static final String HAS_BODY = "(input != '' OR output != '' OR tool_definitions != ''"
            + " OR experiment_expected_output != '' OR notEmpty(attributes) OR notEmpty(event_names))";
    private static final String WITHOUT_BODY = "input = '', output = '', tool_definitions = '',"
            + " experiment_expected_output = '', model_parameters = '', attributes = map(), resource_attributes = map(),"
            + " event_names = [], event_times = [], event_attributes = [], link_trace_ids = [], link_span_ids = [],"
            + " link_attributes = [], message_bytes = 0";
    /** The tables that sum up observations, and the column that says of which time. */
    private static final String ROLL_UPS = "SELECT table, name FROM system.columns WHERE database = currentDatabase()"
            + " AND name IN ('minute', 'hour') AND match(table, '^(observations|scores)_by_') AND table IN (SELECT name"
            + " FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree')";

    private final StoredObservations stored;
    private final TraceMedia media;

    ExpiryWriter(StoredObservations stored, TraceMedia media) {
        this.stored = stored;
        this.media = media;
    }

    void store(ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                cut(Expiry.parseFrom(record.value()));
            } catch (InvalidProtocolBufferException e) {
                LOG.warnf("skipped a record of %s that is not an Expiry: %s", record.topic(), e.getMessage());
            }
        }
    }

    private void cut(Expiry expiry) {
        long content = Math.max(expiry.getContentBeforeUnixNano(), expiry.getBeforeUnixNano());
        if (content > 0) {
            emptyContent(expiry, content);
        }
        if (expiry.getBeforeUnixNano() > 0) {
            deleteAll(expiry, expiry.getBeforeUnixNano());
        }
    }

    private void emptyContent(Expiry expiry, long before) {
        String old = project(expiry) + " AND start_time < " + time(before)
                + ofObservations(expiry, before, "trace_id, span_id");
        String where = old + " AND " + HAS_BODY;
        if (exists(ObservationTable.CONTENT.name(), where)) {
            media.unlinkContent(where);
            change(ObservationTable.CONTENT.name(), "UPDATE " + WITHOUT_BODY + " WHERE " + where);
        }
        delete(MessageTable.MESSAGES.name(), project(expiry) + " AND day < toDate(" + time(before) + ", 'UTC')"
                + ofObservations(expiry, before, "trace_id"));
    }

    /** Observations last: they say which environment the content is of. */
    private void deleteAll(Expiry expiry, long before) {
        delete(ObservationTable.CONTENT.name(), project(expiry) + " AND start_time < " + time(before)
                + ofObservations(expiry, before, "trace_id, span_id"));
        String ofEnvironment = project(expiry) + environment(expiry);
        delete(ScoreTable.SCORES.name(), ofEnvironment + " AND timestamp < " + time(before));
        Map<String, String> rollUps = new HashMap<>();
        stored.query(ROLL_UPS, row -> rollUps.put(row.getString(1), row.getString(2)));
        rollUps.forEach((table, column) -> delete(table, ofEnvironment + " AND " + column + " < toDateTime("
                + time(before) + ", 'UTC')"));
        delete(ObservationTable.OBSERVATIONS.name(), ofEnvironment + " AND start_time < " + time(before));
    }

    private void delete(String table, String where) {
        if (exists(table, where)) {
            change(table, "DELETE WHERE " + where);
        }
    }

    private boolean exists(String table, String where) {
        boolean[] found = new boolean[1];
        stored.query("SELECT 1 FROM " + table + " WHERE " + where + " LIMIT 1", _ -> found[0] = true);
        return found[0];
    }

    private void change(String table, String what) {
        LOG.infof("%s: cutting off what is too old", table);
        stored.execute("ALTER TABLE " + table + " " + what + " SETTINGS mutations_sync = 1");
    }

    /** Nothing where all environments are meant; else that the columns are those of such an observation. */
    private static String ofObservations(Expiry expiry, long before, String columns) {
        return environment(expiry).isEmpty() ? "" : " AND (" + columns + ") IN (SELECT " + columns + " FROM "
                + ObservationTable.OBSERVATIONS.name() + " WHERE " + project(expiry) + environment(expiry)
                + " AND start_time < " + time(before) + ")";
    }

    private static String environment(Expiry expiry) {
        if (!expiry.getEnvironment().isEmpty()) {
            return " AND environment = " + text(expiry.getEnvironment());
        }
        Collection<String> except = expiry.getExceptEnvironmentsList();
        return except.isEmpty() ? "" : " AND environment NOT IN ("
                + except.stream().map(ExpiryWriter::text).collect(Collectors.joining(", ")) + ")";
    }

    private static String project(Expiry expiry) {
        return "project_id = " + text(expiry.getProjectId());
    }

    private static String text(String value) {
        return "unhex('" + HEX.formatHex(value.getBytes(StandardCharsets.UTF_8)) + "')";
    }

    private static String time(long unixNano) {
        return "fromUnixTimestamp64Nano(" + unixNano + ", 'UTC')";
    }
}
