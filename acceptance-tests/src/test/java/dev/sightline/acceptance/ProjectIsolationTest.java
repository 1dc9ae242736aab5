package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.TracesClient;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import dev.sightline.proto.query.v1.GetTraceRequest;
import dev.sightline.proto.query.v1.ListTracesRequest;
import io.grpc.Status;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** One project never sees another's traces, whichever way it asks, also where both use the same trace id. */
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProjectIsolationTest {
    private final Stack stack;
    private final Project ours;
    private final Project theirs;
    private final String mark = UUID.randomUUID().toString();
    private final ByteString ourTrace = Spans.newTraceId();
    private final ByteString theirTrace = Spans.newTraceId();
    private final ByteString commonTrace = Spans.newTraceId();

    ProjectIsolationTest(SharedStack.Shared shared) {
        this.stack = shared.stack();
        this.ours = stack.project();
        this.theirs = shared.other();
    }

    @BeforeAll
    void send() {
        try (OtlpClient client = Transport.GRPC.client(stack); QueryClient we = query(ours); QueryClient they = query(theirs)) {
            client.send(Spans.request(Spans.span(ourTrace, "ours " + mark).build(),
                    Spans.span(commonTrace, "our half " + mark).build()), ours.authorization()).accepted();
            client.send(Spans.request(Spans.span(theirTrace, "theirs " + mark).build(),
                    Spans.span(commonTrace, "their half " + mark).build()), theirs.authorization()).accepted();
            we.awaitTrace(Spans.hex(ourTrace), 1);
            we.awaitTrace(Spans.hex(commonTrace), 1);
            they.awaitTrace(Spans.hex(theirTrace), 1);
            they.awaitTrace(Spans.hex(commonTrace), 1);
        }
    }

    private QueryClient query(Project project) {
        return new QueryClient(stack.file().uri("base_url"), project.authorization());
    }

    @Test
    void byOurRestApi() {
        try (QueryClient we = query(ours); QueryClient they = query(theirs)) {
            assertThat(we.get("/api/v1/traces/" + Spans.hex(theirTrace)).status()).isEqualTo(404);
            assertThat(they.get("/api/v1/traces/" + Spans.hex(ourTrace)).status()).isEqualTo(404);
            assertThat(names(we.get("/api/v1/traces/" + Spans.hex(commonTrace)).ok().path("observations")))
                    .containsExactly("our half " + mark);
            assertThat(names(they.get("/api/v1/traces/" + Spans.hex(commonTrace)).ok().path("observations")))
                    .containsExactly("their half " + mark);
            assertThat(names(we.get("/api/v1/traces?search=" + mark).ok().path("data")))
                    .containsExactlyInAnyOrder("ours " + mark, "our half " + mark);
            assertThat(names(they.get("/api/v1/traces?limit=200").ok().path("data")))
                    .contains("theirs " + mark, "their half " + mark).noneMatch(name -> name.startsWith("our"));
            assertThat(we.get("/api/v1/traces?project=" + theirs.id()).status()).isEqualTo(404);
            assertThat(we.get("/api/v1/traces", "X-Sightline-Project", theirs.id()).status()).isEqualTo(404);
        }
    }

    @Test
    void settingsAndIngestHealth() {
        try (QueryClient we = query(ours)) {
            for (String path : List.of("/api/v1/project/settings", "/api/v1/ingest/health")) {
                assertThat(we.get(path).status()).as(path).isEqualTo(200);
                assertThat(we.get(path + "?project=" + theirs.id()).status()).as(path).isEqualTo(404);
                assertThat(we.get(path, "X-Sightline-Project", theirs.id()).status()).as(path).isEqualTo(404);
            }
            HttpRequest put = HttpRequest.newBuilder(stack.file().uri("base_url")
                            .resolve("/api/v1/project/settings?project=" + theirs.id()))
                    .header("Authorization", ours.authorization()).header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"sampling\":{\"keep_ppm\":1}}")).build();
            assertThat(we.send(put).status()).isEqualTo(404);
        }
        try (QueryClient they = query(theirs)) {
            assertThat(they.get("/api/v1/project/settings").ok().path("sampling").path("keep_ppm").asInt())
                    .isEqualTo(1_000_000);
        }
    }

    @Test
    void byLangfusesRestApi() {
        try (QueryClient we = query(ours); QueryClient they = query(theirs)) {
            assertThat(we.get("/api/public/traces/" + Spans.hex(theirTrace)).status()).isEqualTo(404);
            assertThat(names(we.get("/api/public/traces/" + Spans.hex(commonTrace)).ok().path("observations")))
                    .containsExactly("our half " + mark);
            JsonNode page = they.get("/api/public/traces?limit=100").ok();
            assertThat(names(page.path("data"))).contains("theirs " + mark, "their half " + mark)
                    .noneMatch(name -> name.startsWith("our"));
            assertThat(names(they.get("/api/public/projects").ok().path("data")))
                    .containsExactly("Project " + theirs.id());
        }
    }

    @Test
    void byGrpc() {
        try (TracesClient we = new TracesClient(stack, ours.authorization())) {
            assertThat(we.failure(stub -> stub.getTrace(GetTraceRequest.newBuilder().setTraceId(theirTrace).build()))
                    .getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(we.failure(stub -> stub.getTrace(GetTraceRequest.newBuilder()
                    .setProjectId(theirs.id()).setTraceId(theirTrace).build())).getCode())
                    .isEqualTo(Status.Code.NOT_FOUND);
            assertThat(we.failure(stub -> stub.listTraces(ListTracesRequest.newBuilder()
                    .setProjectId(theirs.id()).build())).getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(we.stub().getTrace(GetTraceRequest.newBuilder().setTraceId(commonTrace).build())
                    .getObservationsList()).extracting(o -> o.getName()).containsExactly("our half " + mark);
            assertThat(we.stub().listTraces(ListTracesRequest.newBuilder().setSearch(mark).build()).getTracesList())
                    .extracting(t -> t.getName())
                    .containsExactlyInAnyOrder("ours " + mark, "our half " + mark);
        }
    }

    @Test
    void byASignedInUser() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient(); QueryClient query = new QueryClient(stack.file().uri("base_url"), null)) {
            HttpResponse<String> session = http.send(HttpRequest.newBuilder(
                            stack.file().uri("base_url").resolve("/api/v1/session"))
                    .header("Content-Type", "application/json").header("X-Sightline-CSRF", "1")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"email\":\"" + Stack.USER_EMAIL
                            + "\",\"password\":\"" + Stack.USER_PASSWORD + "\"}")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(session.statusCode()).isEqualTo(200);
            assertThat(session.body()).contains("\"" + ours.id() + "\"").doesNotContain("\"" + theirs.id() + "\"");
            String cookie = session.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
            assertThat(query.get("/api/v1/traces?search=" + mark, "Cookie", cookie, "X-Sightline-Project", ours.id())
                    .ok().path("data").size()).isEqualTo(2);
            for (String path : List.of("/api/v1/traces", "/api/v1/traces/" + Spans.hex(theirTrace),
                    "/api/v1/traces/" + Spans.hex(commonTrace), "/api/v1/project/settings",
                    "/api/v1/ingest/health")) {
                assertThat(query.get(path, "Cookie", cookie, "X-Sightline-Project", theirs.id()).status())
                        .as(path).isEqualTo(404);
                assertThat(query.get(path + "?project=" + theirs.id(), "Cookie", cookie).status())
                        .as(path).isEqualTo(404);
            }
            assertThat(query.get("/api/v1/traces/" + Spans.hex(theirTrace), "Cookie", cookie,
                    "X-Sightline-Project", ours.id()).status()).isEqualTo(404);
        }
    }

    private static List<String> names(JsonNode list) {
        return java.util.stream.StreamSupport.stream(list.spliterator(), false)
                .map(entry -> entry.path("name").asText()).toList();
    }
}
