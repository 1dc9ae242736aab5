package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpAnswer;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.OtlpHttpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What no SDK sends gets an answer by the OTLP specification, and its good neighbours in the same request are stored:
 * each case stands between two good spans of the same trace.
 */
@ExtendWith(SharedStack.class)
class BadInputTest {
    private static final int MIB = 1 << 20;
    private static final String MARK = "####";

    private final Stack stack;

    BadInputTest(Stack stack) {
        this.stack = stack;
    }

    /** Sends the span between two good ones and returns the answer and the trace's stored observations. */
    private Outcome between(Transport transport, Span.Builder bad, ByteString traceId, Consumer<byte[]> change,
            int storedCount) {
        byte[] request = Spans.request(Spans.span(traceId, "before").build(), bad.build(),
                Spans.span(traceId, "after").build()).toByteArray();
        change.accept(request);
        try (OtlpClient client = transport.client(stack);
             QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            OtlpAnswer.Accepted answer = client.send(request, stack.project().authorization(), false).accepted();
            JsonNode observations = query.awaitTrace(Spans.hex(traceId), storedCount).path("observations");
            Set<String> names = new HashSet<>();
            observations.forEach(observation -> names.add(observation.path("name").asText()));
            assertThat(names).as("the good neighbours").contains("before", "after");
            assertThat(observations.size()).isEqualTo(storedCount);
            return new Outcome(answer, observations);
        }
    }

    private record Outcome(OtlpAnswer.Accepted answer, JsonNode observations) {
        JsonNode named(String name) {
            for (JsonNode observation : observations) {
                if (observation.path("name").asText().equals(name)) {
                    return observation;
                }
            }
            throw new AssertionError("no observation " + name);
        }
    }

    private Outcome stored(Transport transport, ByteString traceId, Span.Builder bad) {
        return between(transport, bad, traceId, _ -> { }, 3);
    }

    private void rejected(Transport transport, ByteString traceId, Span.Builder bad, String field) {
        Outcome outcome = between(transport, bad, traceId, _ -> { }, 2);
        assertThat(outcome.answer.rejectedSpans()).isEqualTo(1);
        assertThat(outcome.answer.message()).contains(field);
    }

    @ParameterizedTest
    @EnumSource
    void spansWithoutIdsAreRejectedByName(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        rejected(transport, traceId, Spans.span(ByteString.EMPTY, "bad"), "trace_id");
        rejected(transport, Spans.newTraceId(), Spans.span(ByteString.copyFrom(new byte[16]), "bad"), "trace_id");
        rejected(transport, Spans.newTraceId(), Spans.span(ByteString.copyFrom(new byte[15]), "bad"), "trace_id");
        ByteString another = Spans.newTraceId();
        rejected(transport, another, Spans.span(another, "bad").clearSpanId(), "span_id");
        ByteString third = Spans.newTraceId();
        rejected(transport, third, Spans.span(third, "bad").setSpanId(ByteString.copyFrom(new byte[8])), "span_id");
        ByteString fourth = Spans.newTraceId();
        rejected(transport, fourth, Spans.span(fourth, "bad").setParentSpanId(ByteString.copyFrom(new byte[3])),
                "parent_span_id");
    }

    @ParameterizedTest
    @EnumSource
    void aSpanThatEndsBeforeItStartsIsRejected(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        Span.Builder bad = Spans.span(traceId, "bad");
        bad.setEndTimeUnixNano(bad.getStartTimeUnixNano() - 1);
        rejected(transport, traceId, bad, "end_time_unix_nano");
    }

    @ParameterizedTest
    @EnumSource
    void aSpanFromAnotherCenturyIsRejected(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        rejected(transport, traceId,
                Spans.span(traceId, "bad").setStartTimeUnixNano(-2).setEndTimeUnixNano(-1), "_time_unix_nano");
        ByteString another = Spans.newTraceId();
        rejected(transport, another, Spans.span(another, "bad").setStartTimeUnixNano(1), "start_time_unix_nano");
    }

    @ParameterizedTest
    @EnumSource
    void anAttributeOfFiveMebibytesIsKeptWhole(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        String large = letters(5 * MIB);
        Outcome outcome = stored(transport, traceId, Spans.span(traceId, "large").addAttributes(Spans.text("large", large)));
        assertThat(outcome.answer).isEqualTo(new OtlpAnswer.Accepted(0, ""));
        assertThat(outcome.named("large").path("attributes").path("large").asText().equals(large))
                .as("the attribute came back as it was sent").isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void tenThousandAttributesAreKept(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        Span.Builder span = Spans.span(traceId, "many");
        for (int i = 0; i < 10_000; i++) {
            span.addAttributes(Spans.number("many." + i, i));
        }
        Outcome outcome = stored(transport, traceId, span);
        JsonNode attributes = outcome.named("many").path("attributes");
        assertThat(attributes.size()).isEqualTo(10_000);
        assertThat(attributes.path("many.9999").asText()).isEqualTo("9999");
    }

    @ParameterizedTest
    @EnumSource
    void attributesBeyondTheBoundAreDroppedAndCounted(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        Span.Builder span = Spans.span(traceId, "too many");
        for (int i = 0; i < 10_017; i++) {
            span.addAttributes(Spans.number("many." + i, i));
        }
        JsonNode stored = stored(transport, traceId, span).named("too many");
        assertThat(stored.path("attributes").size()).isEqualTo(10_000);
        assertThat(stored.path("metadata").path("sightline.dropped_attributes").asInt()).isEqualTo(17);
    }

    @ParameterizedTest
    @EnumSource
    void textThatIsNotUtf8IsMendedAndTold(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        Span.Builder bad = Spans.span(traceId, "name " + MARK).addAttributes(Spans.text("text", "value " + MARK))
                .addAttributes(Spans.text("key " + MARK, "x"));
        byte[] mark = MARK.getBytes(StandardCharsets.US_ASCII);
        Outcome outcome = between(transport, bad, traceId, request -> {
            int at = indexOf(request, mark, 0);
            while (at >= 0) {
                request[at] = (byte) 0xff;
                request[at + 1] = (byte) 0xc0;
                at = indexOf(request, mark, at + 1);
            }
        }, 3);
        assertThat(outcome.answer.rejectedSpans()).isZero();
        assertThat(outcome.answer.message()).contains("UTF-8");
        JsonNode mended = outcome.named("name \ufffd\ufffd##");
        assertThat(mended.path("attributes").path("text").asText()).isEqualTo("value \ufffd\ufffd##");
        assertThat(mended.path("attributes").path("key \ufffd\ufffd##").asText()).isEqualTo("x");
    }

    @ParameterizedTest
    @EnumSource
    void oddTextIsKept(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        String odd = "\u0000 \u0001 ' \\ \" ` ${x} {{y}} <script> \ud83d\ude80 \u202e \n\n\r\t";
        JsonNode stored = stored(transport, traceId, Spans.span(traceId, "odd")
                .addAttributes(Spans.text("odd", odd)).addAttributes(Spans.text(odd, "key"))
                .addAttributes(Spans.text("gen_ai.prompt", odd))).named("odd");
        assertThat(stored.path("attributes").path("odd").asText()).isEqualTo(odd);
        assertThat(stored.path("attributes").path(odd).asText()).isEqualTo("key");
    }

    @ParameterizedTest
    @EnumSource
    void valuesNestedTooDeepCostNoNeighbour(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        AnyValue value = AnyValue.newBuilder().setStringValue("bottom").build();
        for (int i = 0; i < 150; i++) {
            value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value)).build();
        }
        Outcome outcome = stored(transport, traceId, Spans.span(traceId, "deep").addAttributes(
                io.opentelemetry.proto.common.v1.KeyValue.newBuilder().setKey("deep").setValue(value)));
        assertThat(outcome.answer.rejectedSpans()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void theSameSpanTwiceInARequestIsStoredOnce(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        Span twice = Spans.span(traceId, "twice").build();
        try (OtlpClient client = transport.client(stack);
             QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            client.send(Spans.request(twice, Spans.span(traceId, "once").build(), twice),
                    stack.project().authorization()).accepted();
            assertThat(query.awaitTrace(Spans.hex(traceId), 2).path("observations").size()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesThatAreNoProtobufAreInvalid(Transport transport) {
        byte[] noise = new byte[1000];
        new Random(7).nextBytes(noise);
        byte[] good = Spans.request(Spans.span(Spans.newTraceId(), "good").build()).toByteArray();
        List<byte[]> bodies = List.of(noise, "{\"resourceSpans\":[]}".getBytes(StandardCharsets.UTF_8),
                java.util.Arrays.copyOf(good, good.length - 3), new byte[] {0}, new byte[] {(byte) 0xff});
        try (OtlpClient client = transport.client(stack)) {
            for (byte[] body : bodies) {
                OtlpAnswer.Refused refused = client.send(body, stack.project().authorization(), false).refused();
                assertThat(refused.kind()).as("%s", refused).isEqualTo(OtlpAnswer.Kind.INVALID);
                assertThat(refused.retryAfter()).isEmpty();
            }
        }
        stillThere(transport);
    }

    @ParameterizedTest
    @EnumSource
    void moreThan64MebibytesAreRefusedForGood(Transport transport) {
        byte[] large = new byte[64 * MIB + 1];
        try (OtlpClient client = transport.client(stack)) {
            assertThat(client.send(large, stack.project().authorization(), false).refused().kind())
                    .isEqualTo(OtlpAnswer.Kind.TOO_LARGE);
        }
        stillThere(transport);
    }

    @ParameterizedTest
    @EnumSource
    void aZipBombIsRefusedForGood(Transport transport) {
        try (OtlpClient client = transport.client(stack)) {
            assertThat(client.send(new byte[80 * MIB], stack.project().authorization(), true).refused().kind())
                    .isEqualTo(OtlpAnswer.Kind.TOO_LARGE);
        }
        stillThere(transport);
    }

    /** A gibibyte in a mebibyte: what unpacks it before it counts dies of it. */
    @Test
    void aLargerZipBombIsRefusedForGood() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[MIB];
            for (int i = 0; i < 1024; i++) {
                gzip.write(zeros);
            }
        }
        for (Transport transport : List.of(Transport.HTTP, Transport.HTTP_BASE_URL)) {
            for (String type : List.of(OtlpHttpClient.PROTOBUF, OtlpHttpClient.JSON)) {
                try (OtlpHttpClient client = new OtlpHttpClient(transport.endpoint(stack), Duration.ofMinutes(1))) {
                    assertThat(client.sendEncoded(bomb.toByteArray(), type, stack.project().authorization(), "gzip")
                            .refused().kind()).isEqualTo(OtlpAnswer.Kind.TOO_LARGE);
                }
            }
            stillThere(transport);
        }
    }

    @Test
    void jsonSpansThatCannotBeReadCostNoNeighbour() {
        ByteString traceId = Spans.newTraceId();
        String spans = "";
        for (String bad : List.of("\"spanId\":\"xyz\"", "\"spanId\":\"" + Spans.hex(Spans.newSpanId()) + "\",\"name\":{}",
                "\"spanId\":\"" + Spans.hex(Spans.newSpanId()) + "\",\"startTimeUnixNano\":\"soon\"",
                "\"spanId\":\"" + Spans.hex(Spans.newSpanId()) + "\",\"attributes\":{\"a\":1}")) {
            spans += jsonSpan(traceId, bad) + "," + jsonSpan(traceId,
                    "\"spanId\":\"" + Spans.hex(Spans.newSpanId()) + "\",\"name\":\"good\"") + ",";
        }
        String body = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + spans + "17,null]}]}]}";
        try (OtlpHttpClient client = new OtlpHttpClient(Transport.HTTP.endpoint(stack), Duration.ofMinutes(1));
             QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            OtlpAnswer.Accepted answer = client.sendJson(body, stack.project().authorization(), false).accepted();
            assertThat(answer.rejectedSpans()).isEqualTo(6);
            assertThat(answer.message()).contains("spans[0]");
            assertThat(query.awaitTrace(Spans.hex(traceId), 4).path("observations").size()).isEqualTo(4);
        }
    }

    private static String jsonSpan(ByteString traceId, String fields) {
        return "{\"traceId\":\"" + Spans.hex(traceId) + "\"," + fields + "}";
    }

    /** The process took no harm: a good span is stored. */
    private void stillThere(Transport transport) {
        ByteString traceId = Spans.newTraceId();
        try (OtlpClient client = transport.client(stack);
             QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            client.send(Spans.request(Spans.span(traceId, "afterwards").build()),
                    stack.project().authorization()).accepted();
            query.awaitTrace(Spans.hex(traceId), 1);
        }
    }

    private static String letters(int count) {
        Random random = new Random(count);
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private static int indexOf(byte[] bytes, byte[] part, int from) {
        for (int i = from; i <= bytes.length - part.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }
}
