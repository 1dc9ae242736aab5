package dev.sightline.ingestion.publish;

import com.google.protobuf.ByteString;
import dev.sightline.base.kafka.Topics;
import dev.sightline.base.kafka.TracePartition;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.observation.v1.ObservationPatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Packs the observations and patches of one request into records of topic `spans`: all of one trace on one partition,
 * records up to about a given size, what is larger alone in a record. Observations stay in order.
 */
public final class SpanRecords {
    private static final int FIRST_BYTES = 64 << 10;

    private final String projectId;
    private final long receivedAtUnixNano;
    private final int recordBytes;
    private final BackwardBytes bytes = new BackwardBytes(FIRST_BYTES);
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

    private SpanRecords(String projectId, long receivedAtUnixNano, int recordBytes) {
        this.projectId = projectId;
        this.receivedAtUnixNano = receivedAtUnixNano;
        this.recordBytes = recordBytes;
    }

    /**
     * @param partitionCount of the topic, now
     * @param recordBytes    a record is closed before it would grow beyond this
     */
    public static List<ProducerRecord<byte[], byte[]>> of(String projectId, long receivedAtUnixNano,
            List<Observation> observations, List<ObservationPatch> patches, int partitionCount, int recordBytes) {
        List<List<Observation>> ofPartition = byPartition(observations, Observation::getTraceId, partitionCount);
        List<List<ObservationPatch>> patchesOfPartition =
                byPartition(patches, patch -> patch.getObservation().getTraceId(), partitionCount);
        SpanRecords records = new SpanRecords(projectId, receivedAtUnixNano, recordBytes);
        for (int partition = 0; partition < partitionCount; partition++) {
            records.pack(partition, ofPartition.get(partition), patchesOfPartition.get(partition));
        }
        return records.records;
    }

    private static <T> List<List<T>> byPartition(List<T> all, Function<T, ByteString> traceId, int partitionCount) {
        List<List<T>> byPartition = new ArrayList<>(partitionCount);
        for (int i = 0; i < partitionCount; i++) {
            byPartition.add(new ArrayList<>());
        }
        for (T one : all) {
            byPartition.get(TracePartition.of(traceId.apply(one), partitionCount)).add(one);
        }
        return byPartition;
    }

    /** From the last to the first, as {@link BackwardBytes} wants it. */
    private void pack(int partition, List<Observation> observations, List<ObservationPatch> patches) {
        int first = records.size();
        for (ObservationPatch patch : patches.reversed()) {
            int before = bytes.length();
            bytes.raw(patch.toByteArray());
            close(partition, ObservationBatch.PATCHES_FIELD_NUMBER, before);
        }
        for (Observation observation : observations.reversed()) {
            int before = bytes.length();
            ObservationBytes.write(observation, bytes);
            close(partition, ObservationBatch.OBSERVATIONS_FIELD_NUMBER, before);
        }
        if (bytes.length() > 0) {
            addRecord(partition);
        }
        Collections.reverse(records.subList(first, records.size()));
    }

    /** Ends the message that began when {@code before} bytes were written; it begins a record where it is too much. */
    private void close(int partition, int field, int before) {
        bytes.message(field, before);
        if (before > 0 && bytes.length() > recordBytes) {
            byte[] oneTooMany = bytes.takeFirst(bytes.length() - before);
            addRecord(partition);
            bytes.raw(oneTooMany);
        }
    }

    private void addRecord(int partition) {
        bytes.fixed64(ObservationBatch.RECEIVED_AT_UNIX_NANO_FIELD_NUMBER, receivedAtUnixNano);
        bytes.text(ObservationBatch.PROJECT_ID_FIELD_NUMBER, projectId);
        records.add(new ProducerRecord<>(Topics.SPANS, partition, null, bytes.takeFirst(bytes.length())));
    }
}
