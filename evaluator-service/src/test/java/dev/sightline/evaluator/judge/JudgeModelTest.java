package dev.sightline.evaluator.judge;

import static dev.sightline.evaluator.testing.ScriptedJudge.body;
import static dev.sightline.evaluator.testing.ScriptedJudge.completion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.sightline.evaluator.run.Outcome.Reason;
import dev.sightline.evaluator.testing.ScriptedJudge;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LangChain4j's real clients against a server that speaks each provider's dialect over real HTTP. */
class JudgeModelTest {
    private static final String KEY = "key-of-the-tests";
    private static final String VERDICT = "{\\\"reasoning\\\":\\\"ok\\\",\\\"score\\\":0.5}";

    private ScriptedJudge server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedJudge();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JudgeModel model(Provider provider) {
        return new JudgeModel(new ModelSpec(provider, server.address(), Optional.of(KEY), "the-model",
                ModelSpec.API_VERSION, Optional.of(0.0), Optional.empty(), true, Duration.ofSeconds(5)));
    }

    private static ChatResponse ask(JudgeModel model) throws JudgeModel.Failure {
        return model.ask("system", "user", Optional.of(ScoreShape.UNIT.answerSchema()));
    }

    private static String answer(Provider provider) {
        return switch (provider) {
            case ANTHROPIC -> """
                    {"id":"m1","type":"message","role":"assistant","model":"the-model","stop_reason":"end_turn",
                     "content":[{"type":"text","text":"%s"}],"usage":{"input_tokens":100,"output_tokens":20}}"""
                    .formatted(VERDICT);
            case GEMINI -> """
                    {"candidates":[{"content":{"role":"model","parts":[{"text":"%s"}]},"finishReason":"STOP"}],
                     "usageMetadata":{"promptTokenCount":100,"candidatesTokenCount":20,"totalTokenCount":120},
                     "modelVersion":"the-model"}""".formatted(VERDICT);
            case OPENAI, OPENAI_COMPATIBLE, AZURE, OLLAMA, BEDROCK -> completion(VERDICT, "stop");
        };
    }

    private static String path(Provider provider) {
        return switch (provider) {
            case ANTHROPIC -> "/messages";
            case GEMINI -> "/models/the-model:generateContent";
            case AZURE -> "/openai/deployments/the-model/chat/completions";
            case OLLAMA -> "/v1/chat/completions";
            case OPENAI, OPENAI_COMPATIBLE, BEDROCK -> "/chat/completions";
        };
    }

    @ParameterizedTest
    @EnumSource
    void eachDialectIsSpoken(Provider provider) throws Exception {
        server.otherwise(body(200, answer(provider)));
        ChatResponse response = ask(model(provider));
        assertThat(Verdict.read(response.aiMessage().text())).contains(new Verdict(0.5, "ok"));
        assertThat(response.tokenUsage().inputTokenCount()).isEqualTo(100);
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(20);
        ScriptedJudge.Request request = server.requests().getFirst();
        assertThat(request.path()).isEqualTo(path(provider));
        assertThat(request.headers().values()).anyMatch(values -> values.contains(KEY) || values.contains("Bearer " + KEY));
        assertThat(request.body()).as("a schema is asked for").contains("reasoning").contains("system").contains("user");
    }

    @ParameterizedTest
    @EnumSource
    void aProviderThatRefusesTheSchemaIsAskedWithoutFromThenOn(Provider provider) throws Exception {
        server.otherwise(exchange -> {
            boolean withSchema = server.requests().getLast().body().contains("reasoning");
            body(withSchema ? 400 : 200, withSchema ? "{\"error\":{\"message\":\"no schemas\"}}" : answer(provider))
                    .answer(exchange);
        });
        JudgeModel model = model(provider);
        ask(model);
        ask(model);
        assertThat(server.requests().stream().filter(request -> request.body().contains("reasoning"))).hasSize(1);
        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void refusalsAreToldApart(Provider provider) {
        server.then(body(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After", "7"))
                .then(body(401, "{\"error\":{\"message\":\"no such key\"}}")).otherwise(body(503, "{}"));
        JudgeModel model = model(provider);
        JudgeModel.Failure limited = catchThrowableOfType(JudgeModel.Failure.class, () -> ask(model));
        assertThat(limited.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(limited.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(limited.judgeIsAway()).isFalse();
        JudgeModel.Failure wrongKey = catchThrowableOfType(JudgeModel.Failure.class, () -> ask(model));
        assertThat(wrongKey.reason()).isEqualTo(Reason.REFUSED);
        assertThat(wrongKey.worthRetry()).isFalse();
        assertThat(wrongKey.judgeIsAway()).isTrue();
        assertThat(wrongKey.getMessage()).contains("401").doesNotContain(KEY);
        assertThat(catchThrowableOfType(JudgeModel.Failure.class, () -> ask(model)).worthRetry()).isTrue();
    }

    @Test
    void aSpecKeepsItsKeyToItself() {
        assertThat(new ModelSpec(Provider.OPENAI, "http://x", Optional.of(KEY), "m", "", Optional.empty(),
                Optional.empty(), true, Duration.ZERO).toString()).doesNotContain(KEY);
        assertThat(ModelSpec.isHttp("https://example.com/v1")).isTrue();
        assertThat(ModelSpec.isHttp("file:///etc/passwd")).isFalse();
        assertThat(ModelSpec.isHttp("no address")).isFalse();
    }
}
