package dev.sightline.query.metrics;

import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import dev.sightline.query.auth.Scopes;
import dev.sightline.query.metrics.MetricsRequest.MeasureRequest;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.store.QueryText;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The queries that docs/adr/0010 promises to be fast: their SQL is what is committed (REGENERATE=1 writes it), and
 * ClickHouse finds their rows by the primary key, project and time, in the table that the ADR names.
 */
@QuarkusTest
@WithTestResource(Engines.class)
class MetricsPlanTest {
    private static final Path SNAPSHOTS = Path.of("src/test/resources/metrics");
    private static final Instant TO = Instant.parse("2026-11-26T09:30:00Z");
    private static final Instant FROM = TO.minus(Duration.ofDays(30));

    @Inject
    @DataSource("clickhouse")
    AgroalDataSource clickHouse;
    @Inject
    MetricsConfig config;

    @BeforeAll
    static void storeEnoughToLeaveOut() {
        try (TraceFixture traces = new TraceFixture()) {
            // More than a granule of rows in each table, of two projects and many months.
            traces.store("dev", Stream.generate(() -> traceId()).limit(200).map(id -> step(id, 1, 0, "x",
                    FROM.plusSeconds(Math.floorMod(id.hashCode(), 2_000_000)), Duration.ofSeconds(1)).build()));
            traces.store("other", Stream.generate(() -> traceId()).limit(200).map(id -> step(id, 1, 0, "x",
                    FROM.plusSeconds(Math.floorMod(id.hashCode(), 2_000_000)), Duration.ofSeconds(1)).build()));
        }
    }

    private static MeasureRequest measure(String name, String aggregation) {
        return new MeasureRequest(name, aggregation, null, null, null);
    }

    private MetricsQuery query(String dimension, String granularity, String filter, MeasureRequest... measures) {
        return MetricsQuery.of(new MetricsRequest("observations", filter, FROM, TO, Arrays.asList(measures),
                dimension == null ? List.of() : List.of(dimension), granularity, null, null, null, null, null, null,
                null), config, TO);
    }

    private MetricsSql sql(MetricsQuery query, boolean series) {
        return new MetricsSql(Scopes.of("dev"), query, query.steps(), series, query.columns(), config.traceMargin());
    }

    private void holds(String name, ProjectQuery sql, String... tablesAndKeys) throws IOException {
        Path snapshot = SNAPSHOTS.resolve(name + ".sql");
        String text = QueryText.of(sql);
        if (System.getenv("REGENERATE") != null) {
            Files.createDirectories(SNAPSHOTS);
            Files.writeString(snapshot, text);
        }
        assertThat(text).as("run with REGENERATE=1 after a change and look at the difference")
                .isEqualTo(Files.readString(snapshot));
        String plan = QueryText.plan(clickHouse, sql);
        for (int i = 0; i < tablesAndKeys.length; i += 2) {
            Matcher read = Pattern.compile("ReadFromMergeTree \\(\\S+\\." + tablesAndKeys[i]
                    + "\\)(.*?)(?=ReadFromMergeTree|\\z)", Pattern.DOTALL).matcher(plan);
            assertThat(read.find()).as(plan).isTrue();
            assertThat(read.group(1)).as(plan).contains("PrimaryKey");
            String key = read.group(1).substring(read.group(1).indexOf("PrimaryKey"));
            assertThat(key).as(plan).containsSubsequence("Keys:", "project_id", tablesAndKeys[i + 1], "Condition:");
        }
    }

    @Test
    void aMonthByModelReadsTheSmallestRollUp() throws IOException {
        MetricsQuery query = query("model", "day", null, measure("count", null), measure("total_cost", "sum"));
        assertThat(sql(query, true).source()).isEqualTo("observations_by_hour");
        holds("month-by-model", sql(query, true).rows(Optional.empty(), false, 10_001),
                "observations_by_hour", "hour", "observations", "toStartOfMinute(start_time)");
    }

    @Test
    void aMonthsPercentilesByModelToo() throws IOException {
        MetricsQuery query = query("model", "day", "environment:production", measure("latency", "p95"),
                measure("latency", "avg"));
        assertThat(sql(query, true).source()).isEqualTo("observations_by_hour");
        holds("month-percentiles-by-model", sql(query, true).rows(Optional.empty(), false, 10_001),
                "observations_by_hour", "hour");
    }

    @Test
    void aMonthByTopUsersReadsTheRollUpByUser() throws IOException {
        MetricsQuery query = query("user_id", "day", null, measure("total_cost", "sum"), measure("latency", "p95"));
        assertThat(sql(query, true).source()).isEqualTo("observations_by_user_hour");
        holds("top-users", sql(query, false).ranking(10, true), "observations_by_user_hour", "hour");
        holds("month-by-top-users", sql(query, true).rows(Optional.of(List.of(List.of("ann"), List.of("bob"))), true,
                10_001), "observations_by_user_hour", "hour");
    }

    @Test
    void namesReadTheirOwnRollUp() throws IOException {
        MetricsQuery query = query("name", null, "level:ERROR", measure("count", null));
        assertThat(sql(query, false).source()).isEqualTo("observations_by_name_hour");
        holds("failing-steps", sql(query, false).rows(Optional.empty(), false, 101),
                "observations_by_name_hour", "hour");
    }

    @Test
    void whatNoRollUpHasReadsTheRowsOfItsSpanWithoutFinal() throws IOException {
        MetricsQuery query = query("session_id", null, "tag:beta", measure("count", null), measure("trace_count", null));
        assertThat(sql(query, false).source()).isEqualTo("observations");
        ProjectQuery rows = sql(query, false).rows(Optional.empty(), false, 101);
        assertThat(QueryText.of(rows)).doesNotContain("FINAL");
        holds("sessions", rows, "observations", "toStartOfMinute(start_time)");
    }

    @Test
    void theRollUpsAreTheTables() throws Exception {
        try (var connection = clickHouse.getConnection(); var statement = connection.prepareStatement(
                "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = ? ORDER BY position")) {
            for (RollUp rollUp : RollUp.values()) {
                statement.setString(1, rollUp.table());
                List<String> columns = new ArrayList<>();
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        columns.add(rows.getString(1));
                    }
                }
                assertThat(columns).as(rollUp.table()).containsExactlyElementsOf(Stream.of(
                        List.of("project_id", rollUp.time()), rollUp.dimensions(), rollUp.sums())
                        .flatMap(List::stream).toList());
            }
        }
    }
}
