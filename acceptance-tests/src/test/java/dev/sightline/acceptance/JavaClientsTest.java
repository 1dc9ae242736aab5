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

/** The same as {@link PythonClientsTest} for the applications of {@code examples/java}, which are built first. */
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class JavaClientsTest {
    private static final Script QUARKUS_LANGCHAIN4J =
            new Script("quarkus-langchain4j", "quarkus-run.jar", Export.GRPC);

    private final Examples examples;

    JavaClientsTest(Stack stack) {
        this.examples = Examples.java(stack);
    }

    @BeforeAll
    void begin() {
        examples.begin(List.of(QUARKUS_LANGCHAIN4J));
    }

    @AfterAll
    void close() {
        examples.close();
    }

    @Test
    void quarkusLangChain4j() {
        StoredTrace trace = examples.trace(QUARKUS_LANGCHAIN4J, 7).named("order desk").ofUserAndSession()
                .tagged("java").sums(2);
        Step service = trace.step("span", "langchain4j.aiservices.Assistant.answer")
                .under(trace.step("span", "order desk").root());
        Step tool = trace.step("tool", "findOrder").under(service).succeeded();
        assertThat(tool.text("tool_name")).isEqualTo("findOrder");
        assertThat(tool.json().at("/input/order").asInt()).isEqualTo(4711);
        Step last = trace.steps("generation").getLast().under(service).succeeded()
                .parameter("temperature", 0.2);
        assertThat(last.text("model")).isEqualTo("gpt-4o-mini");
        assertThat(last.text("output")).isEqualTo(ScriptedModel.ANSWER);
    }
}
