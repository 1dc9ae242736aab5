package dev.sightline.ingestion.publish;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import net.jpountz.lz4.LZ4Factory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/** How the edge hands records to Kafka: acks=all and idempotent, and an answer only when all are acknowledged. */
final class AcknowledgedProducer {
    private static final Logger LOG = Logger.getLogger(AcknowledgedProducer.class);

    private AcknowledgedProducer() {
    }

    static KafkaProducer<byte[], byte[]> create(PublishConfig config, Map<String, Object> kafka, long bufferBytesMax) {
        loadNativeLz4();
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, config.recordBytes());
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, config.recordBytesMax());
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytesMax);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.blockMax().toMillis());
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) config.timeout().toMillis() / 2);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) config.timeout().toMillis());
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
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

    /**
     * Sends and returns when Kafka has acknowledged everything.
     *
     * @param what what is sent, for the client
     * @throws ServiceException OVERLOADED when Kafka is slow or away; some of it may be stored then
     */
    static void await(Duration timeout, String what, Supplier<List<Future<RecordMetadata>>> send) {
        try {
            List<Future<RecordMetadata>> sent = send.get();
            long deadline = System.nanoTime() + timeout.toNanos();
            for (Future<RecordMetadata> acknowledgement : sent) {
                acknowledgement.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            throw ServiceException.of(ErrorCode.OVERLOADED, what + " can't be stored now; try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.of(ErrorCode.OVERLOADED, "the service is stopping; try again", e);
        }
    }
}
