package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.KafkaState;
import dev.sightline.acceptance.client.OtlpAnswer;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.OtlpHttpClient;
import dev.sightline.acceptance.client.OtlpJsonText;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import dev.sightline.acceptance.stack.StackFile;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random requests, right and broken, in both encodings: each is accepted or refused for good, never an error of ours;
 * a good span between wild ones is stored; nothing becomes a dead letter and no process ends.
 * {@code -Dfuzz.requests=} sets how many, {@code -Dfuzz.seed=} repeats them.
 */
@ExtendWith(SharedStack.class)
class FuzzTest {
    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 600);
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime() & 0xffff_ffffL);

    private final Stack stack;
    private final Random random = new Random(SEED);
    private final RandomRequests requests = new RandomRequests(random);
    private final Set<String> expected = new HashSet<>();
    private int accepted;
    private int refused;

    FuzzTest(Stack stack) {
        this.stack = stack;
    }

    @Test
    void whateverIsSentIsAnsweredAndGoodSpansAreStored() throws Exception {
        System.out.println("fuzz test: " + REQUESTS + " requests, seed " + SEED + " (repeat with -Dfuzz.seed=" + SEED + ")");
        Map<String, Long> pidsBefore = pids();
        List<OtlpClient> clients = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            clients.add(transport.client(stack));
        }
        try (OtlpHttpClient json = new OtlpHttpClient(Transport.HTTP.endpoint(stack), Duration.ofMinutes(1))) {
            for (int i = 0; i < REQUESTS; i++) {
                sendOne(i, clients, json);
            }
        } finally {
            clients.forEach(OtlpClient::close);
        }
        ClickHouseClient clickHouse = new ClickHouseClient(stack);
        Await.until("good spans between wild ones to be stored, seed " + SEED, Await.LONG, () -> {
            Set<String> missing = new HashSet<>(expected);
            missing.removeAll(clickHouse.list("SELECT lower(hex(span_id)) FROM observations WHERE name = 'good, seed "
                    + SEED + "'", row -> row.getString(1)));
            if (!missing.isEmpty()) {
                throw new AssertionError(missing.size() + " of " + expected.size() + " missing, such as "
                        + missing.iterator().next());
            }
            return true;
        });
        try (KafkaState kafka = new KafkaState(stack.file().text("kafka"))) {
            Await.until("the writer to have stored everything, seed " + SEED, Await.LONG, () -> kafka.writerLag() == 0);
            assertThat(kafka.deadLetters()).as("dead letters, seed %d", SEED).isZero();
        }
        assertThat(pids()).as("nothing had to be started again, seed %d", SEED).isEqualTo(pidsBefore);
        System.out.println("fuzz test: " + accepted + " requests accepted, " + refused + " refused, "
                + expected.size() + " good spans stored");
    }

    private void sendOne(int number, List<OtlpClient> clients, OtlpHttpClient json)
            throws InvalidProtocolBufferException {
        ByteString traceId = Spans.newTraceId();
        Span good = Spans.span(traceId, "good, seed " + SEED).build();
        ExportTraceServiceRequest request = requests.around(good);
        String key = stack.project().authorization();
        boolean isBroken = random.nextInt(2) == 0;
        OtlpAnswer answer;
        if (random.nextInt(3) == 0) {
            byte[] text = OtlpJsonText.of(request).getBytes(StandardCharsets.UTF_8);
            answer = json.send(isBroken ? requests.broken(text) : text, OtlpHttpClient.JSON, key, random.nextBoolean());
        } else {
            byte[] bytes = request.toByteArray();
            answer = clients.get(random.nextInt(clients.size()))
                    .send(isBroken ? requests.broken(bytes) : bytes, key, random.nextBoolean());
        }
        switch (answer) {
            case OtlpAnswer.Accepted _ -> accepted++;
            case OtlpAnswer.Refused refusal -> {
                refused++;
                assertThat(refusal.kind()).as("request %d of seed %d: %s", number, SEED, refusal)
                        .isEqualTo(OtlpAnswer.Kind.INVALID);
                assertThat(isBroken).as("request %d of seed %d is right on the wire, but: %s", number, SEED, refusal)
                        .isTrue();
            }
        }
        if (!isBroken) {
            expected.add(Spans.hex(good.getSpanId()));
        }
    }

    private Map<String, Long> pids() {
        return stack.file().processes().values().stream()
                .collect(Collectors.toMap(StackFile.Process::name, StackFile.Process::pid));
    }
}
