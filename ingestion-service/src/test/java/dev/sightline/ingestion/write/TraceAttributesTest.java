package dev.sightline.ingestion.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.TraceField;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceAttributesTest {
    private static final ByteString PARENT = ByteString.copyFromUtf8("parent00");

    private static Observation.Builder child() {
        return Observation.newBuilder().setParentSpanId(PARENT).setEnvironment("default");
    }

    @Test
    void aChildTakesWhatTheRootSaysAndKeepsItsOwn() {
        TraceAttributes said = TraceAttributes.EMPTY.with(Observation.newBuilder().setUserId("u-1").setSessionId("s-1")
                .setEnvironment("staging").addTags("b").addTags("a").setPublic(true).build());
        Observation filled = said.fill(child().setUserId("own").addTags("c").build());
        assertThat(filled.getUserId()).isEqualTo("own");
        assertThat(filled.getSessionId()).isEqualTo("s-1");
        assertThat(filled.getEnvironment()).as("the default counts as nothing said").isEqualTo("staging");
        assertThat(filled.getTagsList()).containsExactly("a", "b", "c");
        assertThat(filled.getPublic()).isTrue();
        assertThat(filled.getInherited()).isEqualTo(1 << TraceField.SESSION_ID_VALUE | 1 << TraceField.ENVIRONMENT_VALUE
                | 1 << TraceField.TAGS_VALUE | 1 << TraceField.PUBLIC_VALUE);
        assertThat(said.fill(filled)).as("a second time changes nothing").isSameAs(filled);
    }

    @Test
    void theTraceRecordWinsOverTheRootAndTheRootOverOthers() {
        Observation other = child().setUserId("of a child").build();
        Observation root = Observation.newBuilder().setUserId("of the root").build();
        Observation record = Observation.newBuilder().setUserId("of the trace").setTraceRecord(true).build();
        for (List<Observation> order : List.of(List.of(other, root, record), List.of(record, root, other),
                List.of(root, record, other))) {
            TraceAttributes said = TraceAttributes.EMPTY;
            for (Observation observation : order) {
                said = said.with(observation);
            }
            assertThat(said.fill(child().build()).getUserId()).isEqualTo("of the trace");
        }
    }

    @Test
    void anInheritedValueFollowsTheTraceAndSaysNothingItself() {
        TraceAttributes first = TraceAttributes.EMPTY.with(
                Observation.newBuilder().setTraceRecord(true).setUserId("first").build());
        Observation filled = first.fill(child().build());
        TraceAttributes second = first.with(Observation.newBuilder().setTraceRecord(true).setUserId("second").build());
        assertThat(second.gives(first)).isFalse();
        assertThat(second.fill(filled).getUserId()).isEqualTo("second");
        assertThat(TraceAttributes.EMPTY.with(filled).isEmpty()).isTrue();
    }
}
