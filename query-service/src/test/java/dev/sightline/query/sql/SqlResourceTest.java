package dev.sightline.query.sql;

import static dev.sightline.query.TraceFixture.call;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.FullObservation;
import dev.sightline.query.TraceFixture;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import dev.sightline.storage.table.Table;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL of callers on the real engine, where two projects have rows. */
@QuarkusTest
@WithTestResource(Engines.class)
class SqlResourceTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final String OURS = traceId();
    private static final String THEIRS = traceId();
    private static final String SAYING = traceId();
    /** A message of more than 64 bytes, so that it is stored once and referred to. */
    private static final String SAID = "[{\"role\":\"user\",\"content\":\"said twice " + "a".repeat(100) + "\"}]";
    private static boolean stored;

    @Inject
    AgroalDataSource postgres;
    @TestHTTPResource
    URI baseUrl;

    @BeforeEach
    void twoProjects() {
        ControlFixture.create(postgres);
        if (stored) {
            return;
        }
        stored = true;
        try (TraceFixture fixture = new TraceFixture()) {
            fixture.store("dev", step(OURS, 1, 0, "sql ours", NOW, Duration.ofSeconds(2)).setSessionId("sql ours")
                            .setUserId("ann").putMetadata("tenant", "a"),
                    call(OURS, 2, 1, "ask", NOW.plusMillis(100), 10, 5, 1_500_000_000_000L),
                    call(OURS, 3, 1, "ask again", NOW.plusMillis(400), 20, 5, 500_000_000_000L));
            fixture.store("dev", step(SAYING, 1, 0, "said", NOW.plusMillis(500), Duration.ofMillis(1)).setInput(SAID)
                            .setOutput("first"),
                    step(SAYING, 2, 1, "said again", NOW.plusMillis(600), Duration.ofMillis(1)).setInput(SAID)
                            .setOutput("second"));
            fixture.store("dev", score(OURS, "sql ours", 0.25));
            fixture.store(ControlFixture.OTHER_PROJECT,
                    step(THEIRS, 1, 0, "sql theirs", NOW, Duration.ofSeconds(1)).setSessionId("sql theirs")
                            .setUserId("their-user").setInput(SAID.replace("said twice", "their words")));
            fixture.store(ControlFixture.OTHER_PROJECT, score(THEIRS, "sql theirs", 1));
            fixture.store("dev", FullObservation.of(traceId()));
            fixture.store("dev", FullObservation.score(traceId()));
        }
    }

    private static ValidatableResponse run(RequestSpecification as, Map<String, Object> body) {
        return as.contentType(ContentType.JSON).body(body).post("/api/v1/sql").then();
    }

    private static ValidatableResponse run(String sql) {
        return run(Api.dev(), Map.of("sql", sql));
    }

    private static List<List<Object>> rows(String sql) {
        return run(sql).statusCode(200).extract().jsonPath().getList("data");
    }

    @Test
    void aSelectAnswersTheProjectsRows() {
        JsonPath answer = run("SELECT name, model, total_tokens, total_cost, latency_ms, level FROM observations "
                + "WHERE trace_id = '" + OURS + "' ORDER BY start_time").statusCode(200)
                .contentType(ContentType.JSON).extract().jsonPath();
        assertThat(answer.getList("columns.name")).containsExactly("name", "model", "total_tokens", "total_cost",
                "latency_ms", "level");
        assertThat(answer.getString("columns[0].type")).isEqualTo("String");
        assertThat(answer.<List<Object>>getList("data").getFirst())
                .containsExactly("sql ours", "", 0, 0, 2000, "DEFAULT");
        assertThat(answer.getList("data")).hasSize(3);
        assertThat(answer.getInt("rows")).isEqualTo(3);
        assertThat(answer.getBoolean("truncated")).isFalse();
        assertThat(answer.getLong("elapsed_ms")).isNotNegative();
    }

    @Test
    void everyViewHoldsOnlyTheProjectsRows() {
        for (String where : List.of("observations WHERE name = ", "traces WHERE name = ", "sessions WHERE session_id = ",
                "scores WHERE name = ")) {
            for (String mark : List.of("sql ours", "sql theirs")) {
                String sql = "SELECT count() FROM " + where + "'" + mark + "'";
                boolean ours = mark.equals("sql ours");
                assertThat(rows(sql)).as(sql + " as dev").containsExactly(List.of(ours ? 1 : 0));
                assertThat(run(Api.other(), Map.of("sql", sql)).statusCode(200).extract().jsonPath()
                        .getInt("data[0][0]")).as(sql + " as the other").isEqualTo(ours ? 0 : 1);
            }
            run("SELECT * FROM " + where + "'sql ours'").statusCode(200).body("data.size()", equalTo(1));
        }
        assertThat(rows("SELECT name, observation_count, total_tokens, total_cost, latency_ms, user_id FROM traces "
                + "WHERE trace_id = '" + OURS + "'")).containsExactly(List.of("sql ours", 3, 40, 2, 2000, "ann"));
        assertThat(rows("SELECT session_id, trace_count, observation_count, user_ids FROM sessions "
                + "WHERE session_id = 'sql ours'"))
                .containsExactly(List.of("sql ours", 1, 3, List.of("ann")));
        assertThat(rows("SELECT t.name, s.name, s.value FROM traces AS t JOIN scores AS s USING (trace_id) "
                + "WHERE s.name = 'sql ours'")).containsExactly(List.of("sql ours", "sql ours", 0.25f));
    }

    /** Input and output as they were sent, also what is stored once for its trace. */
    @Test
    void contentIsWhatWasSaid() {
        assertThat(rows("SELECT o.name, c.input, c.output FROM observations AS o JOIN content AS c "
                + "USING (trace_id, span_id) WHERE trace_id = '" + SAYING + "' ORDER BY o.start_time"))
                .containsExactly(List.of("said", SAID, "first"), List.of("said again", SAID, "second"));
        assertThat(rows("SELECT count() FROM content WHERE trace_id = '" + THEIRS + "' OR input LIKE '%their words%'"))
                .containsExactly(List.of(0));
        run(Api.other(), Map.of("sql", "SELECT input FROM content WHERE trace_id = '" + THEIRS + "'")).statusCode(200)
                .body("data", equalTo(List.of(List.of(SAID.replace("said twice", "their words")))));
        run(Api.dev(), Map.of("sql", "SELECT count() FROM content WHERE trace_id = '" + SAYING + "'", "from",
                "2026-03-01T10:00:00.55Z")).statusCode(200).body("data", equalTo(List.of(List.of(1))));
    }

    @Test
    void timesBoundTheViews() {
        Map<String, Object> body = new HashMap<>(Map.of("sql", "SELECT count() FROM observations "
                + "WHERE trace_id = '" + OURS + "'", "from", "2026-03-01T10:00:00.2Z", "to", "2026-03-02T00:00:00Z"));
        assertThat(run(Api.dev(), body).statusCode(200).extract().jsonPath().getInt("data[0][0]")).isEqualTo(1);
        body.put("from", "yesterday");
        run(Api.dev(), body).statusCode(400).body("field", equalTo("from"));
    }

    @Test
    void theSchemaIsWhatTheEngineAnswers() {
        JsonPath schema = Api.dev().get("/api/v1/sql/schema").then().statusCode(200).extract().jsonPath();
        assertThat(schema.getList("views.name")).containsExactly("observations", "traces", "sessions", "scores",
                "content");
        for (int i = 0; i < 5; i++) {
            String view = schema.getString("views[" + i + "].name");
            JsonPath real = run("SELECT * FROM " + view + " LIMIT 0").statusCode(200).extract().jsonPath();
            for (String part : List.of("name", "type")) {
                assertThat(real.getList("columns." + part)).as(view)
                        .isEqualTo(schema.getList("views[" + i + "].columns." + part));
            }
        }
    }

    @Test
    void everyStoredColumnIsShownOrLeftOutOnPurpose() {
        for (Map.Entry<SqlView, Table<?, ?>> pair : Map.<SqlView, Table<?, ?>>of(
                SqlView.OBSERVATIONS, ObservationTable.OBSERVATIONS, SqlView.CONTENT, ObservationTable.CONTENT,
                SqlView.SCORES, ScoreTable.SCORES).entrySet()) {
            List<String> missing = new ArrayList<>(pair.getValue().columnNames());
            missing.removeAll(pair.getKey().columns().stream().map(SqlView.Column::name).toList());
            missing.removeAll(SqlView.NOT_SHOWN);
            if (pair.getKey() == SqlView.SCORES) {
                missing.remove("span_id");
            }
            assertThat(missing).as("columns of %s that SQL does not show", pair.getValue().name()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "SELECT model, countIf(level = 'ERROR') / count(), quantile(0.95)(latency_ms) FROM observations "
                    + "GROUP BY model",
            "WITH slow AS (SELECT trace_id FROM traces WHERE latency_ms > 1000) SELECT count() FROM observations "
                    + "WHERE trace_id IN slow",
            "SELECT toStartOfHour(start_time) AS hour, sum(total_cost) FROM observations GROUP BY hour ORDER BY hour "
                    + "WITH FILL STEP INTERVAL 1 HOUR LIMIT 10",
            "SELECT name FROM observations WHERE trace_id IN (SELECT trace_id FROM scores) -- a comment; here",
            "/* first */ select distinct on (type) name from observations;",
            "SELECT metadata['tenant'], arrayMap(x -> upper(x), tags) FROM observations",
            "SELECT kind, sum(units) FROM observations ARRAY JOIN mapKeys(usage) AS kind, mapValues(usage) AS units "
                    + "GROUP BY kind",
            "SELECT name, row_number() OVER (PARTITION BY trace_id ORDER BY start_time) AS n FROM observations "
                    + "QUALIFY n = 1",
            "SELECT * EXCEPT (metadata, usage) REPLACE (upper(name) AS name) FROM observations LIMIT 3",
            "SELECT COLUMNS('_tokens$') FROM observations LIMIT 3",
            "(SELECT 1 AS a) UNION ALL (SELECT count() FROM traces)",
            "SELECT (SELECT max(latency_ms) FROM traces), exists(SELECT 1 FROM scores), [1, 2][1], CAST(1 AS String)",
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n",
            "SELECT o.name FROM observations o ANTI LEFT JOIN scores s ON o.trace_id = s.trace_id LIMIT 1",
            "SELECT 'system.tables', 'SETTINGS readonly = 0', 'it''s; DROP TABLE x' AS \"odd name\"",
            "SELECT CASE WHEN level = 'ERROR' THEN 1 ELSE 0 END, start_time > now() - INTERVAL 1 DAY FROM observations",
            "SELECT argMax(name, start_time), uniqExactIf(user_id, user_id != ''), sumMap(usage) FROM observations",
            "SELECT count() FROM observations WHERE name LIKE '%\\\\%' OR name ILIKE 'ASK%' OR match(name, '^a.k')"})
    void whatPeopleWriteRuns(String sql) {
        run(sql).statusCode(200);
    }

    static Stream<String> hostile() throws IOException {
        try (InputStream file = SqlResourceTest.class.getResourceAsStream("/sql/hostile.sql")) {
            return Stream.concat(new String(file.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("# ")), Stream.of("", " ", "SELECT 1 --\u0000",
                    "SELECT *\nFROM /* the */ system\n.\none", "SELECT 1\n;\nDROP TABLE sightline.scores"));
        }
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void whatMayNotRunIsRefusedAndNotExecuted(String sql) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String answer = run(sql.replace("%PORT%", String.valueOf(listener.getLocalPort()))).statusCode(400)
                    .contentType("application/problem+json").body("field", equalTo("sql"))
                    .body("detail", not(containsString("sightline_project"))).extract().asString();
            assertThat(answer).doesNotContain("theirs").doesNotContain("root:");
            listener.setSoTimeout(1);
            assertThat(reached(listener)).as("the engine called out").isFalse();
        }
        assertThat(Path.of("/tmp/sightline-sql-test")).doesNotExist();
        assertThat(rows("SELECT count() FROM observations WHERE trace_id = '" + OURS + "'"))
                .containsExactly(List.of(3));
    }

    private static boolean reached(ServerSocket listener) throws IOException {
        try {
            listener.accept().close();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void refusalsNameWhatIsWrong() {
        run("SELECT * FROM system.tables").body("detail", containsString("'system'"));
        run("SELECT * FROM tables").body("detail", containsString("'tables'"))
                .body("detail", containsString("observations, traces, sessions, scores, content"));
        run("SELECT * FROM url('x')").body("detail", containsString("'url'"));
        run("SELECT nothing_here FROM observations").body("detail", containsString("nothing_here"))
                .body("detail", not(containsString("FINAL")));
        run("SELEC 1").body("detail", containsString("position 1"));
        run("SELECT 1 SETTINGS max_threads = 1").body("detail", containsString("SETTINGS"));
    }

    @Test
    void parametersAreValues() {
        String sql = "SELECT {name:String}, {n:UInt8} + 1 FROM observations WHERE name = {name:String}";
        assertThat(run(Api.dev(), Map.of("sql", sql, "parameters", Map.of("name", "sql ours", "n", "41")))
                .statusCode(200).extract().jsonPath().<List<Object>>getList("data"))
                .containsExactly(List.of("sql ours", 42));
        String hostile = "x' OR 1=1 --\t\\'\n; DROP TABLE y";
        assertThat(run(Api.dev(), Map.of("sql", "SELECT {v:String}", "parameters", Map.of("v", hostile)))
                .statusCode(200).extract().jsonPath().getString("data[0][0]")).isEqualTo(hostile);
        run(Api.dev(), Map.of("sql", "SELECT 1", "parameters", Map.of("sightline_project", "other")))
                .statusCode(400).body("field", equalTo("parameters.sightline_project"));
        run(Api.dev(), Map.of("sql", "SELECT {sightline_project:String}", "parameters", Map.of()))
                .statusCode(400);
    }

    @Test
    void resultsInOtherFormats() {
        String sql = "SELECT name, input_tokens FROM observations WHERE trace_id = '" + OURS + "' ORDER BY start_time";
        assertThat(run(Api.dev(), Map.of("sql", sql, "format", "csv")).statusCode(200).contentType("text/csv")
                .extract().asString()).isEqualTo("\"name\",\"input_tokens\"\n"
                        + "\"sql ours\",0\n\"ask\",10\n\"ask again\",20\n");
        assertThat(run(Api.dev().accept("application/x-ndjson"), Map.of("sql", sql)).statusCode(200)
                .contentType("application/x-ndjson").extract().asString()).startsWith("{\"name\":\"sql ours\"")
                .hasLineCount(3);
        byte[] parquet = run(Api.dev(), Map.of("sql", sql, "format", "parquet")).statusCode(200).extract()
                .asByteArray();
        assertThat(new String(parquet, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
        assertThat(new String(parquet, parquet.length - 4, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
        byte[] arrow = run(Api.dev().accept("application/vnd.apache.arrow.stream"), Map.of("sql", sql)).statusCode(200)
                .extract().asByteArray();
        assertThat(arrow).startsWith(0xff, 0xff, 0xff, 0xff);
        run(Api.dev(), Map.of("sql", sql, "format", "xml")).statusCode(400).body("field", equalTo("format"));
        run(Api.dev(), Map.of("sql", "SELECT x", "format", "csv")).statusCode(400).body("field", equalTo("sql"));
    }

    @Test
    void boundsEndAQueryWithAdvice() {
        String large = "SELECT arrayJoin(range(2000000)) AS n";
        run(Api.dev(), Map.of("sql", large, "format", "csv")).statusCode(400)
                .body("detail", containsString("LIMIT"));
        run("SELECT groupArray(repeat('x', 1000)) FROM (SELECT arrayJoin(range(2000000)) AS n)").statusCode(400)
                .body("detail", containsString("memory"));
        run(Api.dev(), Map.of("sql", "SELECT sum(cityHash64(a, b)) FROM (SELECT arrayJoin(range(1000000)) AS a, "
                + "arrayJoin(range(100000)) AS b)", "limits", Map.of("seconds", 1))).statusCode(400)
                .body("detail", containsString("span of time"));
        JsonPath cut = run(Api.dev(), Map.of("sql", "SELECT arrayJoin(range(100)) AS n ORDER BY n DESC",
                "limits", Map.of("rows", 2))).statusCode(200).extract().jsonPath();
        assertThat(cut.getList("data")).containsExactly(List.of(99), List.of(98));
        assertThat(cut.getBoolean("truncated")).isTrue();
        assertThat(run(large).statusCode(200).extract().jsonPath().getInt("rows")).isEqualTo(10_000);
        run("SELECT repeat('x', 1000000) FROM (SELECT arrayJoin(range(100)))").statusCode(400)
                .body("detail", containsString("csv"));
    }

    /** It fails behind some megabytes, when the client already has the beginning. */
    @Test
    void aFileThatFailsOnTheWayNeverLooksWhole() throws Exception {
        String sql = "SELECT n, intDiv(1, 900000 - n) AS x, 'some text to make it long' AS t "
                + "FROM (SELECT arrayJoin(range(1000000)) AS n)";
        String key = Base64.getEncoder().encodeToString((Engines.PUBLIC_KEY + ":" + Engines.SECRET_KEY)
                .getBytes(StandardCharsets.UTF_8));
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer = http.send(HttpRequest.newBuilder(baseUrl.resolve("/api/v1/sql"))
                    .header("Authorization", "Basic " + key).header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"format\":\"csv\",\"sql\":\"" + sql + "\"}")).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() == 200) {
                    assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
                } else {
                    assertThat(answer.statusCode()).isEqualTo(400);
                }
            }
        }
    }

    @Test
    void theBodyIsReadStrictly() {
        run(Api.dev(), Map.of("sql", "SELECT 1", "readonly", 0)).statusCode(400).body("field", equalTo("readonly"));
        run(Api.dev(), Map.of("sql", List.of("SELECT 1"))).statusCode(400).body("field", equalTo("sql"));
        run(Api.dev(), Map.of("sql", "SELECT 1", "limits", Map.of("rows", 0))).statusCode(400)
                .body("field", equalTo("limits.rows"));
        run(Api.dev(), Map.of("sql", "SELECT '" + "x".repeat(100_000) + "'")).statusCode(400);
        given().contentType(ContentType.JSON).body(Map.of("sql", "SELECT 1")).post("/api/v1/sql").then()
                .statusCode(401);
        given().get("/api/v1/sql/schema").then().statusCode(401);
    }

    /** The page names the views' columns, and each of its examples runs. */
    @Test
    void thePageIsTrue() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("sightline.root"), "docs/sql.md"));
        for (SqlView view : SqlView.ALL) {
            for (SqlView.Column column : view.columns()) {
                assertThat(page).as("%s.%s", view.name(), column.name())
                        .contains("| `" + column.name() + "` | " + column.type() + " | " + column.description() + " |");
            }
        }
        Matcher examples = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL).matcher(page);
        int count = 0;
        while (examples.find()) {
            run(examples.group(1)).statusCode(200);
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(8);
    }
}
