package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.acceptance.example.Examples;
import dev.sightline.acceptance.example.Examples.Export;
import dev.sightline.acceptance.example.Examples.Script;
import dev.sightline.acceptance.example.StoredTrace;
import dev.sightline.acceptance.example.StoredTrace.Step;
import dev.sightline.acceptance.stack.ScriptedModel;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real packages that JavaScript applications use, unmodified, in the scripts of {@code examples/javascript}: what
 * they send is read back through the query API. The model they call is scripted; everything else is as in production.
 */
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class JavaScriptClientsTest {
    private static final String QUESTION = "Where is order 4711?";
    private static final Script TRACING = new Script("langfuse-v5", "tracing.js", Export.LANGFUSE);
    private static final Script OPENAI_WRAPPER = new Script("langfuse-v5", "openai-wrapper.js", Export.LANGFUSE);
    private static final Script LANGCHAIN = new Script("langfuse-v5", "langchain-agent.js", Export.LANGFUSE);
    private static final Script SCORE = new Script("langfuse-v5", "score.js", Export.LANGFUSE);
    private static final Script READ = new Script("langfuse-v5", "read.js", Export.LANGFUSE);
    private static final Script READ_3 = new Script("langfuse-v3", "read.js", Export.LANGFUSE);
    private static final Script LANGFUSE_3 = new Script("langfuse-v3", "main.js", Export.LANGFUSE);
    private static final Script LANGCHAIN_3 = new Script("langfuse-langchain-v3", "main.js", Export.LANGFUSE);
    private static final Script VERCEL = new Script("vercel-ai-sdk", "main.js", Export.HTTP);

    private final Examples examples;

    JavaScriptClientsTest(Stack stack) {
        this.examples = Examples.javaScript(stack);
    }

    @BeforeAll
    void begin() {
        examples.begin(List.of(openTelemetry(Export.GRPC), openTelemetry(Export.HTTP), VERCEL, TRACING,
                OPENAI_WRAPPER, LANGCHAIN, SCORE, LANGFUSE_3, LANGCHAIN_3, READ, READ_3));
    }

    @AfterAll
    void close() {
        examples.close();
    }

    private static Script openTelemetry(Export export) {
        return new Script("opentelemetry", "main.js", export);
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "HTTP"})
    void openTelemetrySdk(Export export) {
        StoredTrace trace = examples.trace(openTelemetry(export), 3).named("invoke_agent order-desk")
                .ofUserAndSession().tagged("javascript").sums(1);
        Step agent = trace.step("agent", "invoke_agent order-desk").root();
        assertThat(agent.text("agent_name")).isEqualTo("order-desk");
        trace.step("generation", "chat gpt-4o-mini").under(agent).costs("gpt-4o-mini").parameter("temperature", 0.2)
                .said(QUESTION, ScriptedModel.ANSWER).succeeded();
        Step refund = trace.step("tool", "refund").under(agent).failed("no refund after 30 days");
        assertThat(refund.text("error_type")).isEqualTo("RangeError");
    }

    @Test
    void langfuseTracing() {
        StoredTrace trace = examples.trace(TRACING, 4).named("order desk").ofUserAndSession().tagged("javascript")
                .released().sums(1);
        Step agent = trace.step("agent", "order_desk").root().between(QUESTION, ScriptedModel.ANSWER);
        assertThat(agent.json().at("/metadata/shop").asText()).isEqualTo("north");
        trace.step("retriever", "find_documents").under(agent).said(QUESTION, "Orders leave our warehouse");
        trace.step("generation", "ask_model").under(agent).costs("gpt-4o-mini").parameter("temperature", 0.2)
                .said(QUESTION, ScriptedModel.ANSWER);
        trace.step("tool", "refund").under(agent).failed("no refund after 30 days");
    }

    @Test
    void langfuseOpenAiWrapper() {
        StoredTrace trace = examples.trace(OPENAI_WRAPPER, 4).named("order desk").ofUserAndSession()
                .tagged("javascript").released().sums(2);
        Step root = trace.step("span", "order desk").root();
        Step whole = trace.step("generation", "whole").under(root).costs("gpt-4o-mini").reasoned()
                .parameter("temperature", 0.2);
        assertThat(whole.input().at("/messages/1/content").asText()).isEqualTo(QUESTION);
        assertThat(whole.output().path("content").asText()).isEqualTo(ScriptedModel.ANSWER);
        Step streamed = trace.step("generation", "streamed").under(root).costs("gpt-4o-mini").reasoned().streamed();
        assertThat(streamed.output().asText()).isEqualTo(ScriptedModel.ANSWER);
        Step refused = trace.step("generation", "refused").under(root).failed(ScriptedModel.REFUSAL);
        assertThat(refused.text("model")).isEqualTo("gpt-4o-mini");
        assertThat(refused.json().path("total_cost").decimalValue()).isZero();
    }

    @Test
    void langfuseLangChainHandler() {
        StoredTrace trace = examples.trace(LANGCHAIN, 10).named("order desk").ofUserAndSession().tagged("javascript")
                .sums(2);
        Step root = trace.step("span", "order desk").root().said(QUESTION, ScriptedModel.ANSWER);
        List<Step> calls = trace.steps("generation");
        assertThat(calls).hasSize(2).allSatisfy(call -> call.costs("gpt-4o-mini").reasoned().said(QUESTION, ""));
        assertThat(calls.getFirst().output().at("/tool_calls/0/function/name").asText()).isEqualTo("find_order");
        assertThat(calls.getLast().output().path("content").asText()).isEqualTo(ScriptedModel.ANSWER);
        trace.step("tool", "find_order").under(trace.step("span", "tools").under(root)).said("4711", "sent");
    }

    @Test
    void langfuseScores() {
        StoredTrace trace = examples.scoredTrace(SCORE, 1, "correct", "helpful", "tone");
        Step root = trace.step("span", "order desk").root();
        assertThat(trace.score("correct").path("observation_id").asText()).isEqualTo(root.text("span_id"));
        assertThat(trace.score("correct").path("data_type").asText()).isEqualTo("BOOLEAN");
        assertThat(trace.score("helpful").path("value").asDouble()).isEqualTo(0.75);
        assertThat(trace.score("helpful").path("comment").asText()).isEqualTo("It says when.");
        assertThat(trace.score("tone").path("string_value").asText()).isEqualTo("friendly");
    }

    /** The scripts say themselves what is to be there, as their client has understood it. */
    @Test
    void langfuseReads() {
        assertThat(List.of(READ, READ_3)).allSatisfy(script ->
                assertThat(examples.output(script)).contains("all reads done"));
    }

    @Test
    void langfuse3() {
        StoredTrace trace = examples.scoredTrace(LANGFUSE_3, 6, "helpful").named("order desk").ofUserAndSession()
                .tagged("javascript").released().sums(2);
        assertThat(trace.score("helpful").path("value").asDouble()).isEqualTo(0.75);
        trace.step("span", "find_documents").said(QUESTION, "Orders leave our warehouse");
        trace.step("generation", "ask_model").costs("gpt-4o-mini").parameter("temperature", 0.2)
                .said(QUESTION, ScriptedModel.ANSWER);
        trace.step("generation", "whole").costs("gpt-4o-mini").said(QUESTION, ScriptedModel.ANSWER);
        trace.step("span", "refund").failed("no refund after 30 days");
        trace.step("event", "notified");
    }

    @Test
    void langfuseLangChainHandler3() {
        StoredTrace trace = examples.trace(LANGCHAIN_3, 5).named("order desk").ofUserAndSession()
                .tagged("javascript").sums(1);
        trace.step("generation", "ChatOpenAI").costs("gpt-4o-mini").said(QUESTION, ScriptedModel.ANSWER);
    }

    @Test
    void vercelAiSdk() {
        StoredTrace trace = examples.trace(VERCEL, 9).named("order desk").ofUserAndSession().tagged("javascript")
                .sums(3);
        Step root = trace.step("span", "order desk").root();
        List<Step> texts = trace.steps().stream()
                .filter(step -> step.text("name").equals("order-desk:ai.generateText")).toList();
        assertThat(texts).hasSize(2);
        Step answered = texts.getFirst().under(root).said(QUESTION, ScriptedModel.ANSWER);
        texts.getLast().under(root).failed(ScriptedModel.REFUSAL);
        List<Step> calls = trace.steps("generation");
        assertThat(calls).hasSize(4).allSatisfy(call -> {
            assertThat(call.text("model")).isEqualTo("gpt-4o-mini");
            assertThat(call.json().at("/metadata/shop").asText()).isEqualTo("north");
        });
        calls.get(0).under(answered).costs("gpt-4o-mini").reasoned().parameter("temperature", 0.2)
                .said("Be brief.", "find_order");
        trace.step("tool", "find_order").under(answered).between("{\"order\":4711}", "{\"state\":\"sent\"}");
        calls.get(1).under(answered).costs("gpt-4o-mini").reasoned().said("call_1", ScriptedModel.ANSWER);
        calls.get(2).under(trace.step("span", "order-desk:ai.streamText").under(root)).costs("gpt-4o-mini")
                .reasoned().streamed().between(calls.get(2).input().toString(), ScriptedModel.ANSWER);
        calls.get(3).under(texts.getLast()).failed(ScriptedModel.REFUSAL);
    }
}
