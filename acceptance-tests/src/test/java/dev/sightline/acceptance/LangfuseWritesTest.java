package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.QueryClient.Answer;
import dev.sightline.acceptance.client.RollUp;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Langfuse's write API through the one base URL: what is sent in pieces is read as one, and scores come and go. */
@ExtendWith(SharedStack.class)
class LangfuseWritesTest {
    private final Stack stack;
    private final URI baseUrl;
    private final QueryClient client;
    private final Instant now = Instant.now();

    LangfuseWritesTest(Stack stack) {
        this.stack = stack;
        this.baseUrl = stack.file().uri("base_url");
        this.client = new QueryClient(baseUrl, stack.project().authorization());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(baseUrl.resolve(path)).headers("Authorization", stack.project().authorization(),
                "Content-Type", "application/json");
    }

    private Answer post(String path, String json) {
        return client.send(to(path).POST(BodyPublishers.ofString(json)).build());
    }

    private String event(int second, String type, String body) {
        return "{\"id\":\"" + UUID.randomUUID() + "\",\"type\":\"" + type + "\",\"timestamp\":\""
                + now.minusSeconds(60 - second) + "\",\"body\":" + body + "}";
    }

    private static String batch(List<String> events) {
        return "{\"batch\":[" + String.join(",", events) + "],\"metadata\":{\"sdk_name\":\"test\"}}";
    }

    private JsonNode await(String path, java.util.function.Predicate<JsonNode> ready) {
        return Await.value(path, Await.LONG, () -> {
            Answer answer = client.get(path);
            return answer.status() == 200 && ready.test(answer.body()) ? Optional.of(answer.body()) : Optional.empty();
        });
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Test
    void aRunOfADatasetIsToldInABatchAndMayBeToldAgain() {
        String name = "told-in-a-batch-" + UUID.randomUUID();
        assertThat(post("/api/public/v2/datasets", "{\"name\":\"" + name + "\"}").status()).isEqualTo(200);
        String item = post("/api/public/dataset-items", "{\"datasetName\":\"" + name + "\",\"input\":\"7*6\"}").body()
                .path("id").asText();
        String batch = batch(List.of(
                event(1, "dataset-run-item-create", "{\"runName\":\"nightly\",\"runDescription\":\"told\","
                        + "\"datasetItemId\":\"" + item + "\",\"traceId\":\"trace of " + name + "\"}"),
                event(2, "dataset-run-item-create",
                        "{\"runName\":\"nightly\",\"datasetItemId\":\"gone\",\"traceId\":\"t\"}")));

        for (int attempt = 0; attempt < 2; attempt++) {
            Answer answer = post("/api/public/ingestion", batch);
            assertThat(answer.status()).isEqualTo(207);
            assertThat(answer.body().path("successes")).hasSize(1);
            assertThat(answer.body().path("errors")).hasSize(1);
            assertThat(answer.body().at("/errors/0/status").asInt()).isEqualTo(404);
            assertThat(answer.body().at("/errors/0/message").asText()).contains("gone");
        }

        JsonNode run = client.get("/api/public/datasets/" + name + "/runs/nightly").body();
        assertThat(run.path("description").asText()).isEqualTo("told");
        assertThat(run.path("datasetRunItems")).hasSize(1);
        assertThat(run.at("/datasetRunItems/0/datasetItemId").asText()).isEqualTo(item);
        assertThat(run.at("/datasetRunItems/0/traceId").asText()).isEqualTo("trace of " + name);
    }

    @Test
    void aTraceSentInPiecesAndOutOfOrderIsReadAsOne() {
        long seed = Long.getLong("sightline.seed", System.nanoTime() & 0xffff_ffffL);
        String id = "Bestellung #" + seed;
        String environment = "writes-" + seed;
        List<String> events = new ArrayList<>(List.of(
                event(1, "trace-create", "{\"id\":\"" + id + "\",\"timestamp\":\"" + now.minusSeconds(59)
                        + "\",\"name\":\"support\",\"userId\":\"ada\",\"sessionId\":\"chat\",\"tags\":[\"b\"],\"environment\":\""
                        + environment + "\",\"input\":{\"q\":\"parcel?\"},\"metadata\":{\"a\":{\"b\":1}}}"),
                event(2, "span-create", "{\"id\":\"step\",\"traceId\":\"" + id + "\",\"name\":\"retrieve\"}"),
                event(3, "generation-create", "{\"id\":\"answer\",\"traceId\":\"" + id + "\",\"parentObservationId\":\"step\","
                        + "\"name\":\"answer\",\"model\":\"gpt-4o-mini\",\"input\":[ {\"role\":\"user\",\"content\":\"?\"} ]}"),
                event(4, "generation-update", "{\"id\":\"answer\",\"traceId\":\"" + id + "\",\"output\":\"half\"}"),
                event(5, "generation-update", "{\"id\":\"answer\",\"traceId\":\"" + id + "\",\"output\":\"It arrives.\","
                        + "\"usage\":{\"promptTokens\":1000,\"completionTokens\":100},\"endTime\":\"" + now.minusSeconds(50)
                        + "\"}"),
                event(6, "span-update", "{\"id\":\"step\",\"traceId\":\"" + id + "\",\"endTime\":\"" + now.minusSeconds(49)
                        + "\",\"level\":\"WARNING\"}"),
                event(7, "trace-create", "{\"id\":\"" + id + "\",\"timestamp\":\"" + now.minusSeconds(53)
                        + "\",\"output\":\"It arrives.\",\"tags\":[\"a\"],\"metadata\":{\"a\":{\"c\":2}}}")));
        Collections.shuffle(events, new Random(seed));
        for (int from = 0; from < events.size(); from += 2) {
            Answer answer = post("/api/public/ingestion",
                    batch(events.subList(from, Math.min(events.size(), from + 2))));
            assertThat(answer.status()).as("seed %d", seed).isEqualTo(207);
            assertThat(answer.body().path("errors")).isEmpty();
            Await.sleep(300);
        }

        // Each event has said its part; which comes last is up to the seed.
        JsonNode trace = await("/api/public/traces/" + encoded(id), found -> {
            JsonNode observations = found.path("observations");
            return found.path("output").asText().equals("It arrives.") && found.path("name").asText().equals("support")
                    && observations.size() == 2
                    && observations.findValuesAsText("name").containsAll(List.of("retrieve", "answer"))
                    && observations.findValuesAsText("parentObservationId").contains("step")
                    && observations.findValuesAsText("output").contains("It arrives.")
                    && observations.findValuesAsText("level").contains("WARNING")
                    && Set.copyOf(observations.findValuesAsText("environment")).equals(Set.of(environment));
        });
        assertThat(trace.path("id").asText()).isEqualTo(id);
        assertThat(Instant.parse(trace.path("timestamp").asText()).toEpochMilli())
                .as("a change of a trace does not move it").isEqualTo(now.minusSeconds(59).toEpochMilli());
        assertThat(trace.path("input").toString()).isEqualTo("{\"q\":\"parcel?\"}");
        assertThat(trace.path("metadata").path("a").toString()).isEqualTo("{\"b\":1,\"c\":2}");
        assertThat(trace.path("tags").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(trace.path("userId").asText()).isEqualTo("ada");
        // None says when it started, so their order is that of what came first.
        boolean stepFirst = trace.at("/observations/0/id").asText().equals("step");
        JsonNode step = trace.path("observations").get(stepFirst ? 0 : 1);
        JsonNode generation = trace.path("observations").get(stepFirst ? 1 : 0);
        assertThat(step.path("id").asText()).isEqualTo("step");
        assertThat(step.path("parentObservationId").isNull()).isTrue();
        assertThat(generation.path("parentObservationId").asText()).isEqualTo("step");
        assertThat(generation.path("environment").asText()).isEqualTo(environment);
        assertThat(generation.path("input").toString()).isEqualTo("[{\"role\":\"user\",\"content\":\"?\"}]");
        assertThat(generation.path("usage").path("total").asInt()).isEqualTo(1100);
        assertThat(generation.path("calculatedTotalCost").decimalValue()).as("priced after the merge").isPositive();
        assertThat(client.get("/api/public/observations/answer").ok().path("model").asText()).isEqualTo("gpt-4o-mini");
        assertThat(RollUp.differences(new ClickHouseClient(stack), "environment = '" + environment + "'")).isEmpty();
    }

    @Test
    void scoresComeBackUnderTheirIdsAndGoWhenTheyAreDeleted() {
        String trace = "scored " + UUID.randomUUID();
        assertThat(post("/api/public/ingestion", batch(List.of(event(1, "trace-create", "{\"id\":\"" + trace + "\"}"),
                event(2, "score-create", "{\"id\":\"batch " + trace + "\",\"traceId\":\"" + trace
                        + "\",\"name\":\"from a batch\",\"value\":\"good\"}")))).status()).isEqualTo(207);
        String id = post("/api/public/scores", "{\"traceId\":\"" + trace + "\",\"name\":\"one\",\"value\":0.5}")
                .ok().path("id").asText();
        Answer many = post("/api/public/scores", "[{\"id\":\"many " + trace + "\",\"traceId\":\"" + trace
                + "\",\"name\":\"many\",\"value\":1},{\"name\":\"of nothing\",\"value\":1},7]");
        assertThat(many.status()).isEqualTo(207);
        assertThat(many.body().findValues("status").toString()).isEqualTo("[201, 400, 400]");
        assertThat(many.body().get(1).path("message").asText()).startsWith("traceId: ");

        JsonNode read = await("/api/public/traces/" + encoded(trace), found -> found.path("scores").size() == 3);
        assertThat(read.path("scores").findValuesAsText("traceId")).containsOnly(trace);
        assertThat(client.get("/api/public/scores/" + id).ok().path("value").asDouble()).isEqualTo(0.5);

        for (String gone : new String[] {id, "batch " + trace, "no such score"}) {
            assertThat(client.send(to("/api/public/scores/" + encoded(gone)).DELETE().build()).status()).isEqualTo(202);
        }
        // Made anew behind its deletion it stays.
        post("/api/public/scores", "{\"id\":\"batch " + trace + "\",\"traceId\":\"" + trace
                + "\",\"name\":\"again\",\"value\":1}").ok();
        read = await("/api/public/traces/" + encoded(trace), found -> found.path("scores").size() == 2
                && found.path("scores").findValuesAsText("name").contains("again"));
        assertThat(read.path("scores").findValuesAsText("name")).containsExactlyInAnyOrder("many", "again");
        assertThat(client.get("/api/public/scores/" + id).status()).isEqualTo(404);
    }

    @Test
    void aBrowserMayScoreWithThePublicKeyAloneAndNothingElse() {
        String trace = UUID.randomUUID().toString();
        String bearer = "Bearer " + stack.project().publicKey();
        HttpRequest.Builder preflight = HttpRequest.newBuilder(baseUrl.resolve("/api/public/scores"))
                .method("OPTIONS", BodyPublishers.noBody())
                .headers("Origin", "https://app.example.org", "Access-Control-Request-Method", "POST",
                        "Access-Control-Request-Headers", "authorization,content-type");
        assertThat(client.send(preflight.build()).status()).isEqualTo(204);
        for (String key : new String[] {bearer, Project.basic(stack.project().publicKey(), "")}) {
            Answer scored = client.send(HttpRequest.newBuilder(baseUrl.resolve("/api/public/scores"))
                    .headers("Authorization", key, "Origin", "https://app.example.org")
                    .POST(BodyPublishers.ofString("{\"id\":\"" + trace + "\",\"traceId\":\"" + trace
                            + "\",\"name\":\"liked\",\"value\":true}")).build());
            assertThat(scored.status()).isEqualTo(200);
        }
        Answer batch = client.send(HttpRequest.newBuilder(baseUrl.resolve("/api/public/ingestion"))
                .header("Authorization", bearer).POST(BodyPublishers.ofString(batch(List.of(
                        event(1, "trace-create", "{\"id\":\"" + trace + "\"}"),
                        event(1, "score-create", "{\"traceId\":\"" + trace + "\",\"name\":\"n\",\"value\":1}"))))).build());
        assertThat(batch.body().path("errors").findValues("status").toString()).isEqualTo("[401]");
        assertThat(batch.body().path("successes")).hasSize(1);
        assertThat(client.send(HttpRequest.newBuilder(baseUrl.resolve("/api/public/scores/" + trace))
                .header("Authorization", bearer).DELETE().build()).status()).isEqualTo(403);
        await("/api/public/scores/" + trace, found -> found.path("dataType").asText().equals("BOOLEAN"));
        assertThat(new ClickHouseClient(stack).list("SELECT source FROM scores FINAL WHERE id = '" + trace + "'",
                row -> row.getString(1))).containsExactly("feedback");
    }

    @Test
    void whatCannotBeReadIsRefusedAsAWholeInLangfusesShape() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(batch(List.of(event(1, "sdk-log", "{}"))).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(client.send(to("/api/public/ingestion").header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(packed.toByteArray())).build()).status()).isEqualTo(207);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 64; i++) {
                gzip.write(new byte[1 << 20]);
            }
        }
        assertFails(client.send(to("/api/public/ingestion").header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(bomb.toByteArray())).build()), 413);
        assertFails(post("/api/public/ingestion", "{\"batch\":"), 400);
        assertFails(post("/api/public/ingestion", "{}"), 400);
        assertFails(post("/api/public/scores", "7"), 400);
        assertFails(post("/api/public/scores", "{\"traceId\":\"t\",\"value\":1}"), 400);
        assertFails(client.send(HttpRequest.newBuilder(baseUrl.resolve("/api/public/ingestion"))
                .POST(BodyPublishers.ofString("{\"batch\":[]}")).build()), 401);
        assertFails(client.send(HttpRequest.newBuilder(baseUrl.resolve("/api/public/scores"))
                .header("Authorization", Project.basic(stack.project().publicKey(), "wrong"))
                .POST(BodyPublishers.ofString("{}")).build()), 401);
    }

    private static void assertFails(Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().path("message").asText()).isNotBlank();
        assertThat(answer.body().path("error").asText()).isNotBlank();
    }
}
