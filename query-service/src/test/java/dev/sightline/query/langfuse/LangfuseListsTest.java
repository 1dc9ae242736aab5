package dev.sightline.query.langfuse;

import static dev.sightline.query.TraceFixture.call;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.spanId;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.nullValue;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class LangfuseListsTest {
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
    void observationsComeByPageWithTheirContent() {
        Instant day = Instant.parse("2025-06-01T10:00:00Z");
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "root of page", day, SECOND).setUserId("ob-pager").setInput("{\"q\":1}"),
                call(id, 2, 1, "call of page", day.plusSeconds(1), 1, 2, 3_000_000).setUserId("ob-pager")
                        .setLevel(Level.WARNING).setVersion("v3"));

        get("observations", "userId", "ob-pager").body("data.name", contains("call of page", "root of page"))
                .body("data[1].input.q", equalTo(1)).body("data[0].type", equalTo("GENERATION"))
                .body("meta.totalItems", equalTo(2)).body("meta.totalPages", equalTo(1));
        get("observations", "userId", "ob-pager", "limit", "1", "page", "2").body("data.name", contains("root of page"))
                .body("meta.totalPages", equalTo(2));
        get("observations", "userId", "ob-pager", "page", "9").body("data", empty())
                .body("meta.totalItems", equalTo(2));
        for (String[] one : new String[][] {{"type", "GENERATION"}, {"level", "WARNING"}, {"version", "v3"},
            {"parentObservationId", spanId(1)}, {"name", "call of page"}, {"fromStartTime", "2025-06-01T10:00:01Z"}}) {
            get("observations", "traceId", id, one[0], one[1]).body("data.name", contains("call of page"));
        }
        get("observations", "traceId", id, "toStartTime", "2025-06-01T10:00:01Z")
                .body("data.name", contains("root of page"));
        Api.dev().queryParam("traceId", id).queryParam("environment", "nowhere").get("/api/public/observations")
                .then().body("data", empty());
    }

    @Test
    void pagesFoundInTheNewestTimeAreTheSameAsOfTheWhole() {
        // Before everything else of the project: traces that overlap, with rows far behind each other.
        Instant now = Instant.parse("2019-01-01T12:00:00Z");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String id = traceId();
            ids.add(id);
            Instant begin = now.minus(Duration.ofMinutes(50L * i));
            traces.store("dev", step(id, 1, 0, "newest " + i, begin, SECOND),
                    step(id, 2, 1, "goes on", begin.plus(Duration.ofHours(7)), SECOND));
        }
        // One that began long before and still says something.
        String old = traceId();
        traces.store("dev", step(old, 1, 0, "began before", now.minus(Duration.ofDays(3)), SECOND),
                step(old, 2, 1, "goes on", now.plus(Duration.ofHours(7)), SECOND));
        ids.add(old);

        String end = "2019-01-02T00:00:00Z";
        List<String> found = new ArrayList<>();
        List<String> all = new ArrayList<>();
        for (int page = 1; page <= 4; page++) {
            found.addAll(get("traces", "limit", "3", "page", String.valueOf(page), "toTimestamp", end, "fields", "core")
                    .extract().path("data.id"));
        }
        assertThat(found).isEqualTo(ids.subList(0, 12));
        get("traces", "limit", "1", "page", "13", "toTimestamp", end, "fields", "core").body("data.id", contains(old));
        int total = get("traces", "limit", "1", "fields", "core").extract().path("meta.totalItems");
        int counted = get("traces", "limit", "1", "fields", "core", "orderBy", "timestamp.asc").extract()
                .path("meta.totalItems");
        assertThat(total).isEqualTo(counted);

        // The order of both lists is by time alone here: each observation has its own.
        for (int page = 1; page <= 13; page++) {
            all.addAll(get("observations", "limit", "2", "page", String.valueOf(page), "toStartTime", end)
                    .extract().path("data.startTime"));
        }
        assertThat(all).hasSize(26).isSortedAccordingTo(Comparator.reverseOrder()).last()
                .isEqualTo("2018-12-29T12:00:00.000Z");
    }

    @Test
    void observationsComeBehindACursorWithTheFieldsAskedFor() {
        Instant day = Instant.parse("2025-06-02T10:00:00Z");
        String id = traceId();
        for (int i = 1; i <= 5; i++) {
            traces.store("dev", step(id, i, i == 1 ? 0 : 1, "cursor " + i, day.plus(Duration.ofHours(3L * i)), SECOND)
                    .setUserId("curser"));
        }

        List<String> names = new ArrayList<>();
        String cursor = null;
        int pages = 0;
        do {
            var request = Api.dev().queryParam("userId", "curser").queryParam("limit", 2);
            if (cursor != null) {
                request.queryParam("cursor", cursor);
            }
            ValidatableResponse answer = request.get("/api/public/v2/observations").then().statusCode(200);
            names.addAll(answer.extract().path("data.name"));
            cursor = answer.extract().path("meta.cursor");
            pages++;
        } while (cursor != null);
        assertThat(names).containsExactly("cursor 5", "cursor 4", "cursor 3", "cursor 2", "cursor 1");
        assertThat(pages).isEqualTo(3);

        String full = traceId();
        traces.store("dev", FullObservation.of(full).putMetadata("long", "x".repeat(500)));
        get("v2/observations", "traceId", full).body("data[0].name", equalTo("chat gpt-5"))
                .body("data[0].isRootObservation", equalTo(true)).body("data[0].userId", equalTo("user-7"))
                .body("data[0]", not(hasKey("input"))).body("data[0]", not(hasKey("usageDetails")));
        get("v2/observations", "traceId", full, "fields",
                "core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context")
                .body("data[0].output", org.hamcrest.Matchers.startsWith("Just text"))
                .body("data[0].input", org.hamcrest.Matchers.startsWith("["))
                .body("data[0].providedModelName", equalTo("gpt-5")).body("data[0].model", equalTo("gpt-5")).body("data[0].promptVersion", equalTo(3))
                .body("data[0].usageDetails.input", equalTo(90)).body("data[0].totalCost", equalTo(0.0003125f))
                .body("data[0].latency", equalTo(2.5f)).body("data[0].tags", contains("beta", "rag"))
                .body("data[0].metadata.long.length()", equalTo(200));
        get("v2/observations", "traceId", full, "fields", "metadata", "expandMetadata", "long")
                .body("data[0].metadata.long.length()", equalTo(500)).body("data[0]", not(hasKey("name")));
        get("v2/observations", "userId", "curser", "isRootObservation", "true").body("data.name", contains("cursor 1"));
        get("v2/observations", "userId", "curser", "parentObservationId", "").body("data.name", contains("cursor 1"));
        for (String[] wrong : new String[][] {{"parseIoAsJson", "true"}, {"cursor", "x"}, {"fields", "all"},
            {"limit", "1001"}, {"isRootObservation", "perhaps"}}) {
            Api.dev().queryParam(wrong[0], wrong[1]).get("/api/public/v2/observations").then().statusCode(400)
                    .body("message", org.hamcrest.Matchers.containsString(wrong[0]));
        }
    }

    @Test
    void oneFilterLanguageServesObservations() {
        Instant day = Instant.parse("2025-06-03T10:00:00Z");
        String id = traceId();
        String question = "{\"messages\":[{\"role\":\"user\",\"content\":\"Where is the long lost parcel of mine, please?\"}]}";
        traces.store("dev", step(id, 1, 0, "filter root", day, SECOND).addTags("f1").addTags("f2")
                        .putMetadata("shop", "north").putMetadata("size", "12"),
                call(id, 2, 1, "filter call", day.plusSeconds(1), 10, 20, 5_000_000_000_000L).setInput(question)
                        .setOutput("It arrives today").setCompletionStartUnixNano(0).setLevel(Level.ERROR)
                        .setStatusMessage("slow").setPromptName("p").setPromptVersion(2));
        traces.store("dev", score(id, "f-mean", 0.75), score(id, "f-word", 0).clearValue()
                .setDataType(ScoreDataType.CATEGORICAL).setStringValue("good").setSpanId(
                        TraceFixture.bytes(spanId(2))));

        for (String matching : new String[] {
            clause("string", "name", "=", "'filter call'"), clause("string", "name", "contains", "'r cal'"),
            clause("string", "name", "starts with", "'filter c'"), clause("string", "name", "ends with", "'call'"),
            clause("string", "name", "does not contain", "'root'"), clause("string", "name", "matches", "'FILTER CALL'"),
            clause("stringOptions", "type", "any of", "['GENERATION','TOOL']"),
            clause("stringOptions", "level", "none of", "['DEFAULT']"),
            clause("string", "id", "=", "'" + spanId(2) + "'"),
            clause("datetime", "startTime", ">", "'2025-06-03T10:00:00Z'"),
            clause("number", "inputTokens", ">=", "10"), clause("number", "totalCost", ">", "4.5"),
            clause("number", "inputCost", "=", "5"), clause("number", "latency", "<", "0.5"),
            clause("number", "tokensPerSecond", ">", "99"), clause("number", "promptVersion", "=", "2"),
            clause("null", "statusMessage", "is not null", "''"), clause("null", "parentObservationId", "is not null", "''"),
            clause("boolean", "isRootObservation", "=", "false"), clause("boolean", "isRootObservation", "<>", "true"),
            clause("arrayOptions", "tags", "none of", "['f1']"),
            clause("string", "input", "contains", "'long lost parcel'"),
            clause("string", "output", "matches", "'ARRIVES TODAY'"), clause("string", "output", "contains", "'arrives'"),
            "{'type':'categoryOptions','column':'scores','key':'f-word','operator':'any of','value':['good']}"}) {
            observations(id, matching).body("data.name", contains("filter call"));
        }
        for (String matching : new String[] {
            clause("arrayOptions", "tags", "all of", "['f1','f2']"), clause("arrayOptions", "traceTags", "any of", "['f2']"),
            "{'type':'stringObject','column':'metadata','key':'shop','operator':'=','value':'north'}",
            "{'type':'stringObject','column':'metadata','key':'shop','operator':'is set'}",
            "{'type':'numberObject','column':'metadata','key':'size','operator':'>','value':9}",
            "{'type':'categoryOptions','column':'metadata','key':'shop','operator':'any of','value':['north']}",
            clause("string", "input", "does not contain", "'parcel'"),
            clause("null", "output", "is null", "''"), clause("null", "timeToFirstToken", "is null", "''")
                + "," + clause("string", "type", "=", "'SPAN'")}) {
            observations(id, matching).body("data.name", contains("filter root"));
        }
        // The filter's column is the filter's alone; others of the simple parameters still hold.
        Api.dev().queryParam("name", "something else").queryParam("traceId", id).queryParam("filter",
                json(clause("string", "name", "=", "'filter root'"))).get("/api/public/observations").then()
                .body("data.name", contains("filter root"));
        get("traces", "sessionId", "", "filter", json("{'type':'numberObject','column':'scores_avg','key':'f-mean',"
                + "'operator':'>','value':0.7}," + clause("string", "id", "=", "'" + id + "'")))
                .body("data.id", contains(id));
        get("traces", "filter", json(clause("number", "totalCost", ">", "4.5") + ","
                + clause("stringOptions", "id", "any of", "['" + id + "']") + ","
                + clause("string", "input", "contains", "'lost parcel'") + ","
                + "{'type':'stringObject','column':'metadata','key':'shop','operator':'contains','value':'nor'}"))
                .body("data.id", contains(id));
    }

    @Test
    void whatIsWrongWithAFilterIsSaidWithItsColumn() {
        for (String[] wrong : new String[][] {
            {clause("string", "secret", "=", "'x'"), "filter[0].column"}, {clause("string", "secret", "=", "'x'"), "secret"},
            {clause("number", "name", "=", "1"), "name"}, {clause("string", "name", "like", "'x'"), "name"},
            {clause("number", "latency", ">", "'2'"), "latency"}, {clause("datetime", "startTime", ">", "'now'"), "startTime"},
            {clause("stringOptions", "type", "any of", "[]"), "type"}, {clause("string", "name", "contains", "''"), "name"},
            {clause("boolean", "isRootObservation", "=", "'x'"), "isRootObservation"},
            {"{'type':'stringObject','column':'metadata','operator':'=','value':'x'}", "metadata"},
            {"{'column':'name','operator':'=','value':'x'}", "filter[0].type"}, {"7", "filter[0]"}}) {
            Api.dev().queryParam("filter", json(wrong[0])).get("/api/public/v2/observations").then().statusCode(400)
                    .body("message", org.hamcrest.Matchers.containsString(wrong[1]));
        }
        Api.dev().queryParam("filter", "[").get("/api/public/observations").then().statusCode(400);
    }

    @Test
    void sessionsAreListedAndHoldTheirTraces() {
        Instant day = Instant.parse("2025-06-04T10:00:00Z");
        String first = traceId();
        String second = traceId();
        traces.store("dev", step(first, 1, 0, "turn 1", day, SECOND).setSessionId("s/eins").setInput("\"hello\"")
                .setEnvironment("session-env"),
                step(second, 1, 0, "turn 2", day.plusSeconds(9), SECOND).setSessionId("s/eins")
                        .setEnvironment("session-env"),
                step(traceId(), 1, 0, "other", day.plusSeconds(20), SECOND).setSessionId("s2")
                        .setEnvironment("session-env"));

        get("sessions", "environment", "session-env").body("data.id", contains("s2", "s/eins"))
                .body("data[1].createdAt", equalTo("2025-06-04T10:00:00.000Z")).body("meta.totalItems", equalTo(2))
                .body("data[0].projectId", equalTo("dev")).body("data[0].environment", equalTo("session-env"));
        get("sessions", "environment", "session-env", "toTimestamp", "2025-06-04T10:00:20Z")
                .body("data.id", contains("s/eins"));
        Api.dev().urlEncodingEnabled(false).get("/api/public/sessions/s%2Feins").then().statusCode(200)
                .body("id", equalTo("s/eins")).body("traces.id", contains(first, second))
                .body("traces[0].input", equalTo("hello"));
        Api.dev().get("/api/public/sessions/none").then().statusCode(404)
                .body("error", org.hamcrest.Matchers.notNullValue());
        Api.other().get("/api/public/sessions/s2").then().statusCode(404);
    }

    @Test
    void scoresAreListedInAllThreeVersions() {
        Instant day = Instant.parse("2025-06-05T10:00:00Z");
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "scored", day, SECOND).setUserId("score-user").addTags("st1")
                .setSessionId("score-session"));
        traces.store("dev", score(id, "list-number", 0.5).setId("ls-1").setTimestampUnixNano(3).setComment("why"),
                score(id, "list-flag", 1).setId("ls-2").setTimestampUnixNano(2).setDataType(ScoreDataType.BOOLEAN)
                        .setSource(ScoreSource.API).setSpanId(TraceFixture.bytes(spanId(1))),
                score(id, "list-word", 0).clearValue().setId("ls-3").setTimestampUnixNano(1)
                        .setDataType(ScoreDataType.CATEGORICAL).setStringValue("good").setSource(ScoreSource.ANNOTATION)
                        .setConfigId("lc").putMetadata("m", "1"),
                score(id, "list-failed", 0).clearValue().setId("ls-4").setError("none"),
                score(id, "list-session", 3).setId("ls-5").setTraceId(ByteString.EMPTY).setSessionId("score-session")
                        .setTimestampUnixNano(0),
                score(id, "list-run", 4).setId("ls-6").setTraceId(ByteString.EMPTY).setDatasetRunId("run-7"));
        String all = "ls-1,ls-2,ls-3,ls-4,ls-5";

        get("scores", "scoreIds", all).body("data.id", contains("ls-1", "ls-2", "ls-3"))
                .body("data[0].trace.userId", equalTo("score-user")).body("data[0].trace.tags", contains("st1"))
                .body("data[0].value", equalTo(0.5f)).body("data[1].stringValue", equalTo("True"))
                .body("meta.totalItems", equalTo(3));
        get("v2/scores", "scoreIds", all).body("data.id", contains("ls-1", "ls-2", "ls-3", "ls-5"))
                .body("data[3].sessionId", equalTo("score-session")).body("data[3]", not(hasKey("trace")));
        get("v2/scores", "scoreIds", all, "fields", "score").body("data[0]", not(hasKey("trace")));
        for (String[] one : new String[][] {{"name", "list-word"}, {"source", "ANNOTATION"}, {"configId", "lc"},
            {"dataType", "CATEGORICAL"}, {"filter", json("{'type':'stringObject','column':'metadata','key':'m',"
                + "'operator':'=','value':'1'}")}}) {
            get("v2/scores", "scoreIds", all, one[0], one[1]).body("data.id", contains("ls-3"));
        }
        get("v2/scores", "scoreIds", all, "operator", "<", "value", "0.9").body("data.id", contains("ls-1"));
        get("v2/scores", "userId", "score-user").body("data.id", contains("ls-1", "ls-2", "ls-3"));
        get("v2/scores", "traceTags", "st1").body("data", hasSize(3));
        get("v2/scores", "observationId", spanId(1), "traceId", id).body("data.id", contains("ls-2"));
        get("v2/scores", "datasetRunId", "r").body("data", empty());
        get("v2/scores", "datasetRunId", "run-7").body("data.id", contains("ls-6"))
                .body("data[0].datasetRunId", equalTo("run-7")).body("data[0].traceId", nullValue());
        get("v2/scores/ls-3").body("id", equalTo("ls-3")).body("source", equalTo("ANNOTATION"));
        Api.dev().get("/api/public/v2/scores/ls-4").then().statusCode(404);

        ValidatableResponse v3 = get("v3/scores", "id", all, "limit", "3", "fields", "details,subject,annotation")
                .body("data.id", contains("ls-1", "ls-2", "ls-3")).body("data[0].value", equalTo(0.5f))
                .body("data[1].value", equalTo(true)).body("data[2].value", equalTo("good"))
                .body("data[0].comment", equalTo("why")).body("data[0].subject.kind", equalTo("trace"))
                .body("data[1].subject.kind", equalTo("observation")).body("data[1].subject.traceId", equalTo(id))
                .body("data[2].metadata.m", equalTo(1)).body("meta.limit", equalTo(3));
        get("v3/scores", "id", all, "limit", "3", "cursor", v3.extract().path("meta.cursor"))
                .body("data.id", contains("ls-5")).body("meta", not(hasKey("cursor")))
                .body("data[0]", not(hasKey("comment")));
        get("v3/scores", "id", all, "dataType", "BOOLEAN", "value", "true").body("data.id", contains("ls-2"));
        get("v3/scores", "id", all, "valueMin", "0.4", "valueMax", "1").body("data.id", containsInAnyOrder("ls-1", "ls-2"));
        get("v3/scores", "sessionId", "score-session").body("data.id", contains("ls-5"));
        get("v3/scores", "experimentId", "run-7", "fields", "subject").body("data.id", contains("ls-6"))
                .body("data[0].subject.kind", equalTo("experiment")).body("data[0].subject.id", equalTo("run-7"));
        Api.dev().queryParam("limit", 101).get("/api/public/v3/scores").then().statusCode(400);
        Api.other().queryParam("id", all).get("/api/public/v3/scores").then().body("data", empty());
        Api.other().queryParam("scoreIds", all).get("/api/public/v2/scores").then().body("data", empty());
    }

    @Test
    void oneProjectNeverSeesAnothersObservations() {
        String id = traceId();
        traces.store("other", step(id, 1, 0, "their step", Instant.parse("2025-06-06T10:00:00Z"), SECOND)
                .setInput("their words"));

        get("observations", "traceId", id).body("data", empty());
        get("v2/observations", "traceId", id).body("data", empty()).body("meta.cursor", nullValue());
        get("v2/observations", "filter", json(clause("string", "input", "contains", "'their words'")))
                .body("data", empty());
        Api.other().queryParam("filter", json(clause("string", "input", "contains", "'their words'")))
                .get("/api/public/v2/observations").then().body("data.traceId", contains(id));
    }

    private static ValidatableResponse observations(String traceId, String clauses) {
        return get("observations", "traceId", traceId, "filter", json(clauses));
    }

    private static String clause(String type, String column, String operator, String value) {
        return "{'type':'" + type + "','column':'" + column + "','operator':'" + operator + "','value':" + value + "}";
    }

    private static String json(String clauses) {
        return "[" + clauses.replace('\'', '"') + "]";
    }

    private static ValidatableResponse get(String path, String... parameters) {
        var request = Api.dev();
        for (int i = 0; i < parameters.length; i += 2) {
            request.queryParam(parameters[i], parameters[i + 1]);
        }
        return request.get("/api/public/" + path).then().statusCode(200);
    }
}
