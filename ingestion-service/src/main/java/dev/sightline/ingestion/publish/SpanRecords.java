package dev.sightline.ingestion.publish;

import dev.sightline.base.kafka.Topics;
import dev.sightline.base.kafka.TracePartition;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Packs the observations of one request into records of topic `spans`: all of one trace on one partition, records up
 * to about a given size, a larger observation in a record of its own. Order is kept within a record.
 */
public final class SpanRecords {
    private static final int FIRST_BYTES = 64 << 10;

    private SpanRecords() {
    }

    /**
     * @param partitionCount of the topic, now
     * @param recordBytes    a record is closed before it would grow beyond this
     */
    public static List<ProducerRecord<byte[], byte[]>> of(String projectId, long receivedAtUnixNano,
            List<Observation> observations, int partitionCount, int recordBytes) {
        List<List<Observation>> byPartition = new ArrayList<>(partitionCount);
        for (int i = 0; i < partitionCount; i++) {
            byPartition.add(new ArrayList<>());
        }
        for (Observation observation : observations) {
            byPartition.get(TracePartition.of(observation.getTraceId(), partitionCount)).add(observation);
        }
        ObservationBatch head = ObservationBatch.newBuilder()
                .setProjectId(projectId).setReceivedAtUnixNano(receivedAtUnixNano).build();
        BackwardBytes bytes = new BackwardBytes(FIRST_BYTES);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(partitionCount);
        for (int partition = 0; partition < partitionCount; partition++) {
            pack(head, byPartition.get(partition), partition, recordBytes, bytes, records);
        }
        return records;
    }

    /** From the last observation to the first, as {@link BackwardBytes} wants it. */
    private static void pack(ObservationBatch head, List<Observation> observations, int partition, int recordBytes,
            BackwardBytes bytes, List<ProducerRecord<byte[], byte[]>> records) {
        int first = records.size();
        for (int i = observations.size() - 1; i >= 0; i--) {
            int before = bytes.length();
            ObservationBytes.write(observations.get(i), bytes);
            bytes.message(ObservationBatch.OBSERVATIONS_FIELD_NUMBER, before);
            if (before > 0 && bytes.length() > recordBytes) {
                byte[] oneTooMany = bytes.takeFirst(bytes.length() - before);
                records.add(record(head, partition, bytes));
                bytes.raw(oneTooMany);
            }
        }
        if (bytes.length() > 0) {
            records.add(record(head, partition, bytes));
        }
        Collections.reverse(records.subList(first, records.size()));
    }

    private static ProducerRecord<byte[], byte[]> record(ObservationBatch head, int partition, BackwardBytes bytes) {
        bytes.fixed64(ObservationBatch.RECEIVED_AT_UNIX_NANO_FIELD_NUMBER, head.getReceivedAtUnixNano());
        bytes.text(ObservationBatch.PROJECT_ID_FIELD_NUMBER, head.getProjectId());
        return new ProducerRecord<>(Topics.SPANS, partition, null, bytes.takeFirst(bytes.length()));
    }
}
