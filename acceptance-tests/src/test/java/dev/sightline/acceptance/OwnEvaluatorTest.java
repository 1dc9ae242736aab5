package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.ScriptedJudge;
import dev.sightline.acceptance.stack.ScriptedModel;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The walk of somebody new: an application that talks to a model of Ollama's dialect sends its traces; a shipped template
 * is copied, an evaluator made of it whose judge is of Azure's dialect, a rule for new traces; a new trace is scored, its
 * user gives feedback from the browser with the public key alone, and both are seen on the trace and in the lists.
 */
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnEvaluatorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUESTION = "Where is my order 4711?";
    private static final String AZURE_KEY = ScriptedJudge.API_KEY;

    private final Stack stack;
    private final ScriptedJudge judge;
    private final HttpClient http = HttpClient.newHttpClient();
    private QueryClient query;
    private OtlpClient otlp;
    private ScriptedModel model;

    OwnEvaluatorTest(SharedStack.Shared shared) {
        this.stack = shared.stack();
        this.judge = shared.judge();
    }

    @BeforeAll
    void open() {
        query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization());
        otlp = Transport.GRPC.client(stack);
        model = ScriptedModel.start();
    }

    @AfterAll
    void close() {
        query.close();
        otlp.close();
        model.close();
        http.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(stack.file().uri("base_url").resolve(path))
                .header("Authorization", stack.project().authorization()).header("Content-Type", "application/json");
    }

    private JsonNode send(String method, String path, String body, int status) {
        QueryClient.Answer answer = query.send(to(path).method(method, HttpRequest.BodyPublishers.ofString(body)).build());
        assertThat(answer.status()).as(method + " " + path + ": " + answer.body()).isEqualTo(status);
        return answer.body();
    }

    /** What an application does: asks its model and says so by OTLP. Returns the trace's id. */
    private String ask() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(model.origin() + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + ScriptedModel.API_KEY).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"deepseek-r1\",\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"" + QUESTION + "\"}]}")).build();
        JsonNode answer = JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        String text = answer.at("/choices/0/message/content").asText();
        assertThat(text).contains(ScriptedModel.THOUGHT).contains(ScriptedModel.ANSWER);
        ByteString traceId = Spans.newTraceId();
        otlp.send(Conversations.rag(traceId, "answer a customer", QUESTION, text.replace("\n", "\\n")),
                stack.project().authorization()).accepted();
        return Spans.hex(traceId);
    }

    private JsonNode awaitScore(String traceId, String name) {
        return Await.value("score " + name + " of trace " + traceId, Await.LONG, () -> {
            for (JsonNode score : query.get("/api/v1/traces/" + traceId).ok().path("scores")) {
                if (score.path("name").asText().equals(name)) {
                    return Optional.of(score);
                }
            }
            return Optional.empty();
        });
    }

    @Test
    void fromATemplateToAScoreAndTheUsersFeedbackBesideIt() throws Exception {
        query.awaitTrace(ask(), 3);
        JsonNode shipped = query.get("/api/v1/evaluator-templates").ok().path("data");
        assertThat(shipped.findValuesAsText("name")).contains("sightline/relevance", "sightline/conversation-resolved");
        JsonNode copy = send("POST", "/api/v1/evaluator-templates",
                "{\"copy_of\":\"sightline/relevance\",\"name\":\"our relevance\"}", 201);
        assertThat(copy.path("version").asInt()).isEqualTo(1);
        assertThat(copy.path("variables").toString()).isEqualTo("[\"question\",\"answer\"]");

        JsonNode connection = send("PUT", "/api/v1/llm-connections/azure", "{\"provider\":\"azure\",\"base_url\":\""
                + judge.origin() + "\",\"models\":[\"judge-deployment\"],\"api_key\":\"" + AZURE_KEY + "\"}", 200);
        assertThat(connection.toString()).doesNotContain(AZURE_KEY);
        assertThat(send("POST", "/api/v1/llm-connections/azure/test", "{}", 200).path("ok").asBoolean()).isTrue();
        assertThat(query.get("/api/public/llm-connections").ok().toString()).contains("judge-deployment")
                .doesNotContain(AZURE_KEY);

        JsonNode evaluator = send("POST", "/api/v1/evaluators", "{\"name\":\"our relevance\",\"judge\":{\"template\":"
                + "\"our relevance\",\"connection\":\"azure\"}}", 201);
        JsonNode tried = send("POST", "/api/v1/evaluators/test", "{\"evaluator_id\":\"" + evaluator.path("id").asText()
                + "\",\"variables\":{\"question\":\"Why?\",\"answer\":\"So.\"}}", 200);
        assertThat(tried.path("value").asDouble()).isEqualTo(ScriptedJudge.SCORE);
        JsonNode rule = send("POST", "/api/v1/evaluation-rules", "{\"name\":\"new traces\",\"evaluator_ids\":[\""
                + evaluator.path("id").asText() + "\"]}", 201);
        assertThat(rule.path("sampling").asDouble()).isEqualTo(1);
        Thread.sleep(3_000);

        String traceId = ask();
        JsonNode score = awaitScore(traceId, "our relevance");
        assertThat(score.path("value").asDouble()).isEqualTo(ScriptedJudge.SCORE);
        assertThat(score.path("comment").asText()).isEqualTo(ScriptedJudge.REASONING);
        assertThat(judge.requests()).anyMatch(request -> request.contains(QUESTION)
                && request.contains(ScriptedModel.ANSWER) && !request.contains(ScriptedModel.THOUGHT)
                && request.contains("json_schema"));
        JsonNode run = query.awaitTrace(score.path("evaluator_trace_id").asText(), 2);
        assertThat(run.path("trace").path("environment").asText()).isEqualTo("sightline-evaluator");

        HttpRequest feedback = HttpRequest.newBuilder(stack.file().uri("base_url").resolve("/api/public/scores"))
                .header("Authorization", "Bearer " + stack.project().publicKey()).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"traceId\":\"" + traceId
                        + "\",\"name\":\"thumbs\",\"value\":1,\"dataType\":\"BOOLEAN\",\"comment\":\"helped\"}")).build();
        assertThat(query.send(feedback).status()).isEqualTo(200);
        assertThat(awaitScore(traceId, "thumbs").path("source").asText()).isEqualTo("feedback");

        JsonNode listed = query.get("/api/public/v2/scores?limit=100&traceId=" + traceId).ok().path("data");
        assertThat(listed.findValuesAsText("name")).contains("our relevance", "thumbs");
        // What is written wrongly is told by its field, and another's names are nobody's.
        assertThat(send("POST", "/api/v1/evaluators", "{\"name\":\"x\",\"judge\":{\"template\":\"none\"}}", 400)
                .path("field").asText()).isEqualTo("judge.template");
        assertThat(query.get("/api/v1/evaluators/no-such-id").status()).isEqualTo(404);
        query.send(to("/api/v1/evaluation-rules/" + rule.path("id").asText()).DELETE().build());
    }
}
