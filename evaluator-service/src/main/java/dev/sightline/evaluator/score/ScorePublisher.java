package dev.sightline.evaluator.score;

import dev.sightline.base.kafka.Topics;
import dev.sightline.base.kafka.TracePartition;
import dev.sightline.evaluator.trace.Backoff;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.score.v1.ScoreBatch;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/**
 * Puts scores and our own runs' spans onto Kafka, acknowledged by all in-sync replicas before a call returns. While
 * Kafka is away a call goes on trying; its callers are few and bounded. Run spans go first: a score that
 * is there always links to a run that is there. Thread-safe.
 */
@Singleton
public class ScorePublisher {
    private static final Logger LOG = Logger.getLogger(ScorePublisher.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));
    // A producer can end in a state that it never leaves; another one then begins anew.
    private static final int TRIES_PER_PRODUCER = 8;

    private final Map<String, Object> settings;
    private volatile KafkaProducer<byte[], byte[]> producer;

    public ScorePublisher(@Identifier("default-kafka-broker") Map<String, Object> broker) {
        settings = settings(broker, "sightline-evaluator");
    }

    /** Of a producer of bytes that waits for all in-sync replicas and takes little memory. */
    public static Map<String, Object> settings(Map<String, Object> broker, String clientId) {
        Map<String, Object> settings = new HashMap<>(broker);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 40_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 15_000);
        return settings;
    }

    /** Blocks until both are on Kafka. Spans of the run all belong to one trace; they may be empty. */
    public void publish(ScoreBatch scores, ObservationBatch run) throws InterruptedException {
        if (run.getObservationsCount() > 0) {
            send(Topics.SPANS, run.toByteArray(), producer -> TracePartition.of(
                    run.getObservations(0).getTraceId(), producer.partitionsFor(Topics.SPANS).size()));
        }
        send(Topics.SCORES, scores.toByteArray(), producer -> null);
    }

    private interface Partition {
        Integer choose(KafkaProducer<byte[], byte[]> producer);
    }

    private void send(String topic, byte[] value, Partition partition) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            KafkaProducer<byte[], byte[]> current = producer();
            try {
                current.send(new ProducerRecord<>(topic, partition.choose(current), null, value)).get();
                return;
            } catch (ExecutionException | KafkaException | IllegalStateException e) {
                Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
                if (cause instanceof InterruptException) {
                    throw new InterruptedException("stopped while publishing");
                }
                if (cause instanceof RecordTooLargeException) {
                    LOG.errorf("a record of %d bytes is too large for topic %s and is left out", value.length, topic);
                    return;
                }
                if (Integer.bitCount(attempt) == 1) {
                    LOG.warnf("Kafka does not take a record for %s (try %d): %s", topic, attempt, cause.toString());
                }
                if (attempt % TRIES_PER_PRODUCER == 0) {
                    renew(current);
                }
            }
            Thread.sleep(BACKOFF.after(attempt));
        }
    }

    // Made at first use: the service starts, and says it is not ready, also while Kafka can't be found.
    private synchronized KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = new KafkaProducer<>(settings);
        }
        return producer;
    }

    private synchronized void renew(KafkaProducer<byte[], byte[]> broken) {
        if (producer == broken) {
            broken.close(Duration.ZERO);
            producer = null;
        }
    }

    @PreDestroy
    void close() {
        KafkaProducer<byte[], byte[]> current = producer;
        if (current != null) {
            current.close(Duration.ofSeconds(5));
        }
    }
}
