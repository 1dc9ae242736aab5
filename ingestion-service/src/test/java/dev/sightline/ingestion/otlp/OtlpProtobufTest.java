package dev.sightline.ingestion.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OtlpProtobufTest {
    @Test
    void aStringThatIsNotUtf8IsMendedAndItsNeighboursAreKept() {
        byte[] request = request("good", "bad-XX").toByteArray();
        replaceFirst(request, "XX", (byte) 0xff, (byte) 0xc3);

        DecodedExport decoded = OtlpProtobuf.decode(request);

        assertThat(decoded.request().getResourceSpans(0).getScopeSpans(0).getSpansList())
                .extracting(Span::getName).containsExactly("good", "bad-\ufffd\ufffd");
        assertThat(decoded.rejected()).isEmpty();
        assertThat(decoded.warnings()).singleElement().asString().startsWith("1 strings were not UTF-8");
    }

    @Test
    void whatIsNotProtobufIsRefusedForGood() {
        byte[] noise = new byte[300];
        new Random(5).nextBytes(noise);
        assertThatThrownBy(() -> OtlpProtobuf.decode(noise)).isInstanceOfSatisfying(ServiceException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void aValueNestedTooDeepIsLeftEmptyAndItsNeighboursAreKept() {
        AnyValue value = AnyValue.newBuilder().setStringValue("bottom").build();
        for (int i = 0; i < 300; i++) {
            value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value)).build();
        }
        ExportTraceServiceRequest.Builder request = request("deep", "good").toBuilder();
        request.getResourceSpansBuilder(0).getScopeSpansBuilder(0).getSpansBuilder(0)
                .addAttributes(KeyValue.newBuilder().setKey("k").setValue(value));

        DecodedExport decoded = OtlpProtobuf.decode(request.build().toByteArray());

        assertThat(decoded.request().getResourceSpans(0).getScopeSpans(0).getSpansList())
                .extracting(Span::getName).containsExactly("deep", "good");
        assertThat(decoded.warnings()).singleElement().asString().contains("1 values were nested deeper");
    }

    private static ExportTraceServiceRequest request(String... names) {
        ScopeSpans.Builder spans = ScopeSpans.newBuilder();
        for (String name : names) {
            spans.addSpans(Span.newBuilder().setName(name)
                    .setTraceId(ByteString.copyFrom(new byte[16])).setSpanId(ByteString.copyFrom(new byte[8]))
                    .addAttributes(KeyValue.newBuilder().setKey("gen_ai.request.model")
                            .setValue(AnyValue.newBuilder().setStringValue("gpt-4o"))));
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans)).build();
    }

    private static void replaceFirst(byte[] bytes, String what, byte... with) {
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(what);
        System.arraycopy(with, 0, bytes, at, with.length);
    }
}
