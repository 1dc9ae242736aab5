package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.ScriptedJudge;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Settled traces are scored; a judge that fails costs its own score, which then says why, and nothing else. */
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluationTest {
    private static final String RELEVANCE = "answer-relevance";
    private static final String JUDGE = "helpfulness";
    private static final String QUESTION = "How long may I return a pair of shoes that do not fit?";
    private static final String ANSWER = "You may return shoes that do not fit within 30 days of delivery.";

    private final Stack stack;
    private final ScriptedJudge judge;
    private QueryClient query;
    private OtlpClient client;

    EvaluationTest(SharedStack.Shared shared) {
        this.stack = shared.stack();
        this.judge = shared.judge();
    }

    @BeforeAll
    void open() {
        query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization());
        client = Transport.GRPC.client(stack);
    }

    @AfterAll
    void close() {
        query.close();
        client.close();
    }

    private String send(String question, String answer) {
        ByteString traceId = Spans.newTraceId();
        client.send(Conversations.rag(traceId, "rag answer", question, answer), stack.project().authorization())
                .accepted();
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
    void aTraceIsScoredByEmbeddingsAndByTheJudge() {
        String traceId = send(QUESTION, ANSWER);
        JsonNode relevance = awaitScore(traceId, RELEVANCE);
        assertThat(relevance.path("data_type").asText()).isEqualTo("NUMERIC");
        assertThat(relevance.path("value").asDouble()).isBetween(0.5, 1.0);
        assertThat(relevance.path("source").asText()).isEqualTo("evaluator");
        assertThat(relevance.path("error").isNull()).isTrue();
        JsonNode judged = awaitScore(traceId, JUDGE);
        assertThat(judged.path("value").asDouble()).isEqualTo(ScriptedJudge.SCORE);
        assertThat(judged.path("comment").asText()).contains(ScriptedJudge.REASONING);
        assertThat(judged.path("model").asText()).isEqualTo(ScriptedJudge.MODEL);
        assertThat(judge.requests()).anyMatch(request -> request.contains(QUESTION) && request.contains(ANSWER));
    }

    @Test
    void anAnswerBesideThePointScoresLower() {
        String good = send(QUESTION, ANSWER);
        String bad = send(QUESTION, "Mount Everest rises 8,849 metres above the sea and was first climbed in 1953.");
        double goodValue = awaitScore(good, RELEVANCE).path("value").asDouble();
        double badValue = awaitScore(bad, RELEVANCE).path("value").asDouble();
        assertThat(badValue).isLessThan(goodValue);
    }

    @Test
    void theEvaluatorsOwnRunIsATraceInItsEnvironment() {
        String traceId = send(QUESTION, ANSWER);
        JsonNode score = awaitScore(traceId, JUDGE);
        String runId = score.path("evaluator_trace_id").asText();
        JsonNode run = query.awaitTrace(runId, 2);
        assertThat(run.path("trace").path("environment").asText()).isEqualTo("sightline-evaluator");
        assertThat(run.path("observations")).allSatisfy(observation ->
                assertThat(observation.path("environment").asText()).isEqualTo("sightline-evaluator"));
        assertThat(run.path("observations").get(0).path("type").asText()).isEqualTo("evaluator");
        assertThat(run.path("observations")).anySatisfy(observation -> {
            assertThat(observation.path("type").asText()).isEqualTo("generation");
            assertThat(observation.path("model").asText()).isEqualTo(ScriptedJudge.MODEL);
        });
        // It is not evaluated in turn: by the time a later trace has its scores, its own would have come.
        awaitScore(send(QUESTION, ANSWER), JUDGE);
        assertThat(query.get("/api/v1/traces/" + runId).ok().path("scores").size()).isZero();
    }

    @Test
    void aJudgeThatFailsCostsItsOwnScoreOnly() {
        for (String script : new String[] {ScriptedJudge.FAIL, ScriptedJudge.BABBLE, ScriptedJudge.HANG}) {
            String traceId = send(QUESTION + " " + script, ANSWER);
            String neighbour = send(QUESTION, ANSWER);
            JsonNode relevance = awaitScore(traceId, RELEVANCE);
            assertThat(relevance.path("error").isNull()).as(script).isTrue();
            assertThat(relevance.path("value").isNumber()).as(script).isTrue();
            JsonNode neighboursScore = awaitScore(neighbour, JUDGE);
            assertThat(neighboursScore.path("error").isNull()).as(script).isTrue();
            assertThat(neighboursScore.path("value").asDouble()).as(script).isEqualTo(ScriptedJudge.SCORE);
            JsonNode failed = awaitScore(traceId, JUDGE);
            assertThat(failed.path("value").isNull()).as(script).isTrue();
            assertThat(failed.path("error").asText()).as(script).isNotBlank().doesNotContain(ScriptedJudge.API_KEY);
            // Langfuse knows no score without a value.
            assertThat(query.get("/api/public/traces/" + traceId).ok().path("scores"))
                    .noneMatch(score -> score.path("name").asText().equals(JUDGE));
        }
    }
}
