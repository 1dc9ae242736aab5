package dev.sightline.evaluator.material;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaterialTest {
    private static final Observation ROOT = span(1, 0, ObservationType.AGENT, "agent",
            "{\"question\":\"Where is order 4711?\"}", "It arrives today.").toBuilder().putMetadata("tier", "gold")
            .setUserId("u-1").setExperimentExpectedOutput("Today.").build();
    private static final Observation SEARCH = span(2, 1, ObservationType.TOOL, "search", "{\"order\":4711}",
            "{\"state\":\"shipped\",\"eta\":[\"today\",\"tomorrow\"]}");
    private static final Observation AGAIN = span(3, 1, ObservationType.TOOL, "search", "{\"order\":4712}", "not found");
    private static final Material TRACE = Material.ofTrace(List.of(AGAIN, SEARCH, ROOT));

    private static Observation span(int id, int parent, ObservationType type, String name, String input, String output) {
        Observation.Builder span = Observation.newBuilder().setSpanId(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0,
            (byte) id})).setType(type).setName(name).setInput(input).setOutput(output).setStartUnixNano(id);
        if (parent > 0) {
            span.setParentSpanId(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) parent}));
        }
        return span.build();
    }

    private static VariableMapping.Builder of(String object, String field) {
        return VariableMapping.newBuilder().setObject(object).setField(field);
    }

    @Test
    void aTraceHasTheFieldsThatTemplatesAskFor() {
        assertThat(TRACE.value(of("trace", "question").build())).isEqualTo("Where is order 4711?");
        assertThat(TRACE.value(of("trace", "answer").build())).isEqualTo("It arrives today.");
        assertThat(TRACE.value(of("trace", "expected_output").build())).isEqualTo("Today.");
        assertThat(TRACE.value(of("trace", "user_id").build())).isEqualTo("u-1");
        assertThat(TRACE.value(of("trace", "context").build())).as("no retriever: the tools").contains("shipped")
                .contains("not found");
        assertThat(TRACE.value(of("trace", "steps").build())).containsSubsequence("1. agent agent: It arrives today.",
                "2. tool search: {\"order\":4711} -> {\"state\"", "3. tool search: {\"order\":4712} -> not found");
        assertThat(TRACE.value(of("trace", "tool_calls").build()).lines()).hasSize(2);
        assertThat(TRACE.isTrajectory()).isTrue();
    }

    @Test
    void observationsAreFoundByNameOrTypeAndPartsByJsonPath() {
        VariableMapping.Builder output = of("observation", "output").setObservationName("search");
        assertThat(TRACE.value(output.build())).as("the last one").isEqualTo("not found");
        assertThat(TRACE.value(output.clone().setJsonPath("$.state").build())).as("text has no parts").isEmpty();
        Material focused = Material.ofObservation(TRACE.observations(), SEARCH);
        assertThat(focused.value(of("observation", "output").setJsonPath("$.state").build())).isEqualTo("shipped");
        assertThat(focused.value(of("observation", "output").setJsonPath("$.eta[*]").build()))
                .isEqualTo("[\"today\",\"tomorrow\"]");
        assertThat(focused.value(of("observation", "output").setJsonPath("$.nothing").build())).isEmpty();
        assertThat(focused.value(of("observation", "metadata").setObservationType("agent").setJsonPath("$.tier").build()))
                .isEqualTo("gold");
        assertThat(Material.isJsonPath("$.a[?(@.b == 1)]")).isTrue();
        assertThat(Material.isJsonPath("$.a[?(@.b =~ /(a+)+$/)]")).isFalse();
        assertThat(Material.isJsonPath("$.[")).isFalse();
    }

    @Test
    void aSessionIsItsTurnsInTheirOrder() {
        Observation first = span(5, 0, ObservationType.SPAN, "chat", "{\"question\":\"Hello?\"}", "Hi.");
        Material session = Material.ofSession(List.of(Material.slim(List.of(first)), Material.slim(List.of(ROOT, SEARCH))));
        assertThat(session.value(of("session", "conversation").build())).isEqualTo("User: Hello?\nAssistant: Hi.\n\n"
                + "User: Where is order 4711?\nAssistant: It arrives today.");
    }
}
