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
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SecondProject;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * "Where is my trace?" Whatever a project sends is accounted for, by reason: garbage, what is over a limit, what
 * sampling leaves out. Each test has a project of its own, with its settings set before its key is first used.
 */
@ExtendWith(SharedStack.class)
class IngestHealthTest {
    private static final int MIB = 1 << 20;

    private final Stack stack;

    IngestHealthTest(Stack stack) {
        this.stack = stack;
    }

    private Project project(String settings) {
        Project project = SecondProject.create(stack, "health-" + UUID.randomUUID().toString().substring(0, 8));
        try (QueryClient query = query(project)) {
            String body = settings.replace("$KEY", project.publicKey());
            assertThat(query.send(HttpRequest.newBuilder(stack.file().uri("base_url")
                            .resolve("/api/v1/project/settings"))
                    .header("Authorization", project.authorization()).header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString(body)).build()).ok().isObject()).isTrue();
        }
        return project;
    }

    private QueryClient query(Project project) {
        return new QueryClient(stack.file().uri("base_url"), project.authorization());
    }

    private OtlpAnswer send(Transport transport, Project project, Span... spans) {
        try (OtlpClient client = transport.client(stack)) {
            return client.send(Spans.request(spans), project.authorization());
        }
    }

    private static Map<String, Long> counts(JsonNode list, String... names) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (JsonNode entry : list) {
            List<String> key = new ArrayList<>();
            for (String name : names) {
                key.add(entry.path(name).asText());
            }
            counts.merge(String.join("/", key), entry.path("count").asLong(), Long::sum);
        }
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    /** The project's health once its totals are as expected, and what it was last otherwise. */
    private JsonNode awaitTotals(Project project, Map<String, Long> expected) {
        try (QueryClient query = query(project)) {
            JsonNode[] last = new JsonNode[1];
            try {
                return Await.value("totals " + expected, Await.LONG, () -> {
                    last[0] = query.get("/api/v1/ingest/health").ok();
                    return counts(last[0].path("totals"), "outcome").equals(expected)
                            ? Optional.of(last[0]) : Optional.empty();
                });
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "; it was " + last[0], e);
            }
        }
    }

    @Test
    void garbageIsCountedByReason() {
        Project project = project("{}");
        ByteString trace = Spans.newTraceId();
        Span.Builder backwards = Spans.span(trace, "backwards");
        backwards.setEndTimeUnixNano(backwards.getStartTimeUnixNano() - 1);
        ByteString shortId = ByteString.copyFrom(new byte[15]);
        send(Transport.GRPC, project, Spans.span(trace, "good").build(), Spans.span(shortId, "bad").build(),
                Spans.span(trace, "good too").build(), Spans.span(ByteString.EMPTY, "bad").build(), backwards.build(),
                Spans.span(trace, "no id").clearSpanId().build(),
                Spans.span(trace, "secret words").setStartTimeUnixNano(1).build()).accepted();
        send(Transport.HTTP, project, Spans.span(trace, "and good").build(), Spans.span(shortId, "bad").build())
                .accepted();
        try (OtlpHttpClient http = new OtlpHttpClient(Transport.HTTP.endpoint(stack), Duration.ofMinutes(1))) {
            http.sendJson("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[17, null]}]}]}",
                    project.authorization(), false).accepted();
            http.sendJson("{\"secret words\"", project.authorization(), false).refused();
            http.send("hello".getBytes(StandardCharsets.UTF_8), "text/plain", project.authorization(), false).refused();
            http.send(new byte[80 * MIB], OtlpHttpClient.PROTOBUF, project.authorization(), true).refused();
        }
        try (OtlpClient grpc = Transport.GRPC.client(stack)) {
            grpc.send(new byte[] {(byte) 0xff}, project.authorization(), false).refused();
            grpc.send(new byte[80 * MIB], project.authorization(), true).refused();
        }

        JsonNode health = awaitTotals(project, Map.of("accepted", 3L, "rejected", 13L));

        assertThat(counts(health.path("reasons"), "outcome", "reason")).isEqualTo(Map.of(
                "rejected/invalid-trace-id", 3L, "rejected/end-before-start", 1L, "rejected/invalid-span-id", 1L,
                "rejected/time-too-old", 1L, "rejected/unreadable-span", 2L, "rejected/unreadable-request", 2L,
                "rejected/unsupported-media-type", 1L, "rejected/request-too-large", 2L));
        assertThat(counts(health.path("sources"), "source", "outcome")).isEqualTo(Map.of(
                "otlp-grpc/accepted", 2L, "otlp-grpc/rejected", 7L,
                "otlp-http/accepted", 1L, "otlp-http/rejected", 6L));
        JsonNode worst = health.path("reasons").get(0);
        assertThat(worst.path("reason").asText()).isEqualTo("invalid-trace-id");
        // Of the latest minute of some source: two sources said something else.
        assertThat(worst.path("example").asText())
                .matches("trace_id: (has 15 bytes instead of 16|is missing); span [0-9a-f]{16}.*");
        assertThat(health.path("hints").get(0).path("text").asText())
                .startsWith("3 spans were rejected in the last hour: trace_id must be 16 bytes");
        long inSeries = 0;
        for (JsonNode point : health.path("series").path("points")) {
            for (JsonNode count : point.path("counts")) {
                inSeries += count.asLong();
            }
        }
        assertThat(inSeries).isEqualTo(16);
        assertThat(health.toString()).doesNotContain("secret words");
        try (QueryClient query = query(project)) {
            assertThat(query.awaitTrace(Spans.hex(trace), 3).path("observations").size()).isEqualTo(3);
            assertThat(query.get("/api/v1/ingest/health").ok().path("storage").path("newest_received_at").isTextual())
                    .isTrue();
        }
    }

    @Test
    void whatNobodySentIsToldToo() {
        Project project = project("{}");
        try (QueryClient query = query(project)) {
            JsonNode health = query.get("/api/v1/ingest/health").ok();
            assertThat(health.path("hints").get(0).path("text").asText()).startsWith("Nothing arrived in the last hour");
            assertThat(health.path("storage").path("newest_received_at").isNull()).isTrue();
        }
    }

    private static void assertTurnedAway(OtlpAnswer answer, Transport transport, String limit) {
        OtlpAnswer.Refused refused = answer.refused();
        assertThat(refused.raw()).isEqualTo(transport == Transport.GRPC ? "RESOURCE_EXHAUSTED" : "429");
        assertThat(refused.message()).startsWith(limit);
        assertThat(refused.retryAfter()).as("RetryInfo or Retry-After").hasValueSatisfying(
                wait -> assertThat(wait).isPositive());
    }

    /** The first request is far over the limit and passes with the burst; its debt keeps the next ones out. */
    @ParameterizedTest
    @EnumSource
    void aProjectOverItsSpansASecondIsTurnedAway(Transport transport) {
        Project project = project("{\"limits\":{\"spans_per_second\":1}}");
        ByteString trace = Spans.newTraceId();
        Span[] first = new Span[200];
        for (int i = 0; i < first.length; i++) {
            first[i] = Spans.span(trace, "within the burst").build();
        }
        send(transport, project, first).accepted();
        ByteString refused = Spans.newTraceId();
        assertTurnedAway(send(transport, project, Spans.span(refused, "a").build(), Spans.span(refused, "b").build()),
                transport, "limits.spans_per_second");
        JsonNode health = awaitTotals(project, Map.of("accepted", 200L, "limited", 2L));
        assertThat(counts(health.path("reasons"), "reason")).isEqualTo(Map.of("project-spans-per-second", 2L));
        try (QueryClient query = query(project)) {
            query.awaitTrace(Spans.hex(trace), 200);
            assertThat(query.get("/api/v1/traces/" + Spans.hex(refused)).status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "HTTP"})
    void aKeyOverItsBytesASecondIsTurnedAway(Transport transport) {
        Project project = project("{\"key_limits\":{\"$KEY\":{\"bytes_per_second\":1}}}");
        send(transport, project, Spans.span(Spans.newTraceId(), "first").build()).accepted();
        assertTurnedAway(send(transport, project, Spans.span(Spans.newTraceId(), "second").build()), transport,
                "key_limits.bytes_per_second");
        assertThat(counts(awaitTotals(project, Map.of("accepted", 1L, "limited", 1L)).path("reasons"), "reason"))
                .isEqualTo(Map.of("key-bytes-per-second", 1L));
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "HTTP"})
    void aProjectThatHasUsedUpItsMonthIsTurnedAway(Transport transport) {
        Project project = project("{\"limits\":{\"spans_per_month\":3}}");
        ByteString trace = Spans.newTraceId();
        send(transport, project, Spans.span(trace, "1").build(), Spans.span(trace, "2").build(),
                Spans.span(trace, "3").build()).accepted();
        assertTurnedAway(send(transport, project, Spans.span(trace, "4").build()), transport,
                "limits.spans_per_month");
        assertThat(counts(awaitTotals(project, Map.of("accepted", 3L, "limited", 1L)).path("reasons"), "reason"))
                .isEqualTo(Map.of("project-spans-per-month", 1L));
    }

    /** Roots come after their children, errors last, each in a request of its own: the edge has to remember. */
    @Test
    void samplingKeepsWholeTracesAndThoseWithAnError() {
        Project project = project("{\"sampling\":{\"keep_ppm\":100000}}");
        int traceCount = 200;
        int failedCount = 5;
        List<ByteString> traces = new ArrayList<>();
        Span[] children = new Span[traceCount];
        Span[] roots = new Span[traceCount];
        Span[] errors = new Span[failedCount];
        for (int i = 0; i < traceCount; i++) {
            ByteString trace = Spans.newTraceId();
            traces.add(trace);
            Span root = Spans.span(trace, "root").build();
            roots[i] = root;
            children[i] = Spans.span(trace, "child").setParentSpanId(root.getSpanId()).build();
            if (i < failedCount) {
                errors[i] = Spans.span(trace, "failed").setParentSpanId(root.getSpanId()).setStatus(
                        Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR)).build();
            }
        }
        assertThat(send(Transport.GRPC, project, children)).isEqualTo(new OtlpAnswer.Accepted(0, ""));
        assertThat(send(Transport.GRPC, project, roots)).isEqualTo(new OtlpAnswer.Accepted(0, ""));
        send(Transport.GRPC, project, errors).accepted();

        try (QueryClient query = query(project)) {
            for (int i = 0; i < failedCount; i++) {
                assertThat(query.awaitTrace(Spans.hex(traces.get(i)), 3).path("observations").size()).isEqualTo(3);
            }
            JsonNode health = Await.value("every span to be accounted for", Await.LONG, () -> {
                JsonNode now = query.get("/api/v1/ingest/health").ok();
                Map<String, Long> totals = counts(now.path("totals"), "outcome");
                long sum = totals.values().stream().mapToLong(Long::longValue).sum();
                return sum == 2L * traceCount + failedCount ? Optional.of(now) : Optional.empty();
            });
            Map<String, Long> totals = counts(health.path("totals"), "outcome");
            assertThat(totals).containsOnlyKeys("accepted", "sampled");
            long keptTraces = Await.value("all accepted spans to be stored", Await.LONG, () -> {
                JsonNode page = query.get("/api/v1/traces?limit=200").ok().path("data");
                long spans = 0;
                for (JsonNode trace : page) {
                    spans += trace.path("observation_count").asLong();
                }
                return spans == totals.get("accepted") ? Optional.of((long) page.size()) : Optional.empty();
            });
            assertThat(2 * keptTraces + failedCount).as("whole traces").isEqualTo(totals.get("accepted"));
            assertThat(keptTraces).as("10 % of 200, and the failed ones").isBetween((long) failedCount + 1, 65L);
            assertThat(health.path("hints").toString()).contains("left out").contains("It keeps 10 % of the traces");
        }
    }

    private String metrics(String process) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI metrics = stack.file().process(process).http().resolve("/q/metrics");
            return http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void whatBelongsToNoProjectIsInTheMetrics() throws IOException, InterruptedException, ExecutionException {
        try (OtlpClient client = Transport.HTTP.client(stack)) {
            client.send(Spans.request(Spans.span(Spans.newTraceId(), "whose?").build()), "Basic bm9ib2R5Om5vdGhpbmc=")
                    .refused();
        }
        assertThat(metrics("ingestion-edge")).containsPattern("sightline_ingest_spans_total\\{outcome=\"rejected\","
                + "reason=\"unauthenticated\",source=\"otlp-http\"\\} [1-9]");
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.file().text("kafka")),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("spans", new byte[] {(byte) 0xff, 1, 2})).get();
        }
        Await.until("the dead letter to be counted", Await.LONG, () -> metrics("ingestion-writer").contains(
                "outcome=\"dead_lettered\",reason=\"dead-letter-unreadable\",source=\"writer\""));
    }
}
