package dev.sightline.ingestion.publish;

import dev.sightline.base.kafka.Topics;
import dev.sightline.base.kafka.TracePartition;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Packs the observations of one request into records of topic `spans`: all of one trace on one partition, records up
 * to about a given size, a larger observation in a record of its own. Order is kept within a trace.
 */
public final class SpanRecords {
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
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(partitionCount);
        for (int partition = 0; partition < partitionCount; partition++) {
            pack(head, byPartition.get(partition), partition, recordBytes, records);
        }
        return records;
    }

    private static void pack(ObservationBatch head, List<Observation> observations, int partition, int recordBytes,
            List<ProducerRecord<byte[], byte[]>> records) {
        ObservationBatch.Builder batch = head.toBuilder();
        int bytes = 0;
        for (Observation observation : observations) {
            int size = observation.getSerializedSize();
            if (bytes > 0 && bytes + size > recordBytes) {
                records.add(record(partition, batch));
                batch = head.toBuilder();
                bytes = 0;
            }
            batch.addObservations(observation);
            bytes += size;
        }
        if (bytes > 0) {
            records.add(record(partition, batch));
        }
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, ObservationBatch.Builder batch) {
        return new ProducerRecord<>(Topics.SPANS, partition, null, batch.build().toByteArray());
    }
}
