package dev.sightline.query.metrics;

import static dev.sightline.query.TraceFixture.call;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every test has days of its own. */
@QuarkusTest
@WithTestResource(Engines.class)
class MetricsTest {
    @Inject
    AgroalDataSource postgres;

    private TraceFixture traces;

    @BeforeEach
    void connect() {
        traces = new TraceFixture();
        ControlFixture.create(postgres);
    }

    @AfterEach
    void close() {
        traces.close();
    }

    static ValidatableResponse ask(String body) {
        return Api.dev().contentType(ContentType.JSON).body(body).post("/api/v1/metrics").then();
    }

    private static JsonPath numbers(String body) {
        return ask(body).statusCode(200).extract().jsonPath();
    }

    /** A day of traces: an agent, its calls and a failing tool, of some users and models. */
    private void storeDay(Instant day, Random random, int count) {
        List<Observation> observations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = traceId();
            Instant start = day.plusSeconds(random.nextInt(86_400)).plusNanos(random.nextInt(1_000_000_000));
            String user = "user " + random.nextInt(7);
            observations.add(step(id, 1, 0, "agent", start, Duration.ofMillis(500 + random.nextInt(5_000)))
                    .setType(ObservationType.AGENT).setUserId(user).setTotalTokens(99).setTotalCostPicoUsd(5)
                    .setAgentName("planner").setSessionId("session " + i / 3).build());
            for (int j = 0; j < 3; j++) {
                observations.add(call(id, 2 + j, 1, "chat", start.plusMillis(10 * j), random.nextInt(1_000),
                        random.nextInt(300), random.nextInt(1_000_000_000)).setModel("gpt-" + random.nextInt(3))
                        .setCompletionStartUnixNano(nanos(start) + 10_000_000L * j + random.nextInt(100_000_000))
                        .setEndUnixNano(nanos(start) + 10_000_000L * j + 200_000_000L + random.nextInt(900_000_000))
                        .setUserId(user).setPromptName("p" + random.nextInt(2)).setPromptVersion(1).addTags("t" + j)
                        .putMetadata("tenant.id", String.valueOf(random.nextInt(2))).build());
            }
            observations.add(step(id, 9, 1, "tool", start.plusSeconds(1), Duration.ofMillis(random.nextInt(50)))
                    .setType(ObservationType.TOOL).setLevel(random.nextBoolean() ? Level.ERROR : Level.DEFAULT)
                    .setUserId(user).setToolName("lookup").build());
        }
        traces.store("dev", observations.stream());
        // Some are changed afterwards, some are taken out.
        traces.storeChanges("dev", observations.subList(0, count), before -> before.toBuilder().setName("renamed")
                .setEndUnixNano(before.getEndUnixNano() + 1_000_000_000L).build());
        traces.storeChanges("dev", observations.subList(count, count + count / 2), _ -> null);
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "model"                | day    | observations_by_hour      | UTC
            "model", "type"        | hour   | observations_by_hour      | UTC
            "name", "trace_name"   | day    | observations_by_name_hour | Europe/Berlin
            "prompt", "model"      | week   | observations_by_name_hour | UTC
            "user"                 | day    | observations_by_user_hour | UTC
            "environment", "name"  | minute | observations_by_minute    | UTC
            "model"                | hour   | observations_by_minute    | Asia/Kolkata
            """)
    void rollUpsAndRawRowsGiveTheSameNumbers(String dimensions, String granularity, String source, String zone) {
        Instant day = Instant.parse("2022-03-26T00:00:00Z").plus(Duration.ofDays(
                10L * (granularity + source + zone + dimensions).hashCode() % 100));
        storeDay(day, new Random(7), 60);
        storeDay(day.plus(Duration.ofDays(1)), new Random(8), 60);
        String byKind = dimensions.contains("user") ? "" : """
                , {"measure": "usage.input"}, {"measure": "cost.total"}, {"measure": "input_cost"}""";
        // Neither end is a whole minute.
        String minutes = granularity.equals("minute") ? "2" : "0";
        String body = """
                {"from": "%s", "to": "%s", "granularity": "%s", "dimensions": [%s], "time_zone": "%s",
                 "measures": [{"measure": "count"}, {"measure": "error_count"}, {"measure": "error_rate"},
                 {"measure": "root_count"}, {"measure": "latency"}, {"measure": "total_cost"},
                 {"measure": "total_tokens"}, {"measure": "output_tokens", "aggregation": "avg"},
                 {"measure": "latency", "aggregation": "p95"}, {"measure": "latency", "aggregation": "max"},
                 {"measure": "time_to_first_token", "aggregation": "p50"}, {"measure": "time_to_first_token"},
                 {"measure": "latency", "aggregation": "histogram"},
                 {"name": "usd_each", "numerator": {"measure": "total_cost"}, "denominator": {"measure": "count"}}%s],
                 "source": "%%s"}""".formatted(day.plusSeconds(1_234).plusMillis(567),
                minutes.equals("2") ? day.plusSeconds(20_000).plusMillis(1) : day.plusSeconds(170_000).plusMillis(1),
                granularity, dimensions, zone, byKind);

        JsonPath rolledUp = numbers(body.formatted("auto"));
        JsonPath raw = numbers(body.formatted("raw"));

        assertThat(rolledUp.getString("source")).isEqualTo(source);
        assertThat(raw.getString("source")).isEqualTo("observations");
        assertThat(raw.getList("data").size()).isGreaterThan(5);
        assertSame(rolledUp.getList("data"), raw.getList("data"));

        String top = body.replace("\"source\": \"%s\"", "\"top\": {\"n\": 2, \"others\": true}, \"source\": \"%s\"");
        JsonPath topRolledUp = numbers(top.formatted("auto"));
        assertThat(topRolledUp.getString("source")).isEqualTo(source);
        assertThat(topRolledUp.getList("data.others")).contains(true);
        assertSame(topRolledUp.getList("data"), numbers(top.formatted("raw")).getList("data"));
        assertThat(topRolledUp.getInt("data.sum {it.count}")).as("the others are all others")
                .isEqualTo(raw.getInt("data.sum {it.count}"));
    }

    /** All that the store adds up are integers and decimals: not a digit may differ. */
    private static void assertSame(List<Map<String, Object>> one, List<Map<String, Object>> other) {
        assertThat(one).containsExactlyInAnyOrderElementsOf(other);
    }

    @Test
    void numbersAreWhatTheObservationsSay() {
        Instant day = Instant.parse("2024-06-01T10:00:00Z");
        String id = traceId();
        traces.store("dev",
                step(id, 1, 0, "agent", day, Duration.ofSeconds(4)).setType(ObservationType.AGENT).setTotalTokens(15)
                        .setTotalCostPicoUsd(1_000_000_000_000L).setUserId("ann"),
                call(id, 2, 1, "chat", day.plusSeconds(1), 10, 5, 1_000_000_000_000L).setUserId("ann"),
                call(id, 3, 1, "chat", day.plusSeconds(7_200), 20, 10, 2_000_000_000_000L).setUserId("bob")
                        .setLevel(Level.ERROR).addTags("a").addTags("b").putMetadata("tenant", "x"));
        traces.store("other", call(traceId(), 4, 0, "theirs", day, 7, 7, 7));
        String span = "\"from\": \"2024-06-01T00:00:00Z\", \"to\": \"2024-06-02T00:00:00Z\"";

        ask("{" + span + """
                , "measures": [{"measure": "count"}, {"measure": "trace_count"}, {"measure": "user_count"},
                {"measure": "error_count"}, {"measure": "error_rate"}, {"measure": "total_tokens"},
                {"measure": "total_cost"}, {"measure": "latency", "aggregation": "max"}, {"measure": "throughput"},
                {"measure": "total_tokens", "aggregation": "max"}, {"measure": "tokens_per_second"}]}""")
                .statusCode(200).body("data", hasSize(1)).body("granularity", nullValue())
                .body("data[0].count", equalTo(3)).body("data[0].trace_count", equalTo(1))
                .body("data[0].user_count", equalTo(2)).body("data[0].error_count", equalTo(1))
                .body("data[0].sum_total_tokens", equalTo(45)).body("data[0].sum_total_cost", equalTo(3.0f))
                .body("data[0].max_total_tokens", equalTo(30.0f))
                .body("columns.find {it.name == 'sum_total_cost'}.unit", equalTo("USD"))
                .body("columns.find {it.name == 'max_latency'}.unit", equalTo("ms"));
        JsonPath agents = numbers("{" + span + ", \"measures\": [{\"measure\": \"total_tokens\"}], "
                + "\"dimensions\": [\"type\"]}");
        assertThat(agents.getInt("data.find {it.type == 'agent'}.sum_total_tokens")).isEqualTo(15);
        ask("{" + span + ", \"measures\": [{\"measure\": \"count\"}], \"dimensions\": [\"tag\", \"metadata.tenant\"], "
                + "\"order_by\": [{\"field\": \"tag\"}]}").statusCode(200).body("data.tag", contains(null, "a", "b"))
                .body("data.'metadata.tenant'", contains(null, "x", "x")).body("data.count", contains(2, 1, 1));
        ask("{" + span + ", \"measures\": [{\"measure\": \"count\"}], \"query\": \"model:gpt-test level:ERROR\"}")
                .body("data[0].count", equalTo(1)).body("source", equalTo("observations_by_hour"));
        ask("{" + span + ", \"measures\": [{\"measure\": \"count\"}], \"query\": \"user:ann latency:>1s\"}")
                .body("data[0].count", equalTo(1)).body("source", equalTo("observations"));
        ask("{" + span + ", \"view\": \"traces\", \"measures\": [{\"measure\": \"count\"}, {\"measure\": \"latency\", "
                + "\"aggregation\": \"sum\"}, {\"measure\": \"total_cost\", \"aggregation\": \"avg\"}, "
                + "{\"measure\": \"observation_count\"}], \"dimensions\": [\"user\"]}").statusCode(200)
                .body("data", hasSize(1)).body("data[0].user", equalTo("ann")).body("data[0].count", equalTo(1))
                .body("data[0].sum_observation_count", equalTo(3)).body("data[0].avg_total_cost", equalTo(3.0f));
    }

    @Test
    void gapsAreFilledAndDaysBeginWhereTheZoneSays() {
        Instant night = Instant.parse("2024-07-01T22:30:00Z");
        traces.store("dev", step(traceId(), 1, 0, "late", night, Duration.ofMillis(1)));
        String body = """
                {"from": "2024-07-01T00:00:00Z", "to": "2024-07-03T22:00:00Z", "granularity": "day", "time_zone": "%s",
                 "measures": [{"measure": "count"}, {"measure": "latency"}]}""";
        ask(body.formatted("UTC")).statusCode(200).body("data.time", contains("2024-07-01T00:00:00Z",
                "2024-07-02T00:00:00Z", "2024-07-03T00:00:00Z")).body("data.count", contains(1, 0, 0))
                .body("data[1].avg_latency", nullValue());
        ask(body.formatted("Europe/Berlin")).statusCode(200).body("data.time", contains("2024-06-30T22:00:00Z",
                "2024-07-01T22:00:00Z", "2024-07-02T22:00:00Z")).body("data.count", contains(0, 1, 0));
    }

    /** Who has several tags counts in each, among the others too. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void topTagsAddUpToAll(boolean others) {
        Instant day = Instant.parse("2021-05-01T10:00:00Z");
        String name = "tagged " + others;
        for (int i = 1; i <= 4; i++) {
            for (int n = 0; n < i; n++) {
                traces.store("dev", step(traceId(), 1, 0, name, day, Duration.ofMillis(1)).addTags("t" + i)
                        .addTags("t" + (i + 10)));
            }
        }
        ask("""
                {"from": "2021-05-01T00:00:00Z", "to": "2021-05-02T00:00:00Z", "measures": [{"measure": "count"}],
                 "dimensions": ["tag"], "query": "name:\\"%s\\"", "top": {"n": 3, "others": %s}}""".formatted(name, others))
                .statusCode(200).body("data.count.sum()", equalTo(others ? 20 : 11))
                .body("data.findAll {it.others != true}.count", contains(4, 4, 3));
    }

    @Test
    void topGroupsStandBesideAllOthers() {
        Instant day = Instant.parse("2024-08-01T10:00:00Z");
        for (int user = 1; user <= 5; user++) {
            for (int i = 0; i < user; i++) {
                traces.store("dev", step(traceId(), 1, 0, "x", day.plusSeconds(7_200L * (i % 2)), Duration.ofMillis(1))
                        .setUserId("u" + user));
            }
        }
        String span = "\"from\": \"2024-08-01T00:00:00Z\", \"to\": \"2024-08-02T00:00:00Z\"";
        ask("{" + span + ", \"measures\": [{\"measure\": \"count\"}], \"dimensions\": [\"user\"], "
                + "\"top\": {\"n\": 2, \"others\": true}}").statusCode(200)
                .body("data.count", contains(6, 5, 4)).body("data.user", contains(null, "u5", "u4"))
                .body("data[0].others", equalTo(true)).body("data[1].others", nullValue())
                .body("source", equalTo("observations_by_user_hour"));
        JsonPath series = numbers("{" + span + ", \"measures\": [{\"measure\": \"count\"}], \"dimensions\": [\"user\"], "
                + "\"top\": {\"n\": 2}, \"granularity\": \"hour\"}");
        assertThat(series.getList("data")).hasSize(48);
        assertThat(series.getInt("data.findAll {it.user == 'u5'}.sum {it.count}")).isEqualTo(5);
    }

    @Test
    void eachNumberStandsBesideThatOfThePeriodBefore() {
        traces.store("dev", step(traceId(), 1, 0, "x", Instant.parse("2024-09-01T10:00:00Z"), Duration.ofMillis(1)),
                step(traceId(), 1, 0, "x", Instant.parse("2024-09-01T11:00:00Z"), Duration.ofMillis(1)),
                step(traceId(), 1, 0, "x", Instant.parse("2024-09-03T10:00:00Z"), Duration.ofMillis(1)));
        String body = """
                {"from": "2024-09-03T00:00:00Z", "to": "2024-09-05T00:00:00Z", "measures": [{"measure": "count"}],
                 "compare": "previous_period"%s}""";
        ask(body.formatted("")).statusCode(200).body("data[0].count", equalTo(1))
                .body("data[0].previous.count", equalTo(2));
        ask(body.formatted(", \"granularity\": \"day\", \"dimensions\": [\"name\"]")).statusCode(200)
                .body("data.count", contains(1, 0)).body("data.previous.count", contains(2, 0));
    }

    @Test
    void scoresHaveMeansDistributionsAndCategories() {
        Instant time = Instant.parse("2024-10-01T10:00:00Z");
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "root", time, Duration.ofMillis(1)).setUserId("ann").setTraceName("ask"));
        long at = time.getEpochSecond() * 1_000_000_000L;
        for (double value : new double[] {0.25, 0.5, 0.5, 1}) {
            traces.store("dev", score(id, "relevance", value).setTimestampUnixNano(at));
        }
        traces.store("dev", score(id, "tone", 0).clearValue().setStringValue("rude").setDataType(ScoreDataType.CATEGORICAL)
                .setTimestampUnixNano(at), score(id, "failed", 0).clearValue().setError("no").setTimestampUnixNano(at));
        String span = "\"view\": \"scores\", \"from\": \"2024-10-01T00:00:00Z\", \"to\": \"2024-10-02T00:00:00Z\"";
        ask("{" + span + """
                , "dimensions": ["name", "user"], "measures": [{"measure": "count"}, {"measure": "value"},
                {"measure": "value", "aggregation": "p50"}, {"measure": "value", "aggregation": "max"},
                {"measure": "value", "aggregation": "histogram"}, {"measure": "error_count"}, {"measure": "trace_count"}],
                 "bins": 3}""")
                .statusCode(200).body("data[0].name", equalTo("relevance")).body("data[0].user", equalTo("ann"))
                .body("data[0].count", equalTo(4)).body("data[0].avg_value", equalTo(0.5625f))
                .body("data[0].p50_value", equalTo(0.5f)).body("data[0].max_value", equalTo(1.0f))
                .body("data[0].histogram_value.count", contains(1, 2, 1)).body("data[0].trace_count", equalTo(1))
                .body("data.find {it.name == 'failed'}.error_count", equalTo(1))
                .body("data.find {it.name == 'failed'}.count", equalTo(0));
        ask("{" + span + ", \"dimensions\": [\"value\"], \"measures\": [{\"measure\": \"count\"}], "
                + "\"query\": \"trace_name:ask\", \"order_by\": [{\"field\": \"value\"}]}")
                .statusCode(200).body("data.value", hasItems("0.25", "rude"));
    }

    @Test
    void percentilesAreWithinOnePercent() {
        Random random = new Random(3);
        Instant day = Instant.parse("2024-11-01T10:00:00Z");
        List<Long> latencies = new ArrayList<>();
        List<Observation> observations = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            long latency = 1_000_000 + (long) Math.exp(15 + random.nextGaussian() * 2);
            latencies.add(latency);
            observations.add(step(traceId(), 1, 0, "x", day, Duration.ofNanos(latency)).build());
        }
        traces.store("dev", observations.stream());
        latencies.sort(null);
        JsonPath answer = numbers("""
                {"from": "2024-11-01T00:00:00Z", "to": "2024-11-02T00:00:00Z",
                 "measures": [{"measure": "latency", "aggregation": "p50"}, {"measure": "latency", "aggregation": "p99"},
                 {"measure": "latency", "aggregation": "min"}, {"measure": "latency"},
                 {"measure": "latency", "aggregation": "histogram"}]}""");
        assertThat(answer.getDouble("data[0].p50_latency")).isCloseTo(latencies.get(999) / 1e6, within(latencies.get(999) / 1e8));
        assertThat(answer.getDouble("data[0].p99_latency")).isCloseTo(latencies.get(1979) / 1e6, within(latencies.get(1979) / 1e8));
        assertThat(answer.getDouble("data[0].min_latency")).isCloseTo(latencies.getFirst() / 1e6, within(latencies.getFirst() / 1e8));
        assertThat(answer.getDouble("data[0].avg_latency")).isCloseTo(latencies.stream().mapToLong(l -> l).average()
                .orElseThrow() / 1e6, within(0.01));
        assertThat(answer.getInt("data[0].histogram_latency.sum {it.count}")).isEqualTo(2_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                                  | measures
            {"measures": [{}]}                                                                  | measures[0].measure
            {"measures": [{"measure": "speed"}]}                                                | measures[0].measure
            {"measures": [{"measure": "count", "aggregation": "p95"}]}                          | measures[0].aggregation
            {"measures": [{"measure": "latency", "aggregation": "mean"}]}                       | measures[0].aggregation
            {"measures": [{"measure": "count"}, {"measure": "count"}]}                          | measures[1].name
            {"measures": [{"numerator": {"measure": "count"}}]}                                 | measures[0]
            {"measures": [{"measure": "usage.a'b"}]}                                            | measures[0].measure
            {"measures": [{"measure": "count"}], "view": "sessions"}                            | view
            {"measures": [{"measure": "count"}], "dimensions": ["colour"]}                      | dimensions[0]
            {"measures": [{"measure": "count"}], "dimensions": ["name", "name"]}                | dimensions[1]
            {"measures": [{"measure": "count"}], "dimensions": ["name", "type", "model", "tag", "level", "user"]} | dimensions
            {"measures": [{"measure": "count"}], "granularity": "second"}                       | granularity
            {"measures": [{"measure": "count"}], "granularity": "minute", "from": "2024-01-01T00:00:00Z", "to": "2024-02-01T00:00:00Z"} | granularity
            {"measures": [{"measure": "count"}], "from": "2024-01-02T00:00:00Z", "to": "2024-01-01T00:00:00Z"} | from
            {"measures": [{"measure": "count"}], "from": "yesterday"}                           | from
            {"measures": [{"measure": "count"}], "time_zone": "Mars/Olympus"}                   | time_zone
            {"measures": [{"measure": "count"}], "top": {"n": 5}}                               | top
            {"measures": [{"measure": "count"}], "dimensions": ["name"], "top": {"n": 500}}     | top.n
            {"measures": [{"measure": "count"}], "order_by": [{"field": "speed"}]}              | order_by[0].field
            {"measures": [{"measure": "count"}], "order_by": [{"field": "count", "direction": "up"}]} | order_by[0].direction
            {"measures": [{"measure": "count"}], "compare": "last_year"}                        | compare
            {"measures": [{"measure": "count"}], "limit": 0}                                    | limit
            {"measures": [{"measure": "count"}], "limit": 5000, "compare": "previous_period"}   | limit
            {"measures": [{"measure": "count"}], "bins": 1000}                                  | bins
            {"measures": [{"measure": "count"}], "source": "disk"}                              | source
            {"measures": [{"measure": "count"}], "query": "model:("}                            | query
            {"measures": [{"measure": "count"}], "colour": 1}                                   | colour
            [1]                                                                                 | body
            """)
    void whatIsWrongIsNamed(String body, String field) {
        ask(body).statusCode(400).body("field", equalTo(field));
    }

    @Test
    void whoAsksForTooManyRowsIsToldHowToAskForFewer() {
        List<Observation> observations = new ArrayList<>();
        Instant day = Instant.parse("2024-12-01T00:00:00Z");
        for (int i = 0; i < 150; i++) {
            observations.add(step(traceId(), 1, 0, "name " + i, day.plusSeconds(i), Duration.ofMillis(1)).build());
        }
        traces.store("dev", observations.stream());
        String body = """
                {"from": "2024-12-01T00:00:00Z", "to": "2024-12-05T00:00:00Z", "dimensions": ["name"],
                 "measures": [{"measure": "count"}]%s}""";
        ask(body.formatted(", \"granularity\": \"hour\"")).statusCode(400).body("field", equalTo("dimensions"))
                .body("detail", containsString("top"));
        ask(body.formatted("")).statusCode(200).body("data", hasSize(100)).body("truncated", equalTo(true));
        ask(body.formatted(", \"limit\": 200")).statusCode(200).body("data", hasSize(150))
                .body("truncated", equalTo(false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"observations", "traces", "scores"})
    void everyMeasureAndDimensionThatIsListedCanBeAsked(String view) {
        JsonPath catalog = Api.dev().get("/api/v1/metrics/measures").then().statusCode(200).extract().jsonPath();
        List<Map<String, Object>> measures = catalog.getList("views.find {it.name == '" + view + "'}.measures");
        assertThat(measures).isNotEmpty();
        List<String> asked = new ArrayList<>();
        for (Map<String, Object> measure : measures) {
            List<?> listed = (List<?>) measure.get("aggregations");
            for (Object aggregation : listed.isEmpty() ? List.of("sum") : listed) {
                asked.add("{\"measure\": \"" + measure.get("name") + "\", \"aggregation\": \"" + aggregation + "\"}");
            }
        }
        for (int i = 0; i < asked.size(); i += 20) {
            ask("{\"view\": \"" + view + "\", \"granularity\": \"auto\", \"measures\": ["
                    + String.join(", ", asked.subList(i, Math.min(asked.size(), i + 20))) + "]}").statusCode(200)
                    .body("data", hasSize(25));
        }
        List<String> dimensions = catalog.getList("views.find {it.name == '" + view + "'}.dimensions.name");
        for (int i = 0; i < dimensions.size(); i += 5) {
            ask("{\"view\": \"" + view + "\", \"measures\": [{\"measure\": \"count\"}], \"dimensions\": [\""
                    + String.join("\", \"", dimensions.subList(i, Math.min(dimensions.size(), i + 5)))
                    + "\"], \"from\": \"2001-01-01T00:00:00Z\", \"to\": \"2001-02-01T00:00:00Z\"}").statusCode(200)
                    .body("data", empty());
        }
    }

    @Test
    void anotherProjectsNumbersAreNotSeen() {
        traces.store("other", step(traceId(), 1, 0, "theirs", Instant.parse("2023-06-01T10:00:00Z"), Duration.ofMillis(1)));
        for (String view : List.of("observations", "traces", "scores")) {
            ask("{\"view\": \"" + view + "\", \"from\": \"2023-06-01T00:00:00Z\", \"to\": \"2023-06-02T00:00:00Z\", "
                    + "\"measures\": [{\"measure\": \"count\"}]}").statusCode(200).body("data[0].count", equalTo(0));
        }
        RestAssured.given().contentType(ContentType.JSON).body("{}").post("/api/v1/metrics").then()
                .statusCode(401);
    }
}
