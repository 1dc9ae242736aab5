package dev.sightline.query.langfuse;

import static dev.sightline.query.TraceFixture.call;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.query.Api;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Langfuse's shapes: row keys, times, limits and errors. */
@QuarkusTest
@WithTestResource(Engines.class)
class LangfuseMetricsTest {
    private TraceFixture traces;

    @BeforeEach
    void connect() {
        traces = new TraceFixture();
    }

    @AfterEach
    void close() {
        traces.close();
    }

    private static ValidatableResponse v1(String query) {
        return Api.dev().queryParam("query", query).get("/api/public/metrics").then();
    }

    private static ValidatableResponse v2(String query) {
        return Api.dev().queryParam("query", query).get("/api/public/v2/metrics").then();
    }

    private void store(String day) {
        Instant start = Instant.parse(day + "T10:00:00Z");
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "ask", start, Duration.ofSeconds(2)).setUserId("ann").setTraceName("support"),
                call(id, 2, 1, "chat", start.plusSeconds(1), 10, 5, 1_000_000_000_000L).setUserId("ann").addTags("vip")
                        .setTraceName("support"),
                step(traceId(), 3, 0, "ask", start.plusSeconds(90_000), Duration.ofSeconds(1)).setUserId("bob")
                        .setType(ObservationType.TOOL));
    }

    private static String span(String day, String end) {
        return "\"fromTimestamp\": \"" + day + "T00:00:00Z\", \"toTimestamp\": \"" + end + "T00:00:00Z\"";
    }

    @Test
    void rowsHaveLangfusesKeys() {
        store("2023-01-10");
        v2("{\"view\": \"observations\", " + span("2023-01-10", "2023-01-12") + """
                , "metrics": [{"measure": "count", "aggregation": "count"}, {"measure": "totalCost", "aggregation": "sum"},
                {"measure": "latency", "aggregation": "p95"}, {"measure": "totalTokens", "aggregation": "sum"}],
                "dimensions": [{"field": "providedModelName"}, {"field": "type"}],
                "orderBy": [{"field": "count_count", "direction": "desc"}, {"field": "type", "direction": "asc"}]}""")
                .statusCode(200).body("data", hasSize(3)).body("data.type", contains("GENERATION", "SPAN", "TOOL"))
                .body("data.providedModelName", contains("gpt-test", null, null)).body("data.count_count", contains(1, 1, 1))
                .body("data[0].sum_totalCost", equalTo(1.0f)).body("data[0].sum_totalTokens", equalTo(15));
        v2("{\"view\": \"observations\", " + span("2023-01-10", "2023-01-13") + """
                , "metrics": [{"measure": "count", "aggregation": "count"}], "timeDimension": {"granularity": "day"}}""")
                .statusCode(200).body("data.time_dimension", contains("2023-01-10", "2023-01-11", "2023-01-12"))
                .body("data.count_count", contains(2, 1, 0));
        v1("{\"view\": \"traces\", " + span("2023-01-10", "2023-01-11") + """
                , "metrics": [{"measure": "count", "aggregation": "count"}, {"measure": "latency", "aggregation": "max"}],
                "timeDimension": {"granularity": "hour"}, "dimensions": [{"field": "name"}]}""")
                .statusCode(200).body("data[10].time_dimension", equalTo("2023-01-10T10:00:00Z"))
                .body("data[10].count_count", equalTo(1)).body("data[10].name", equalTo("support"));
        v2("{\"view\": \"observations\", " + span("2023-01-10", "2023-01-12") + """
                , "metrics": [{"measure": "latency", "aggregation": "histogram"}], "config": {"bins": 2}}""")
                .statusCode(200).body("data[0].histogram_latency", hasSize(2)).body("data[0].histogram_latency[0]", hasSize(3));
    }

    @Test
    void aSeriesByUserWhichLangfuseRefuses() {
        store("2023-02-10");
        v2("{\"view\": \"observations\", " + span("2023-02-10", "2023-02-12") + """
                , "metrics": [{"measure": "count", "aggregation": "count"}], "dimensions": [{"field": "userId"}],
                "timeDimension": {"granularity": "day"}, "config": {"row_limit": 1},
                "orderBy": [{"field": "count_count", "direction": "desc"}]}""")
                .statusCode(200).body("data", hasSize(2)).body("data.userId", contains("ann", "ann"))
                .body("data.count_count", contains(2, 0));
    }

    @Test
    void filtersAreLangfuses() {
        store("2023-03-10");
        String body = "{\"view\": \"observations\", " + span("2023-03-10", "2023-03-12") + """
                , "metrics": [{"measure": "count", "aggregation": "count"}], "filters": [%s]}""";
        for (String filter : new String[] {
            "{\"type\": \"string\", \"column\": \"providedModelName\", \"operator\": \"=\", \"value\": \"gpt-test\"}",
            "{\"type\": \"stringOptions\", \"column\": \"type\", \"operator\": \"any of\", \"value\": [\"GENERATION\"]}",
            "{\"type\": \"arrayOptions\", \"column\": \"tags\", \"operator\": \"any of\", \"value\": [\"vip\"]}",
            "{\"type\": \"string\", \"column\": \"name\", \"operator\": \"contains\", \"value\": \"ha\"}",
            "{\"type\": \"null\", \"column\": \"providedModelName\", \"operator\": \"is not null\", \"value\": \"\"}",
            "{\"type\": \"string\", \"column\": \"name\", \"operator\": \"starts with\", \"value\": \"ch\"}"}) {
            v2(body.formatted(filter)).statusCode(200).body("data[0].count_count", equalTo(1));
        }
        v2(body.formatted("{\"type\": \"stringObject\", \"column\": \"metadata\", \"key\": \"a'b\", \"operator\": \"=\", "
                + "\"value\": \"1' OR 1 --\"}")).statusCode(200).body("data[0].count_count", equalTo(0));
    }

    @Test
    void scoresByView() {
        Instant time = Instant.parse("2023-04-10T10:00:00Z");
        long at = time.getEpochSecond() * 1_000_000_000L;
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "ask", time, Duration.ofSeconds(2)).setUserId("ann"));
        traces.store("dev", score(id, "relevance", 0.5).setTimestampUnixNano(at), score(id, "tone", 0).clearValue()
                .setDataType(ScoreDataType.CATEGORICAL).setStringValue("rude").setTimestampUnixNano(at));
        String span = span("2023-04-10", "2023-04-11");
        v2("{\"view\": \"scores-numeric\", " + span + """
                , "metrics": [{"measure": "value", "aggregation": "avg"}, {"measure": "count", "aggregation": "count"}],
                "dimensions": [{"field": "name"}, {"field": "source"}, {"field": "userId"}]}""").statusCode(200)
                .body("data", hasSize(1)).body("data[0].avg_value", equalTo(0.5f)).body("data[0].source", equalTo("EVAL"))
                .body("data[0].userId", equalTo("ann"));
        v2("{\"view\": \"scores-categorical\", " + span + """
                , "metrics": [{"measure": "count", "aggregation": "count"}], "dimensions": [{"field": "stringValue"}],
                "filters": [{"type": "string", "column": "userId", "operator": "=", "value": "ann"}]}""").statusCode(200)
                .body("data[0].stringValue", equalTo("rude")).body("data[0].count_count", equalTo(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                     | query.view
            {"view": "traces"}                                     | query.view
            {"view": "observations"}                               | query.fromTimestamp
            {"view": "observations", SPAN, "metrics": [{"measure": "speed", "aggregation": "sum"}]} | query.metrics[0].measure
            {"view": "observations", SPAN, "metrics": [{"measure": "count", "aggregation": "p95"}]} | query.metrics[0].aggregation
            {"view": "observations", SPAN, "dimensions": [{"field": "colour"}]} | query.dimensions[0].field
            {"view": "observations", SPAN, "config": {"row_limit": 1001}} | query.config.row_limit
            {"view": "observations", SPAN, "timeDimension": {"granularity": "year"}} | query.timeDimension.granularity
            {"view": "observations", SPAN, "filters": [{"type": "string", "column": "input", "operator": "=", "value": "x"}]} | query.filters[0].column
            {"view": "observations", SPAN, "filters": [{"type": "string", "column": "name", "operator": "like", "value": "x"}]} | query.filters[0].operator
            not json                                               | query
            """)
    void errorsHaveLangfusesForm(String query, String named) {
        v2(query.replace("SPAN", span("2023-01-01", "2023-01-02"))).statusCode(400)
                .body("message", containsString(named)).body("error", equalTo("Invalid request"));
    }

    @Test
    void daysNewestFirst() {
        store("2023-05-10");
        ValidatableResponse answer = Api.dev().queryParam("fromTimestamp", "2023-05-01T00:00:00Z")
                .queryParam("toTimestamp", "2023-06-01T00:00:00Z").queryParam("limit", "1")
                .get("/api/public/metrics/daily").then().statusCode(200)
                .body("data", hasSize(1)).body("data[0].date", equalTo("2023-05-11"))
                .body("data[0].countTraces", equalTo(1)).body("data[0].countObservations", equalTo(1))
                .body("meta.page", equalTo(1)).body("meta.limit", equalTo(1)).body("meta.totalItems", equalTo(2))
                .body("meta.totalPages", equalTo(2));
        assertThat(answer.extract().jsonPath().getList("data[0].usage")).hasSize(1);
        Api.dev().queryParam("fromTimestamp", "2023-05-01T00:00:00Z").queryParam("toTimestamp", "2023-06-01T00:00:00Z")
                .queryParam("limit", "1").queryParam("page", "2").queryParam("userId", "ann")
                .queryParam("traceName", "support").get("/api/public/metrics/daily").then().statusCode(200)
                .body("data", hasSize(0)).body("meta.totalItems", equalTo(1));
        Api.dev().queryParam("fromTimestamp", "2023-05-01T00:00:00Z").queryParam("toTimestamp", "2023-06-01T00:00:00Z")
                .queryParam("tags", "vip").get("/api/public/metrics/daily").then().statusCode(200)
                .body("data.date", contains("2023-05-10")).body("data[0].countTraces", equalTo(1))
                .body("data[0].totalCost", equalTo(1.0f))
                .body("data[0].usage.find {it.model == 'gpt-test'}.inputUsage", equalTo(10))
                .body("data[0].usage.find {it.model == 'gpt-test'}.countTraces", equalTo(1));
    }
}
