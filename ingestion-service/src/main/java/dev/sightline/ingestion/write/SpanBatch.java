package dev.sightline.ingestion.write;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.storage.observation.ObservationRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Consecutive records of one partition of topic `spans` that are stored together: those with an offset in
 * [{@link #from}, {@link #until}). The range names the batch: whoever builds it again gets the same rows.
 */
final class SpanBatch {
    private final int partition;
    private final long from;
    private final Instant startedAt;
    private long until;
    private long bytes;
    private final List<ObservationRow> rows = new ArrayList<>();
    private final List<Patch> patches = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();

    /** A change of one observation, and where on Kafka it came from. */
    record Patch(String projectId, ObservationPatch patch, long receivedAtUnixNano, long kafkaOffset) {
    }

    /** A record that can never be stored, and why. */
    record DeadLetter(byte[] value, String reason) {
    }

    SpanBatch(int partition, long from, Instant startedAt) {
        this.partition = partition;
        this.from = from;
        this.until = from;
        this.startedAt = startedAt;
    }

    /** Appends the partition's next record; one that can't be read becomes a dead letter. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        until = record.offset() + 1;
        bytes += record.serializedValueSize();
        try {
            ObservationBatch batch = ObservationBatch.parseFrom(record.value());
            batch.getObservationsList().forEach(observation -> rows.add(new ObservationRow(batch.getProjectId(),
                    observation, batch.getReceivedAtUnixNano(), partition, record.offset())));
            batch.getPatchesList().forEach(patch -> patches.add(new Patch(batch.getProjectId(), patch,
                    batch.getReceivedAtUnixNano(), record.offset())));
        } catch (InvalidProtocolBufferException e) {
            deadLetters.add(new DeadLetter(record.value(), "not an ObservationBatch: " + e.getMessage()));
        }
    }

    /** The same records as batches of one record each, to find the one that ClickHouse rejects. */
    List<SpanBatch> split() {
        Map<Long, SpanBatch> byOffset = new TreeMap<>();
        rows.forEach(row -> single(byOffset, row.kafkaOffset()).rows.add(row));
        patches.forEach(patch -> single(byOffset, patch.kafkaOffset).patches.add(patch));
        return List.copyOf(byOffset.values());
    }

    private SpanBatch single(Map<Long, SpanBatch> byOffset, long at) {
        SpanBatch single = byOffset.computeIfAbsent(at, offset -> new SpanBatch(partition, offset, startedAt));
        single.until = at + 1;
        return single;
    }

    /** This batch of one record as the record it was read from. */
    DeadLetter toDeadLetter(String reason) {
        ObservationBatch.Builder record = ObservationBatch.newBuilder();
        rows.forEach(row -> record.setProjectId(row.projectId()).setReceivedAtUnixNano(row.receivedAtUnixNano())
                .addObservations(row.observation()));
        patches.forEach(patch -> record.setProjectId(patch.projectId)
                .setReceivedAtUnixNano(patch.receivedAtUnixNano).addPatches(patch.patch));
        return new DeadLetter(record.build().toByteArray(), reason);
    }

    int partition() {
        return partition;
    }

    long from() {
        return from;
    }

    long until() {
        return until;
    }

    long bytes() {
        return bytes;
    }

    Instant startedAt() {
        return startedAt;
    }

    List<ObservationRow> rows() {
        return rows;
    }

    List<Patch> patches() {
        return patches;
    }

    /** Observations and changes of observations. */
    int size() {
        return rows.size() + patches.size();
    }

    List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    @Override
    public String toString() {
        return "partition " + partition + " offsets " + from + ".." + (until - 1) + " (" + size() + " rows)";
    }
}
