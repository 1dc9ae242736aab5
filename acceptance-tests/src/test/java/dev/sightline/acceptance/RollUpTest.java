package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.RollUp;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The minute roll-up says exactly what the raw rows say, for spans of several months that came in pieces and twice. */
@ExtendWith(SharedStack.class)
class RollUpTest {
    private static final long DAY = 86_400_000_000_000L;

    private final Stack stack;

    RollUpTest(Stack stack) {
        this.stack = stack;
    }

    @Test
    void everySumEqualsTheRawRows() {
        String environment = "roll-up-" + Long.toHexString(System.nanoTime());
        Random random = new Random(11);
        List<ByteString> traceIds = new ArrayList<>();
        try (OtlpClient client = Transport.GRPC.client(stack);
             QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            for (int i = 0; i < 40; i++) {
                ByteString traceId = Spans.newTraceId();
                traceIds.add(traceId);
                List<Span> spans = new ArrayList<>();
                for (int j = 0; j < 25; j++) {
                    spans.add(span(traceId, environment, random));
                }
                client.send(Spans.request(spans), stack.project().authorization()).accepted();
                if (i % 5 == 0) {
                    client.send(Spans.request(spans), stack.project().authorization()).accepted();
                }
            }
            for (ByteString traceId : traceIds) {
                query.awaitTrace(Spans.hex(traceId), 25);
            }
        }
        ClickHouseClient clickHouse = new ClickHouseClient(stack);
        String condition = "environment = '" + environment + "'";
        assertThat(RollUp.differences(clickHouse, condition)).isEmpty();
        assertThat(clickHouse.number("SELECT sum(observation_count) FROM observations_by_minute WHERE " + condition))
                .isEqualTo(1000);
        assertThat(clickHouse.number("SELECT uniqExact(toStartOfMonth(minute)) FROM observations_by_minute WHERE "
                + condition)).as("several partitions").isGreaterThan(1);
        assertThat(clickHouse.number("SELECT toInt64(sum(total_cost) * 1000000) FROM observations_by_minute WHERE "
                + condition)).as("something was priced").isPositive();
    }

    private static Span span(ByteString traceId, String environment, Random random) {
        Span.Builder span = Spans.span(traceId, "step " + random.nextInt(4));
        span.setStartTimeUnixNano(span.getStartTimeUnixNano() - random.nextInt(3) * 30 * DAY
                - random.nextInt(600) * 1_000_000_000L);
        span.setEndTimeUnixNano(span.getStartTimeUnixNano() + (random.nextInt(5) == 0 ? 0 : random.nextLong(90_000_000_000L)));
        span.addAttributes(Spans.text("deployment.environment.name", environment))
                .addAttributes(Spans.text("langfuse.environment", environment));
        if (random.nextBoolean()) {
            span.setParentSpanId(Spans.newSpanId());
        }
        if (random.nextInt(4) == 0) {
            span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
        }
        if (random.nextBoolean()) {
            span.addAttributes(Spans.text("gen_ai.operation.name", "chat"))
                    .addAttributes(Spans.text("gen_ai.request.model", random.nextBoolean() ? "gpt-4o" : "unpriced"))
                    .addAttributes(Spans.number("gen_ai.usage.input_tokens", random.nextInt(100_000)))
                    .addAttributes(Spans.number("gen_ai.usage.output_tokens", random.nextInt(10_000)))
                    .addAttributes(Spans.text("langfuse.observation.completion_start_time",
                            java.time.Instant.ofEpochSecond(0, span.getStartTimeUnixNano() + 1_000_003).toString()));
        }
        return span.build();
    }
}
