package dev.sightline.query.trace;

import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.spanId;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.FullObservation;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(Engines.class)
class TraceDetailTest {
    private static final Instant DAY = Instant.parse("2025-02-01T10:00:00Z");
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
    void theOutlineSaysOfEachStepWhatItSaysItselfAndLeavesOutWhatWasNotReported() {
        String id = traceId();
        traces.store("dev", FullObservation.of(id));
        traces.store("dev", FullObservation.score(id));
        traces.store("dev", step(id, 2, 1, "nothing said", DAY, SECOND));

        Map<String, Object> outline = Api.dev().get("/api/v1/traces/" + id + "/outline").then().statusCode(200)
                .extract().jsonPath().getMap("");
        Map<String, Object> whole = detail(id).extract().jsonPath().getMap("");

        assertThat(outline).containsOnlyKeys("trace", "steps", "scores", "truncated");
        assertThat(List.of("trace", "scores", "truncated")).allSatisfy(key ->
                assertThat(outline.get(key)).isEqualTo(whole.get(key)));
        List<Map<String, Object>> steps = list(outline.get("steps"));
        List<Map<String, Object>> observations = list(whole.get("observations"));
        assertThat(steps).hasSize(2).hasSameSizeAs(observations);
        for (int i = 0; i < steps.size(); i++) {
            assertThat(observations.get(i)).containsAllEntriesOf(steps.get(i));
        }
        Map<String, Map<String, Object>> byName = steps.stream()
                .collect(Collectors.toMap(step -> (String) step.get("name"), Function.identity()));
        assertThat(byName.get("nothing said")).containsOnlyKeys("span_id", "parent_span_id", "name", "type", "level",
                "start_time", "latency_ms");
        assertThat(byName.get("chat gpt-5")).containsKeys("status_message", "error_type", "time_to_first_token_ms",
                "model", "tool_name", "agent_name", "input_tokens", "output_tokens", "total_tokens", "usage_estimated",
                "total_cost").doesNotContainKeys("input", "usage", "parent_span_id");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object value) {
        return (List<Map<String, Object>>) value;
    }

    @Test
    void everyFieldIsThereByTheContract() {
        String id = traceId();
        traces.store("dev", FullObservation.of(id));
        traces.store("dev", FullObservation.score(id));

        ValidatableResponse answer = detail(id);
        answer.body("truncated", equalTo(false)).body("trace.trace_id", equalTo(id))
                .body("trace.name", equalTo("support question")).body("observations", hasSize(1));
        String o = "observations[0].";
        answer.body(o + "span_id", equalTo(spanId(1))).body(o + "parent_span_id", nullValue())
                .body(o + "name", equalTo("chat gpt-5")).body(o + "type", equalTo("generation"))
                .body(o + "level", equalTo("WARNING")).body(o + "status_message", equalTo("slow"))
                .body(o + "start_time", equalTo("2025-02-01T10:00:00.000000001Z"))
                .body(o + "end_time", equalTo("2025-02-01T10:00:02.500000001Z"))
                .body(o + "latency_ms", equalTo(2500.0f))
                .body(o + "completion_start_time", equalTo("2025-02-01T10:00:00.250000001Z"))
                .body(o + "time_to_first_token_ms", equalTo(250.0f))
                .body(o + "environment", equalTo("production")).body(o + "model", equalTo("gpt-5"))
                .body(o + "provider", equalTo("openai"))
                .body(o + "model_parameters", equalTo(Map.of("temperature", 0.2f, "stop", List.of("x"))))
                .body(o + "usage", equalTo(Map.of("input", 90, "input_cached_tokens", 10, "output", 20)))
                .body(o + "usage_estimated", equalTo(true))
                .body(o + "cost", equalTo(Map.of("input", 0.0001125f, "output", 0.0002f, "total", 0.0003125f)))
                .body(o + "input_tokens", equalTo(100)).body(o + "output_tokens", equalTo(20))
                .body(o + "total_tokens", equalTo(120)).body(o + "total_cost", equalTo(0.0003125f))
                .body(o + "input[0].content", equalTo("Wie geht's? ü"))
                .body(o + "output", equalTo("Just text: 'quoted' \"twice\" \\ \n\n new lines and 😀"))
                .body(o + "metadata.'tenant.id'", equalTo(42)).body(o + "metadata.'tenant.name'", equalTo("Acme"))
                .body(o + "metadata.list", contains(1, 2))
                .body(o + "attributes", equalTo(Map.of("http.route", "/ask", "thread.id", "7")))
                .body(o + "resource_attributes", equalTo(Map.of("service.name", "desk", "host.name", "n1")))
                .body(o + "events.name", contains("exception", "retry"))
                .body(o + "events[0].time", equalTo("2025-02-01T10:00:00.000000006Z"))
                .body(o + "events[0].attributes", equalTo(Map.of("exception.type", "java.io.IOException")))
                .body(o + "links[0].trace_id", equalTo("0af7651916cd43dd8448eb211c80319c"))
                .body(o + "links[0].span_id", equalTo(spanId(77))).body(o + "links[0].attributes.why", equalTo("batch"))
                .body(o + "service_name", equalTo("desk")).body(o + "scope_name", equalTo("my.instrumentation"))
                .body(o + "scope_version", equalTo("1.2")).body(o + "user_id", equalTo("user-7"))
                .body(o + "session_id", equalTo("session-9")).body(o + "tool_name", equalTo("lookup"))
                .body(o + "tool_call_id", equalTo("call-1")).body(o + "agent_name", equalTo("desk agent"))
                .body(o + "prompt_name", equalTo("answer")).body(o + "prompt_version", equalTo(3))
                .body(o + "error_type", equalTo("timeout"));
        String s = "scores[0].";
        answer.body(s + "id", equalTo("score-" + id)).body(s + "trace_id", equalTo(id))
                .body(s + "observation_id", equalTo(spanId(1))).body(s + "session_id", equalTo("session-9"))
                .body(s + "name", equalTo("helpful")).body(s + "data_type", equalTo("BOOLEAN"))
                .body(s + "value", equalTo(1.0f)).body(s + "string_value", equalTo("true"))
                .body(s + "comment", equalTo("Answers the question.")).body(s + "source", equalTo("evaluator"))
                .body(s + "evaluator_name", equalTo("judge")).body(s + "evaluator_version", equalTo("4"))
                .body(s + "evaluator_trace_id", equalTo("f".repeat(32))).body(s + "model", equalTo("gpt-judge"))
                .body(s + "timestamp", equalTo("2025-02-01T10:00:00.000000010Z"))
                .body(s + "metadata.rounds", equalTo(2)).body(s + "error", equalTo("none really"));
    }

    @Test
    void whatWasNotReportedIsNullOrEmpty() {
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "bare", DAY, SECOND));

        ValidatableResponse answer = detail(id);
        for (String field : new String[] {"parent_span_id", "status_message", "completion_start_time",
            "time_to_first_token_ms", "model", "provider", "input", "output", "user_id", "session_id", "tool_name",
            "prompt_name", "prompt_version", "error_type", "service_name"}) {
            answer.body("observations[0]." + field, nullValue());
        }
        for (String field : new String[] {"model_parameters", "usage", "cost", "metadata", "attributes"}) {
            answer.body("observations[0]." + field, equalTo(Map.of()));
        }
        answer.body("observations[0].events", empty()).body("scores", empty()).body("trace.user_id", nullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"b\":1,\"a\":1.10,\"b\":2}", "[]", "\"text\"", "null", "true", "12.50", " [1] "})
    void jsonIsHandedOutAsItCame(String json) {
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "json", DAY, SECOND).setOutput(json));

        assertThat(detail(id).extract().asString()).contains("\"output\":" + json + ",");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":", "[1] [2]", "nul", "plain", "{a}", "123456789012345678901234567890", "NaN"})
    void whatIsNotJsonIsAString(String text) {
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "text", DAY, SECOND).setOutput(text));

        detail(id).body("observations[0].output", equalTo(text));
    }

    @Test
    void deeplyNestedJsonIsAString() {
        String id = traceId();
        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        traces.store("dev", step(id, 1, 0, "deep", DAY, SECOND).setOutput(deep));

        detail(id).body("observations[0].output", equalTo(deep));
    }

    @Test
    void observationsComeByStartAndTheLaterOnesAreCutAtTheBound() {
        String id = traceId();
        // The bound of the tests is 40; the span ids run against the time.
        traces.store("dev", IntStream.rangeClosed(1, 41).mapToObj(i ->
                step(id, 100 - i, 0, "step " + i, DAY.plusMillis(i), SECOND).build()));

        ValidatableResponse answer = detail(id).body("truncated", equalTo(true)).body("observations", hasSize(40))
                .body("trace.observation_count", equalTo(41));
        assertThat(answer.extract().jsonPath().getList("observations.name"))
                .isEqualTo(IntStream.rangeClosed(1, 40).mapToObj(i -> "step " + i).toList());
    }

    @Test
    void contentBeyondTheBoundIsCutAndTheFirstObservationIsThereWithoutIt() {
        String id = traceId();
        // The bound of the tests is 200,000 bytes.
        traces.store("dev", IntStream.rangeClosed(1, 3).mapToObj(i ->
                step(id, i, 0, "step " + i, DAY.plusMillis(i), SECOND).setInput("x".repeat(90_000)).build()));
        detail(id).body("truncated", equalTo(true)).body("observations.name", contains("step 1", "step 2"));

        String huge = traceId();
        traces.store("dev", step(huge, 1, 0, "huge", DAY, SECOND).setInput("y".repeat(300_000)),
                step(huge, 2, 0, "next", DAY.plusMillis(1), SECOND));
        detail(huge).body("truncated", equalTo(true)).body("observations.name", contains("huge"))
                .body("observations[0].input", nullValue());
    }

    @Test
    void largeAnswersTakeTurnsAndAllAreGiven() {
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "large", DAY, SECOND).setInput("x".repeat(150_000)));

        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<Integer>> statuses = IntStream.range(0, 24)
                    .mapToObj(i -> threads.submit(() -> Api.dev().get("/api/v1/traces/" + id).statusCode())).toList();
            assertThat(statuses).allSatisfy(status -> assertThat(status.get()).isEqualTo(200));
        }
    }

    @Test
    void aScoreSentAgainReplacesTheOneBeforeAndOthersStandByTime() {
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "scored", DAY, SECOND));
        var first = score(id, "relevance", 0.1).setId("same");
        traces.store("dev", first);
        traces.store("dev", score(id, "relevance", 0.9).setId("same").setUpdatedAtUnixNano(
                first.getUpdatedAtUnixNano() + 1));
        traces.store("dev", score(id, "judge", 0).clearValue().setError("the judge did not answer")
                .setTimestampUnixNano(first.getTimestampUnixNano() + 5));

        detail(id).body("scores.name", contains("relevance", "judge")).body("scores[0].value", equalTo(0.9f))
                .body("scores[1].value", nullValue()).body("scores[1].error", equalTo("the judge did not answer"));
    }

    /** Few are cut to the bound by the service, many by the engine. */
    @ParameterizedTest
    @ValueSource(ints = {1_100, 2_100})
    void ofVeryManyScoresTheNewestAreRead(int count) {
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "scored", DAY, SECOND));
        traces.execute("INSERT INTO scores (project_id, trace_id, id, name, data_type, value, source, timestamp, updated_at)"
                + " SELECT 'dev', unhex('" + id + "'), toString(number), 'n', 'NUMERIC', number + version, 'api',"
                + " toDateTime64('2025-01-01 00:00:00', 9, 'UTC') + number, toDateTime64('2025-01-01 00:00:00', 9, 'UTC') + version"
                + " FROM numbers(" + count + ") ARRAY JOIN [0, 1] AS version");
        detail(id).body("scores.value", equalTo(IntStream.rangeClosed(count - 999, count).mapToObj(i -> (float) i).toList()));
    }

    @Test
    void oneProjectNeverSeesAnothersTrace() {
        String id = traceId();
        traces.store("other", step(id, 1, 0, "theirs", DAY, SECOND).setInput("secret of the others"));
        traces.store("other", score(id, "theirs", 1));
        Api.dev().get("/api/v1/traces/" + id).then().statusCode(404);

        traces.store("dev", step(id, 2, 0, "ours", DAY, SECOND));
        String ours = detail(id).body("observations.name", contains("ours")).body("scores", empty())
                .extract().asString();
        assertThat(ours).doesNotContain("theirs").doesNotContain("secret of the others");
    }

    @Test
    void anUnknownTraceIsNotFoundAndAWrongIdIsNamed() {
        Api.dev().get("/api/v1/traces/" + traceId()).then().statusCode(404)
                .contentType("application/problem+json").body("status", equalTo(404));
        Api.dev().get("/api/v1/traces/xyz").then().statusCode(400).body("field", equalTo("traceId"));
        Api.dev().get("/api/v1/traces/" + "g".repeat(32)).then().statusCode(400).body("field", equalTo("traceId"));
    }

    private static ValidatableResponse detail(String id) {
        return Api.dev().get("/api/v1/traces/" + id).then().statusCode(200);
    }
}
