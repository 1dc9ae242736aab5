package dev.sightline.ingestion.publish;

import dev.sightline.base.kafka.Topics;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Puts observations on topic `spans` and returns when Kafka has acknowledged all of them (acks=all, idempotent): only
 * then may the client be told that they are stored. Observations of one trace go to one partition. When Kafka is slow
 * or away it throws OVERLOADED; some of the observations may then have been stored, and the writer drops them when
 * the client sends them again. The plain producer, not an emitter: this is the hot path. Thread-safe, blocking.
 */
@Singleton
public final class SpanPublisher {
    private final PublishConfig config;
    private final KafkaProducer<byte[], byte[]> producer;

    public SpanPublisher(PublishConfig config, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.config = config;
        this.producer = AcknowledgedProducer.create(config, kafka, config.bufferBytesMax());
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(5));
    }

    /** Patches of observations go the way of their traces too. */
    public void publish(String projectId, long receivedAtUnixNano, List<Observation> observations,
                        List<ObservationPatch> patches) {
        AcknowledgedProducer.await(config.timeout(), "the spans",
                () -> send(projectId, receivedAtUnixNano, observations, patches));
    }

    private List<Future<RecordMetadata>> send(String projectId, long receivedAtUnixNano, List<Observation> observations,
                                              List<ObservationPatch> patches) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        if (observations.isEmpty() && patches.isEmpty()) {
            return sent;
        }
        for (ProducerRecord<byte[], byte[]> record : SpanRecords.of(projectId, receivedAtUnixNano, observations, patches,
                producer.partitionsFor(Topics.SPANS).size(), config.recordBytes())) {
            sent.add(producer.send(record));
        }
        return sent;
    }
}
