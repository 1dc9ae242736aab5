package dev.sightline.ingestion.mapping;

import static dev.sightline.ingestion.mapping.Spans.NOW_UNIX_NANO;
import static dev.sightline.ingestion.mapping.Spans.attribute;
import static dev.sightline.ingestion.mapping.Spans.id;
import static dev.sightline.ingestion.mapping.Spans.mapped;
import static dev.sightline.ingestion.mapping.Spans.rejected;
import static dev.sightline.ingestion.mapping.Spans.span;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is rejected, with which words, and what is not. */
class SpanCheckTest {
    private static final int MIB = 1 << 20;

    @Test
    void idsMustBeThereWholeAndNotZero() {
        assertThat(rejected(span().clearTraceId())).startsWith("trace_id: is missing; span b7ad6b7169203331");
        assertThat(rejected(span().setTraceId(ByteString.copyFrom(new byte[16])))).contains("trace_id: is all zero");
        assertThat(rejected(span().setTraceId(id("0102")))).contains("trace_id: has 2 bytes instead of 16");
        assertThat(rejected(span().clearSpanId()))
                .startsWith("span_id: is missing; trace 4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(rejected(span().setSpanId(ByteString.copyFrom(new byte[8])))).contains("span_id: is all zero");
        assertThat(rejected(span().setSpanId(ByteString.copyFrom(new byte[16]))))
                .contains("span_id: has 16 bytes instead of 8");
        assertThat(rejected(span().clearSpanId().clearTraceId())).startsWith("span_id: is missing; send");
        assertThat(rejected(span().setParentSpanId(id("0102")))).startsWith("parent_span_id: has 2 bytes");
    }

    @Test
    void aParentOfZerosIsNoParent() {
        assertThat(mapped(span().setParentSpanId(ByteString.copyFrom(new byte[8]))).getParentSpanId()).isEmpty();
        assertThat(mapped(span()).getParentSpanId()).isEqualTo(id("00f067aa0ba902b7"));
    }

    @Test
    void timesMustBeInOrderAndNearNow() {
        long start = NOW_UNIX_NANO - 1_000;
        assertThat(rejected(span().setStartTimeUnixNano(start).setEndTimeUnixNano(start - 1)))
                .startsWith("end_time_unix_nano: is before start_time_unix_nano; span b7ad6b7169203331;");
        long ahead = NOW_UNIX_NANO + Duration.ofDays(1).toNanos();
        assertThat(rejected(span().setStartTimeUnixNano(ahead + 1).setEndTimeUnixNano(ahead + 2)))
                .startsWith("start_time_unix_nano: is more than 1 day in the future");
        assertThat(rejected(span().setEndTimeUnixNano(ahead + 1)))
                .startsWith("end_time_unix_nano: is more than 1 day in the future");
        assertThat(rejected(span().setStartTimeUnixNano(-5).setEndTimeUnixNano(-1)))
                .startsWith("start_time_unix_nano: is more than 1 day in the future");
        assertThat(mapped(span().setStartTimeUnixNano(ahead).setEndTimeUnixNano(ahead)).getEndUnixNano())
                .isEqualTo(ahead);
        long old = NOW_UNIX_NANO - SpanLimits.DEFAULT.startBeforeNowMax().toNanos();
        assertThat(rejected(span().setStartTimeUnixNano(old - 1)))
                .startsWith("start_time_unix_nano: is more than 3650 days in the past");
        assertThat(mapped(span().setStartTimeUnixNano(old)).getStartUnixNano()).isEqualTo(old);
        // Milliseconds where nanoseconds belong.
        assertThat(rejected(span().setStartTimeUnixNano(NOW_UNIX_NANO / 1_000_000)
                .setEndTimeUnixNano(NOW_UNIX_NANO / 1_000_000))).contains("the unit is nanoseconds");
    }

    @Test
    void aMissingTimeIsTheOtherOneAndNoTimeIsNow() {
        Observation noStart = mapped(span().clearStartTimeUnixNano());
        assertThat(noStart.getStartUnixNano()).isEqualTo(noStart.getEndUnixNano()).isEqualTo(NOW_UNIX_NANO - 1);
        Observation noEnd = mapped(span().clearEndTimeUnixNano());
        assertThat(noEnd.getEndUnixNano()).isEqualTo(noEnd.getStartUnixNano())
                .isEqualTo(NOW_UNIX_NANO - 2_000_000_001L);
        Observation neither = mapped(span().clearStartTimeUnixNano().clearEndTimeUnixNano());
        assertThat(neither.getStartUnixNano()).isEqualTo(neither.getEndUnixNano()).isEqualTo(NOW_UNIX_NANO);
    }

    @Test
    void aLargeAttributeIsKeptWholeAndTooLargeASpanIsRejected() {
        String five = "ä".repeat(5 * MIB / 2);
        assertThat(mapped(span("input.value", five)).getInput()).isEqualTo(five);
        assertThat(mapped(span("note", five)).getAttributesOrThrow("note")).isEqualTo(five);
        // 16 MiB of characters that take one byte each is not 48 MiB.
        String nearly = "a".repeat(16 * MIB - 1_000);
        assertThat(mapped(span("note", nearly)).getAttributesOrThrow("note")).isEqualTo(nearly);
        assertThat(rejected(span("note", "a".repeat(16 * MIB + 1))))
                .startsWith("attributes: a value has 16777222 bytes");
        Span.Builder three = span("a", five, "b", five, "c", five, "d", five);
        assertThat(rejected(three)).startsWith("span: has 209").contains("at most 16777216 are taken; span b7ad");
    }

    @Test
    void attributesOverTheLimitAreDroppedAndCounted() {
        Span.Builder span = span();
        for (int i = 0; i < 10_000; i++) {
            span.addAttributes(attribute("key." + i, i));
        }
        Observation whole = mapped(span);
        assertThat(whole.getAttributesCount()).isEqualTo(10_000);
        assertThat(whole.getMetadataMap()).isEmpty();
        for (int i = 0; i < 7; i++) {
            span.addAttributes(attribute("more." + i, i));
        }
        Observation cut = mapped(span);
        assertThat(cut.getAttributesCount()).isEqualTo(10_000);
        assertThat(cut.getMetadataMap()).containsOnly(Map.entry("sightline.dropped_attributes", "7"));
    }

    @Test
    void namesAreCutAndSaySo() {
        String name = "n".repeat(999) + "😀" + "n".repeat(10);
        Observation observation = mapped(span("user.id", "u".repeat(2_000)).setName(name));
        assertThat(observation.getName()).isEqualTo("n".repeat(999));
        assertThat(observation.getUserId()).hasSize(1_000);
        assertThat(observation.getMetadataOrThrow("sightline.cut_fields")).isEqualTo("name,user_id");
    }

    @Test
    void theLaterOfTwoAttributesWithOneNameCounts() {
        Observation observation = mapped(span("user.id", "one", "x", "1", "user.id", "two", "x", "2"));
        assertThat(observation.getUserId()).isEqualTo("two");
        assertThat(observation.getAttributesMap()).containsOnly(Map.entry("x", "2"));
    }

    @Test
    void whatIsStoredWithEverySpanIsBounded() {
        Resource.Builder resource = Resource.newBuilder().addAttributes(attribute("service.name", "s"))
                .addAttributes(attribute("process.command_line", "c".repeat(1_000_000)));
        for (int i = 0; i < 1_000; i++) {
            resource.addAttributes(attribute("key." + i, "v".repeat(1_000)));
        }
        Observation observation = mapped(resource.build(), "", span());
        assertThat(observation.getServiceName()).isEqualTo("s");
        assertThat(observation.getResourceAttributesOrThrow("process.command_line")).hasSize(4_000);
        assertThat(observation.getSerializedSize()).isLessThan(40_000);
        assertThat(observation.getResourceAttributesOrThrow("sightline.dropped_attributes")).isEqualTo("973");
    }

    @Test
    void manySmallPartsAreLeftInOnePiece() {
        String many = "[" + "1,".repeat(20_000) + "1]";
        assertThat(mapped(span("events", many)).getAttributesOrThrow("events")).isEqualTo(many);
        assertThat(mapped(span("langfuse.tags", "a,".repeat(1_000_000))).getTagsList()).containsExactly("a");
        assertThat(mapped(span("langfuse.observation.metadata",
                "{" + "\"k\":1,".repeat(20_000) + "\"z\":2}")).getMetadataMap()).containsOnlyKeys("k", "z");
    }
}
