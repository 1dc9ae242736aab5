package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.KafkaState;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.RollUp;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.proto.observation.v1.ObservationType;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Changes of stored observations: in any order, twice, in pieces, they end as one row, and the roll-up follows. */
@ExtendWith(SharedStack.class)
class PatchesTest {
    private static final long SEED = Long.getLong("patches.seed", System.nanoTime() & 0xffff_ffffL);
    private static final int TRACES = 12;
    private static final int GENERATIONS = 6;

    private final Stack stack;
    private final Random random = new Random(SEED);

    PatchesTest(Stack stack) {
        this.stack = stack;
    }

    @Test
    void patchesInAnyOrderEndAsOneRowWithWhatTheTraceSaid() throws Exception {
        System.out.println("patches test: seed " + SEED + " (repeat with -Dpatches.seed=" + SEED + ")");
        String environment = "patches-" + SEED;
        long now = System.currentTimeMillis() * 1_000_000;
        List<ByteString> traceIds = new ArrayList<>();
        List<ObservationPatch> patches = new ArrayList<>();
        for (int i = 0; i < TRACES; i++) {
            ByteString traceId = Spans.newTraceId();
            traceIds.add(traceId);
            patches.addAll(trace(traceId, environment, now));
        }
        Collections.shuffle(patches, random);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.file().text("kafka"), "acks", "all"),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            int partitions = producer.partitionsFor("spans").size();
            for (int i = 0; i < patches.size(); i++) {
                send(producer, partitions, patches.get(i), now);
                if (random.nextInt(5) == 0) {
                    send(producer, partitions, patches.get(random.nextInt(i + 1)), now);
                }
                if (i % 40 == 0) {
                    Await.sleep(300);
                }
            }
        }
        ClickHouseClient clickHouse = new ClickHouseClient(stack);
        try (KafkaState kafka = new KafkaState(stack.file().text("kafka"));
             QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            Await.until("the writer to have stored everything, seed " + SEED, Await.LONG, () -> kafka.writerLag() == 0);
            for (ByteString traceId : traceIds) {
                check(query.awaitTrace(Spans.hex(traceId), GENERATIONS + 1), Spans.hex(traceId));
            }
        }
        assertThat(RollUp.differences(clickHouse, "environment = '" + environment + "'")).as("seed %d", SEED).isEmpty();
        assertThat(clickHouse.number("SELECT sum(observation_count) FROM observations_by_minute WHERE environment = '"
                + environment + "'")).isEqualTo(TRACES * GENERATIONS);
        assertThat(clickHouse.number("SELECT count() FROM (SELECT span_id FROM observations WHERE environment = '"
                + environment + "' GROUP BY trace_id, span_id HAVING sum(sign) != 1)")).isZero();
    }

    private void send(KafkaProducer<byte[], byte[]> producer, int partitions, ObservationPatch patch, long now)
            throws Exception {
        byte[] record = ObservationBatch.newBuilder().setProjectId(stack.project().id()).setReceivedAtUnixNano(now)
                .addPatches(patch).build().toByteArray();
        int partition = Math.floorMod(patch.getObservation().getTraceId().hashCode(), partitions);
        producer.send(new ProducerRecord<>("spans", partition, null, record)).get();
    }

    /** A trace record, made and changed, and generations, made and ended. */
    private List<ObservationPatch> trace(ByteString traceId, String environment, long now) {
        ByteString recordId = Spans.newSpanId();
        List<ObservationPatch> patches = new ArrayList<>();
        Observation.Builder record = Observation.newBuilder().setTraceId(traceId).setSpanId(recordId)
                .setTraceRecord(true);
        patches.add(patch(true, now, record.clone().setName("conversation").setStartUnixNano(now)
                        .setUserId("first user").setEnvironment(environment).addTags("one"),
                Observation.NAME_FIELD_NUMBER, Observation.START_UNIX_NANO_FIELD_NUMBER,
                Observation.USER_ID_FIELD_NUMBER, Observation.ENVIRONMENT_FIELD_NUMBER, Observation.TAGS_FIELD_NUMBER));
        patches.add(patch(false, now + 50, record.clone().setUserId("second user").setSessionId("session").addTags("two"),
                Observation.USER_ID_FIELD_NUMBER, Observation.SESSION_ID_FIELD_NUMBER, Observation.TAGS_FIELD_NUMBER));
        for (int i = 0; i < GENERATIONS; i++) {
            Observation.Builder generation = Observation.newBuilder().setTraceId(traceId).setSpanId(Spans.newSpanId());
            patches.add(patch(true, now + i, generation.clone().setName("answer").setType(ObservationType.GENERATION)
                            .setParentSpanId(recordId).setModel("gpt-4o").setStartUnixNano(now + i).setInput("\"in\""),
                    Observation.NAME_FIELD_NUMBER, Observation.TYPE_FIELD_NUMBER,
                    Observation.PARENT_SPAN_ID_FIELD_NUMBER, Observation.START_UNIX_NANO_FIELD_NUMBER,
                    Observation.INPUT_FIELD_NUMBER, Observation.MODEL_FIELD_NUMBER));
            patches.add(patch(false, now + 10 + i, generation.clone().setOutput("\"half\"").setEndUnixNano(now + 500_000),
                    Observation.END_UNIX_NANO_FIELD_NUMBER, Observation.OUTPUT_FIELD_NUMBER));
            patches.add(patch(false, now + 20 + i, generation.clone().setOutput("\"out\"").setEndUnixNano(now + 1_000_000 + i)
                            .putUsage("input", 1000).putUsage("output", 100).setInputTokens(1000).setOutputTokens(100)
                            .setTotalTokens(1100),
                    Observation.END_UNIX_NANO_FIELD_NUMBER, Observation.USAGE_FIELD_NUMBER,
                    Observation.INPUT_TOKENS_FIELD_NUMBER, Observation.OUTPUT_TOKENS_FIELD_NUMBER,
                    Observation.TOTAL_TOKENS_FIELD_NUMBER, Observation.OUTPUT_FIELD_NUMBER));
        }
        return patches;
    }

    private static ObservationPatch patch(boolean create, long time, Observation.Builder says, int... fields) {
        ObservationPatch.Builder patch = ObservationPatch.newBuilder().setCreate(create).setEventUnixNano(time)
                .setObservation(says);
        for (int field : fields) {
            patch.addSetFields(field);
        }
        return patch.build();
    }

    private static void check(JsonNode answer, String traceId) {
        assertThat(answer.path("trace").path("observation_count").asInt()).as(traceId).isEqualTo(GENERATIONS);
        assertThat(answer.path("trace").path("name").asText()).isEqualTo("conversation");
        assertThat(answer.path("trace").path("user_id").asText()).isEqualTo("second user");
        assertThat(answer.path("trace").path("tags").toString()).isEqualTo("[\"one\",\"two\"]");
        assertThat(answer.path("trace").path("total_tokens").asInt()).isEqualTo(1100 * GENERATIONS);
        assertThat(answer.path("trace").path("total_cost").decimalValue()).isPositive();
        for (JsonNode observation : answer.path("observations")) {
            assertThat(observation.path("user_id").asText()).isEqualTo("second user");
            assertThat(observation.path("session_id").asText()).isEqualTo("session");
            if (observation.path("type").asText().equals("generation")) {
                assertThat(observation.path("input").asText()).isEqualTo("in");
                assertThat(observation.path("output").asText()).isEqualTo("out");
                assertThat(observation.path("latency_ms").asDouble()).isEqualTo(1.0);
                assertThat(observation.path("total_cost").decimalValue()).isPositive();
            }
        }
    }

    /** The usual way of an SDK: children end first, and only the root knows the user. */
    @Test
    void whatOnlyTheRootCarriesReachesChildrenThatCameFirst() {
        ByteString traceId = Spans.newTraceId();
        ByteString rootId = Spans.newSpanId();
        try (OtlpClient client = Transport.GRPC.client(stack);
             QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            List<Span> children = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                children.add(Spans.span(traceId, "child " + i).setParentSpanId(rootId).build());
            }
            client.send(Spans.request(children), stack.project().authorization()).accepted();
            query.awaitTrace(Spans.hex(traceId), 5);
            client.send(Spans.request(Spans.span(traceId, "root").setSpanId(rootId)
                    .addAttributes(Spans.text("user.id", "ada")).addAttributes(Spans.text("session.id", "s-7"))
                    .addAttributes(Spans.text("langfuse.trace.tags", "[\"beta\"]"))
                    .addAttributes(Spans.text("langfuse.environment", "canary"))
                    .addAttributes(Spans.text("langfuse.release", "r-9")).build()),
                    stack.project().authorization()).accepted();
            query.awaitTrace(Spans.hex(traceId), 6);
            client.send(Spans.request(Spans.span(traceId, "late child").setParentSpanId(rootId).build()),
                    stack.project().authorization()).accepted();
            query.awaitTrace(Spans.hex(traceId), 7);
        }
        ClickHouseClient clickHouse = new ClickHouseClient(stack);
        assertThat(clickHouse.list("SELECT DISTINCT user_id, session_id, environment, release, arrayStringConcat(tags)"
                + " FROM observations FINAL WHERE trace_id = unhex('" + Spans.hex(traceId) + "')", row -> row.getString(1)
                + " " + row.getString(2) + " " + row.getString(3) + " " + row.getString(4) + " " + row.getString(5)))
                .containsExactly("ada s-7 canary r-9 beta");
        assertThat(RollUp.differences(clickHouse, "environment IN ('canary', 'default')")).isEmpty();
    }
}
