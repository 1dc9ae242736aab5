package dev.sightline.ingestion.publish;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.kafka.Topics;
import dev.sightline.proto.observation.v1.Observation;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.jpountz.lz4.LZ4Factory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/**
 * Puts observations on topic `spans` and returns when Kafka has acknowledged all of them (acks=all, idempotent): only
 * then may the client be told that they are stored. Observations of one trace go to one partition. When Kafka is slow
 * or away it throws OVERLOADED; some of the observations may then have been stored, and the writer drops them when
 * the client sends them again. The plain producer, not an emitter: this is the hot path. Thread-safe, blocking.
 */
@Singleton
public final class SpanPublisher {
    private static final Logger LOG = Logger.getLogger(SpanPublisher.class);

    private final PublishConfig config;
    private final KafkaProducer<byte[], byte[]> producer;

    public SpanPublisher(PublishConfig config, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.config = config;
        loadNativeLz4();
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, config.recordBytes());
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, config.recordBytesMax());
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, config.bufferBytesMax());
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.blockMax().toMillis());
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) config.timeout().toMillis() / 2);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) config.timeout().toMillis());
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Kafka compresses with the native library where it is loaded or where the classes come from the system's class
     * loader, which in Quarkus they do not; else in Java, at less than half the speed.
     */
    private static void loadNativeLz4() {
        try {
            LZ4Factory.nativeInstance();
        } catch (LinkageError | AssertionError | RuntimeException e) {
            LOG.infof("LZ4 in Java, since the native library can't be loaded: %s", e.getMessage());
        }
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(5));
    }

    public void publish(String projectId, long receivedAtUnixNano, List<Observation> observations) {
        if (observations.isEmpty()) {
            return;
        }
        try {
            List<Future<RecordMetadata>> sent = send(projectId, receivedAtUnixNano, observations);
            long deadline = System.nanoTime() + config.timeout().toNanos();
            for (Future<RecordMetadata> acknowledgement : sent) {
                acknowledgement.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            throw ServiceException.of(ErrorCode.OVERLOADED, "the spans can't be stored now; try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.of(ErrorCode.OVERLOADED, "the service is stopping; try again", e);
        }
    }

    private List<Future<RecordMetadata>> send(String projectId, long receivedAtUnixNano, List<Observation> all) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : SpanRecords.of(projectId, receivedAtUnixNano, all, List.of(),
                producer.partitionsFor(Topics.SPANS).size(), config.recordBytes())) {
            sent.add(producer.send(record));
        }
        return sent;
    }
}
