package dev.sightline.ingestion.write;

import dev.sightline.storage.StoreException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Moves a topic into ClickHouse where storing a record twice does no harm: no more is needed than to commit after the
 * insert. When ClickHouse is away the records are read again. Spans need more ({@link SpanWriter}).
 */
final class TopicWriter implements Runnable {
    private static final Logger LOG = Logger.getLogger(TopicWriter.class);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final WriterConfig config;
    private final Consumer<ConsumerRecords<byte[], byte[]>> store;
    private volatile boolean stopping;

    /** @param store stores all the records, or throws */
    TopicWriter(KafkaConsumer<byte[], byte[]> consumer, String topic, WriterConfig config,
                Consumer<ConsumerRecords<byte[], byte[]>> store) {
        this.consumer = consumer;
        this.topic = topic;
        this.config = config;
        this.store = store;
    }

    void stop() {
        stopping = true;
        consumer.wakeup();
    }

    @Override
    public void run() {
        consumer.subscribe(Set.of(topic));
        Duration pause = config.retryPauseMin();
        while (!stopping) {
            try {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(config.batchAgeMax());
                if (!records.isEmpty()) {
                    store.accept(records);
                    consumer.commitSync();
                }
                pause = config.retryPauseMin();
            } catch (WakeupException e) {
                LOG.debug("woken to stop");
            } catch (KafkaException | StoreException e) {
                LOG.warnf("%s not stored yet, trying again in %s: %s", topic, pause, e.getMessage());
                pause = retryAfter(pause);
            }
        }
        consumer.close();
    }

    /** Goes back to what was committed, after a pause in which the group still hears from us. */
    private Duration retryAfter(Duration pause) {
        try {
            consumer.committed(consumer.assignment()).forEach((partition, offset) -> {
                if (offset == null) {
                    consumer.seekToBeginning(Set.of(partition));
                } else {
                    consumer.seek(partition, offset);
                }
            });
            Thread.sleep(pause);
        } catch (KafkaException e) {
            LOG.debugf("no position to go back to: %s", e.getMessage());
        } catch (InterruptedException e) {
            stopping = true;
            Thread.currentThread().interrupt();
        }
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(config.retryPauseMax()) < 0 ? doubled : config.retryPauseMax();
    }
}
