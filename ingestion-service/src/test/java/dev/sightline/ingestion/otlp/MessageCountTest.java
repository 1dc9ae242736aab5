package dev.sightline.ingestion.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class MessageCountTest {
    private static final int ABOVE = MessageCount.MESSAGES_MAX + 1;

    private static byte[] repeated(int first, int second, int times) {
        byte[] bytes = new byte[times * 2];
        for (int i = 0; i < times; i++) {
            bytes[2 * i] = (byte) first;
            bytes[2 * i + 1] = (byte) second;
        }
        return bytes;
    }

    private static byte[] span(byte[] fields) throws InvalidProtocolBufferException {
        return ExportTraceServiceRequest.newBuilder().addResourceSpans(ResourceSpans.newBuilder()
                .addScopeSpans(ScopeSpans.newBuilder().addSpans(Span.parseFrom(fields)))).build().toByteArray();
    }

    private static void refused(byte[] request) {
        assertThatThrownBy(() -> OtlpProtobuf.decode(request)).isInstanceOfSatisfying(ServiceException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
    }

    @Test
    void millionsOfEmptyMessagesAreRefusedBeforeTheyAreObjects() throws InvalidProtocolBufferException {
        refused(repeated(0x0a, 0, ABOVE));
        refused(span(repeated(0x4a, 0, ABOVE)));
        // A field that nobody knows, of type varint.
        refused(repeated(0x78, 1, ABOVE + 16));
    }

    @Test
    void aLargeRequestOfAnExporterIsTaken() {
        KeyValue attribute = KeyValue.newBuilder().setKey("attribute")
                .setValue(AnyValue.newBuilder().setStringValue("a value of usual length")).build();
        Span span = Span.newBuilder().setName("one of many").addAllAttributes(Collections.nCopies(20, attribute))
                .build();
        Span[] spans = new Span[20_000];
        Arrays.fill(spans, span);
        byte[] request = ExportTraceServiceRequest.newBuilder().addResourceSpans(ResourceSpans.newBuilder()
                .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(Arrays.asList(spans)))).build().toByteArray();
        assertThat(request.length).isGreaterThan(2 * MessageCount.MESSAGES_MAX);
        assertThat(OtlpProtobuf.decode(request).request().getResourceSpans(0).getScopeSpans(0).getSpansCount())
                .isEqualTo(20_000);
    }
}
