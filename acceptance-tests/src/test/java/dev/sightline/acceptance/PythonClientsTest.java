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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real packages that Python applications use, unmodified, in the scripts of {@code examples/python}: what they send
 * is read back through the query API. The model they call is scripted; everything else is as in production.
 */
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class PythonClientsTest {
    private static final String QUESTION = "Where is order 4711?";

    private static final Script READ_3 = new Script("langfuse-v3", "read.py", Export.LANGFUSE);
    private static final Script READ_4 = new Script("langfuse-v4", "read.py", Export.LANGFUSE);

    private final Examples examples;

    PythonClientsTest(Stack stack) {
        this.examples = Examples.python(stack);
    }

    @BeforeAll
    void begin() {
        examples.begin(Stream.of(
                Stream.of("observe.py", "openai_wrapper.py", "langchain_chain.py")
                        .map(file -> new Script("langfuse-v2", file, Export.LANGFUSE)),
                Stream.of("langfuse-v3", "langfuse-v4", "langfuse-v5").flatMap(folder ->
                        Stream.of("observe.py", "openai_wrapper.py", "langchain_agent.py", "score.py")
                                .map(file -> new Script(folder, file, Export.LANGFUSE))),
                Stream.of(READ_3, READ_4),
                Stream.of(main("opentelemetry", Export.GRPC), main("opentelemetry", Export.HTTP),
                        main("content-generation", Export.DOTENV), main("openinference", Export.HTTP),
                        main("openllmetry", Export.HTTP), main("pydantic-ai", Export.HTTP),
                        main("google-adk", Export.HTTP), main("livekit", Export.HTTP),
                        main("mlflow", Export.HTTP_TRACES))).flatMap(scripts -> scripts).toList());
    }

    @AfterAll
    void close() {
        examples.close();
    }

    private static Script main(String folder, Export export) {
        return new Script(folder, "main.py", export);
    }

    private StoredTrace trace(String folder, Export export, int observationCount) {
        return examples.trace(main(folder, export), observationCount);
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "HTTP"})
    void openTelemetry(Export export) {
        StoredTrace trace = trace("opentelemetry", export, 4).named("invoke_agent order-desk").ofUserAndSession()
                .tagged("python").sums(1);
        Step agent = trace.step("agent", "invoke_agent order-desk").root();
        assertThat(agent.text("agent_name")).isEqualTo("order-desk");
        trace.step("generation", "chat gpt-4o-mini").under(agent).costs("gpt-4o-mini").parameter("temperature", 0.2)
                .said("Be brief.", ScriptedModel.ANSWER).said(QUESTION, ScriptedModel.ANSWER).succeeded();
        trace.step("tool", "find_order").under(agent).between("{\"order\":4711}", "{\"state\":\"sent\"}");
        Step refund = trace.step("tool", "refund").under(agent).failed("no refund after 30 days");
        assertThat(refund.text("error_type")).isEqualTo("ValueError");
    }

    @ParameterizedTest
    @ValueSource(strings = {"langfuse-v3", "langfuse-v4", "langfuse-v5"})
    void langfuseDecorator(String folder) {
        StoredTrace trace = examples.trace(new Script(folder, "observe.py", Export.LANGFUSE), 4).named("order desk")
                .ofUserAndSession().tagged("python").released().sums(1);
        Step agent = trace.step("agent", "order_desk").root().said(QUESTION, ScriptedModel.ANSWER);
        assertThat(agent.json().at("/metadata/shop").asText()).isEqualTo("north");
        trace.step("retriever", "find_documents").under(agent).said(QUESTION, "Orders leave our warehouse");
        trace.step("tool", "refund").under(agent).failed("no refund after 30 days");
        trace.step("generation", "ask_model").under(agent).costs("gpt-4o-mini").parameter("temperature", 0.2)
                .said(QUESTION, ScriptedModel.ANSWER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"langfuse-v3", "langfuse-v4", "langfuse-v5"})
    void langfuseOpenAiWrapper(String folder) {
        StoredTrace trace = examples.trace(new Script(folder, "openai_wrapper.py", Export.LANGFUSE), 5)
                .named("order desk").ofUserAndSession().tagged("python").released();
        Step root = trace.step("span", "order desk").root();
        Step whole = trace.step("generation", "whole").under(root).costs("gpt-4o-mini").reasoned()
                .parameter("temperature", 0.2);
        assertThat(whole.input()).hasSize(2);
        assertThat(whole.input().at("/1/content").asText()).isEqualTo(QUESTION);
        assertThat(whole.output().path("content").asText()).isEqualTo(ScriptedModel.ANSWER);
        Step streamed = trace.step("generation", "streamed").under(root).costs("gpt-4o-mini").reasoned().streamed();
        assertThat(streamed.output().asText()).isEqualTo(ScriptedModel.ANSWER);
        Step embedded = trace.step("embedding", "embedded").under(root);
        assertThat(embedded.text("model")).isEqualTo("text-embedding-3-small");
        assertThat(embedded.json().path("input_tokens").asInt()).isEqualTo(ScriptedModel.INPUT_TOKENS);
        assertThat(embedded.json().path("total_cost").decimalValue()).isPositive();
        Step refused = trace.step("generation", "refused").under(root).failed(ScriptedModel.REFUSAL);
        assertThat(refused.text("model")).isEqualTo("gpt-4o-mini");
        assertThat(refused.json().path("total_cost").decimalValue()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"langfuse-v3", "langfuse-v4", "langfuse-v5"})
    void langfuseLangChainHandler(String folder) {
        StoredTrace trace = examples.trace(new Script(folder, "langchain_agent.py", Export.LANGFUSE), 7)
                .ofUserAndSession().tagged("python").sums(2);
        Step chain = trace.step("chain", "order desk").root().said(QUESTION, ScriptedModel.ANSWER);
        List<Step> calls = trace.steps("generation");
        assertThat(calls).hasSize(2).allSatisfy(call -> call.costs("gpt-4o-mini").reasoned().said(QUESTION, ""));
        assertThat(calls.getFirst().output().at("/tool_calls/0/name").asText()).isEqualTo("find_order");
        assertThat(calls.getLast().output().path("content").asText()).isEqualTo(ScriptedModel.ANSWER);
        Step tools = trace.step("chain", "tools").under(chain);
        trace.step("tool", "find_order").under(tools).said("4711", "sent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"langfuse-v3", "langfuse-v4", "langfuse-v5"})
    void langfuseScores(String folder) {
        StoredTrace trace = examples.scoredTrace(new Script(folder, "score.py", Export.LANGFUSE), 1, "correct",
                "helpful", "tone");
        Step root = trace.step("span", "order desk").root();
        assertThat(trace.score("correct").path("observation_id").asText()).isEqualTo(root.text("span_id"));
        assertThat(trace.score("correct").path("data_type").asText()).isEqualTo("BOOLEAN");
        assertThat(trace.score("helpful").path("value").asDouble()).isEqualTo(0.75);
        assertThat(trace.score("helpful").path("comment").asText()).isEqualTo("It says when.");
        assertThat(trace.score("helpful").path("source").asText()).isEqualTo("api");
        assertThat(trace.score("tone").path("string_value").asText()).isEqualTo("friendly");
    }

    @Test
    void langfuse2Decorator() {
        Script script = new Script("langfuse-v2", "observe.py", Export.LANGFUSE);
        StoredTrace trace = examples.scoredTrace(script, 4, "helpful").named("order desk").ofUserAndSession()
                .tagged("python").released().sums(1);
        assertThat(trace.score("helpful").path("value").asDouble()).isEqualTo(0.75);
        assertThat(trace.score("helpful").path("comment").asText()).isEqualTo("It says when.");
        trace.step("span", "find_documents").said(QUESTION, "Orders leave our warehouse");
        trace.step("span", "refund").failed("no refund after 30 days");
        trace.step("generation", "ask_model").costs("gpt-4o-mini").parameter("temperature", 0.2)
                .said(QUESTION, ScriptedModel.ANSWER);
    }

    @Test
    void langfuse2OpenAiWrapper() {
        StoredTrace trace = examples.trace(new Script("langfuse-v2", "openai_wrapper.py", Export.LANGFUSE), 4)
                .named("order desk").ofUserAndSession().tagged("python").released().sums(2);
        Step whole = trace.step("generation", "whole").costs("gpt-4o-mini").parameter("temperature", 0.2);
        assertThat(whole.input().at("/1/content").asText()).isEqualTo(QUESTION);
        assertThat(whole.output().path("content").asText()).isEqualTo(ScriptedModel.ANSWER);
        trace.step("generation", "streamed").costs("gpt-4o-mini").streamed().said(QUESTION, ScriptedModel.ANSWER);
        trace.step("generation", "refused").failed(ScriptedModel.REFUSAL);
    }

    @Test
    void langfuse2LangChainHandler() {
        StoredTrace trace = examples.trace(new Script("langfuse-v2", "langchain_chain.py", Export.LANGFUSE), 5)
                .named("order desk").ofUserAndSession().tagged("python").sums(1);
        Step chain = trace.step("span", "RunnableSequence").said(QUESTION, ScriptedModel.ANSWER);
        trace.step("generation", "ChatOpenAI").under(chain).costs("gpt-4o-mini").said(QUESTION, ScriptedModel.ANSWER);
    }

    /** The scripts say themselves what is to be there, as their client has understood it. */
    @Test
    void langfuseReads() {
        assertThat(List.of(READ_3, READ_4)).allSatisfy(script ->
                assertThat(examples.output(script)).contains("all reads done"));
    }

    /** An app whose `.env` names Langfuse and Ollama works when its host is changed, and nothing else. */
    @Test
    void contentGenerationOnOllama() {
        StoredTrace trace = trace("content-generation", Export.DOTENV, 5).named("generate-content");
        assertThat(trace.text("user_id")).isEqualTo("editor");
        assertThat(trace.text("session_id")).isEqualTo("blog-2026");
        Step root = trace.step("span", "generate-content").root();
        Step outline = trace.step("generation", "outline").under(trace.step("span", "outline").under(root));
        Step article = trace.step("generation", "article").under(trace.step("span", "article").under(root)).streamed();
        assertThat(List.of(outline, article)).allSatisfy(call -> {
            assertThat(call.text("model")).isEqualTo("deepseek-r1:1.5b");
            assertThat(call.json().path("input_tokens").asInt()).isEqualTo(ScriptedModel.INPUT_TOKENS);
            assertThat(call.json().path("output_tokens").asInt()).isEqualTo(ScriptedModel.OUTPUT_TOKENS);
            call.said("parcels", "<think>\\n" + ScriptedModel.THOUGHT + "\\n</think>").said("", ScriptedModel.ANSWER);
        });
        assertThat(outline.json().at("/model_parameters/temperature").asDouble()).isEqualTo(0.6);
    }

    @Test
    void openInference() {
        StoredTrace trace = trace("openinference", Export.HTTP, 5).named("order desk").ofUserAndSession()
                .tagged("python");
        Step root = trace.step("span", "order desk").root();
        List<Step> calls = trace.steps("generation");
        assertThat(calls).hasSize(3).allSatisfy(call -> {
            call.under(root);
            assertThat(call.text("model")).isEqualTo("gpt-4o-mini");
            assertThat(call.text("provider")).isEqualTo("openai");
            assertThat(call.json().at("/metadata/shop").asText()).isEqualTo("north");
        });
        calls.get(0).costs("gpt-4o-mini").reasoned().parameter("temperature", 0.2).said(QUESTION, "find_order");
        calls.get(1).costs("gpt-4o-mini").reasoned().said("call_1", ScriptedModel.ANSWER);
        calls.get(2).failed(ScriptedModel.REFUSAL);
        Step embedded = trace.step("embedding", "CreateEmbeddings").under(root);
        assertThat(embedded.text("model")).isEqualTo("text-embedding-3-small");
        assertThat(embedded.json().path("total_cost").decimalValue()).isPositive();
    }

    @Test
    void openLlmetry() {
        StoredTrace trace = trace("openllmetry", Export.HTTP, 4).named("order_desk.workflow").ofUserAndSession()
                .sums(1);
        Step workflow = trace.step("chain", "order_desk.workflow").root().said(QUESTION, ScriptedModel.ANSWER);
        Step agent = trace.step("agent", "desk.agent").under(workflow);
        assertThat(agent.text("agent_name")).isEqualTo("desk");
        trace.step("tool", "find_order").under(agent).said("4711", "sent");
        trace.step("generation", "openai.chat").under(agent).costs("gpt-4o-mini").reasoned()
                .parameter("temperature", 0.2).said(QUESTION, ScriptedModel.ANSWER);
        assertThat(examples.output(main("openllmetry", Export.HTTP))).doesNotContain("Failed to export");
    }

    @Test
    void pydanticAiWithLogfire() {
        StoredTrace trace = trace("pydantic-ai", Export.HTTP, 5).named("order desk").ofRootsUserAndSession()
                .sums(2);
        Step agent = trace.step("agent", "order_desk run").under(trace.step("span", "order desk").root())
                .said(QUESTION, ScriptedModel.ANSWER);
        assertThat(agent.text("agent_name")).isEqualTo("order_desk");
        List<Step> calls = trace.steps("generation");
        assertThat(calls).hasSize(2).allSatisfy(call ->
                call.under(agent).costs("gpt-4o-mini").reasoned().said(QUESTION, "assistant"));
        calls.getFirst().said("Be brief.", "find_order");
        calls.getLast().said("tool_call_response", ScriptedModel.ANSWER);
        trace.step("tool", "find_order").under(agent).between("{\"order\":4711}", "sent");
        assertThat(examples.output(main("pydantic-ai", Export.HTTP))).doesNotContain("Failed to export");
    }

    @Test
    void googleAdk() {
        StoredTrace trace = trace("google-adk", Export.HTTP, 6).named("order desk").sums(2);
        assertThat(trace.text("user_id")).isEqualTo("user-42");
        assertThat(examples.output(main("google-adk", Export.HTTP)))
                .contains("session " + trace.text("session_id"));
        Step workflow = trace.step("chain", "invoke_workflow order_desk").under(trace.step("span", "order desk").root());
        Step agent = trace.step("agent", "invoke_agent order_desk").under(workflow);
        List<Step> calls = trace.steps("generation");
        assertThat(calls).hasSize(2).allSatisfy(call -> {
            call.under(agent).costs("gemini-2.5-flash").reasoned().said(QUESTION, "assistant");
            assertThat(call.text("provider")).isEqualTo("gcp.gemini");
        });
        calls.getLast().said("Be brief.", ScriptedModel.ANSWER);
        trace.step("tool", "find_order").under(agent).between("{\"order\":4711}", "{\"state\":\"sent\"}");
    }

    @Test
    void liveKit() {
        StoredTrace trace = trace("livekit", Export.HTTP, 18).named("order desk").ofUserAndSession().sums(2);
        Step session = trace.step("chain", "agent_session").under(trace.step("span", "order desk").root());
        Step turn = trace.step("agent", "agent_turn").under(session).between(QUESTION, ScriptedModel.ANSWER);
        assertThat(turn.text("agent_name")).isEqualTo("order_desk");
        assertThat(trace.steps("generation")).hasSize(2).allSatisfy(call ->
                call.costs("gpt-4o-mini").reasoned().streamed().said(QUESTION, "assistant"));
        trace.steps("generation").getLast().said("Be brief.", ScriptedModel.ANSWER);
        trace.step("tool", "find_order").under(turn).between("{\"order\":4711}", "sent");
        assertThat(trace.steps().stream().filter(step -> step.text("name").equals("on_enter")))
                .allSatisfy(step -> assertThat(step.text("level")).isEqualTo("DEBUG"));
    }

    @Test
    void mlflow() {
        StoredTrace trace = trace("mlflow", Export.HTTP_TRACES, 3).named("order desk").ofUserAndSession().sums(1);
        Step agent = trace.step("agent", "order desk").root().said(QUESTION, ScriptedModel.ANSWER);
        trace.step("tool", "find_order").under(agent).between("{\"order\":4711}", "{\"state\":\"sent\"}");
        trace.step("generation", "Completions").under(agent).costs("gpt-4o-mini")
                .said(QUESTION, ScriptedModel.ANSWER);
    }
}
