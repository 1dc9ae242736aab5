package dev.sightline.query.trace;

import static dev.sightline.query.TraceFixture.call;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every test has a day of its own. */
@QuarkusTest
@WithTestResource(Engines.class)
class TraceListTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

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

    @Test
    void aTraceIsAllRowsOfItsIdAndAnAgentsUsageIsNotCountedTwice() {
        Instant day = Instant.parse("2025-01-01T10:00:00.123456789Z");
        String id = traceId();
        traces.store("dev",
                step(id, 1, 0, "invoke agent", day, Duration.ofMillis(1500)).setType(ObservationType.AGENT)
                        .setInputTokens(30).setOutputTokens(12).setTotalTokens(42).setTotalCostPicoUsd(3_000_000)
                        .setRelease("r1").addTags("b").setUserId("root user").setModel("gpt-agent"),
                call(id, 2, 1, "chat", day.plusMillis(100), 10, 5, 1_000_000).setSessionId("s1").setVersion("v2"),
                call(id, 3, 1, "chat", day.plusMillis(400), 20, 7, 2_000_000).addTags("a").setUserId("other user"));
        traces.store("dev", step(id, 4, 1, "tool", day.plusMillis(900), Duration.ofMillis(900))
                .setType(ObservationType.TOOL).setLevel(Level.ERROR));
        traces.store("dev", score(id, "relevance", 0.75));

        page("2025-01-01").statusCode(200).body("data", hasSize(1)).body("next_cursor", nullValue())
                .body("data[0].trace_id", equalTo(id))
                .body("data[0].name", equalTo("invoke agent"))
                .body("data[0].start_time", equalTo("2025-01-01T10:00:00.123456789Z"))
                .body("data[0].end_time", equalTo("2025-01-01T10:00:01.923456789Z"))
                .body("data[0].latency_ms", equalTo(1800.0f))
                .body("data[0].level", equalTo("ERROR"))
                .body("data[0].observation_count", equalTo(4))
                .body("data[0].error_count", equalTo(1))
                .body("data[0].input_tokens", equalTo(30))
                .body("data[0].output_tokens", equalTo(12))
                .body("data[0].total_tokens", equalTo(42))
                .body("data[0].usage_estimated", equalTo(false))
                .body("data[0].total_cost", equalTo(0.000003f))
                .body("data[0].user_id", equalTo("root user"))
                .body("data[0].session_id", equalTo("s1"))
                .body("data[0].environment", equalTo("default"))
                .body("data[0].release", equalTo("r1"))
                .body("data[0].version", equalTo("v2"))
                .body("data[0].tags", contains("a", "b"))
                .body("data[0].models", contains("gpt-agent", "gpt-test"))
                .body("data[0].scores", hasSize(1))
                .body("data[0].scores[0].name", equalTo("relevance"))
                .body("data[0].scores[0].data_type", equalTo("NUMERIC"))
                .body("data[0].scores[0].value", equalTo(0.75f))
                .body("data[0].scores[0].string_value", nullValue())
                .body("data[0].scores[0].source", equalTo("evaluator"));
    }

    @Test
    void anAgentThatAloneReportsUsageIsCounted() {
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "agent", Instant.parse("2025-01-02T10:00:00Z"), SECOND)
                .setType(ObservationType.AGENT).setTotalTokens(42).setTotalCostPicoUsd(5),
                step(id, 2, 1, "chat", Instant.parse("2025-01-02T10:00:00Z"), SECOND)
                        .setType(ObservationType.GENERATION));

        page("2025-01-02").body("data[0].total_tokens", equalTo(42)).body("data[0].total_cost", equalTo(5e-12f));
    }

    @Test
    void anEstimateOfOneCallMarksTheTrace() {
        Instant day = Instant.parse("2025-07-11T10:00:00Z");
        String id = traceId();
        traces.store("dev", call(id, 1, 0, "chat", day, 10, 5, 7), call(id, 2, 1, "chat", day, 20, 7, 8)
                .setUsageEstimated(true));

        page("2025-07-11").body("data[0].total_tokens", equalTo(42)).body("data[0].usage_estimated", equalTo(true));
    }

    @Test
    void agentsInsideAgentsAreLeftOutToo() {
        Instant day = Instant.parse("2025-07-12T10:00:00Z");
        String id = traceId();
        traces.store("dev",
                step(id, 1, 0, "desk", day, SECOND).setType(ObservationType.AGENT).setInputTokens(30)
                        .setOutputTokens(12).setTotalTokens(42),
                step(id, 2, 1, "search", day, SECOND).setType(ObservationType.AGENT).setInputTokens(20)
                        .setOutputTokens(7).setTotalTokens(27),
                call(id, 3, 1, "chat", day, 10, 5, 1), call(id, 4, 2, "chat", day, 20, 7, 2));

        page("2025-07-12").body("data[0].input_tokens", equalTo(30)).body("data[0].output_tokens", equalTo(12))
                .body("data[0].total_tokens", equalTo(42)).body("data[0].total_cost", equalTo(3e-12f));
    }

    @Test
    void aTraceWhoseRootHasNotArrivedIsThere() {
        Instant day = Instant.parse("2025-01-03T10:00:00Z");
        String noRoot = traceId();
        traces.store("dev", step(noRoot, 3, 2, "second", day.plusMillis(5), SECOND),
                step(noRoot, 2, 1, "first", day, SECOND));
        String named = traceId();
        traces.store("dev", step(named, 1, 0, "root", day.plusSeconds(1), SECOND),
                step(named, 2, 1, "leaf", day.plusSeconds(2), SECOND).setTraceName("checkout"));

        page("2025-01-03").body("data.name", contains("checkout", "first"));
    }

    @Test
    void searchFindsNamesWhateverTheirCapitalsAndTheBeginningOfAnId() {
        Instant day = Instant.parse("2025-01-04T10:00:00Z");
        String refund = traceId();
        String percent = traceId();
        String named = traceId();
        traces.store("dev", step(refund, 1, 0, "root", day, SECOND), step(refund, 2, 1, "Refund Order", day, SECOND),
                step(percent, 1, 0, "100% 'sure'? \\ _", day, SECOND),
                step(named, 1, 0, "root", day, SECOND).setTraceName("ÜBERSICHT"));

        assertThat(found("2025-01-04", "search", "fund ord")).containsExactly(refund);
        assertThat(found("2025-01-04", "search", "0% 'sure'? \\ _")).containsExactly(percent);
        assertThat(found("2025-01-04", "search", "1_0")).isEmpty();
        assertThat(found("2025-01-04", "search", "' OR 1=1 --")).isEmpty();
        assertThat(found("2025-01-04", "search", "übersicht")).containsExactly(named);
        assertThat(found("2025-01-04", "search", refund.substring(0, 9).toUpperCase())).containsExactly(refund);
        assertThat(found("2025-01-04", "search", refund)).containsExactly(refund);
    }

    @Test
    void levelIsTheWorstInTheTrace() {
        Instant day = Instant.parse("2025-01-05T10:00:00Z");
        String debug = traceId();
        String warning = traceId();
        String error = traceId();
        traces.store("dev", step(debug, 1, 0, "d", day, SECOND).setLevel(Level.DEBUG),
                step(warning, 1, 0, "w", day, SECOND), step(warning, 2, 1, "w", day, SECOND).setLevel(Level.WARNING),
                step(error, 1, 0, "e", day, SECOND).setLevel(Level.WARNING),
                step(error, 2, 1, "e", day, SECOND).setLevel(Level.ERROR));

        assertThat(found("2025-01-05", "level", "WARNING")).containsExactly(warning);
        assertThat(found("2025-01-05", "level", "error, debug")).containsExactlyInAnyOrder(error, debug);
        assertThat(found("2025-01-05", "level", "DEFAULT")).isEmpty();
    }

    @Test
    void environmentFilters() {
        Instant day = Instant.parse("2025-01-06T10:00:00Z");
        String production = traceId();
        traces.store("dev", step(production, 1, 0, "p", day, SECOND).setEnvironment("production"),
                step(traceId(), 1, 0, "s", day, SECOND).setEnvironment("staging"));

        assertThat(found("2025-01-06", "environment", "production")).containsExactly(production);
        assertThat(found("2025-01-06", "environment", "prod")).isEmpty();
    }

    @Test
    void aTraceCountsByItsStartAndIsSummedUpWhole() {
        String crossing = traceId();
        traces.store("dev", step(crossing, 1, 0, "crossing", Instant.parse("2025-01-07T23:59:59.999999999Z"),
                SECOND), step(crossing, 2, 1, "next day", Instant.parse("2025-01-08T00:00:30Z"), SECOND));

        page("2025-01-07").body("data.trace_id", contains(crossing)).body("data[0].observation_count", equalTo(2))
                .body("data[0].end_time", equalTo("2025-01-08T00:00:31Z"));
        page("2025-01-08").body("data", empty());
    }

    @Test
    void longTracesAreSummedUpFarBeyondTheAskedTime() {
        String id = traceId();
        Instant start = Instant.parse("2025-01-09T12:00:00Z");
        traces.store("dev", step(id, 1, 0, "long", start, SECOND),
                step(id, 2, 1, "much later", start.plus(Duration.ofDays(3)), SECOND).setLevel(Level.ERROR));

        page("2025-01-09").body("data.trace_id", contains(id)).body("data[0].observation_count", equalTo(2))
                .body("data[0].level", equalTo("ERROR"));
        page("2025-01-12").body("data", empty());
    }

    @Test
    void pagesHoldEveryTraceOnceAlsoWhereStartsAreEqualAndTracesArrive() {
        List<Observation> steps = new ArrayList<>();
        Instant day = Instant.parse("2025-01-14T20:00:00Z");
        for (int i = 0; i < 23; i++) {
            // Three of each start, over seven hours: several stretches of time.
            steps.add(step(traceId(), 1, 0, "t", day.minus(Duration.ofHours(i / 3)), SECOND).build());
        }
        List<Observation> shuffled = new ArrayList<>(steps);
        Collections.shuffle(shuffled, new java.util.Random(7));
        traces.store("dev", shuffled.stream());
        List<String> expected = steps.stream().sorted(Comparator.comparing(Observation::getStartUnixNano)
                        .thenComparing(o -> TraceQueries.hex(o.getTraceId())).reversed())
                .map(o -> TraceQueries.hex(o.getTraceId())).toList();

        List<String> seen = new ArrayList<>();
        String cursor = null;
        int pages = 0;
        do {
            JsonPath page = Api.dev().queryParam("from", "2025-01-14T00:00:00Z")
                    .queryParam("to", "2025-01-15T00:00:00Z")
                    .queryParam("limit", 4).queryParam("cursor", cursor == null ? "" : cursor)
                    .get("/api/v1/traces").then().statusCode(200).extract().jsonPath();
            seen.addAll(page.getList("data.trace_id"));
            cursor = page.getString("next_cursor");
            pages++;
            traces.store("dev", step(traceId(), 1, 0, "new", day.plusSeconds(pages), SECOND));
        } while (cursor != null);

        assertThat(seen).isEqualTo(expected);
        assertThat(pages).isEqualTo(6);
    }

    @Test
    void withoutAnEndTheNewestAreThereEvenWhenTheirClockRunsAhead() {
        String ahead = traceId();
        String old = traceId();
        Instant now = Instant.now();
        traces.store("dev", step(ahead, 1, 0, "clock-test ahead", now.plus(Duration.ofMinutes(10)), SECOND),
                step(old, 1, 0, "clock-test old", now.minus(Duration.ofHours(23)), SECOND),
                step(traceId(), 1, 0, "clock-test too old", now.minus(Duration.ofHours(25)), SECOND));

        List<String> found = Api.dev().queryParam("search", "clock-test").get("/api/v1/traces").then().statusCode(200)
                .extract().path("data.trace_id");
        assertThat(found).containsExactly(ahead, old);
    }

    @Test
    void oneProjectNeverSeesAnothersTraces() {
        String id = traceId();
        Instant day = Instant.parse("2025-01-16T10:00:00Z");
        traces.store("dev", step(id, 1, 0, "ours", day, SECOND));
        traces.store("other", step(id, 1, 0, "theirs", day, SECOND), step(id, 2, 1, "theirs", day, SECOND)
                .setLevel(Level.ERROR), step(traceId(), 1, 0, "theirs", day, SECOND));
        traces.store("other", score(id, "theirs", 1));

        page("2025-01-16").body("data.name", contains("ours")).body("data[0].observation_count", equalTo(1))
                .body("data[0].level", equalTo("DEFAULT")).body("data[0].scores", empty());
        Api.other().queryParam("from", "2025-01-16T00:00:00Z").queryParam("to", "2025-01-17T00:00:00Z")
                .get("/api/v1/traces").then().body("data.name", contains("theirs", "theirs"));
    }

    @ParameterizedTest
    @CsvSource({"limit,0", "limit,201", "limit,many", "from,yesterday", "from,2025-01-01", "to,1900-01-01T00:00:00Z",
        "from,9999-01-01T00:00:00Z", "level,FATAL", "cursor,abc", "cursor,!!", "cursor,AQAAAAAAAAAA"})
    void aWrongParameterIsNamed(String parameter, String value) {
        Api.dev().queryParam(parameter, value).get("/api/v1/traces").then().statusCode(400)
                .contentType("application/problem+json").body("field", equalTo(parameter))
                .body("detail", notNullValue());
    }

    @Test
    void anEndBeforeTheBeginningIsNamed() {
        Api.dev().queryParam("from", "2025-01-02T00:00:00Z").queryParam("to", "2025-01-01T00:00:00Z")
                .get("/api/v1/traces").then().statusCode(400).body("field", equalTo("to"));
        Api.dev().queryParam("search", "x".repeat(201)).get("/api/v1/traces").then().statusCode(400)
                .body("field", equalTo("search"));
    }

    private static io.restassured.response.ValidatableResponse page(String day) {
        return Api.dev().queryParam("from", day + "T00:00:00Z")
                .queryParam("to", Instant.parse(day + "T00:00:00Z").plus(Duration.ofDays(1)).toString())
                .get("/api/v1/traces").then().statusCode(200);
    }

    private static List<String> found(String day, String parameter, String value) {
        return Api.dev().queryParam("from", day + "T00:00:00Z").queryParam("to", day + "T23:59:59Z")
                .queryParam(parameter, value).get("/api/v1/traces").then().statusCode(200)
                .extract().path("data.trace_id");
    }
}
