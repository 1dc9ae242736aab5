package dev.sightline.storage.observation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.RandomMessage;
import dev.sightline.storage.TestDatabase;
import dev.sightline.storage.migrate.Migrator;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every roll-up says exactly what the raw rows say: after batches that came twice, spans that came late, changes that
 * move a row in time and between groups, and rows that were taken out. What a sum means is written here a second time
 * and not taken from the views.
 */
class RollUpsTest {
    private static final long NOON = 1_767_268_800_000_000_000L;
    private static final long HOUR = 3_600_000_000_000L;
    private static final String HAS_END = "toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record";
    private static final String HAS_FIRST_TOKEN = "toUnixTimestamp64Nano(completion_start_time) > 0";
    private static final String LATENCY = "toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)";
    private static final String FIRST_TOKEN =
            "toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time)";
    private static final Map<String, String> MEANINGS = meanings();

    private final Random random = new Random(20261126);
    private ClickHouse clickHouse;

    /** A roll-up's name, its unit of time and what it groups by; its other columns are sums. */
    private record RollUp(String table, String time, String startOf, List<String> dimensions) {
    }

    private static final List<RollUp> ROLL_UPS = List.of(
            new RollUp("observations_by_minute", "minute", "toStartOfMinute",
                    List.of("environment", "type", "name", "model", "prompt_name", "prompt_version")),
            new RollUp("observations_by_hour", "hour", "toStartOfHour",
                    List.of("environment", "type", "level", "provider", "model")),
            new RollUp("observations_by_name_hour", "hour", "toStartOfHour", List.of("environment", "type", "name",
                    "level", "provider", "model", "trace_name", "release", "version", "service_name", "prompt_name",
                    "prompt_version", "agent_name", "tool_name")),
            new RollUp("observations_by_user_hour", "hour", "toStartOfHour", List.of("user_id", "environment")));

    private static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put("observation_count", "countIf(NOT trace_record)");
        meanings.put("root_count", "countIf(parent_span_id = toFixedString('', 8))");
        meanings.put("error_count", "countIf(level = 'ERROR')");
        meanings.put("latency_count", "countIf(" + HAS_END + ")");
        meanings.put("latency_nanos_sum", "sumIf(" + LATENCY + ", " + HAS_END + ")");
        meanings.put("latency_buckets", buckets(LATENCY, HAS_END));
        meanings.put("time_to_first_token_count", "countIf(" + HAS_FIRST_TOKEN + ")");
        meanings.put("time_to_first_token_nanos_sum", "sumIf(" + FIRST_TOKEN + ", " + HAS_FIRST_TOKEN + ")");
        meanings.put("time_to_first_token_buckets", buckets(FIRST_TOKEN, HAS_FIRST_TOKEN));
        for (String tokens : List.of("input_tokens", "output_tokens", "total_tokens")) {
            meanings.put(tokens, "sum(" + tokens + ")");
            meanings.put("call_" + tokens, "sumIf(" + tokens + ", type != 'agent')");
        }
        meanings.put("usage", "sumMap(CAST(usage, 'Map(String, Int64)'))");
        meanings.put("total_cost", "sum(total_cost)");
        meanings.put("call_total_cost", "sumIf(total_cost, type != 'agent')");
        meanings.put("call_count", "countIf(NOT trace_record AND type != 'agent')");
        meanings.put("cost", "sumMap(CAST(cost, 'Map(String, Decimal(38, 12))'))");
        return meanings;
    }

    private static String buckets(String nanos, String condition) {
        return "sumMapIf(map(toInt16(if(" + nanos + " <= 0, 0, ceil(log(" + nanos
                + ") / log(1.01 / 0.99)))), toInt64(1)), " + condition + ")";
    }

    @BeforeEach
    void open() throws SQLException {
        clickHouse = TestDatabase.migrated("roll_ups");
    }

    @AfterEach
    void close() {
        clickHouse.close();
    }

    @Test
    void everySumEqualsTheRawRows() throws SQLException {
        List<Observation> all = new ArrayList<>();
        for (int batch = 0; batch < 4; batch++) {
            List<Observation> observations = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                observations.add(observation(batch));
            }
            insert(rows(observations), "batch" + batch, random.nextBoolean());
            insert(changes(observations), "changes" + batch, random.nextBoolean());
            all.addAll(observations.subList(100, 150));
        }
        // Of what is left as it was sent, half is taken out: a deletion.
        insert(all.subList(0, all.size() / 2).stream().map(o -> row(o, -1)).toList(), "deletion", true);
        for (RollUp rollUp : ROLL_UPS) {
            assertEqual(rollUp);
        }
        execute("OPTIMIZE TABLE observations FINAL");
        for (RollUp rollUp : ROLL_UPS) {
            execute("OPTIMIZE TABLE " + rollUp.table + " FINAL");
            assertEqual(rollUp);
        }
    }

    @Test
    void rowsThatWereThereBeforeTheRollUpAreInIt() throws SQLException {
        List<Observation> observations = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            observations.add(observation(0));
        }
        for (RollUp rollUp : ROLL_UPS.subList(1, ROLL_UPS.size())) {
            execute("DROP VIEW " + rollUp.table + "_view");
            execute("DROP TABLE " + rollUp.table);
        }
        insert(rows(observations), "before", false);
        insert(changes(observations), "changes before", false);
        execute("ALTER TABLE schema_migrations DELETE WHERE version >= 8 SETTINGS mutations_sync = 2");
        new Migrator(TestDatabase.endpoint("roll_ups"), step -> { }).migrate();
        insert(rows(List.of(observation(1))), "after", false);
        for (RollUp rollUp : ROLL_UPS) {
            assertEqual(rollUp);
        }
    }

    private void assertEqual(RollUp rollUp) throws SQLException {
        List<String> sums = texts("SELECT name FROM system.columns WHERE database = currentDatabase() AND table = '"
                + rollUp.table + "' ORDER BY position");
        sums.removeAll(rollUp.dimensions);
        sums.removeAll(List.of("project_id", rollUp.time));
        assertThat(MEANINGS.keySet()).as(rollUp.table).containsAll(sums);
        String dimensions = String.join(", ", rollUp.dimensions);
        Map<String, List<String>> raw = new TreeMap<>();
        Map<String, List<String>> rolledUp = new TreeMap<>();
        read("SELECT toString(tuple(project_id, toUnixTimestamp(" + rollUp.startOf + "(start_time)), " + dimensions
                + ")) AS key" + columns(sums, MEANINGS::get) + " FROM observations FINAL GROUP BY key", sums.size(), raw);
        read("SELECT toString(tuple(project_id, toUnixTimestamp(" + rollUp.time + "), " + dimensions + ")) AS key"
                + columns(sums, sum -> (isMap(sum) ? "sumMap(" : "sum(") + sum + ")") + " FROM " + rollUp.table
                + " GROUP BY key", sums.size(), rolledUp);
        // A group of which every row was taken out again adds up to nothing.
        rolledUp.entrySet().removeIf(group -> !raw.containsKey(group.getKey())
                && List.of("0", "{}").containsAll(group.getValue()));
        assertThat(rolledUp).as(rollUp.table).isNotEmpty().isEqualTo(raw);
    }

    private static String columns(List<String> sums, UnaryOperator<String> sql) {
        StringBuilder columns = new StringBuilder();
        sums.forEach(sum -> columns.append(", toString(").append(isMap(sum)
                ? "mapSort(mapFilter((k, v) -> v != 0, " + sql.apply(sum) + "))" : sql.apply(sum)).append(')'));
        return columns.toString();
    }

    private static boolean isMap(String sum) {
        return sum.endsWith("buckets") || sum.equals("usage") || sum.equals("cost");
    }

    private Observation observation(int batch) {
        Observation filled = new RandomMessage(random).fill(Observation.getDefaultInstance());
        // Later batches begin later, but for spans that come a month late.
        long start = NOON + batch * HOUR + random.nextInt(7_200) * 1_000_000_000L
                - (random.nextInt(10) == 0 ? 31 * 24 * HOUR : 0);
        return filled.toBuilder().setStartUnixNano(start).setInherited(0)
                .setEndUnixNano(random.nextInt(5) == 0 ? 0 : start + (long) Math.exp(random.nextDouble() * 25))
                .setCompletionStartUnixNano(random.nextBoolean() ? 0 : start + random.nextInt(1_000_000_000))
                .setType(ObservationType.forNumber(1 + random.nextInt(4))).setLevel(Level.forNumber(1 + random.nextInt(4)))
                .setTraceRecord(random.nextInt(10) == 0)
                .setParentSpanId(random.nextBoolean() ? ByteString.EMPTY : filled.getParentSpanId())
                .setName(one("name")).setModel(one("model")).setProvider(one("")).setEnvironment(one("env"))
                .setTraceName(one("trace")).setRelease("r").setVersion("").setServiceName("s").setUserId(one("user"))
                .setPromptName("").setPromptVersion(random.nextInt(2)).setAgentName("").setToolName(one("tool"))
                .clearUsage().putUsage("input", 5).putUsage(one("kind"), 7)
                .clearCostPicoUsd().putCostPicoUsd(one("kind"), random.nextInt(1_000_000)).build();
    }

    private String one(String name) {
        return name + random.nextInt(2);
    }

    /** Some are changed, their place in time included, some of these twice, some are taken out. */
    private List<ObservationRow> changes(List<Observation> stored) {
        List<ObservationRow> rows = new ArrayList<>();
        for (Observation before : stored.subList(0, 100)) {
            rows.add(row(before, -1));
            if (random.nextInt(4) > 0) {
                Observation after = same(before);
                rows.add(row(after, 1));
                if (random.nextBoolean()) {
                    rows.add(row(after, -1));
                    rows.add(row(same(before), 1));
                }
            }
        }
        return rows;
    }

    private Observation same(Observation before) {
        return observation(random.nextInt(3)).toBuilder().setTraceId(before.getTraceId()).setSpanId(before.getSpanId())
                .build();
    }

    private void insert(List<ObservationRow> rows, String token, boolean twice) {
        clickHouse.insert(ObservationTable.OBSERVATIONS, rows, token);
        if (twice) {
            clickHouse.insert(ObservationTable.OBSERVATIONS, rows, token);
        }
    }

    private static List<ObservationRow> rows(List<Observation> observations) {
        return observations.stream().map(observation -> row(observation, 1)).toList();
    }

    private static ObservationRow row(Observation observation, int sign) {
        return new ObservationRow("p'1", observation, NOON, 3, 1, sign);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private void read(String sql, int sums, Map<String, List<String>> into) throws SQLException {
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 0; i < sums; i++) {
                    values.add(rows.getString(2 + i));
                }
                into.put(rows.getString(1), values);
            }
        }
    }
}
