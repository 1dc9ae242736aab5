package dev.sightline.storage.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.RandomMessage;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.TestDatabase;
import dev.sightline.storage.score.ScoreRow;
import dev.sightline.storage.score.ScoreTable;
import dev.sightline.storage.table.Table;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes in comes out: every field of every message, through the real engine. */
class ObservationRoundTripTest {
    private final Random random = new Random(20261123);
    private ClickHouse clickHouse;

    @BeforeEach
    void open() throws SQLException {
        clickHouse = TestDatabase.migrated("round_trip");
    }

    @AfterEach
    void close() {
        clickHouse.close();
    }

    private List<Observation> randomObservations(int count) {
        List<Observation> observations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Observation filled = new RandomMessage(random).fill(Observation.getDefaultInstance());
            observations.add(filled.toBuilder().setInherited(filled.getInherited() & 0xff)
                    .clearFieldClocks().putFieldClocks(4, 1L << 62 | 5).putFieldClocks(200, 7).build());
        }
        return observations;
    }

    private void insert(List<Observation> observations, String token) {
        List<ObservationRow> rows = new ArrayList<>();
        for (int i = 0; i < observations.size(); i++) {
            rows.add(new ObservationRow("p'1", observations.get(i), 1_767_225_600_123_456_789L, 3, 100 + i));
        }
        clickHouse.insert(ObservationTable.CONTENT, rows, token);
        clickHouse.insert(ObservationTable.OBSERVATIONS, rows, token);
    }

    private interface RowReader {
        void read(ResultSet rows) throws SQLException;
    }

    private void query(String sql, RowReader reader) throws SQLException {
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    private long count(String table) throws SQLException {
        long[] count = new long[1];
        query("SELECT count() FROM " + table, row -> count[0] = row.getLong(1));
        return count[0];
    }

    private static <B> String select(Table<?, B> table) {
        return "SELECT " + table.selectList() + " FROM " + table.name() + " ORDER BY kafka_offset";
    }

    @Test
    void everyFieldOfAnObservationIsStoredAndReadBack() throws SQLException {
        List<Observation> sent = randomObservations(50);
        insert(sent, "t");

        List<Observation.Builder> read = new ArrayList<>();
        query(select(ObservationTable.OBSERVATIONS), row -> {
            Observation.Builder builder = Observation.newBuilder();
            ObservationTable.OBSERVATIONS.read(row, 1, builder);
            read.add(builder);
        });
        int[] i = new int[1];
        query(select(ObservationTable.CONTENT), row -> ObservationTable.CONTENT.read(row, 1, read.get(i[0]++)));

        assertThat(read).hasSameSizeAs(sent);
        for (int n = 0; n < sent.size(); n++) {
            assertThat(read.get(n).build()).isEqualTo(sent.get(n));
        }
    }

    @Test
    void anEmptyObservationComesBackWithItsDefaultsNamed() throws SQLException {
        insert(List.of(Observation.newBuilder().setStartUnixNano(1_767_225_600_000_000_000L)
                .setEndUnixNano(1_767_225_600_000_000_000L).build()), "t");
        Observation.Builder read = Observation.newBuilder();
        query(select(ObservationTable.OBSERVATIONS), row -> ObservationTable.OBSERVATIONS.read(row, 1, read));
        query(select(ObservationTable.CONTENT), row -> ObservationTable.CONTENT.read(row, 1, read));

        assertThat(read.getTypeValue()).isEqualTo(1);
        assertThat(read.getLevelValue()).isEqualTo(2);
        assertThat(read.getParentSpanId().isEmpty()).isTrue();
        assertThat(read.getCompletionStartUnixNano()).isZero();
        assertThat(read.getUsageMap()).isEmpty();
    }

    @Test
    void textOfManyMegabytesIsStoredWhole() throws SQLException {
        byte[] noise = new byte[4_000_000];
        random.nextBytes(noise);
        String large = new String(noise, StandardCharsets.ISO_8859_1) + "\n\n" + "x".repeat(3_000_001);
        insert(List.of(Observation.newBuilder().setStartUnixNano(1_767_225_600_000_000_000L)
                .setEndUnixNano(1_767_225_600_000_000_000L).setInput(large).putAttributes("k", large).build()), "t");
        Observation.Builder read = Observation.newBuilder();
        query(select(ObservationTable.CONTENT), row -> ObservationTable.CONTENT.read(row, 1, read));
        assertThat(read.getInput().equals(large)).isTrue();
        assertThat(read.getAttributesOrThrow("k").equals(large)).isTrue();
    }

    @Test
    void aRowThatDoesNotFitIsRejectedForGood() {
        Observation wrong = Observation.newBuilder().setSpanId(ByteString.copyFromUtf8("nine byte")).build();
        assertThatThrownBy(() -> insert(List.of(wrong), "t")).isInstanceOfSatisfying(StoreException.class,
                e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.REJECTED));
    }

    @Test
    void everyFieldOfAScoreIsStoredAndTheLaterOfTwoWins() throws SQLException {
        Score first = new RandomMessage(random).fill(Score.getDefaultInstance());
        Score second = first.toBuilder().setUpdatedAtUnixNano(first.getUpdatedAtUnixNano() + 1).clearValue()
                .setComment("second").build();
        clickHouse.insert(ScoreTable.SCORES, List.of(new ScoreRow("p", second)), "b");
        clickHouse.insert(ScoreTable.SCORES, List.of(new ScoreRow("p", first)), "a");

        List<Score> read = new ArrayList<>();
        query("SELECT " + ScoreTable.SCORES.selectList() + " FROM scores FINAL", row -> {
            Score.Builder builder = Score.newBuilder();
            ScoreTable.SCORES.read(row, 1, builder);
            read.add(builder.build());
        });
        assertThat(read).containsExactly(second);
    }

    @Test
    void aTokenIsStoredOnceInTheTableAndInTheRollUp() throws SQLException {
        List<Observation> observations = randomObservations(20).stream()
                .map(o -> o.toBuilder().setTraceRecord(false).build()).toList();
        insert(observations, "same");
        insert(observations, "same");
        assertThat(count("observations")).isEqualTo(20);
        assertThat(count("observation_content")).isEqualTo(20);
        long[] rolledUp = new long[1];
        query("SELECT sum(observation_count) FROM observations_by_minute", row -> rolledUp[0] = row.getLong(1));
        assertThat(rolledUp[0]).isEqualTo(20);
    }

    @Test
    void theRollUpEqualsTheRawRows() throws SQLException {
        for (int batch = 0; batch < 5; batch++) {
            List<Observation> observations = new ArrayList<>();
            for (Observation o : randomObservations(200)) {
                observations.add(counted(o));
            }
            insert(observations, "batch" + batch);
            change(observations, "changes" + batch);
        }
        List<String> raw = new ArrayList<>();
        List<String> rolledUp = new ArrayList<>();
        query("SELECT toString(tuple(toStartOfMinute(start_time), type, name, model, countIf(NOT trace_record),"
                + " countIf(level = 'ERROR'), sum(input_tokens), sum(output_tokens), sum(total_tokens),"
                + " sum(total_cost), mapSort(sumMap(CAST(usage, 'Map(String, Int64)'))),"
                + " sumIf(toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time),"
                + " toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record),"
                + " countIf(toUnixTimestamp64Nano(completion_start_time) > 0)))"
                + " FROM observations FINAL GROUP BY toStartOfMinute(start_time), type, name, model ORDER BY 1",
                row -> raw.add(row.getString(1)));
        query("SELECT toString(tuple(minute, type, name, model, sum(observation_count),"
                + " sum(error_count), sum(input_tokens), sum(output_tokens), sum(total_tokens),"
                + " sum(total_cost), mapSort(mapFilter((kind, units) -> units != 0, sumMap(usage))),"
                + " sum(latency_nanos_sum), arraySum(mapValues(sumMap(time_to_first_token_buckets)))))"
                + " FROM observations_by_minute GROUP BY minute, type, name, model"
                + " HAVING sum(observation_count) != 0 OR sum(root_count) != 0 ORDER BY 1",
                row -> rolledUp.add(row.getString(1)));
        assertThat(rolledUp).isNotEmpty().isEqualTo(raw);
    }

    private Observation counted(Observation o) {
        long start = 1_767_225_600_000_000_000L + random.nextInt(300) * 1_000_000_000L;
        return o.toBuilder().setStartUnixNano(start)
                .setEndUnixNano(random.nextInt(5) == 0 ? 0 : start + (long) Math.exp(random.nextDouble() * 25))
                .setCompletionStartUnixNano(random.nextBoolean() ? 0 : start + random.nextInt(1_000_000_000))
                .setName("name" + random.nextInt(3)).setModel("model" + random.nextInt(2))
                .setTraceRecord(random.nextInt(10) == 0)
                .setEnvironment("e").setPromptName("").setPromptVersion(0)
                .clearParentSpanId().clearUsage().putUsage("input", 5).putUsage("kind" + random.nextInt(2), 7)
                .build();
    }

    /** Some are changed, their place in time included, some of these twice, and some are taken out; then all of it again. */
    private void change(List<Observation> stored, String token) {
        List<ObservationRow> rows = new ArrayList<>();
        for (Observation before : stored.subList(0, 100)) {
            rows.add(row(before, -1));
            if (random.nextInt(4) > 0) {
                Observation after = counted(before).toBuilder().setTraceId(before.getTraceId())
                        .setSpanId(before.getSpanId()).build();
                rows.add(row(after, 1));
                if (random.nextBoolean()) {
                    rows.add(row(after, -1));
                    rows.add(row(counted(after), 1));
                }
            }
        }
        clickHouse.insert(ObservationTable.OBSERVATIONS, rows, token);
        clickHouse.insert(ObservationTable.OBSERVATIONS, rows, token);
    }

    private static ObservationRow row(Observation observation, int sign) {
        return new ObservationRow("p'1", observation, 1_767_225_600_123_456_789L, 3, 1, sign);
    }

    @Test
    void aChangedObservationIsReadOnceAsItIsNow() throws SQLException {
        Observation before = counted(randomObservations(1).getFirst());
        insert(List.of(before), "t");
        Observation later = before.toBuilder().setName("later")
                .setStartUnixNano(before.getStartUnixNano() + 3_600_000_000_000L).build();
        clickHouse.insert(ObservationTable.OBSERVATIONS, List.of(row(before, -1), row(later, 1)), "u");
        Observation last = later.toBuilder().setName("last").build();
        clickHouse.insert(ObservationTable.OBSERVATIONS, List.of(row(later, -1), row(last, 1)), "v");
        for (String table : List.of(ObservationTable.CURRENT, "observations")) {
            List<String> names = new ArrayList<>();
            query("SELECT name FROM " + table, row -> names.add(row.getString(1)));
            assertThat(names).as(table).containsExactly("last");
            try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement()) {
                statement.execute("OPTIMIZE TABLE observations FINAL");
            }
        }
    }

    @Test
    void aQuantileFromTheBucketsIsWithinOnePercent() throws SQLException {
        List<Observation> observations = new ArrayList<>();
        List<Long> latencies = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            long latency = 1 + (long) Math.exp(10 + random.nextGaussian() * 4);
            latencies.add(latency);
            long start = 1_767_225_600_000_000_000L;
            observations.add(Observation.newBuilder().setStartUnixNano(start).setEndUnixNano(start + latency).build());
        }
        insert(observations, "t");
        latencies.sort(null);
        for (double quantile : new double[] {0.5, 0.9, 0.99}) {
            long exact = latencies.get((int) Math.ceil(quantile * latencies.size()) - 1);
            double[] estimate = new double[1];
            query("WITH arraySort(mapKeys(m)) AS k, arrayCumSum(arrayMap(x -> m[x], k)) AS c,"
                    + " k[arrayFirstIndex(x -> x >= ceil(" + quantile + " * c[-1]), c)] AS bucket"
                    + " SELECT 2 * pow(1.01 / 0.99, bucket) / (1.01 / 0.99 + 1)"
                    + " FROM (SELECT sumMap(latency_buckets) AS m FROM observations_by_minute)",
                    row -> estimate[0] = row.getDouble(1));
            assertThat(estimate[0]).isBetween(exact * 0.9899, exact * 1.0101);
        }
    }
}
