package dev.sightline.ingestion.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.error.ServiceException;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtlpJsonTest {
    private final OtlpJson json = new OtlpJson(1 << 20);

    private DecodedExport decode(String text) {
        return json.decode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String spans(String... spans) {
        return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + String.join(",", spans) + "]}]}]}";
    }

    private static List<Span> decodedSpans(DecodedExport decoded) {
        return decoded.request().getResourceSpans(0).getScopeSpans(0).getSpansList();
    }

    @Test
    void readsEveryFieldOfASpan() {
        DecodedExport decoded = decode("""
                {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
                 "schemaUrl":"https://example.com/1",
                 "scopeSpans":[{"scope":{"name":"lib","version":"2","attributes":[]},
                 "spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174",
                 "parentSpanId":"EEE19B7EC3C1B173","name":"chat","kind":"SPAN_KIND_CLIENT",
                 "startTimeUnixNano":"1544712660000000001","endTimeUnixNano":1544712661000000002,"flags":769,
                 "attributes":[{"key":"s","value":{"stringValue":"x"}},{"key":"i","value":{"intValue":"-7"}},
                  {"key":"d","value":{"doubleValue":0.5}},{"key":"b","value":{"boolValue":true}},
                  {"key":"y","value":{"bytesValue":"AQI="}},
                  {"key":"a","value":{"arrayValue":{"values":[{"intValue":1},{"stringValue":"two"}]}}},
                  {"key":"m","value":{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"v"}}]}}}],
                 "events":[{"timeUnixNano":"5","name":"first","attributes":[{"key":"e","value":{"intValue":3}}]}],
                 "links":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b172"}],
                 "status":{"code":2,"message":"broken"},"notOfThisVersion":{"x":[1]}}]}]}]}
                """);

        Span span = decodedSpans(decoded).getFirst();
        assertThat(decoded.rejected()).isEmpty();
        assertThat(decoded.request().getResourceSpans(0).getResource().getAttributes(0).getValue().getStringValue())
                .isEqualTo("shop");
        assertThat(HexFormat.of().formatHex(span.getTraceId().toByteArray()))
                .isEqualTo("5b8efff798038103d269b633813fc60c");
        assertThat(HexFormat.of().formatHex(span.getParentSpanId().toByteArray())).isEqualTo("eee19b7ec3c1b173");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(span.getStartTimeUnixNano()).isEqualTo(1_544_712_660_000_000_001L);
        assertThat(span.getEndTimeUnixNano()).isEqualTo(1_544_712_661_000_000_002L);
        assertThat(span.getFlags()).isEqualTo(769);
        assertThat(span.getAttributesList()).hasSize(7);
        assertThat(span.getAttributes(1).getValue().getIntValue()).isEqualTo(-7);
        assertThat(span.getAttributes(4).getValue().getBytesValue().toByteArray()).containsExactly(1, 2);
        assertThat(span.getAttributes(5).getValue().getArrayValue().getValues(1).getStringValue()).isEqualTo("two");
        assertThat(span.getAttributes(6).getValue().getKvlistValue().getValues(0).getKey()).isEqualTo("k");
        assertThat(span.getEvents(0).getTimeUnixNano()).isEqualTo(5);
        assertThat(span.getLinksCount()).isEqualTo(1);
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(span.getStatus().getMessage()).isEqualTo("broken");
    }

    @Test
    void aSpanThatCannotBeReadIsNamedByItsPlaceAndTheOthersAreKept() {
        DecodedExport decoded = decode(spans(
                "{\"name\":\"one\"}", "{\"name\":\"two\",\"traceId\":\"xyz\"}", "17",
                "{\"name\":\"four\",\"startTimeUnixNano\":\"soon\"}", "{\"name\":\"five\",\"attributes\":{}}",
                "{\"name\":\"six\"}"));

        assertThat(decodedSpans(decoded)).extracting(Span::getName).containsExactly("one", "six");
        assertThat(decoded.rejected()).containsExactly(
                "resourceSpans[0].scopeSpans[0].spans[1].traceId must be hex digits",
                "resourceSpans[0].scopeSpans[0].spans[2] must be an object",
                "resourceSpans[0].scopeSpans[0].spans[3].startTimeUnixNano must be a whole number",
                "resourceSpans[0].scopeSpans[0].spans[4].attributes must be a list");
    }

    @Test
    void halfASurrogatePairBecomesAQuestionMark() {
        DecodedExport decoded = decode(spans("{\"name\":\"a\\ud83db\"}", "{\"name\":\"\\ud83d\\ude00\"}"));
        assertThat(decodedSpans(decoded)).extracting(Span::getName).containsExactly("a?b", "\ud83d\ude00");
    }

    @Test
    void aBodyThatIsNoRequestIsRefusedForGood() {
        for (String body : List.of("", "not json", "[]", "{\"resourceSpans\":7}", "{\"resourceSpans\":[")) {
            assertThatThrownBy(() -> decode(body)).as(body).isInstanceOf(ServiceException.class);
        }
        assertThat(decode("{}").request().getResourceSpansCount()).isZero();
    }
}
