package dev.sightline.evaluator.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.trace.Turn.Search;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TurnTest {
    private static Observation span(int id, int parent, ObservationType type, String input, String output) {
        return Observation.newBuilder().setSpanId(spanId(id)).setParentSpanId(parent == 0 ? ByteString.EMPTY
                : spanId(parent)).setType(type).setStartUnixNano(id * 1000L).setEndUnixNano(id * 1000L + 500)
                .setInput(input).setOutput(output).setEnvironment("prod").build();
    }

    private static ByteString spanId(int id) {
        return ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) id});
    }

    private static Turn found(Observation... spans) {
        Search search = Turn.find(List.of(spans));
        assertThat(search).isInstanceOf(Search.Found.class);
        return ((Search.Found) search).turn();
    }

    @Test
    void takesTheRootsOwnQuestionAndAnswer() {
        Turn turn = found(span(1, 0, ObservationType.SPAN, "{\"question\":\"How long?\"}",
                        "{\"answer\":\"Two days.\"}"),
                span(2, 1, ObservationType.GENERATION, "[{\"role\":\"user\",\"content\":\"Context… How long?\"}]",
                        "{\"role\":\"assistant\",\"content\":\"2 d\"}"));
        assertThat(turn).isEqualTo(new Turn("How long?", "Two days.", spanId(1), "prod"));
    }

    @Test
    void fillsFromGenerationsWhatTheRootLeavesOut() {
        Turn turn = found(span(1, 0, ObservationType.AGENT, "", ""),
                span(2, 1, ObservationType.GENERATION, "[{\"role\":\"user\",\"content\":\"Find a hotel.\"}]",
                        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{}]}"),
                span(3, 1, ObservationType.TOOL, "{\"city\":\"Rome\"}", "three hotels"),
                span(4, 1, ObservationType.GENERATION, "[{\"role\":\"user\",\"content\":\"Find a hotel.\"}]",
                        "{\"role\":\"assistant\",\"content\":\"Hotel Roma has rooms.\"}"),
                span(5, 1, ObservationType.EMBEDDING, "something", "[0.1]"));
        assertThat(turn.question()).isEqualTo("Find a hotel.");
        assertThat(turn.answer()).isEqualTo("Hotel Roma has rooms.");
        assertThat(turn.rootSpanId()).isEqualTo(spanId(1));
    }

    @Test
    void ofSeveralTurnsTheLatestCompleteOneCounts() {
        Turn turn = found(span(1, 0, ObservationType.SPAN, "First?", "One."),
                span(2, 0, ObservationType.SPAN, "Second?", "Two."),
                span(3, 0, ObservationType.SPAN, "Third, not answered yet?", ""));
        assertThat(turn.question()).isEqualTo("Second?");
        assertThat(turn.answer()).isEqualTo("Two.");
    }

    @Test
    void aSpanWhoseParentIsElsewhereIsARoot() {
        Turn turn = found(span(2, 99, ObservationType.GENERATION, "Why?", "Because."));
        assertThat(turn.rootSpanId()).isEqualTo(spanId(2));
    }

    @Test
    void questionAndAnswerMayStandOnDifferentRoots() {
        Turn turn = found(span(1, 0, ObservationType.SPAN, "Why?", ""),
                span(2, 0, ObservationType.SPAN, "", "Because."));
        assertThat(turn.question()).isEqualTo("Why?");
        assertThat(turn.answer()).isEqualTo("Because.");
    }

    @Test
    void aGenerationUnderAToolWithoutOtherRootsIsFound() {
        Turn turn = found(span(1, 0, ObservationType.TOOL, "x", "y"),
                span(2, 1, ObservationType.GENERATION, "Why?", "Because."));
        assertThat(turn.question()).isEqualTo("Why?");
    }

    @Test
    void saysWhyThereIsNothing() {
        assertThat(Turn.find(List.of())).isEqualTo(new Search.None("no-conversation"));
        assertThat(Turn.find(List.of(span(1, 0, ObservationType.EMBEDDING, "a", "b"))))
                .isEqualTo(new Search.None("no-conversation"));
        assertThat(Turn.find(List.of(span(1, 0, ObservationType.SPAN, "", "Answer"))))
                .isEqualTo(new Search.None("no-question"));
        assertThat(Turn.find(List.of(span(1, 0, ObservationType.GENERATION, "Why?", ""))))
                .isEqualTo(new Search.None("no-answer"));
    }

    @Test
    void theOrderOfTheSpansDoesNotMatterNorDoCycles() {
        List<Observation> spans = new ArrayList<>(List.of(
                span(1, 0, ObservationType.SPAN, "", ""),
                span(2, 1, ObservationType.GENERATION, "Why?", "First."),
                span(3, 1, ObservationType.GENERATION, "Why then?", "Last."),
                span(4, 5, ObservationType.GENERATION, "Cycle?", "Cycle."),
                span(5, 4, ObservationType.GENERATION, "Cycle?", "Cycle.")));
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(spans, random);
            assertThat(Turn.find(spans)).isEqualTo(
                    new Search.Found(new Turn("Why?", "Last.", spanId(1), "prod")));
        }
    }
}
