package dev.sightline.query.mcp;

import static dev.sightline.query.TraceFixture.call;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The official Java client over streamable HTTP. */
@QuarkusTest
@WithTestResource(Engines.class)
class McpTest {
    private static final String PATH = "/api/public/mcp";
    private static final String OURS = traceId();
    private static final String THEIRS = traceId();
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
        Instant now = Instant.now().minusSeconds(60);
        try (TraceFixture fixture = new TraceFixture()) {
            fixture.store("dev", step(OURS, 1, 0, "mcp ours", now, Duration.ofSeconds(2)).setSessionId("mcp-session")
                            .setInput("\"what is asked\""),
                    call(OURS, 2, 1, "mcp call", now.plusMillis(100), 10, 5, 1_000_000_000_000L));
            fixture.store("dev", score(OURS, "mcp-score", 0.5)
                    .setTimestampUnixNano(now.getEpochSecond() * 1_000_000_000L));
            fixture.store(ControlFixture.OTHER_PROJECT, step(THEIRS, 1, 0, "mcp theirs", now, Duration.ofSeconds(1))
                    .setSessionId("mcp-their-session"));
        }
    }

    private McpSyncClient client(String publicKey, String secretKey) {
        String basic = "Basic " + Base64.getEncoder().encodeToString(
                (publicKey + ":" + secretKey).getBytes(StandardCharsets.UTF_8));
        McpSyncClient client = McpClient.sync(HttpClientStreamableHttpTransport.builder(baseUrl.toString())
                .endpoint(PATH).customizeRequest(request -> request.header("Authorization", basic)).build())
                .requestTimeout(Duration.ofSeconds(60)).initializationTimeout(Duration.ofSeconds(60)).build();
        return client;
    }

    private static McpSchema.CallToolResult result(McpSyncClient client, String tool, Map<String, Object> arguments) {
        return client.callTool(new McpSchema.CallToolRequest(tool, arguments));
    }

    private static String text(McpSyncClient client, String tool, Map<String, Object> arguments) {
        McpSchema.CallToolResult result = result(client, tool, arguments);
        String text = ((McpSchema.TextContent) result.content().getFirst()).text();
        assertThat(result.isError()).as(text).isNotEqualTo(true);
        return text;
    }

    @Test
    void aClientFindsAndReadsWhatHappened() {
        try (McpSyncClient client = client(Engines.PUBLIC_KEY, Engines.SECRET_KEY)) {
            assertThat(client.initialize().serverInfo().name()).isEqualTo("sightline");
            assertThat(client.listTools().tools()).extracting(McpSchema.Tool::name).containsExactlyInAnyOrder(
                    "list_traces", "get_trace", "list_observations", "list_scores", "list_sessions", "run_sql",
                    "describe_sql", "describe_query_language",
                    "run_metrics", "describe_metrics");
            assertThat(JsonPath.from(text(client, "list_traces", Map.of("query", "name:\"mcp ours\"")))
                    .getList("data.trace_id")).containsExactly(OURS);
            assertThat(JsonPath.from(text(client, "list_observations", Map.of("query", "name:\"mcp call\"",
                    "limit", 5)))
                    .getList("data.name")).containsExactly("mcp call");
            assertThat(text(client, "list_sessions", Map.of("query", "session:mcp-session")))
                    .contains("mcp-session");
            assertThat(text(client, "list_sessions", Map.of("query", "session:mcp-their-session")))
                    .doesNotContain("mcp-their-session");
            assertThat(text(client, "list_scores", Map.of("query", "trace_id:" + OURS))).contains("mcp-score");
            assertThat(text(client, "get_trace", Map.of("trace_id", OURS))).contains("what is asked");
            assertThat(JsonPath.from(text(client, "run_sql", Map.of("sql",
                    "SELECT count() FROM observations WHERE trace_id = '" + OURS + "'"))).getInt("data[0][0]"))
                    .isEqualTo(2);
            assertThat(text(client, "describe_sql", Map.of())).contains("latency_ms");
            assertThat(JsonPath.from(text(client, "run_metrics", Map.of("metrics_query", "{\"view\":\"observations\","
                    + "\"query\":\"name:\\\"mcp call\\\"\",\"measures\":[{\"measure\":\"count\"}],"
                    + "\"from\":\"2020-01-01T00:00:00Z\"}"))).getInt("data[0].count")).isEqualTo(1);
            assertThat(text(client, "describe_metrics", Map.of())).contains("latency");
            assertThat(JsonPath.from(text(client, "describe_query_language", Map.of())).getList("fields.name"))
                    .contains("model", "latency");
        }
    }

    @Test
    void mistakesAreToldToTheModel() {
        try (McpSyncClient client = client(Engines.PUBLIC_KEY, Engines.SECRET_KEY)) {
            client.initialize();
            assertError(client, "run_sql", Map.of("sql", "SELECT * FROM system.tables"), "sql: ");
            assertError(client, "list_traces", Map.of("query", "latency:>much"), "query: ");
            assertError(client, "list_traces", Map.of("limit", 1000), "limit: ");
            assertError(client, "list_traces", Map.of("from", "yesterday"), "from: ");
            assertError(client, "get_trace", Map.of("trace_id", "x"), "trace_id: ");
            assertError(client, "run_metrics", Map.of("metrics_query", "{\"view\":\"x\"}"), "view: ");
            assertError(client, "get_trace", Map.of("trace_id", THEIRS), "no trace");
        }
    }

    private static void assertError(McpSyncClient client, String tool, Map<String, Object> arguments, String says) {
        McpSchema.CallToolResult result = result(client, tool, arguments);
        assertThat(result.isError()).as("%s %s", tool, arguments).isTrue();
        assertThat(((McpSchema.TextContent) result.content().getFirst()).text()).contains(says);
    }

    @Test
    void eachKeySeesItsOwnProject() {
        try (McpSyncClient client = client(ControlFixture.OTHER_PUBLIC_KEY, ControlFixture.OTHER_SECRET_KEY)) {
            client.initialize();
            assertThat(text(client, "list_traces", Map.of("query", "trace_id:(" + OURS + "," + THEIRS + ")")))
                    .contains(THEIRS).doesNotContain(OURS);
            assertThat(text(client, "run_sql", Map.of("sql", "SELECT DISTINCT trace_id FROM observations")))
                    .doesNotContain(OURS);
        }
    }

    @Test
    void withoutAGoodKeyThereIsNothing() {
        String initialize = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
        for (String path : new String[] {PATH, PATH + "/sse", PATH + "/messages/x"}) {
            given().contentType(ContentType.JSON).accept("application/json, text/event-stream").body(initialize)
                    .post(path).then().statusCode(401);
            given().get(path).then().statusCode(401);
        }
        given().auth().preemptive().basic(Engines.PUBLIC_KEY, "wrong").contentType(ContentType.JSON)
                .accept("application/json, text/event-stream").body(initialize).post(PATH).then().statusCode(401);
        try (McpSyncClient client = client(Engines.PUBLIC_KEY, "wrong")) {
            assertThatThrownBy(client::initialize).isInstanceOf(RuntimeException.class);
        }
    }
}
