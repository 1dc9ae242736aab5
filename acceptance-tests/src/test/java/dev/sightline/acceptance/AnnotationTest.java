package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.QueryClient.Answer;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Somebody who is signed in scores a trace: it is readable a moment later, with who did it, and can be taken back. */
@ExtendWith(SharedStack.class)
class AnnotationTest {
    private final Stack stack;
    private final URI baseUrl;
    private final QueryClient query;

    AnnotationTest(Stack stack) {
        this.stack = stack;
        this.baseUrl = stack.file().uri("base_url");
        this.query = new QueryClient(baseUrl, stack.project().authorization());
    }

    @Test
    void aPersonsScoreIsReadAndTakenBack() throws IOException, InterruptedException {
        ByteString traceId = Spans.newTraceId();
        String hex = Spans.hex(traceId);
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(Spans.request(Spans.span(traceId, "to be judged").build()), stack.project().authorization())
                    .accepted();
        }
        query.awaitTrace(hex, 1);
        String cookie = signIn();

        String config = byKey("POST", "/api/public/score-configs",
                "{\"name\":\"tone\",\"dataType\":\"NUMERIC\",\"minValue\":0,\"maxValue\":1}").ok().path("id").asText();
        Answer refused = signedIn(cookie, "POST", "/api/v1/scores", "{\"trace_id\":\"" + hex
                + "\",\"config_id\":\"" + config + "\",\"value\":7}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("field").asText()).isEqualTo("value");
        String id = signedIn(cookie, "POST", "/api/v1/scores", "{\"trace_id\":\"" + hex + "\",\"config_id\":\"" + config
                + "\",\"value\":0.25,\"comment\":\"Curt.\"}").body().path("id").asText();
        JsonNode score = awaitScore(hex, 0.25);
        assertThat(score.path("id").asText()).isEqualTo(id);
        assertThat(score.path("name").asText()).isEqualTo("tone");
        assertThat(score.path("source").asText()).isEqualTo("ANNOTATION");
        assertThat(score.path("authorUserId").asText()).isNotEmpty();
        assertThat(score.path("configId").asText()).isEqualTo(config);
        assertThat(score.path("comment").asText()).isEqualTo("Curt.");

        signedIn(cookie, "POST", "/api/v1/scores", "{\"id\":\"" + id + "\",\"trace_id\":\"" + hex
                + "\",\"name\":\"tone\",\"value\":0.5}");
        awaitScore(hex, 0.5);
        assertThat(signedIn(cookie, "DELETE", "/api/v1/scores/" + id, "").status()).isEqualTo(202);
        Await.until("the score to be gone", Await.LONG, () -> query.get("/api/public/v2/scores/" + id).status() == 404);
        assertThat(signedIn(cookie, "DELETE", "/api/v1/scores/" + id, "").status()).isEqualTo(404);
        assertThat(byKey("POST", "/api/v1/scores", "{\"trace_id\":\"" + hex + "\",\"name\":\"x\",\"value\":1}").status())
                .as("keys have another endpoint").isEqualTo(403);
    }

    private JsonNode awaitScore(String traceId, double value) {
        return Await.value("a score of " + value, Await.LONG, () -> {
            JsonNode scores = query.get("/api/public/v2/scores?name=tone&traceId=" + traceId).ok().path("data");
            return scores.size() == 1 && scores.get(0).path("value").asDouble() == value
                    ? Optional.of(scores.get(0)) : Optional.empty();
        });
    }

    private String signIn() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(HttpRequest.newBuilder(baseUrl.resolve("/api/v1/session"))
                    .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"email\":\""
                            + Stack.USER_EMAIL + "\",\"password\":\"" + Stack.USER_PASSWORD + "\"}")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        }
    }

    private Answer signedIn(String cookie, String method, String path, String json) {
        return query.send(request(method, path, json).headers("Cookie", cookie, "X-Sightline-CSRF", "1",
                "X-Sightline-Project", stack.project().id()).build());
    }

    private Answer byKey(String method, String path, String json) {
        return query.send(request(method, path, json).header("Authorization", stack.project().authorization()).build());
    }

    private HttpRequest.Builder request(String method, String path, String json) {
        return HttpRequest.newBuilder(baseUrl.resolve(path)).header("Content-Type", "application/json")
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    }
}
