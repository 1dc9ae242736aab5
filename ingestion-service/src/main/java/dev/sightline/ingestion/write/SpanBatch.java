package dev.sightline.ingestion.write;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.storage.observation.ObservationRow;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Consecutive records of one partition of topic `spans` that are stored together: those with an offset in
 * [{@link #from}, {@link #until}). The range names the batch: whoever builds it again gets the same rows. Until it is
 * its turn to be stored it holds no more than the records' bytes; {@link #read} makes some four times as much of them.
 * A batch holds observations or deletions, never both, so that a deletion finds everything before it stored, and nothing
 * that comes behind it.
 */
final class SpanBatch {
    private static final Set<Integer> OBSERVATIONS =
            Set.of(ObservationBatch.OBSERVATIONS_FIELD_NUMBER, ObservationBatch.PATCHES_FIELD_NUMBER);

    private final int partition;
    private final long from;
    private final Instant startedAt;
    private final List<Value> values = new ArrayList<>();
    private long until;
    private long bytes;
    private int size;
    private boolean deletes;

    /** A record, and what it holds, counted without parsing it. */
    record Value(long kafkaOffset, byte[] bytes, int size, boolean deletes) {
        static Value of(ConsumerRecord<byte[], byte[]> record) {
            byte[] value = record.value();
            int deletions = count(value, Set.of(ObservationBatch.DELETED_TRACE_IDS_FIELD_NUMBER));
            return new Value(record.offset(), value, deletions > 0 ? deletions : count(value, OBSERVATIONS),
                    deletions > 0);
        }
    }

    /** A change of one observation, and where on Kafka it came from. */
    record Patch(String projectId, ObservationPatch patch, long receivedAtUnixNano, long kafkaOffset) {
    }

    /** A record that can never be stored, and why. */
    record DeadLetter(byte[] value, String reason) {
    }

    /** What the records say, in their order; those that can't be read are dead letters. */
    record Content(List<ObservationRow> rows, List<Patch> patches, Set<TraceKey> deletions,
                   List<DeadLetter> deadLetters) {
        /** Observations and changes of observations. */
        int size() {
            return rows.size() + patches.size();
        }
    }

    SpanBatch(int partition, long from, Instant startedAt) {
        this.partition = partition;
        this.from = from;
        this.until = from;
        this.startedAt = startedAt;
    }

    /** Whether the partition's next record may be part of this batch. */
    boolean takes(Value value) {
        return size == 0 || value.size == 0 || value.deletes == deletes;
    }

    /** Appends the partition's next record. */
    void add(Value value) {
        values.add(value);
        until = value.kafkaOffset + 1;
        bytes += value.bytes.length;
        size += value.size;
        deletes |= value.deletes;
    }

    /** Whether it takes traces out, rather than putting observations in. */
    boolean deletes() {
        return deletes;
    }

    Content read() {
        Content content = new Content(new ArrayList<>(deletes ? 0 : size), new ArrayList<>(), new LinkedHashSet<>(),
                new ArrayList<>());
        for (Value value : values) {
            try {
                ObservationBatch batch = parse(value.bytes);
                batch.getObservationsList().forEach(observation -> content.rows.add(new ObservationRow(
                        batch.getProjectId(), observation, batch.getReceivedAtUnixNano(), partition,
                        value.kafkaOffset)));
                batch.getPatchesList().forEach(patch -> content.patches.add(new Patch(
                        batch.getProjectId(), patch, batch.getReceivedAtUnixNano(), value.kafkaOffset)));
                batch.getDeletedTraceIdsList().forEach(
                        traceId -> content.deletions.add(new TraceKey(batch.getProjectId(), traceId)));
            } catch (IOException e) {
                content.deadLetters.add(new DeadLetter(value.bytes, "not an ObservationBatch: " + e.getMessage()));
            }
        }
        return content;
    }

    /** Texts and ids are views of the record's bytes: whoever keeps one longer than the batch must copy it. */
    private static ObservationBatch parse(byte[] value) throws IOException {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(value).newCodedInput();
        in.enableAliasing(true);
        return ObservationBatch.parseFrom(in);
    }

    /** The same records as batches of one record each, to find the one that ClickHouse rejects. */
    List<SpanBatch> split() {
        return values.stream().map(value -> {
            SpanBatch single = new SpanBatch(partition, value.kafkaOffset, startedAt);
            single.add(value);
            return single;
        }).toList();
    }

    /** This batch of one record as the record it was read from. */
    DeadLetter toDeadLetter(String reason) {
        return new DeadLetter(values.getFirst().bytes, reason);
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

    /** Observations and changes of observations, or deletions, as far as they can be read. */
    int size() {
        return size;
    }

    /** How often these fields occur, without parsing them. */
    private static int count(byte[] value, Set<Integer> fields) {
        CodedInputStream in = CodedInputStream.newInstance(value);
        int count = 0;
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (fields.contains(WireFormat.getTagFieldNumber(tag))) {
                    count++;
                }
                if (!in.skipField(tag)) {
                    return count;
                }
            }
        } catch (IOException e) {
            // It becomes a dead letter when it is read.
            return count;
        }
        return count;
    }

    @Override
    public String toString() {
        return "partition " + partition + " offsets " + from + ".." + (until - 1) + " (" + size + " rows)";
    }
}
