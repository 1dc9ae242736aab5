package dev.sightline.query.trace;

import static dev.sightline.query.TraceFixture.call;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.spanId;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter language over REST: lists, pages, facets, and what the search bar asks for. Each test has a day. */
@QuarkusTest
@WithTestResource(Engines.class)
class SearchTest {
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
    void eachTermMayBeMetByAnotherObservation() {
        Instant day = day(1);
        String both = traceId();
        String one = traceId();
        traces.store("dev", call(both, 1, 0, "ask", day, 10, 5, 1).setModel("gpt-4o"),
                step(both, 2, 1, "look up", day, SECOND.multipliedBy(3)).setToolName("lookup"),
                call(one, 1, 0, "ask", day.minusSeconds(1), 10, 5, 1).setModel("gpt-4o"));
        traces.store("dev", score(both, "relevance", 0.25), score(one, "relevance", 0.75));

        list("traces", 1, "model:gpt-4o").body("data.trace_id", contains(both, one)).body("data[0].scores", hasSize(1));
        list("traces", 1, "model:gpt-4o tool:lookup").body("data.trace_id", contains(both));
        list("traces", 1, "model:gpt-4o -tool:lookup").body("data.trace_id", contains(one));
        list("traces", 1, "latency:>2s score.relevance:<0.5").body("data.trace_id", contains(both));
        list("traces", 1, "tokens:15 cost:>0").body("data.trace_id", contains(both, one));
        list("observations", 1, "model:gpt-4o tool:lookup").body("data", empty());
        list("observations", 1, "tool:lookup").body("data.span_id", contains(spanId(2)))
                .body("data[0].trace_id", equalTo(both)).body("data[0].latency_ms", equalTo(3000f));
    }

    @Test
    void textIsFoundInTheBodyInRepeatedMessagesInMetadataAndNames() {
        Instant day = day(2);
        String message = "{\"role\":\"user\",\"content\":\"" + "-".repeat(80) + " Where is my Refund-Order 4711? \\u00fcber\"}";
        String inMessage = traceId();
        String inBody = traceId();
        String inMetadata = traceId();
        String nowhere = traceId();
        traces.store("dev", step(inMessage, 1, 0, "a", day, SECOND).setInput("[" + message + "]"),
                step(inMessage, 2, 1, "b", day.plusMillis(1), SECOND).setInput("[" + message + "," + message + "]"),
                step(inBody, 1, 0, "c", day.minusSeconds(1), SECOND).setOutput("the refund-order 4711 is late"),
                step(inMetadata, 1, 0, "d", day.minusSeconds(2), SECOND).putMetadata("note", "Refund-Order 4711"),
                step(nowhere, 1, 0, "e", day.minusSeconds(3), SECOND).setInput("refund").setOutput("order 4711"));

        list("traces", 2, "\"refund-order 4711\"").body("data.trace_id", contains(inMessage, inBody, inMetadata));
        list("traces", 2, "fund-ord").body("data.trace_id", contains(inMessage, inBody, inMetadata));
        list("traces", 2, "input:\"my refund-order\"").body("data.trace_id", contains(inMessage));
        list("traces", 2, "output:4711").body("data.trace_id", contains(inBody, nowhere));
        list("traces", 2, "input:über").body("data.trace_id", contains(inMessage));
        list("observations", 2, "input:\"my refund-order\"").body("data.span_id", contains(spanId(2), spanId(1)));
        list("traces", 2, "refund 4711").body("data.trace_id", contains(inMessage, inBody, inMetadata, nowhere));
    }

    @Test
    void pagesOfObservationsHoldEachOnce() {
        Instant day = day(3);
        String id = traceId();
        List<Observation> steps = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            steps.add(step(id, i + 1, 0, "s", day.minus(Duration.ofMinutes(i / 3 * 55L)), SECOND).build());
        }
        traces.store("dev", steps.stream());
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = Api.dev().queryParam("query", "name:s").queryParam("from", "2025-06-02T00:00:00Z")
                    .queryParam("to", "2025-06-04T00:00:00Z").queryParam("limit", 7).queryParam("cursor", cursor)
                    .get("/api/v1/observations").then().statusCode(200).extract().jsonPath();
            seen.addAll(page.getList("data.span_id"));
            cursor = page.getString("next_cursor");
        } while (cursor != null);

        assertThat(seen).doesNotHaveDuplicates().hasSize(25);
    }

    @Test
    void sessionsAndUsersAreSumsOfTheirTraces() {
        Instant day = day(4);
        String first = traceId();
        String second = traceId();
        traces.store("dev", call(first, 1, 0, "ask", day, 10, 5, 1_000_000_000_000L).setSessionId("search-s1").setUserId("search-ann"),
                call(second, 1, 0, "ask", day.plusSeconds(60), 20, 5, 500_000_000_000L).setSessionId("search-s1")
                        .setUserId("search-bob").setLevel(Level.ERROR),
                step(traceId(), 1, 0, "other", day.plusSeconds(90), SECOND).setSessionId("search-s2").setUserId("search-ann"),
                step(traceId(), 1, 0, "none", day, SECOND));

        list("sessions", 4, "session:search-*").body("data.session_id", contains("search-s2", "search-s1")).body("data[1].trace_count", equalTo(2))
                .body("data[1].total_cost", equalTo(1.5f)).body("data[1].total_tokens", equalTo(40))
                .body("data[1].users", contains("search-ann", "search-bob")).body("data[1].error_count", equalTo(1))
                .body("data[1].start_time", equalTo("2025-06-04T12:00:00Z"));
        list("sessions", 4, "user:search-bob").body("data.session_id", contains("search-s1")).body("data[0].trace_count", equalTo(2));
        Api.dev().get("/api/v1/sessions/search-s1").then().statusCode(200).body("session.trace_count", equalTo(2))
                .body("data.trace_id", contains(second, first)).body("next_cursor", nullValue());
        Api.other().get("/api/v1/sessions/search-s1").then().statusCode(404);
        list("users", 4, "user:search-*").body("data.user_id", contains("search-ann", "search-bob")).body("data[0].trace_count", equalTo(2))
                .body("data[0].sessions", contains("search-s1", "search-s2")).body("data[0].total_cost", equalTo(1));
        list("users", 4, "session:search-s1").body("data.user_id", contains("search-bob", "search-ann"))
                .body("data[1].trace_count", equalTo(1));
        String cursor = Api.dev().queryParam("from", "2025-06-04T00:00:00Z").queryParam("to", "2025-06-05T00:00:00Z")
                .queryParam("query", "user:search-*").queryParam("limit", 1).get("/api/v1/users").then().body("data.user_id", contains("search-ann")).extract()
                .path("next_cursor");
        Api.dev().queryParam("from", "2025-06-04T00:00:00Z").queryParam("to", "2025-06-05T00:00:00Z")
                .queryParam("query", "user:search-*").queryParam("cursor", cursor).get("/api/v1/users").then().body("data.user_id", contains("search-bob"))
                .body("next_cursor", nullValue());
    }

    @Test
    void scoresAreListedByWhatTheySayAndByTheirTraces() {
        String good = traceId();
        String bad = traceId();
        Instant day = day(5);
        long made = day.getEpochSecond() * 1_000_000_000L;
        traces.store("dev", step(good, 1, 0, "search-good", day, SECOND), step(bad, 1, 0, "search-bad", day, SECOND));
        traces.store("dev", score(good, "search-tone", 0.9).setTimestampUnixNano(made).setEvaluatorName("search-judge"),
                score(bad, "search-tone", 0.1).setTimestampUnixNano(made + 1), score(bad, "search-other", 1).setTimestampUnixNano(made + 2));

        list("scores", 5, "name:(search-good,search-bad)").body("data.name", contains("search-other", "search-tone", "search-tone"));
        list("scores", 5, "score.search-tone:<0.5").body("data.trace_id", contains(bad));
        list("scores", 5, "evaluator:search-judge").body("data.trace_id", contains(good));
        list("scores", 5, "name:search-bad has:score.search-tone").body("data.trace_id", contains(bad));
    }

    @Test
    void facetsCountTracesAndValuesHelpToType() {
        Instant day = day(6);
        String one = traceId();
        traces.store("dev", call(one, 1, 0, "ask", day, 1, 1, 1).setModel("facet-a").addTags("t1").putMetadata("k.x", "v1"),
                call(one, 2, 1, "ask", day, 1, 1, 1).setModel("facet-a"),
                call(traceId(), 1, 0, "ask", day, 1, 1, 1).setModel("facet-a"),
                call(traceId(), 1, 0, "ask", day, 1, 1, 1).setModel("facet-b"));

        list("traces/facets", 6, "model:facet-*")
                .body("facets.find { it.field == 'model' }.values.value", contains("facet-a", "facet-b"))
                .body("facets.find { it.field == 'model' }.values.count", contains(2, 1))
                .body("facets.find { it.field == 'tag' }.values.value", contains("t1"));
        values(6, "model", "FACET").body("values.value", contains("facet-a", "facet-b"))
                .body("values.count", contains(3, 1));
        values(6, "metadata", "").body("values.value", contains("k.x"));
        values(6, "metadata.k.x", "").body("values.value", contains("v1"));
        values(6, "tag", "").body("values.value", contains("t1"));
        values(6, "type", "gen").body("values.value", contains("generation"));
        values(6, "latency", "").body("values", empty());
        Api.dev().queryParam("field", "nonsense").get("/api/v1/query/values").then().statusCode(400)
                .body("field", equalTo("field"));
        Api.dev().get("/api/v1/query/fields").then().statusCode(200).body("fields.name", hasItem("latency"))
                .body("fields.find { it.name == 'latency' }.kind", equalTo("duration"))
                .body("fields.find { it.name == 'latency' }.examples[0]", equalTo("latency:>2s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "trace_name", "observation_name", "type", "level", "status_message", "model", "provider",
        "user", "session", "environment", "release", "version", "tag", "service", "tool", "agent", "prompt", "error",
        "finish_reason", "experiment", "dataset", "root", "metadata", "attribute", "resource", "attribute.x", "resource.x",
        "score", "score.x", "evaluator", "score_source"})
    void everyFieldWithValuesCanBeAskedForThem(String field) {
        Api.dev().queryParam("field", field).get("/api/v1/query/values").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"traces", "observations", "sessions", "users", "scores", "traces/facets"})
    void anErrorPointsAtTheCharacter(String path) {
        Api.dev().queryParam("query", "a modle:x").get("/api/v1/" + path).then().statusCode(400)
                .contentType("application/problem+json").body("field", equalTo("query")).body("position", equalTo(2))
                .body("length", equalTo(5)).body("detail", containsString("did you mean 'model'"));
    }

    @ParameterizedTest
    @CsvSource({"observations,abc", "sessions,AgEAAAAAAAAAAQ", "users,AQAA", "scores,!!"})
    void aCursorOfAnotherListIsRefused(String path, String cursor) {
        String wrong = path.equals("sessions") ? new PageCursor(PageCursor.Kind.USERS, 1, "x").encode() : cursor;
        Api.dev().queryParam("cursor", wrong).get("/api/v1/" + path).then().statusCode(400)
                .body("field", equalTo("cursor"));
    }

    @Test
    void aTraceOfManyObservationsComesWithoutContentAndEachOfThemWithIt() {
        Instant day = day(7);
        String id = traceId();
        traces.store("dev", IntStream.rangeClosed(1, 300).mapToObj(i -> step(id, i, i == 1 ? 0 : 1, "s" + i,
                day.plusMillis(i), SECOND).setInput("in " + i).putAttributes("k", "v").build()));

        Api.dev().queryParam("content", false).get("/api/v1/traces/" + id).then().statusCode(200)
                .body("observations", hasSize(300)).body("observations[0].input", nullValue())
                .body("trace.observation_count", equalTo(300)).body("truncated", equalTo(false));
        Api.dev().get("/api/v1/traces/" + id + "/observations/" + spanId(7)).then().statusCode(200)
                .body("name", equalTo("s7")).body("input", equalTo("in 7")).body("attributes.k", equalTo("v"));
        Api.other().get("/api/v1/traces/" + id + "/observations/" + spanId(7)).then().statusCode(404);
        Api.other().queryParam("content", false).get("/api/v1/traces/" + id).then().statusCode(404);
        Api.dev().get("/api/v1/traces/" + id + "/observations/7").then().statusCode(400).body("field", equalTo("spanId"));
        Api.dev().queryParam("content", "no").get("/api/v1/traces/" + id).then().statusCode(400)
                .body("field", equalTo("content"));
    }

    private static Instant day(int day) {
        return Instant.parse("2025-06-%02dT12:00:00Z".formatted(day));
    }

    private static ValidatableResponse list(String path, int day, String query) {
        return Api.dev().queryParam("query", query).queryParam("from", "2025-06-%02dT00:00:00Z".formatted(day))
                .queryParam("to", "2025-06-%02dT00:00:00Z".formatted(day + 1)).get("/api/v1/" + path)
                .then().statusCode(200);
    }

    private static ValidatableResponse values(int day, String field, String prefix) {
        return Api.dev().queryParam("field", field).queryParam("prefix", prefix)
                .queryParam("from", "2025-06-%02dT00:00:00Z".formatted(day))
                .queryParam("to", "2025-06-%02dT00:00:00Z".formatted(day + 1)).get("/api/v1/query/values")
                .then().statusCode(200);
    }
}
