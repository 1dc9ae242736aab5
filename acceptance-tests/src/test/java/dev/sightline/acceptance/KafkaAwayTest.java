package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.OtlpAnswer;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * While Kafka can't take spans nothing is acknowledged: clients are told to come back and when, and what they send
 * again after it is back is stored once.
 */
@Order(Integer.MAX_VALUE - 1)
@ExtendWith(SharedStack.class)
class KafkaAwayTest {
    private final Stack stack;

    KafkaAwayTest(Stack stack) {
        this.stack = stack;
    }

    /** One request for each transport, sent again and again until it is acknowledged. */
    private final class Sending implements AutoCloseable {
        private final Map<Transport, OtlpClient> clients = new EnumMap<>(Transport.class);
        private final Map<Transport, ByteString> traceIds = new EnumMap<>(Transport.class);
        private final Map<Transport, ExportTraceServiceRequest> requests = new EnumMap<>(Transport.class);

        Sending(String name) {
            for (Transport transport : Transport.values()) {
                ByteString traceId = Spans.newTraceId();
                clients.put(transport, transport.client(stack));
                traceIds.put(transport, traceId);
                requests.put(transport, Spans.request(Spans.span(traceId, name + " 1").build(),
                        Spans.span(traceId, name + " 2").build()));
            }
        }

        OtlpAnswer send(Transport transport) {
            return clients.get(transport).send(requests.get(transport), stack.project().authorization());
        }

        @Override
        public void close() {
            clients.values().forEach(OtlpClient::close);
        }
    }

    @Test
    void aKafkaThatHangsMeansTryAgainLater() {
        try (Sending before = new Sending("before"); Sending sending = new Sending("while it hangs")) {
            for (Transport transport : Transport.values()) {
                before.send(transport).accepted();
            }
            stack.signal("kafka", "STOP");
            try {
                for (Transport transport : Transport.values()) {
                    assertRetryable(transport, sending.send(transport));
                    assertRetryable(transport, sending.send(transport));
                }
            } finally {
                stack.signal("kafka", "CONT");
            }
            assertStoredOnceAfterRetries(sending);
        }
    }

    @Test
    void aKafkaThatDiesMeansTryAgainLater() {
        try (Sending sending = new Sending("while it is dead")) {
            List<OtlpAnswer> answers = new ArrayList<>();
            stack.signal("kafka", "KILL");
            for (Transport transport : Transport.values()) {
                OtlpAnswer answer = sending.send(transport);
                answers.add(answer);
                // The supervisor may have been quicker than we.
                if (answer instanceof OtlpAnswer.Refused) {
                    assertRetryable(transport, answer);
                }
            }
            System.out.println("answers while Kafka was dead: " + answers);
            assertStoredOnceAfterRetries(sending);
        }
    }

    private static void assertRetryable(Transport transport, OtlpAnswer answer) {
        OtlpAnswer.Refused refused = answer.refused();
        assertThat(refused.kind()).as("%s: %s", transport, refused).isEqualTo(OtlpAnswer.Kind.RETRYABLE);
        assertThat(refused.raw()).as("%s: %s", transport, refused).isEqualTo(switch (transport) {
            case GRPC -> "UNAVAILABLE";
            case HTTP, HTTP_BASE_URL -> "503";
        });
        assertThat(refused.retryAfter()).as("%s says when to come back", transport).isPresent();
    }

    private void assertStoredOnceAfterRetries(Sending sending) {
        ClickHouseClient clickHouse = new ClickHouseClient(stack);
        try (QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            for (Transport transport : Transport.values()) {
                Await.value(transport + " to be accepted again", Await.LONG, () ->
                        sending.send(transport) instanceof OtlpAnswer.Accepted accepted
                                ? Optional.of(accepted) : Optional.empty());
                String traceId = Spans.hex(sending.traceIds.get(transport));
                assertThat(query.awaitTrace(traceId, 2).path("observations").size()).as("%s", transport).isEqualTo(2);
            }
            // What was sent later lies behind it in Kafka: once that is stored, no late copy can still come.
            try (Sending fence = new Sending("fence")) {
                for (Transport transport : Transport.values()) {
                    fence.send(transport).accepted();
                    query.awaitTrace(Spans.hex(fence.traceIds.get(transport)), 2);
                }
            }
        }
        for (Transport transport : Transport.values()) {
            for (String table : List.of("observations", "observation_content")) {
                assertThat(clickHouse.number("SELECT count() FROM " + table + " WHERE trace_id = unhex('"
                        + Spans.hex(sending.traceIds.get(transport)) + "')")).as("%s in %s", transport, table).isEqualTo(2);
            }
        }
    }
}
