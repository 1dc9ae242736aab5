package dev.sightline.ingestion.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.sightline.base.kafka.TracePartition;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.observation.v1.ObservationPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class SpanRecordsTest {
    private static final int RECORD_BYTES = 20_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @Test
    void everyFieldOfAnObservationArrives() throws InvalidProtocolBufferException {
        Observation.Builder full = Observation.newBuilder();
        fill(full, 1, 0);
        assertThat(full.getAllFields()).hasSize(Observation.getDescriptor().getFields().size());
        assertThat(sentAndRead(List.of(full.build()))).containsExactly(full.build());
    }

    @Test
    void anyObservationsArriveOnceOnTheirPartitionInOrder() throws InvalidProtocolBufferException {
        for (int round = 0; round < 30; round++) {
            List<Observation> sent = new ArrayList<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                Observation.Builder observation = Observation.newBuilder();
                fill(observation, 0.5, 0);
                // Never empty: an empty text is left out, which no reader tells from one that was never set.
                sent.add(observation.setTraceId(bytes(16)).setInput("x".repeat(1 + random.nextInt(3_000))).build());
            }
            assertThat(sentAndRead(sent)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @Test
    void textThatNeverWasAStringArrivesAsItIs() throws InvalidProtocolBufferException {
        ByteString text = ByteString.copyFromUtf8("größer als 🦆 – \u0000 nothing");
        Observation observation = Observation.newBuilder().setTraceId(bytes(16)).setInputBytes(text)
                .setOutputBytes(text).build();
        assertThat(sentAndRead(List.of(observation))).containsExactly(observation);
    }

    @Test
    void aLargeObservationTravelsAloneAndTheOthersTogether() throws InvalidProtocolBufferException {
        ByteString trace = bytes(16);
        Observation small = Observation.newBuilder().setTraceId(trace).setName("small").build();
        Observation large = small.toBuilder().setInput("x".repeat(2 * RECORD_BYTES)).build();
        List<ProducerRecord<byte[], byte[]>> records =
                SpanRecords.of("p", 1, List.of(small, small, large, small), List.of(), 1, RECORD_BYTES);
        List<Integer> sizes = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : records) {
            sizes.add(ObservationBatch.parseFrom(record.value()).getObservationsCount());
        }
        assertThat(sizes).containsExactly(2, 1, 1);
    }

    @Test
    void patchesTravelWithTheObservationsOfTheirTrace() throws InvalidProtocolBufferException {
        List<Observation> observations = new ArrayList<>();
        List<ObservationPatch> patches = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Observation observation = Observation.newBuilder().setTraceId(bytes(16)).setSpanId(bytes(8))
                    .setInput("x".repeat(random.nextInt(3_000))).build();
            observations.add(observation);
            patches.add(ObservationPatch.newBuilder().setObservation(observation).setEventUnixNano(i).build());
        }
        List<ObservationPatch> read = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record
                : SpanRecords.of("p", 1, observations, patches, 3, RECORD_BYTES)) {
            ObservationBatch batch = ObservationBatch.parseFrom(record.value());
            assertThat(record.value().length).isLessThan(RECORD_BYTES + 100);
            assertThat(batch.getPatchesList()).as("seed %d", seed).allMatch(patch ->
                    TracePartition.of(patch.getObservation().getTraceId(), 3) == record.partition());
            read.addAll(batch.getPatchesList());
        }
        assertThat(read).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(patches);
    }

    private List<Observation> sentAndRead(List<Observation> sent) throws InvalidProtocolBufferException {
        List<Observation> read = new ArrayList<>();
        int partitions = 1 + random.nextInt(5);
        for (ProducerRecord<byte[], byte[]> record : SpanRecords.of("project", 42, sent, List.of(), partitions, RECORD_BYTES)) {
            ObservationBatch batch = ObservationBatch.parseFrom(record.value());
            assertThat(batch.getProjectId()).isEqualTo("project");
            assertThat(batch.getReceivedAtUnixNano()).isEqualTo(42);
            assertThat(batch.getObservationsList()).as("seed %d", seed).isNotEmpty()
                    .allMatch(o -> TracePartition.of(o.getTraceId(), partitions) == record.partition())
                    .isSubsetOf(sent);
            assertThat(batch.getObservationsList().stream().map(sent::indexOf).toList()).isSorted();
            // Byte for byte what the generated class writes, which leaves nothing to chance in any reader.
            assertThat(batch.toByteArray()).isEqualTo(record.value());
            read.addAll(batch.getObservationsList());
        }
        return read;
    }

    /** Sets each field, with this probability, to something that is not its default. */
    private void fill(Message.Builder message, double probability, int depth) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (random.nextDouble() >= probability) {
                continue;
            }
            if (!field.isRepeated()) {
                message.setField(field, value(message, field, probability, depth));
                continue;
            }
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                message.addRepeatedField(field, value(message, field, field.isMapField() ? 1 : probability, depth));
            }
        }
    }

    private Object value(Message.Builder message, FieldDescriptor field, double probability, int depth) {
        return switch (field.getJavaType()) {
            case STRING -> random.nextInt(3) == 0 ? "é🦆" + random.nextInt() : "text" + random.nextInt();
            case BYTE_STRING -> bytes(8 + random.nextInt(9));
            case BOOLEAN -> true;
            case INT -> random.nextInt() | 1;
            case LONG -> random.nextLong() >>> random.nextInt(64) | 1;
            case FLOAT, DOUBLE -> throw new AssertionError("no such field yet: " + field);
            case ENUM -> field.getEnumType().getValues().get(1 + random.nextInt(2));
            case MESSAGE -> {
                Message.Builder child = message.newBuilderForField(field);
                fill(child, probability, depth + 1);
                yield child.build();
            }
        };
    }

    private ByteString bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
