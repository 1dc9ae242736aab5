package dev.sightline.evaluator.material;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.proto.control.v1.LinkedItem;
import dev.sightline.proto.control.v1.ListRunItemsResponse;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunItemTest {
    private static final ListRunItemsResponse NOTHING = ListRunItemsResponse.getDefaultInstance();

    private static ByteString id(int id) {
        return ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) id});
    }

    private static Observation.Builder span(int id, int parent, String input, String output) {
        Observation.Builder span = Observation.newBuilder().setSpanId(id(id)).setType(ObservationType.SPAN)
                .setName("span " + id).setInput(input).setOutput(output).setStartUnixNano(id);
        return parent == 0 ? span : span.setParentSpanId(id(parent));
    }

    /** A whole run in one trace: an item's work beneath the span of the run, each with a retriever. */
    private static List<Observation> run() {
        return List.of(span(1, 0, "the dataset", "done").build(),
                span(2, 1, "What is six times seven?", "42").setExperimentId("run").setExperimentItemId("a")
                        .setExperimentItemRootSpanId(id(2)).setExperimentExpectedOutput("forty-two").build(),
                span(3, 2, "six", "a table").setType(ObservationType.RETRIEVER).setExperimentId("run")
                        .setExperimentItemId("a").setExperimentItemRootSpanId(id(2)).build(),
                span(4, 1, "What is two and two?", "4").setExperimentId("run").setExperimentItemId("b").build(),
                span(5, 4, "two", "a sum").setType(ObservationType.RETRIEVER).build());
    }

    @Test
    void eachItemOfARunIsJudgedByItsOwnObservationsOnly() {
        assertThat(RunItem.idsWithoutExpectedOutput(run())).containsExactly("b");
        List<RunItem> items = RunItem.of(run(), ListRunItemsResponse.newBuilder().putExpectedOutput("b", "four").build());
        assertThat(items).extracting(RunItem::spanId).containsExactly(id(2), id(4));
        assertThat(items).extracting(item -> item.material().question())
                .containsExactly("What is six times seven?", "What is two and two?");
        assertThat(items).extracting(item -> item.material().answer()).containsExactly("42", "4");
        assertThat(items).extracting(item -> item.material().context()).containsExactly("a table", "a sum");
        assertThat(items).extracting(item -> item.material().expectedOutput()).containsExactly("forty-two", "four");
        assertThat(items).extracting(item -> item.material().value(VariableMapping.newBuilder().setVariable("x")
                .setObject("trace").setField("expected_output").build())).containsExactly("forty-two", "four");
        assertThat(items).extracting(item -> item.material().value(VariableMapping.newBuilder().setVariable("x")
                .setObject("observation").setField("name").build())).containsExactly("span 2", "span 4");
    }

    @Test
    void anItemThatWasLinkedIsTheTraceOrTheNamedObservation() {
        List<Observation> trace = List.of(span(1, 0, "What is it?", "It is here.").build(),
                span(2, 1, "Where?", "There.").build());
        ListRunItemsResponse linked = ListRunItemsResponse.newBuilder()
                .addLinked(LinkedItem.newBuilder().setItemId("whole").setExpectedOutput("Here."))
                .addLinked(LinkedItem.newBuilder().setItemId("again").setExpectedOutput("Elsewhere."))
                .addLinked(LinkedItem.newBuilder().setItemId("part").setSpanId(id(2)).setExpectedOutput("Over there."))
                .addLinked(LinkedItem.newBuilder().setItemId("not stored yet").setSpanId(id(9))).build();
        List<RunItem> items = RunItem.of(trace, linked);
        assertThat(items).extracting(RunItem::spanId).containsExactly(ByteString.EMPTY, id(2));
        assertThat(items).extracting(item -> item.material().answer()).containsExactly("It is here.", "There.");
        assertThat(items).extracting(item -> item.material().expectedOutput()).as("the first link counts")
                .containsExactly("Here.", "Over there.");
        assertThat(RunItem.of(trace, NOTHING)).isEmpty();
    }

    @Test
    void whatSpansSayIsExpectedWinsOverALinkWithTheSameObservation() {
        List<Observation> trace = List.of(span(1, 0, "Q?", "A.").setExperimentId("run").setExperimentItemId("i")
                .setExperimentItemRootSpanId(id(7)).setExperimentExpectedOutput("B.").build());
        List<RunItem> items = RunItem.of(trace, ListRunItemsResponse.newBuilder().addLinked(LinkedItem.newBuilder()
                .setItemId("i").setSpanId(id(1)).setExpectedOutput("C.")).build());
        assertThat(items).singleElement().satisfies(item -> {
            assertThat(item.spanId()).as("the named root is not there: the item's first span").isEqualTo(id(1));
            assertThat(item.material().expectedOutput()).isEqualTo("B.");
        });
    }
}
