package dev.sightline.query.export;

import static dev.sightline.query.TraceFixture.call;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(Engines.class)
class ExportTest {
    private static final Instant NOW = Instant.parse("2026-04-01T10:00:00Z");
    private static final String OURS = traceId();
    private static boolean stored;

    @Inject
    AgroalDataSource postgres;
    @Inject
    Exports exports;

    @BeforeEach
    void twoProjects() {
        ControlFixture.create(postgres);
        if (stored) {
            return;
        }
        stored = true;
        try (TraceFixture fixture = new TraceFixture()) {
            fixture.store("dev", step(OURS, 1, 0, "export \"ours\",\nsecond line", NOW, Duration.ofSeconds(2))
                            .setSessionId("export-session").setUserId("ann"),
                    call(OURS, 2, 1, "export call", NOW.plusMillis(100), 10, 5, 1_000_000_000_000L));
            fixture.store("dev", step(traceId(), 1, 0, "export later", NOW.plusSeconds(3600), Duration.ofSeconds(2)));
            fixture.store("dev", score(OURS, "exported", 0.5)
                    .setTimestampUnixNano(NOW.getEpochSecond() * 1_000_000_000L));
            fixture.store(ControlFixture.OTHER_PROJECT, step(traceId(), 1, 0, "export theirs", NOW,
                    Duration.ofSeconds(1)).setSessionId("their-session"));
        }
    }

    private static Map<String, Object> request(String table, String format) {
        return Map.of("table", table, "format", format, "from", "2026-04-01T00:00:00Z", "to", "2026-04-02T00:00:00Z");
    }

    private static String begin(Map<String, Object> request) {
        return Api.dev().contentType(ContentType.JSON).body(request).post("/api/v1/exports").then().statusCode(202)
                .body("state", equalTo("queued")).extract().path("id");
    }

    private static JsonPath done(String id) {
        for (int i = 0; i < 600; i++) {
            JsonPath export = Api.dev().get("/api/v1/exports/" + id).then().statusCode(200).extract().jsonPath();
            if (!export.getString("state").equals("queued") && !export.getString("state").equals("running")) {
                return export;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("the export is not done after 30 seconds");
    }

    private static Response content(String id) {
        return Api.dev().get("/api/v1/exports/" + id + "/content");
    }

    @Test
    void aCsvOfObservationsHoldsTheProjectsRowsAndTellsItsSize() {
        String id = begin(request("observations", "csv"));
        JsonPath export = done(id);
        assertThat(export.getString("state")).as(export.getString("error")).isEqualTo("done");
        assertThat(export.getInt("rows")).isEqualTo(3);
        assertThat(export.getInt("rows_total")).isEqualTo(3);
        assertThat(export.getString("expires_at")).isNotNull();
        Response file = content(id);
        file.then().statusCode(200).contentType("text/csv").header("Accept-Ranges", "bytes")
                .header("Content-Disposition", containsString("observations-"));
        String text = file.asString();
        assertThat(text).contains("export \"\"ours\"\",\nsecond line").contains("export call")
                .doesNotContain("theirs").startsWith("\"trace_id\",\"span_id\"");
        assertThat(export.getLong("bytes")).isEqualTo(file.asByteArray().length);
        Api.dev().get("/api/v1/exports").then().statusCode(200).body("data.id", hasItem(id));
    }

    @ParameterizedTest
    @CsvSource({"traces,jsonl,2", "observations,jsonl,3", "scores,jsonl,1", "sessions,jsonl,1", "traces,csv,2",
            "scores,csv,1", "sessions,parquet,1", "traces,parquet,2", "observations,parquet,3", "content,csv,3", "content,jsonl,3",
            "content,parquet,3"})
    void everyTableInEveryFormat(String table, String format, int rows) {
        String id = begin(request(table, format));
        JsonPath export = done(id);
        assertThat(export.getString("state")).as(export.getString("error")).isEqualTo("done");
        assertThat(export.getInt("rows")).isEqualTo(rows);
        byte[] file = content(id).then().statusCode(200).extract().asByteArray();
        assertThat(export.getLong("bytes")).isEqualTo(file.length);
        if (format.equals("jsonl")) {
            assertThat(new String(file, StandardCharsets.UTF_8).lines()).hasSize(rows)
                    .allMatch(line -> JsonPath.from(line).getMap("$") != null)
                    .noneMatch(line -> line.contains("their"));
        } else if (format.equals("parquet")) {
            assertThat(new String(file, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
        }
    }

    @Test
    void theQueryLanguageChooses() {
        String id = begin(Map.of("table", "observations", "format", "jsonl", "query", "name:\"export call\"",
                "from", "2026-04-01T00:00:00Z"));
        assertThat(done(id).getInt("rows")).isEqualTo(1);
        assertThat(content(id).asString()).contains("export call");
        String traces = begin(Map.of("table", "traces", "format", "jsonl", "query", "user:ann",
                "from", "2026-04-01T00:00:00Z"));
        assertThat(done(traces).getInt("rows")).isEqualTo(1);
        assertThat(content(traces).asString()).contains(OURS);
    }

    @Test
    void contentIsWhatWasSaidOfTheObservationsThatTheQueryChooses() {
        String said = "[{\"role\":\"user\",\"content\":\"" + "said twice ".repeat(10) + "\"}]";
        String trace = traceId();
        Instant later = NOW.plus(Duration.ofDays(10));
        try (TraceFixture fixture = new TraceFixture()) {
            fixture.store("dev", step(trace, 1, 0, "export said", later, Duration.ofSeconds(1)).setInput(said),
                    call(trace, 2, 1, "export answered", later.plusMillis(1), 1, 1, 1).setInput(said)
                            .setOutput("the answer"));
        }
        String id = begin(Map.of("table", "content", "format", "jsonl", "query", "name:\"export answered\"", "from",
                later.toString()));
        JsonPath export = done(id);
        assertThat(export.getString("state")).as(export.getString("error")).isEqualTo("done");
        assertThat(export.getInt("rows")).isEqualTo(1);
        JsonPath row = content(id).jsonPath();
        assertThat(row.getString("trace_id")).isEqualTo(trace);
        assertThat(row.getString("input")).isEqualTo(said);
        assertThat(row.getString("output")).isEqualTo("the answer");
        String all = begin(Map.of("table", "content", "format", "jsonl", "from", later.toString()));
        assertThat(done(all).getInt("rows")).isEqualTo(2);
        assertThat(content(all).asString().lines()).allMatch(line -> JsonPath.from(line).getString("input").equals(said));
    }

    @Test
    void aBrokenDownloadGoesOn() {
        String id = begin(request("observations", "csv"));
        done(id);
        byte[] whole = content(id).asByteArray();
        Response first = Api.dev().header("Range", "bytes=0-99").get("/api/v1/exports/" + id + "/content");
        first.then().statusCode(206).header("Content-Range", equalTo("bytes 0-99/" + whole.length));
        Response rest = Api.dev().header("Range", "bytes=100-").header("If-Range", first.header("ETag"))
                .get("/api/v1/exports/" + id + "/content");
        rest.then().statusCode(206);
        byte[] joined = new byte[whole.length];
        System.arraycopy(first.asByteArray(), 0, joined, 0, 100);
        System.arraycopy(rest.asByteArray(), 0, joined, 100, rest.asByteArray().length);
        assertThat(joined).isEqualTo(whole);
        Api.dev().header("Range", "bytes=100-").header("If-Range", "\"another\"")
                .get("/api/v1/exports/" + id + "/content").then().statusCode(200);
        Api.dev().header("Range", "bytes=" + whole.length + "-").get("/api/v1/exports/" + id + "/content").then()
                .statusCode(416).header("Content-Range", equalTo("bytes */" + whole.length));
    }

    @Test
    void nobodyElseSeesIt() {
        String id = begin(request("traces", "jsonl"));
        done(id);
        Api.other().get("/api/v1/exports/" + id).then().statusCode(404);
        Api.other().get("/api/v1/exports/" + id + "/content").then().statusCode(404);
        Api.other().get("/api/v1/exports").then().statusCode(200).body("data.id", not(hasItem(id)));
        given().get("/api/v1/exports/" + id + "/content").then().statusCode(401);
    }

    @Test
    void aFileIsGoneWhenItsTimeIsOver() {
        String id = begin(request("traces", "jsonl"));
        done(id);
        exports.expire(Instant.now().plus(Duration.ofHours(23)));
        content(id).then().statusCode(200);
        ControlFixture.execute(postgres, "UPDATE sightline.exports SET expires_at = now() WHERE id = ?",
                UUID.fromString(id));
        exports.expire(Instant.now().plusSeconds(1));
        content(id).then().statusCode(404).body("detail", containsString("time is over"));
        Api.dev().get("/api/v1/exports/" + id).then().body("state", equalTo("expired"));
        exports.expire(Instant.now().plus(Duration.ofDays(8)));
        Api.dev().get("/api/v1/exports/" + id).then().statusCode(404);
    }

    /** What a killed process leaves: an export that says running, and nobody who says that he is at it. */
    @Test
    void anotherProcessTakesOverWhatADeadOneBegan() {
        UUID id = UUID.randomUUID();
        ControlFixture.execute(postgres, "INSERT INTO sightline.exports (id, project_id, request, state, created_at, "
                + "attempt, heartbeat_at) VALUES (?, 'dev', '{\"table\":\"traces\",\"format\":\"csv\"}', 'running', "
                + "now(), 1, now() - interval '10 minutes')", id);
        assertThat(done(id.toString()).getString("state")).isEqualTo("done");
        content(id.toString()).then().statusCode(200);
        UUID cursed = UUID.randomUUID();
        ControlFixture.execute(postgres, "INSERT INTO sightline.exports (id, project_id, request, state, created_at, "
                + "attempt, heartbeat_at) VALUES (?, 'dev', '{\"table\":\"traces\",\"format\":\"csv\"}', 'running', "
                + "now(), 3, now() - interval '10 minutes')", cursed);
        assertThat(done(cursed.toString()).getString("state")).isEqualTo("failed");
        content(cursed.toString()).then().statusCode(404).body("detail", containsString("failed"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"format":"csv"}                                        | table
            {"table":"messages","format":"csv"}                     | table
            {"table":"traces"}                                      | format
            {"table":"traces","format":"xml"}                       | format
            {"table":"traces","format":"csv","from":"soon"}         | from
            {"table":"traces","format":"csv","query":"name:"}       | query
            {"table":"traces","format":"csv","where":"1"}           | where
            {"table":"traces","format":"csv","from":"2026-04-02T00:00:00Z","to":"2026-04-01T00:00:00Z"} | to
            """)
    void whatIsWrongIsNamed(String body, String field) {
        Api.dev().contentType(ContentType.JSON).body(body).post("/api/v1/exports").then().statusCode(400)
                .body("field", equalTo(field));
    }

    @Test
    void anUnknownExport() {
        Api.dev().get("/api/v1/exports/" + UUID.randomUUID()).then().statusCode(404);
        Api.dev().get("/api/v1/exports/x").then().statusCode(400).body("field", equalTo("exportId"));
    }
}
