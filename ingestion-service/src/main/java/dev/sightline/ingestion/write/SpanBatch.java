package dev.sightline.ingestion.write;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.storage.observation.ObservationRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final List<DeadLetter> deadLetters = new ArrayList<>();

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
        } catch (InvalidProtocolBufferException e) {
            deadLetters.add(new DeadLetter(record.value(), "not an ObservationBatch: " + e.getMessage()));
        }
    }

    /** The same records as batches of one record each, to find the one that ClickHouse rejects. */
    List<SpanBatch> split() {
        Map<Long, SpanBatch> byOffset = new LinkedHashMap<>();
        for (ObservationRow row : rows) {
            SpanBatch single = byOffset.computeIfAbsent(row.kafkaOffset(),
                    offset -> new SpanBatch(partition, offset, startedAt));
            single.until = row.kafkaOffset() + 1;
            single.rows.add(row);
        }
        return List.copyOf(byOffset.values());
    }

    /** This batch of one record as the record it was read from. */
    DeadLetter toDeadLetter(String reason) {
        ObservationBatch.Builder record = ObservationBatch.newBuilder()
                .setProjectId(rows.getFirst().projectId())
                .setReceivedAtUnixNano(rows.getFirst().receivedAtUnixNano());
        rows.forEach(row -> record.addObservations(row.observation()));
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

    List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    @Override
    public String toString() {
        return "partition " + partition + " offsets " + from + ".." + (until - 1) + " (" + rows.size() + " rows)";
    }
}
