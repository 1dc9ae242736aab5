package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpAnswer;
import dev.sightline.acceptance.client.OtlpHttpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** OTLP/HTTP in both encodings, packed and not, on OTLP's own port and under the base URL. */
@ExtendWith(SharedStack.class)
class OtlpHttpTest {
    private final Stack stack;

    OtlpHttpTest(Stack stack) {
        this.stack = stack;
    }

    private OtlpHttpClient client(Transport transport) {
        return new OtlpHttpClient(transport.endpoint(stack), Duration.ofSeconds(60));
    }

    private JsonNode observation(ByteString traceId) {
        try (QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            JsonNode observations = query.awaitTrace(Spans.hex(traceId), 1).path("observations");
            assertThat(observations.size()).isEqualTo(1);
            return observations.get(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP,false", "HTTP,true", "HTTP_BASE_URL,false", "HTTP_BASE_URL,true"})
    void protobufIsStored(Transport transport, boolean gzip) {
        ByteString traceId = Spans.newTraceId();
        Span span = Spans.span(traceId, "by protobuf").addAttributes(Spans.text("k", "v")).build();
        try (OtlpHttpClient client = client(transport)) {
            OtlpAnswer answer = client.send(Spans.request(span).toByteArray(), stack.project().authorization(), gzip);
            assertThat(answer).isEqualTo(new OtlpAnswer.Accepted(0, ""));
        }
        JsonNode stored = observation(traceId);
        assertThat(stored.path("name").asText()).isEqualTo("by protobuf");
        assertThat(stored.path("attributes").path("k").asText()).isEqualTo("v");
        assertThat(stored.path("start_time").asText())
                .isEqualTo(Instant.ofEpochSecond(0, span.getStartTimeUnixNano()).toString());
    }

    @ParameterizedTest
    @CsvSource({"HTTP,false", "HTTP,true", "HTTP_BASE_URL,false", "HTTP_BASE_URL,true"})
    void jsonIsStoredAndUnknownFieldsAreIgnored(Transport transport, boolean gzip) {
        ByteString traceId = Spans.newTraceId();
        long end = Spans.unixNano(Instant.now());
        try (OtlpHttpClient client = client(transport)) {
            assertThat(client.sendJson(json(traceId, end), stack.project().authorization(), gzip))
                    .isEqualTo(new OtlpAnswer.Accepted(0, ""));
        }
        JsonNode stored = observation(traceId);
        assertThat(stored.path("name").asText()).isEqualTo("by json \u00e4\ud83d\ude80");
        assertThat(stored.path("level").asText()).isEqualTo("ERROR");
        assertThat(stored.path("status_message").asText()).isEqualTo("broken");
        assertThat(stored.path("parent_span_id").asText()).isEqualTo("00f067aa0ba902b7");
        assertThat(stored.path("end_time").asText()).isEqualTo(Instant.ofEpochSecond(0, end).toString());
        JsonNode attributes = stored.path("attributes");
        assertThat(attributes.path("as.text").asText()).isEqualTo("9223372036854775807");
        assertThat(attributes.path("as.number").asText()).isEqualTo("-5");
        assertThat(attributes.path("yes").asText()).isEqualTo("true");
        assertThat(attributes.path("half").asText()).isEqualTo("0.5");
        assertThat(stored.path("events").get(0).path("name").asText()).isEqualTo("event");
        assertThat(stored.path("service_name").asText()).isEqualTo("json-sender");
    }

    /** Ids in upper case, 64-bit numbers as text and as numbers, and fields nobody knows on every level. */
    private static String json(ByteString traceId, long endUnixNano) {
        return """
                {"future":{"x":[1,2,{"y":null}]},"resourceSpans":[{"future":1,
                "resource":{"future":[],"attributes":[
                 {"key":"service.name","value":{"stringValue":"json-sender","future":true}}]},
                "scopeSpans":[{"future":"f","scope":{"name":"s","future":{}},"spans":[{"future":{"deep":[[]]},
                "traceId":"%s","spanId":"%s","parentSpanId":"00F067AA0BA902B7","name":"by json \u00e4\\ud83d\\ude80",
                "kind":3,"startTimeUnixNano":%d,"endTimeUnixNano":"%d",
                "attributes":[{"key":"as.text","value":{"intValue":"9223372036854775807"}},
                 {"key":"as.number","value":{"intValue":-5}},{"key":"yes","value":{"boolValue":true}},
                 {"key":"half","value":{"doubleValue":0.5}},{"key":"unheard.of","value":{"futureValue":1}}],
                "events":[{"timeUnixNano":"%d","name":"event","future":0}],
                "status":{"code":2,"message":"broken","future":0}}]}]}]}
                """.formatted(Spans.hex(traceId).toUpperCase(Locale.ROOT), Spans.hex(Spans.newSpanId()).toUpperCase(Locale.ROOT),
                endUnixNano - 1_000_000, endUnixNano, endUnixNano);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "HTTP_BASE_URL"})
    void anEmptyRequestIsFine(Transport transport) {
        try (OtlpHttpClient client = client(transport)) {
            assertThat(client.sendJson("{}", stack.project().authorization(), false))
                    .isEqualTo(new OtlpAnswer.Accepted(0, ""));
            assertThat(client.send(new byte[0], stack.project().authorization(), false))
                    .isEqualTo(new OtlpAnswer.Accepted(0, ""));
        }
    }

    /** SDKs send them to the endpoint of the traces without being asked, and complain of a 404 each minute. */
    @ParameterizedTest
    @CsvSource({"otlp_http,/v1/metrics", "base_url,/v1/metrics", "base_url,/api/public/otel/v1/metrics"})
    void metricsAreTakenAndDiscarded(String server, String path) throws Exception {
        for (String type : new String[] {OtlpHttpClient.PROTOBUF, "application/json"}) {
            byte[] body = type.equals(OtlpHttpClient.PROTOBUF)
                    ? ExportMetricsServiceRequest.newBuilder().addResourceMetrics(ResourceMetrics.newBuilder()
                            .setSchemaUrl("https://example.org")).build().toByteArray()
                    : "{\"resourceMetrics\":[{}]}".getBytes(StandardCharsets.UTF_8);
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpResponse<String> response = http.send(HttpRequest.newBuilder(stack.file().uri(server).resolve(path))
                        .header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Type")).hasValue(type);
                assertThat(response.body()).isEqualTo(type.equals(OtlpHttpClient.PROTOBUF) ? "" : "{}");
            }
        }
    }

    @Test
    void metricsOverGrpcAreTakenAndDiscarded() {
        ManagedChannel channel = ManagedChannelBuilder.forTarget(stack.file().text("otlp_grpc")).usePlaintext().build();
        try {
            assertThat(MetricsServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS)
                    .export(ExportMetricsServiceRequest.getDefaultInstance()))
                    .isEqualTo(ExportMetricsServiceResponse.getDefaultInstance());
        } finally {
            channel.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "HTTP_BASE_URL"})
    void whatNobodyUnderstandsIsNotRetried(Transport transport) {
        String key = stack.project().authorization();
        byte[] good = Spans.request(Spans.span(Spans.newTraceId(), "good").build()).toByteArray();
        try (OtlpHttpClient client = client(transport)) {
            for (String body : new String[] {"not JSON", "[]", "\"text\"", "{\"resourceSpans\":", "{\"resourceSpans\":3}",
                    "", "null"}) {
                OtlpAnswer.Refused refused = client.sendJson(body, key, false).refused();
                assertThat(refused.raw()).as(body).isEqualTo("400");
                assertThat(refused.message()).as(body).isNotBlank();
            }
            assertThat(client.sendEncoded(good, OtlpHttpClient.PROTOBUF, key, "gzip").refused().raw())
                    .as("plain bytes called gzip").isEqualTo("400");
            assertThat(client.sendEncoded(good, OtlpHttpClient.PROTOBUF, key, "snappy").refused().kind())
                    .as("an encoding nobody offers").isEqualTo(OtlpAnswer.Kind.INVALID);
            byte[] cut = OtlpHttpClient.gzip(good);
            assertThat(client.sendEncoded(java.util.Arrays.copyOf(cut, cut.length - 10), OtlpHttpClient.PROTOBUF, key,
                    "gzip").refused().raw()).as("gzip cut short").isEqualTo("400");
            assertThat(client.send("hello".getBytes(StandardCharsets.UTF_8), "text/plain", key, false).refused().raw())
                    .isEqualTo("415");
        }
    }
}
