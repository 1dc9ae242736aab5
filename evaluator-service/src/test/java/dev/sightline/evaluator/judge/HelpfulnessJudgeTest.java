package dev.sightline.evaluator.judge;

import static dev.sightline.evaluator.testing.ScriptedJudge.body;
import static dev.sightline.evaluator.testing.ScriptedJudge.completion;
import static dev.sightline.evaluator.testing.ScriptedJudge.content;
import static dev.sightline.evaluator.testing.ScriptedJudge.endless;
import static dev.sightline.evaluator.testing.ScriptedJudge.hangUp;
import static dev.sightline.evaluator.testing.ScriptedJudge.slowly;
import static dev.sightline.evaluator.testing.ScriptedJudge.stalled;
import static dev.sightline.evaluator.testing.ScriptedJudge.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.run.EvaluationMetrics;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.Outcome.Failed;
import dev.sightline.evaluator.run.Outcome.ModelCall;
import dev.sightline.evaluator.run.Outcome.Reason;
import dev.sightline.evaluator.run.Outcome.Scored;
import dev.sightline.evaluator.testing.Configs;
import dev.sightline.evaluator.testing.ScriptedJudge;
import dev.sightline.evaluator.trace.Turn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LangChain4j's real client against a real HTTP server that misbehaves as told. */
class HelpfulnessJudgeTest {
    private static final Turn TURN = new Turn("How long is the delivery?", "Two days.", ByteString.EMPTY, "default");

    private ScriptedJudge server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedJudge();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HelpfulnessJudge judge(String... settings) {
        Map<String, String> values = new HashMap<>(Map.of("sightline.judge.base-url", server.address() + "/v1",
                "sightline.judge.model", "judge", "sightline.judge.api-key", "sk-test",
                "sightline.judge.backoff", "PT0.01S", "sightline.judge.timeout", "PT2S"));
        for (int i = 0; i < settings.length; i += 2) {
            values.put("sightline.judge." + settings[i], settings[i + 1]);
        }
        return new HelpfulnessJudge(Configs.of(JudgeConfig.class, values),
                new EvaluationMetrics(new SimpleMeterRegistry()));
    }

    private static Outcome outcome(HelpfulnessJudge judge) throws Exception {
        return judge.evaluate(TURN).get(30, TimeUnit.SECONDS);
    }

    private static Scored scored(HelpfulnessJudge judge) throws Exception {
        Outcome outcome = outcome(judge);
        assertThat(outcome).isInstanceOf(Scored.class);
        return (Scored) outcome;
    }

    private static Failed failed(HelpfulnessJudge judge) throws Exception {
        Outcome outcome = outcome(judge);
        assertThat(outcome).isInstanceOf(Failed.class);
        return (Failed) outcome;
    }

    @Test
    void asksWithTheOpenAiProtocolAndReadsTheVerdict() throws Exception {
        server.then(verdict(0.75, "Short but right."));
        Scored scored = scored(judge());
        assertThat(scored.value()).isEqualTo(0.75);
        assertThat(scored.comment()).isEqualTo("Short but right.");
        ScriptedJudge.Request request = server.requests().getFirst();
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.headers().get("Authorization")).containsExactly("Bearer sk-test");
        assertThat(request.body()).contains("How long is the delivery?").contains("Two days.")
                .contains("json_object").contains("\"temperature\"").doesNotContain("stream\" : true");
        ModelCall call = scored.call().orElseThrow();
        assertThat(call.model()).isEqualTo("judge-2026");
        assertThat(call.inputTokens()).isEqualTo(100);
        assertThat(call.outputTokens()).isEqualTo(20);
        assertThat(call.answer()).contains("Short but right.");
        assertThat(call.prompt()).contains("Two days.");
    }

    @Test
    void understandsAReasoningModel() throws Exception {
        server.then(content("<think>{asks}… score: 1? no</think>\\n```json\\n{\\\"score\\\": 0.4}\\n```\\nBye"));
        assertThat(scored(judge()).value()).isEqualTo(0.4);
    }

    @Test
    void triesAgainAfterA429() throws Exception {
        server.then(body(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After", "1")).then(verdict(0.6, "ok"));
        Scored scored = scored(judge());
        assertThat(scored.value()).isEqualTo(0.6);
        assertThat(scored.metadata()).containsEntry("attempts", "2");
    }

    @Test
    void understandsRetryAfterAsDateAndInMilliseconds() throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().plusSeconds(600)
                .atZone(ZoneOffset.UTC));
        server.then(body(429, "", "Retry-After", date));
        assertThat(failed(judge()).error()).contains("no time left");
        server.then(body(429, "", "retry-after-ms", "30")).then(verdict(0.6, "ok"));
        assertThat(scored(judge()).value()).isEqualTo(0.6);
        server.then(body(429, "", "Retry-After", "soon")).then(verdict(0.7, "ok"));
        assertThat(scored(judge()).value()).isEqualTo(0.7);
    }

    @Test
    void doesNotWaitLongerThanAJudgementMayTake() throws Exception {
        server.otherwise(body(429, "{}", "Retry-After", "3600"));
        Failed failed = failed(judge());
        assertThat(failed.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 529})
    void triesAgainWhenTheServerFails(int status) throws Exception {
        server.then(body(status, "<html>oops</html>")).then(hangUp()).then(verdict(0.9, "ok"));
        assertThat(scored(judge()).metadata()).containsEntry("attempts", "3");
    }

    @Test
    void givesUpAfterTheLastTry() throws Exception {
        server.otherwise(body(500, "broken"));
        Failed failed = failed(judge("attempts-max", "3"));
        assertThat(failed.reason()).isEqualTo(Reason.MODEL_UNAVAILABLE);
        assertThat(failed.error()).contains("500");
        assertThat(failed.call().orElseThrow().attempts()).isEqualTo(3);
        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void doesNotRepeatWhatIsRefused(int status) throws Exception {
        server.otherwise(body(status, "{\"error\":{\"message\":\"no such key\"}}"));
        Failed failed = failed(judge());
        assertThat(failed.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failed.error()).contains("no such key").contains(Integer.toString(status));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void asksPlainlyWhenTheServerRefusesOptionalParameters() throws Exception {
        server.then(body(400, "{\"error\":{\"message\":\"response_format is not supported\"}}"))
                .then(verdict(0.3, "ok")).then(verdict(0.4, "ok"));
        HelpfulnessJudge judge = judge();
        assertThat(scored(judge).value()).isEqualTo(0.3);
        assertThat(scored(judge).value()).isEqualTo(0.4);
        assertThat(server.requests()).hasSize(3);
        assertThat(server.requests().get(1).body()).doesNotContain("json_object").doesNotContain("temperature");
        assertThat(server.requests().get(2).body()).doesNotContain("json_object");
    }

    @Test
    void aRequestThatIsAlsoPlainlyRefusedIsAnError() throws Exception {
        server.otherwise(body(400, "{\"error\":{\"message\":\"context too long\"}}"));
        assertThat(failed(judge()).error()).contains("context too long");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void endsASlowOrStalledAnswerInTime() throws Exception {
        for (ScriptedJudge.Step step : List.of(slowly(60_000, verdict(1, "late")), stalled(60_000))) {
            server.otherwise(step);
            Failed failed = failed(judge("timeout", "PT0.3S", "attempts-max", "1"));
            assertThat(failed.reason()).isEqualTo(Reason.TIMED_OUT);
        }
    }

    @Test
    void aSlowTryIsRepeated() throws Exception {
        server.then(stalled(3_000)).then(verdict(0.8, "ok"));
        assertThat(scored(judge("timeout", "PT0.5S")).value()).isEqualTo(0.8);
    }

    @Test
    void nonsenseIsAskedOnceMoreThenRecorded() throws Exception {
        server.otherwise(content("I like turtles."));
        Failed failed = failed(judge());
        assertThat(failed.reason()).isEqualTo(Reason.UNREADABLE_ANSWER);
        assertThat(failed.error()).contains("no score").doesNotContain("turtles");
        assertThat(failed.call().orElseThrow().answer()).isEqualTo("I like turtles.");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void anAnswerCutAtTheTokenLimitIsNamed() throws Exception {
        server.otherwise(body(200, completion("{\\\"reasoning\\\":\\\"The answ", "length")));
        assertThat(failed(judge()).error()).contains("token limit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[]", "not json", "<html></html>", "{\"choices\":[]}",
            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null}}]}",
            "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"mess", "{\"error\":{\"message\":\"hm\"}}"})
    void aBodyThatIsNotOfTheProtocolIsAnUnreadableAnswer(String body) throws Exception {
        server.otherwise(body(200, body));
        assertThat(failed(judge("attempts-max", "2")).reason()).isEqualTo(Reason.UNREADABLE_ANSWER);
    }

    @Test
    void anEndlessBodyIsNotRead() throws Exception {
        server.otherwise(endless(64));
        Failed failed = failed(judge("attempts-max", "1"));
        assertThat(failed.reason()).isIn(Reason.MODEL_UNAVAILABLE, Reason.UNREADABLE_ANSWER);
    }

    @Test
    void aDeadJudgeIsLeftAloneAndTriedAgainLater() throws Exception {
        server.otherwise(body(503, "away"));
        HelpfulnessJudge judge = judge("attempts-max", "1", "circuit-failures", "3", "circuit-pause", "PT1S");
        for (int i = 0; i < 3; i++) {
            assertThat(failed(judge).reason()).isEqualTo(Reason.MODEL_UNAVAILABLE);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(failed(judge).reason()).isEqualTo(Reason.CIRCUIT_OPEN);
        }
        assertThat(server.requests()).hasSize(3);
        server.otherwise(verdict(0.5, "back"));
        Thread.sleep(1_100);
        assertThat(scored(judge).value()).isEqualTo(0.5);
        assertThat(scored(judge).value()).isEqualTo(0.5);
    }

    @Test
    void anUnreachableJudgeIsAnError() throws Exception {
        HelpfulnessJudge judge = judge("base-url", "http://127.0.0.1:1/v1", "attempts-max", "2");
        assertThat(failed(judge).error()).contains("can't be reached").contains("ConnectException");
    }

    @Test
    void onlySoManyAtOnceAndOnlySoManyWait() throws Exception {
        server.otherwise(slowly(400, verdict(0.5, "ok")));
        HelpfulnessJudge judge = judge("concurrency", "3", "queue-max", "5");
        List<CompletableFuture<Outcome>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(judge.evaluate(TURN));
        }
        List<Outcome> outcomes = all.stream().map(CompletableFuture::join).toList();
        assertThat(outcomes.stream().filter(Scored.class::isInstance)).hasSize(8);
        assertThat(outcomes.stream().filter(Failed.class::isInstance).map(o -> ((Failed) o).reason()))
                .hasSize(4).containsOnly(Reason.SATURATED);
        assertThat(server.underWayMax()).isEqualTo(3);
        assertThat(scored(judge).value()).as("places are given back").isEqualTo(0.5);
    }

    @Test
    void aStopEndsWaitingJudgementsWithoutAnOutcome() throws Exception {
        server.otherwise(slowly(20_000, verdict(0.5, "ok")));
        HelpfulnessJudge judge = judge("concurrency", "1", "timeout", "PT30S");
        CompletableFuture<Outcome> asked = judge.evaluate(TURN);
        CompletableFuture<Outcome> waiting = judge.evaluate(TURN);
        while (server.requests().isEmpty()) {
            Thread.sleep(10);
        }
        judge.stop(null);
        for (CompletableFuture<Outcome> outcome : List.of(asked, waiting)) {
            assertThatThrownBy(() -> outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void speaksAzuresDialect() throws Exception {
        server.otherwise(verdict(0.5, "ok"));
        scored(judge("provider", "azure", "base-url", server.address() + "/"));
        ScriptedJudge.Request request = server.requests().getFirst();
        assertThat(request.path()).isEqualTo("/openai/deployments/judge/chat/completions");
        assertThat(request.query()).isEqualTo("api-version=2024-10-21");
        assertThat(request.headers().get("Api-key")).containsExactly("sk-test");
        assertThat(request.headers()).doesNotContainKey("Authorization");
        scored(judge("provider", "azure", "base-url", server.address() + "/openai/v1/"));
        assertThat(server.requests().get(1).path()).isEqualTo("/openai/v1/chat/completions");
        assertThat(server.requests().get(1).query()).isNull();
    }

    @Test
    void speaksOllamasDialectWithoutAKey() throws Exception {
        server.otherwise(verdict(0.5, "ok"));
        scored(judge("provider", "ollama", "base-url", server.address(), "api-key", "", "max-output-tokens", "300"));
        ScriptedJudge.Request request = server.requests().getFirst();
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.body()).contains("\"max_tokens\"");
    }

    @Test
    void aWrongConfigurationIsNamedAtTheStart() {
        assertThatThrownBy(() -> judge("model", "")).hasMessageContaining("SIGHTLINE_JUDGE_MODEL");
        assertThatThrownBy(() -> judge("base-url", "localhost:11434")).hasMessageContaining("SIGHTLINE_JUDGE_BASE_URL");
        assertThat(judge("base-url", "").isEnabled()).isFalse();
    }

    @Test
    void longTextsAreCutByTheStatedRuleAndTheScoreSaysSo() throws Exception {
        server.otherwise(verdict(0.5, "ok"));
        HelpfulnessJudge judge = judge("input-characters-max", "1000");
        Turn turn = new Turn("Z".repeat(3000), "A".repeat(200) + "B".repeat(3000) + "C".repeat(200),
                ByteString.EMPTY, "default");
        Scored scored = (Scored) judge.evaluate(turn).get();
        assertThat(scored.comment()).contains("cut to 1000 characters");
        String body = server.requests().getFirst().body();
        assertThat(body).contains("2500 characters left out").contains("2900 characters left out")
                .contains("A".repeat(200)).contains("C".repeat(200));
        assertThat(body.chars().filter(c -> c == 'Z').count()).isEqualTo(500);
    }

    @Test
    void theOtherTextMayUseWhatAShortOneLeaves() {
        JudgePrompt prompt = JudgePrompt.of(new Turn("Why?", "A".repeat(990), ByteString.EMPTY, ""), 1000);
        assertThat(prompt.cut()).isFalse();
        assertThat(JudgePrompt.of(new Turn("Why?", "A".repeat(997), ByteString.EMPTY, ""), 1000).cut()).isTrue();
    }

    @Test
    void theTextsCantForgeTheMarkers() {
        JudgePrompt first = JudgePrompt.of(TURN, 1000);
        String forged = first.user();
        JudgePrompt second = JudgePrompt.of(new Turn("Q", forged, ByteString.EMPTY, ""), 100_000);
        String marker = second.user().lines().findFirst().orElseThrow();
        assertThat(second.user().indexOf(marker, 1)).isEqualTo(-1);
        assertThat(JudgePrompt.of(TURN, 1000)).as("the same again").isEqualTo(first);
    }
}
