package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was sent is what is counted, by our metrics and by Langfuse's, over the gateway of a running stack. */
@ExtendWith(SharedStack.class)
class MetricsTest {
    private static final String DAY = "\"from\": \"2026-03-10T00:00:00Z\", \"to\": \"2026-03-11T00:00:00Z\"";
    /** 2026-03-10T10:00:00Z. */
    private static final long NOON_UNIX_NANO = 1_773_136_800_000_000_000L;

    private final Stack stack;
    private String environment;
    private QueryClient query;

    MetricsTest(Stack stack) {
        this.stack = stack;
    }

    @BeforeEach
    void send() {
        environment = "metrics-" + Long.toHexString(System.nanoTime());
        query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization());
        List<ByteString> traceIds = new ArrayList<>();
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            for (int i = 0; i < 12; i++) {
                ByteString traceId = Spans.newTraceId();
                traceIds.add(traceId);
                client.send(Spans.request(call(traceId, i)), stack.project().authorization()).accepted();
            }
        }
        traceIds.forEach(traceId -> query.awaitTrace(Spans.hex(traceId), 1));
    }

    @AfterEach
    void close() {
        query.close();
    }

    private Span call(ByteString traceId, int i) {
        long start = NOON_UNIX_NANO + i * 600_000_000_000L;
        return Spans.span(traceId, "chat").setStartTimeUnixNano(start)
                .setEndTimeUnixNano(start + (i + 1) * 100_000_000L)
                .addAttributes(Spans.text("langfuse.environment", environment))
                .addAttributes(Spans.text("user.id", "user " + i % 3))
                .addAttributes(Spans.text("gen_ai.operation.name", "chat"))
                .addAttributes(Spans.text("gen_ai.request.model", i % 2 == 0 ? "gpt-4o" : "house-model"))
                .addAttributes(Spans.number("gen_ai.usage.input_tokens", 100))
                .addAttributes(Spans.number("gen_ai.usage.output_tokens", i)).build();
    }

    private JsonNode ask(String rest) {
        URI path = stack.file().uri("base_url").resolve("/api/v1/metrics");
        return query.send(HttpRequest.newBuilder(path).header("Authorization", stack.project().authorization())
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(
                        "{" + DAY + ", \"query\": \"environment:" + environment + "\", " + rest + "}")).build()).ok();
    }

    @Test
    void whatWasSentIsCounted() {
        JsonNode byModel = ask("\"dimensions\": [\"model\"], \"measures\": [{\"measure\": \"count\"}, "
                + "{\"measure\": \"output_tokens\"}, {\"measure\": \"latency\", \"aggregation\": \"max\"}], "
                + "\"order_by\": [{\"field\": \"model\"}]");
        assertThat(byModel.path("source").asText()).isEqualTo("observations_by_hour");
        assertThat(byModel.path("data")).hasSize(2);
        assertThat(byModel.at("/data/0/model").asText()).isEqualTo("gpt-4o");
        assertThat(byModel.at("/data/0/count").asInt()).isEqualTo(6);
        assertThat(byModel.at("/data/0/sum_output_tokens").asInt()).isEqualTo(30);
        assertThat(byModel.at("/data/1/max_latency").asDouble()).isBetween(1188.0, 1212.0);

        JsonNode byUser = ask("\"dimensions\": [\"user\"], \"granularity\": \"hour\", \"top\": {\"n\": 1, \"others\": true}, "
                + "\"measures\": [{\"measure\": \"total_tokens\"}]");
        assertThat(byUser.path("source").asText()).isEqualTo("observations_by_user_hour");
        assertThat(byUser.path("data")).hasSize(48);
        int sum = 0;
        for (JsonNode row : byUser.path("data")) {
            sum += row.path("sum_total_tokens").asInt();
        }
        assertThat(sum).isEqualTo(12 * 100 + 66);

        JsonNode raw = ask("\"source\": \"raw\", \"measures\": [{\"measure\": \"total_cost\"}, "
                + "{\"measure\": \"user_count\"}, {\"measure\": \"latency\", \"aggregation\": \"p90\"}]");
        JsonNode rolledUp = ask("\"measures\": [{\"measure\": \"total_cost\"}, {\"measure\": \"user_count\"}, "
                + "{\"measure\": \"latency\", \"aggregation\": \"p90\"}]");
        assertThat(rolledUp.path("data")).isEqualTo(raw.path("data"));
        assertThat(raw.at("/data/0/user_count").asInt()).isEqualTo(3);
        assertThat(raw.at("/data/0/sum_total_cost").asDouble()).isPositive();
    }

    @Test
    void langfusesMetricsSayTheSame() {
        String asked = URLEncoder.encode("""
                {"view": "observations", "fromTimestamp": "2026-03-10T00:00:00Z", "toTimestamp": "2026-03-11T00:00:00Z",
                 "metrics": [{"measure": "count", "aggregation": "count"}], "dimensions": [{"field": "providedModelName"}],
                 "filters": [{"type": "string", "column": "environment", "operator": "=", "value": "%s"}]}"""
                .formatted(environment), StandardCharsets.UTF_8);
        for (String version : List.of("metrics", "v2/metrics")) {
            JsonNode rows = query.get("/api/public/" + version + "?query=" + asked).ok().path("data");
            assertThat(rows).hasSize(2).allSatisfy(row -> assertThat(row.path("count_count").asInt()).isEqualTo(6));
        }
        JsonNode days = query.get("/api/public/metrics/daily?environment=" + environment
                + "&fromTimestamp=2026-03-01T00:00:00Z&toTimestamp=2026-04-01T00:00:00Z").ok();
        assertThat(days.at("/data/0/date").asText()).isEqualTo("2026-03-10");
        assertThat(days.at("/data/0/countTraces").asInt()).isEqualTo(12);
        assertThat(days.at("/meta/totalItems").asInt()).isEqualTo(1);
    }
}
