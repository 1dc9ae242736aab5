package dev.sightline.query.langfuse;

import static dev.sightline.query.TraceFixture.call;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.spanId;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(Engines.class)
class LangfuseTraceTest {
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
    void aTraceHasLangfusesFields() {
        String id = traceId();
        traces.store("dev", FullObservation.of(id));
        traces.store("dev", FullObservation.score(id).clearError(), score(id, "failed", 0).clearValue()
                .setError("no answer"));

        ValidatableResponse answer = Api.dev().get("/api/public/traces/" + id).then().statusCode(200)
                .body("id", equalTo(id)).body("projectId", equalTo("dev"))
                .body("timestamp", equalTo("2025-02-01T10:00:00.000Z")).body("name", equalTo("support question"))
                .body("input[0].role", equalTo("user")).body("output", startsWith("Just text"))
                .body("sessionId", equalTo("session-9")).body("release", equalTo("2025.2"))
                .body("version", equalTo("7")).body("userId", equalTo("user-7"))
                .body("metadata.tenant.name", equalTo("Acme")).body("metadata.tenant.id", equalTo(42))
                .body("metadata.attributes.'http.route'", equalTo("/ask"))
                .body("metadata.resourceAttributes.'service.name'", equalTo("desk"))
                .body("metadata.scope.name", equalTo("my.instrumentation"))
                .body("tags", contains("beta", "rag")).body("public", equalTo(true))
                .body("environment", equalTo("production")).body("bookmarked", equalTo(false))
                .body("htmlPath", equalTo("/project/dev/traces/" + id)).body("latency", equalTo(2.5f))
                .body("totalCost", equalTo(0.0003125f));
        String o = "observations[0].";
        answer.body("observations", hasSize(1)).body(o + "id", equalTo(spanId(1))).body(o + "traceId", equalTo(id))
                .body(o + "type", equalTo("GENERATION")).body(o + "name", equalTo("chat gpt-5"))
                .body(o + "startTime", equalTo("2025-02-01T10:00:00.000Z"))
                .body(o + "endTime", equalTo("2025-02-01T10:00:02.500Z"))
                .body(o + "completionStartTime", equalTo("2025-02-01T10:00:00.250Z"))
                .body(o + "model", equalTo("gpt-5")).body(o + "modelParameters.stop", contains("x"))
                .body(o + "level", equalTo("WARNING")).body(o + "statusMessage", equalTo("slow"))
                .body(o + "parentObservationId", nullValue()).body(o + "promptName", equalTo("answer"))
                .body(o + "promptVersion", equalTo(3)).body(o + "latency", equalTo(2.5f))
                .body(o + "timeToFirstToken", equalTo(0.25f))
                .body(o + "usageDetails", equalTo(Map.of("input", 90, "input_cached_tokens", 10, "output", 20,
                        "total", 120)))
                .body(o + "costDetails.total", equalTo(0.0003125f))
                .body(o + "usage.input", equalTo(100)).body(o + "usage.output", equalTo(20))
                .body(o + "usage.total", equalTo(120)).body(o + "usage.unit", equalTo("TOKENS"))
                .body(o + "calculatedInputCost", equalTo(0.0001125f))
                .body(o + "calculatedOutputCost", equalTo(0.0002f))
                .body(o + "calculatedTotalCost", equalTo(0.0003125f)).body(o + "environment", equalTo("production"));
        answer.body("scores", hasSize(1)).body("scores[0].id", equalTo("score-" + id))
                .body("scores[0].source", equalTo("EVAL")).body("scores[0].dataType", equalTo("BOOLEAN"))
                .body("scores[0].value", equalTo(1.0f)).body("scores[0].stringValue", equalTo("True"))
                .body("scores[0].observationId", equalTo(spanId(1))).body("scores[0].traceId", equalTo(id))
                .body("scores[0].createdAt", notNullValue());

        Api.dev().queryParam("fields", "core,scores").get("/api/public/traces/" + id).then().statusCode(200)
                .body("name", equalTo("support question")).body("input", nullValue()).body("metadata", nullValue())
                .body("observations", hasSize(0)).body("scores", hasSize(1)).body("totalCost", equalTo(-1.0f))
                .body("latency", equalTo(-1.0f));
        Api.dev().queryParam("fields", "core,observations,metrics").get("/api/public/traces/" + id).then()
                .body("observations", hasSize(1)).body("scores", hasSize(0)).body("latency", equalTo(2.5f));
        Api.dev().queryParam("fields", "all").get("/api/public/traces/" + id).then().statusCode(400)
                .body("message", org.hamcrest.Matchers.containsString("fields"));
    }

    @Test
    void pagesAreCountedAndInTheAskedOrder() {
        Instant day = Instant.parse("2025-04-01T10:00:00Z");
        for (int i = 0; i < 5; i++) {
            traces.store("dev", step(traceId(), 1, 0, "page " + i, day.plusSeconds(i), SECOND).setUserId("pager"));
        }

        list("userId", "pager", "limit", "2").body("data.name", contains("page 4", "page 3"))
                .body("meta.page", equalTo(1)).body("meta.limit", equalTo(2)).body("meta.totalItems", equalTo(5))
                .body("meta.totalPages", equalTo(3));
        list("userId", "pager", "limit", "2", "page", "3").body("data.name", contains("page 0"));
        list("userId", "pager", "limit", "2", "page", "4").body("data", empty()).body("meta.totalItems", equalTo(5));
        list("userId", "pager", "orderBy", "timestamp.asc", "limit", "1").body("data.name", contains("page 0"));
        list("userId", "pager", "orderBy", "name.desc", "limit", "1").body("data.name", contains("page 4"));
        list("userId", "nobody").body("data", empty()).body("meta.totalItems", equalTo(0))
                .body("meta.totalPages", equalTo(0));
    }

    @Test
    void filtersMatchTheTraceNotItsRows() {
        Instant day = Instant.parse("2025-04-02T10:00:00Z");
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "filtered", day, SECOND).setVersion("v9").setRelease("r9")
                        .setEnvironment("filter-env").addTags("t1"),
                step(id, 2, 1, "child", day, SECOND).setSessionId("s-filter").addTags("t2")
                        .setEnvironment("filter-env"),
                step(traceId(), 1, 0, "filtered", day.plusSeconds(5), SECOND).addTags("t1"));

        for (String[] filter : new String[][] {{"sessionId", "s-filter"}, {"version", "v9"}, {"release", "r9"},
            {"environment", "filter-env"}, {"tags", "t2"}}) {
            list(filter).body("data.id", contains(id)).body("meta.totalItems", equalTo(1));
        }
        list("name", "child").body("data", empty());
        list("name", "filtered", "fromTimestamp", "2025-04-02T00:00:00Z").body("data", hasSize(2));
        list("name", "filtered", "fromTimestamp", "2025-04-02T10:00:05Z").body("data", hasSize(1))
                .body("data.id", not(hasItem(id)));
        list("name", "filtered", "toTimestamp", "2025-04-02T10:00:05Z").body("data.id", contains(id));
        Api.dev().queryParam("tags", "t1", "t2").get("/api/public/traces").then().body("data.id", contains(id));
        Api.dev().queryParam("environment", "filter-env", "another").get("/api/public/traces").then()
                .body("data.id", contains(id));
    }

    @Test
    void theListHoldsWhatTheFieldsAskFor() {
        Instant day = Instant.parse("2025-04-03T10:00:00Z");
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "fielded", day, SECOND).setInput("{\"q\":1}").setOutput("text")
                .putMetadata("k", "v"), call(id, 2, 1, "chat", day, 1, 2, 4_000_000).setInput("not the trace's"));
        traces.store("dev", score(id, "relevance", 0.5).setId("fielded-score"));

        list("name", "fielded").body("data[0].input.q", equalTo(1)).body("data[0].output", equalTo("text"))
                .body("data[0].metadata.k", equalTo("v")).body("data[0].scores", contains("fielded-score"))
                .body("data[0].observations", containsInAnyOrder(spanId(1), spanId(2)))
                .body("data[0].totalCost", equalTo(0.000004f)).body("data[0].latency", equalTo(1.0f))
                .body("data[0].htmlPath", equalTo("/project/dev/traces/" + id));
        list("name", "fielded", "fields", "core").body("data[0].input", nullValue())
                .body("data[0].metadata", nullValue()).body("data[0].scores", empty())
                .body("data[0].observations", empty()).body("data[0].totalCost", equalTo(-1.0f))
                .body("data[0].latency", equalTo(-1.0f));
    }

    @Test
    void bodiesBeyondTheBoundAreRefusedRatherThanCut() {
        Instant day = Instant.parse("2025-04-04T10:00:00Z");
        for (int i = 0; i < 3; i++) {
            traces.store("dev", step(traceId(), 1, 0, "heavy", day, SECOND).setInput("x".repeat(90_000)));
        }

        Api.dev().queryParam("name", "heavy").get("/api/public/traces").then().statusCode(400)
                .body("message", containsString("limit"));
        list("name", "heavy", "limit", "2").body("data", hasSize(2));
        list("name", "heavy", "fields", "core,metrics").body("data", hasSize(3));
    }

    @Test
    void oneProjectNeverSeesAnothersTraces() {
        Instant day = Instant.parse("2025-04-05T10:00:00Z");
        String id = traceId();
        traces.store("other", step(id, 1, 0, "langfuse theirs", day, SECOND).setInput("secret"));

        list("name", "langfuse theirs").body("data", empty()).body("meta.totalItems", equalTo(0));
        Api.dev().get("/api/public/traces/" + id).then().statusCode(404).contentType("application/json")
                .body("error", notNullValue()).body("message", containsString(id));
        List<String> ids = Api.other().queryParam("name", "langfuse theirs").get("/api/public/traces").then()
                .extract().path("data.id");
        assertThat(ids).containsExactly(id);
    }

    @ParameterizedTest
    @CsvSource({"page,0", "page,x", "limit,101", "limit,0", "orderBy,name", "orderBy,password.asc", "orderBy,name.up",
        "fromTimestamp,now", "fields,body", "filter,{}"})
    void aWrongParameterIsNamed(String parameter, String value) {
        Api.dev().queryParam(parameter, value).get("/api/public/traces").then().statusCode(400)
                .contentType("application/json").body("message", containsString(parameter))
                .body("error", notNullValue());
    }

    private static ValidatableResponse list(String... parameters) {
        var request = Api.dev();
        for (int i = 0; i < parameters.length; i += 2) {
            request.queryParam(parameters[i], parameters[i + 1]);
        }
        return request.get("/api/public/traces").then().statusCode(200);
    }
}
