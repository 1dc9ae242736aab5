package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SharedStack;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** SQL, exports, MCP and the live tail through the gateway of a running stack, each with a key of two projects. */
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadSurfacesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRACES = 40;

    private final SharedStack.Shared shared;
    private final URI baseUrl;
    private final Project ours;
    private final Project theirs;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String environment = "surfaces-" + UUID.randomUUID().toString().substring(0, 8);

    ReadSurfacesTest(SharedStack.Shared shared) {
        this.shared = shared;
        this.baseUrl = shared.stack().file().uri("base_url");
        this.ours = shared.stack().project();
        this.theirs = shared.other();
    }

    @BeforeAll
    void send() {
        List<ByteString> sent = new ArrayList<>();
        try (OtlpClient client = Transport.HTTP.client(shared.stack());
             QueryClient reads = new QueryClient(baseUrl, ours.authorization())) {
            for (int i = 0; i < TRACES; i++) {
                sent.add(send(client, "surface " + i, environment));
            }
            sent.forEach(trace -> reads.awaitTrace(Spans.hex(trace), 1));
        }
    }

    @AfterAll
    void close() {
        http.close();
    }

    private ByteString send(OtlpClient client, String name, String environment) {
        ByteString trace = Spans.newTraceId();
        client.send(Spans.request(Spans.span(trace, name).addAttributes(Spans.text("langfuse.environment", environment))
                .build()), ours.authorization()).accepted();
        return trace;
    }

    private HttpRequest.Builder to(String path, Project project) {
        return HttpRequest.newBuilder(baseUrl.resolve(path)).header("Authorization", project.authorization());
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request.build(), body);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private HttpResponse<String> post(String path, Project project, ObjectNode body, String... headers) {
        HttpRequest.Builder request = to(path, project).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()));
        return send(headers.length == 0 ? request : request.headers(headers), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return json(answer.body());
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private ObjectNode sql(String select) {
        return JSON.createObjectNode().put("sql", select + " FROM observations WHERE environment = {environment:String}")
                .set("parameters", JSON.createObjectNode().put("environment", environment));
    }

    @Test
    void sqlAnswersInEveryFormatAndOnlyOfItsProject() {
        JsonNode counted = json(post("/api/v1/sql", ours, sql("SELECT count() AS traces, min(level) AS level")));
        assertThat(counted.path("data").toString()).isEqualTo("[[" + TRACES + ",\"DEFAULT\"]]");
        assertThat(counted.path("truncated").asBoolean()).isFalse();
        assertThat(json(post("/api/v1/sql", theirs, sql("SELECT count()"))).path("data").toString()).isEqualTo("[[0]]");

        ObjectNode few = sql("SELECT name").set("limits", JSON.createObjectNode().put("rows", 3));
        JsonNode cut = json(post("/api/v1/sql", ours, few));
        assertThat(cut.path("data")).hasSize(3);
        assertThat(cut.path("truncated").asBoolean()).isTrue();

        HttpResponse<String> csv = post("/api/v1/sql", ours, sql("SELECT name"), "Accept", "text/csv");
        assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        assertThat(csv.body().lines()).hasSize(TRACES + 1).contains("\"name\"", "\"surface 7\"");
        assertThat(post("/api/v1/sql", ours, sql("SELECT name").put("format", "jsonl")).body().lines())
                .hasSize(TRACES).contains("{\"name\":\"surface 7\"}");
        HttpResponse<String> parquet = post("/api/v1/sql", ours, sql("SELECT name").put("format", "parquet"));
        assertThat(parquet.body()).startsWith("PAR1").endsWith("PAR1");
    }

    @Test
    void sqlThatReachesFurtherIsRefusedWithTheReason() {
        for (String hostile : List.of("SELECT * FROM system.tables", "SELECT * FROM url('http://127.0.0.1/', CSV)",
                "SELECT 1; DROP TABLE observations", "SELECT * FROM sightline.observations",
                "SELECT 1 SETTINGS max_memory_usage = 0", "INSERT INTO observations SELECT 1")) {
            HttpResponse<String> answer = post("/api/v1/sql", ours, JSON.createObjectNode().put("sql", hostile));
            assertThat(answer.statusCode()).as(hostile).isEqualTo(400);
            assertThat(json(answer).path("field").asText()).as(hostile).isEqualTo("sql");
            assertThat(json(answer).path("detail").asText()).as(hostile).isNotBlank();
        }
    }

    @Test
    void anExportIsMadeInTheBackgroundAndItsDownloadGoesOnWhereItBroke() {
        HttpResponse<String> begun = post("/api/v1/exports", ours, JSON.createObjectNode().put("table", "traces")
                .put("query", "environment:" + environment).put("format", "csv"));
        assertThat(begun.statusCode()).isEqualTo(202);
        String path = begun.headers().firstValue("Location").orElseThrow();
        Await.until("the export", Await.LONG, () -> {
            JsonNode export = json(send(to(path, ours), BodyHandlers.ofString()));
            assertThat(export.path("state").asText()).isNotEqualTo("failed");
            return export.path("state").asText().equals("done") && export.path("rows").asInt() == TRACES;
        });

        HttpResponse<byte[]> whole = send(to(path + "/content", ours), BodyHandlers.ofByteArray());
        assertThat(new String(whole.body(), StandardCharsets.UTF_8).lines()).hasSize(TRACES + 1)
                .anyMatch(line -> line.contains("\"surface 7\""));
        String tag = whole.headers().firstValue("ETag").orElseThrow();
        HttpResponse<byte[]> rest = send(to(path + "/content", ours).header("Range", "bytes=100-")
                .header("If-Range", tag), BodyHandlers.ofByteArray());
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(java.util.Arrays.copyOfRange(whole.body(), 100, whole.body().length));
        assertThat(send(to(path + "/content", ours).header("Range", "bytes=100-").header("If-Range", "\"another\""),
                BodyHandlers.ofByteArray()).statusCode()).isEqualTo(200);
        assertThat(send(to(path + "/content", ours).header("Range", "bytes=99999999-"),
                BodyHandlers.ofString()).statusCode()).isEqualTo(416);
        for (String theirPath : List.of(path, path + "/content")) {
            assertThat(send(to(theirPath, theirs), BodyHandlers.ofString()).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aModelReadsByMcpWhatItsKeyMayRead() {
        String names = "SELECT count() FROM observations WHERE environment = '" + environment + "'";
        ObjectNode count = JSON.createObjectNode().put("sql", names);
        assertThat(json(tool(ours, "run_sql", count)).path("data").toString()).isEqualTo("[[" + TRACES + "]]");
        assertThat(json(tool(theirs, "run_sql", count)).path("data").toString()).isEqualTo("[[0]]");
        assertThat(json(tool(ours, "list_traces", JSON.createObjectNode().put("limit", 5)
                .put("query", "environment:" + environment))).path("data")).hasSize(5);
    }

    /** The text that a tool answers, by JSON-RPC as the streamable HTTP transport carries it. */
    private String tool(Project project, String name, ObjectNode arguments) {
        HttpResponse<String> session = mcp(project, 1, "initialize", JSON.createObjectNode()
                .put("protocolVersion", "2025-06-18").<ObjectNode>set("capabilities", JSON.createObjectNode())
                .set("clientInfo", JSON.createObjectNode().put("name", "acceptance").put("version", "1")));
        assertThat(session.statusCode()).as(session.body()).isEqualTo(200);
        String[] headers = session.headers().firstValue("Mcp-Session-Id")
                .map(id -> new String[] {"Mcp-Session-Id", id}).orElse(new String[0]);
        ObjectNode initialized = JSON.createObjectNode().put("jsonrpc", "2.0").put("method", "notifications/initialized");
        post("/api/public/mcp", project, initialized, mcpHeaders(headers));
        HttpResponse<String> called = mcp(project, 2, "tools/call", JSON.createObjectNode().put("name", name)
                .set("arguments", arguments), headers);
        JsonNode result = json(called.body().lines().filter(line -> line.startsWith("data:"))
                .map(line -> line.substring(5)).reduce((_, last) -> last).orElse(called.body())).path("result");
        assertThat(result.path("isError").asBoolean()).as(called.body()).isFalse();
        return result.at("/content/0/text").asText();
    }

    private HttpResponse<String> mcp(Project project, int id, String method, JsonNode params, String... headers) {
        ObjectNode call = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", id).put("method", method)
                .set("params", params);
        return post("/api/public/mcp", project, call, mcpHeaders(headers));
    }

    private static String[] mcpHeaders(String... more) {
        return Stream.concat(Stream.of("Accept", "application/json, text/event-stream"), Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void theLiveTailTellsOfNewTracesThatMatch() {
        String fresh = environment + "-live";
        HttpResponse<Stream<String>> tail = send(to("/api/v1/traces/live?query="
                + URLEncoder.encode("environment:" + fresh, StandardCharsets.UTF_8), ours), BodyHandlers.ofLines());
        assertThat(tail.statusCode()).isEqualTo(200);
        try (Stream<String> lines = tail.body(); OtlpClient client = Transport.GRPC.client(shared.stack())) {
            Iterator<String> told = lines.iterator();
            // The first line comes when it follows: a trace that is sent now is new.
            assertThat(told.next()).startsWith(":");
            send(client, "not asked for", environment + "-else");
            String trace = Spans.hex(send(client, "seen at once", fresh));
            String data = "";
            while (data.isEmpty()) {
                String line = told.next();
                data = line.startsWith("data:") ? line.substring(5) : "";
            }
            assertThat(json(data).path("trace_id").asText()).isEqualTo(trace);
            assertThat(json(data).path("name").asText()).isEqualTo("seen at once");
        }
    }

    @Test
    void withoutAKeyNothingIsTold() {
        for (String path : List.of("/api/v1/traces/live", "/api/v1/exports", "/api/v1/sql/schema")) {
            assertThat(send(HttpRequest.newBuilder(baseUrl.resolve(path)), BodyHandlers.ofString()).statusCode())
                    .as(path).isEqualTo(401);
        }
        assertThat(send(HttpRequest.newBuilder(baseUrl.resolve("/api/public/mcp"))
                .header("Content-Type", "application/json").header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")),
                BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    }
}
