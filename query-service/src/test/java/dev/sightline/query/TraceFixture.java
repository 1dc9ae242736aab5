package dev.sightline.query;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.ClickHouseEndpoint;
import dev.sightline.storage.message.MessageWriter;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreRow;
import dev.sightline.storage.score.ScoreTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Stores observations and scores as the writer does, by the storage module's own column lists. */
public final class TraceFixture implements AutoCloseable {
    private final ClickHouse clickHouse;
    private final MessageWriter messages;

    public TraceFixture() {
        Config config = ConfigProvider.getConfig();
        clickHouse = new ClickHouse(new ClickHouseEndpoint(config.getValue("SIGHTLINE_CLICKHOUSE_URL", String.class),
                config.getValue("SIGHTLINE_CLICKHOUSE_DATABASE", String.class), "default",
                config.getValue("SIGHTLINE_CLICKHOUSE_PASSWORD", String.class)));
        messages = new MessageWriter(clickHouse, new MessageWriter.Settings(true, 64, 1_000, 1_000_000));
    }

    /** A new trace id in lower-case hex. */
    public static String traceId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    public static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    public static String spanId(int number) {
        return "%016x".formatted(number);
    }

    /** A step; {@code parent} 0: a root. */
    public static Observation.Builder step(String traceId, int span, int parent, String name, Instant start,
            Duration took) {
        long startUnixNano = start.getEpochSecond() * 1_000_000_000L + start.getNano();
        return Observation.newBuilder().setTraceId(bytes(traceId)).setSpanId(bytes(spanId(span)))
                .setParentSpanId(parent == 0 ? ByteString.EMPTY : bytes(spanId(parent)))
                .setName(name).setType(ObservationType.SPAN).setLevel(Level.DEFAULT).setEnvironment("default")
                .setStartUnixNano(startUnixNano).setEndUnixNano(startUnixNano + took.toNanos());
    }

    /** A model call with tokens and cost. */
    public static Observation.Builder call(String traceId, int span, int parent, String name, Instant start,
            long inputTokens, long outputTokens, long picoUsd) {
        return step(traceId, span, parent, name, start, Duration.ofMillis(200)).setType(ObservationType.GENERATION)
                .setModel("gpt-test").setProvider("openai").putUsage("input", inputTokens)
                .putUsage("output", outputTokens).putCostPicoUsd("input", picoUsd).putCostPicoUsd("total", picoUsd)
                .setInputTokens(inputTokens).setOutputTokens(outputTokens).setTotalTokens(inputTokens + outputTokens)
                .setTotalCostPicoUsd(picoUsd);
    }

    public static Score.Builder score(String traceId, String name, double value) {
        return Score.newBuilder().setId(UUID.randomUUID().toString()).setTraceId(bytes(traceId)).setName(name)
                .setDataType(ScoreDataType.NUMERIC).setValue(value).setSource(ScoreSource.EVALUATOR)
                .setEnvironment("default").setTimestampUnixNano(1_700_000_000_000_000_000L)
                .setUpdatedAtUnixNano(1_700_000_000_000_000_000L);
    }

    public void store(String projectId, Observation.Builder... observations) {
        store(projectId, Arrays.stream(observations).map(Observation.Builder::build));
    }

    public void store(String projectId, Stream<Observation> observations) {
        List<ObservationRow> rows = observations.map(observation ->
                new ObservationRow(projectId, observation, observation.getStartUnixNano(), 0, 0)).toList();
        String token = UUID.randomUUID().toString();
        clickHouse.insert(ObservationTable.CONTENT, messages.store(rows), token);
        clickHouse.insert(ObservationTable.OBSERVATIONS, rows, token);
    }

    /** Takes one back and stores another in its place, as the writer does. ADR 0006. */
    public void change(String projectId, Observation before, Observation after) {
        clickHouse.insert(ObservationTable.OBSERVATIONS, List.of(
                new ObservationRow(projectId, before, before.getStartUnixNano(), 0, 0, -1),
                new ObservationRow(projectId, after, after.getStartUnixNano(), 0, 0, 1)), UUID.randomUUID().toString());
    }

    /** Takes the observations out and puts in what becomes of them; null: nothing. As the writer does, ADR 0006. */
    public void storeChanges(String projectId, List<Observation> before, UnaryOperator<Observation> change) {
        List<ObservationRow> rows = new ArrayList<>();
        for (Observation observation : before) {
            rows.add(new ObservationRow(projectId, observation, observation.getStartUnixNano(), 0, 0, -1));
            Observation after = change.apply(observation);
            if (after != null) {
                rows.add(new ObservationRow(projectId, after, after.getStartUnixNano(), 0, 0));
            }
        }
        clickHouse.insert(ObservationTable.OBSERVATIONS, rows, UUID.randomUUID().toString());
    }

    public void store(String projectId, Score.Builder... scores) {
        clickHouse.insert(ScoreTable.SCORES, Arrays.stream(scores)
                .map(score -> new ScoreRow(projectId, score.build())).toList(), UUID.randomUUID().toString());
    }

    public void execute(String sql) {
        try (Connection connection = clickHouse.connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        clickHouse.close();
    }
}
