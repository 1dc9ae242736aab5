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
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The walk of somebody new: an application that talks to a model of Ollama's dialect sends its traces; a shipped template
 * is copied, an evaluator made of it whose judge is of Azure's dialect, a rule for new traces; a new trace is scored, its
 * user gives feedback from the browser with the public key alone, and both are seen on the trace and in the lists. And
 * what else rules judge: sessions, the paths of agents, and items of dataset runs, those by Langfuse's API.
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

    /** A span of the environment that this test's rules look at. */
    private static Span.Builder span(ByteString traceId, String name, String input, String output) {
        return Spans.span(traceId, name).addAttributes(Spans.text("deployment.environment.name", "judged-targets"))
                .addAttributes(Spans.text("input.value", input)).addAttributes(Spans.text("output.value", output));
    }

    private String send(Span... spans) {
        otlp.send(Spans.request(spans), stack.project().authorization()).accepted();
        return Spans.hex(spans[0].getTraceId());
    }

    private String made(String path, String body) {
        return send("POST", path, body, 201).path("id").asText();
    }

    private String rule(String name, String target, String evaluatorId) {
        return made("/api/v1/evaluation-rules", "{\"name\":\"" + name + "\",\"target\":\"" + target
                + "\",\"query\":\"environment:judged-targets\",\"evaluator_ids\":[\"" + evaluatorId + "\"]}");
    }

    @Test
    void sessionsPathsOfAgentsAndItemsOfDatasetRunsAreJudged() throws Exception {
        send("PUT", "/api/v1/llm-connections/targets", "{\"provider\":\"azure\",\"base_url\":\"" + judge.origin()
                + "\",\"models\":[\"judge-deployment\"],\"api_key\":\"" + AZURE_KEY + "\"}", 200);
        send("POST", "/api/v1/evaluator-templates", "{\"name\":\"session kept\",\"target\":\"session\",\"prompt\":"
                + "\"Did it end well? {{talk}}\",\"mapping\":[{\"variable\":\"talk\",\"object\":\"session\","
                + "\"field\":\"conversation\"}]}", 201);
        List<String> rules = List.of(
                rule("sessions", "session", made("/api/v1/evaluators", "{\"name\":\"session kept\",\"judge\":"
                        + "{\"template\":\"session kept\",\"connection\":\"targets\"}}")),
                rule("paths", "trajectory", made("/api/v1/evaluators", "{\"name\":\"goal kept\",\"judge\":"
                        + "{\"template\":\"sightline/goal-reached\",\"connection\":\"targets\"}}")),
                made("/api/public/v2/evaluation-rules", "{\"name\":\"items\",\"enabled\":true,\"filter\":[{\"type\":"
                        + "\"boolean\",\"column\":\"isExperimentItemRootSpan\",\"operator\":\"=\",\"value\":true},"
                        + "{\"type\":\"stringOptions\",\"column\":\"environment\",\"operator\":\"any of\",\"value\":"
                        + "[\"judged-targets\"]}],\"evaluatorAssignments\":[{\"evaluatorId\":\""
                        + made("/api/public/v2/evaluators", "{\"name\":\"as expected\",\"type\":\"llm_as_judge\","
                                + "\"prompt\":\"Compare {{output}} with {{expected_output}}\",\"outputDefinition\":"
                                + "{\"dataType\":\"NUMERIC\"},\"modelConfig\":{\"provider\":\"targets\"}}") + "\"}]}"));
        send("POST", "/api/public/v2/datasets", "{\"name\":\"rivers\"}", 200);
        send("POST", "/api/public/dataset-items", "{\"datasetName\":\"rivers\",\"id\":\"river-1\","
                + "\"expectedOutput\":\"The Danube, into the Black Sea.\"}", 200);
        Thread.sleep(3_000);

        String session = "session of " + Spans.hex(Spans.newTraceId());
        String chat = send(span(Spans.newTraceId(), "chat", "Which river flows through Vienna?", "The Danube.")
                .addAttributes(Spans.text("session.id", session)).build());
        send(span(Spans.newTraceId(), "chat", "And where does it end?", "In the Black Sea.")
                .addAttributes(Spans.text("session.id", session)).build());
        ByteString path = Spans.newTraceId();
        Span agent = span(path, "agent", "Book a boat on the Danube.", "It is booked.")
                .addAttributes(Spans.text("gen_ai.operation.name", "invoke_agent")).build();
        Span tool = span(path, "book", "{\"river\":\"Danube\"}", "{\"booking\":4711}")
                .addAttributes(Spans.text("gen_ai.operation.name", "execute_tool"))
                .addAttributes(Spans.text("gen_ai.tool.name", "book_boat")).setParentSpanId(agent.getSpanId()).build();
        String walk = send(agent, tool);
        String item = send(span(Spans.newTraceId(), "experiment", "Which river is it?", "The Danube.").build());
        // Linked when the trace has been judged already, as far as that goes.
        query.awaitTrace(item, 1);
        Thread.sleep(3_000);
        send("POST", "/api/public/dataset-run-items", "{\"runName\":\"first\",\"datasetItemId\":\"river-1\","
                + "\"traceId\":\"" + item + "\"}", 200);

        assertThat(awaitScore(walk, "goal kept").path("value").asDouble()).isEqualTo(ScriptedJudge.SCORE);
        JsonNode ofItem = awaitScore(item, "as expected");
        assertThat(ofItem.path("value").asDouble()).isEqualTo(ScriptedJudge.SCORE);
        JsonNode ofSession = Await.value("the session's score", Await.LONG, () -> {
            JsonNode scores = query.get("/api/public/v2/scores?sessionId="
                    + URLEncoder.encode(session, StandardCharsets.UTF_8)).ok().path("data");
            return scores.isEmpty() ? Optional.empty() : Optional.of(scores.get(0));
        });
        assertThat(ofSession.path("name").asText()).isEqualTo("session kept");
        assertThat(ofSession.path("value").asDouble()).isEqualTo(ScriptedJudge.SCORE);
        assertThat(judge.requests()).as("the whole conversation")
                .anyMatch(asked -> asked.contains("Which river flows through Vienna?") && asked.contains("In the Black Sea."));
        assertThat(judge.requests()).as("the steps")
                .anyMatch(asked -> asked.contains("Book a boat") && asked.contains("tool book_boat"));
        assertThat(judge.requests()).as("what the dataset expects").anyMatch(asked ->
                asked.contains("The Danube, into the Black Sea.") && asked.contains("Compare "));
        assertThat(query.get("/api/v1/traces/" + chat).ok().path("scores").findValuesAsText("name"))
                .as("neither an agent nor an item").doesNotContain("goal kept", "as expected");
        assertThat(query.get("/api/public/v2/evaluation-rules/" + rules.get(2)).ok().at("/filter/0/column").asText())
                .isEqualTo("isExperimentItemRootSpan");
        for (String rule : rules) {
            query.send(to("/api/v1/evaluation-rules/" + rule).DELETE().build());
        }
    }
}
