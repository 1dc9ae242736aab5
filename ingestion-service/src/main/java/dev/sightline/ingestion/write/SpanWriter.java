package dev.sightline.ingestion.write;

import dev.sightline.base.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Moves topic `spans` into ClickHouse, each span once. ADR 0004. Before a batch is inserted its range is committed to
 * Kafka: the offset it starts at, with the offset it ends at as metadata; afterwards the offset behind it. So whoever
 * owns a partition next, this process after a crash or another one, knows whether a batch was under way and builds
 * just that one again. One thread owns the consumer; a partition has at most one batch being stored ({@link BatchTask})
 * and is paused while another full one waits.
 */
final class SpanWriter implements Runnable {
    private static final Logger LOG = Logger.getLogger(SpanWriter.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration REVOKED_WAIT = Duration.ofSeconds(20);
    private static final String UNTIL = "until=";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final BatchTask.Context context;
    private final WriterConfig config;
    private final Clock clock;
    private final Map<TopicPartition, Partition> partitions = new HashMap<>();
    private volatile boolean stopping;
    private volatile Instant oldestStartedAt;

    private static final class Partition {
        private final Deque<SpanBatch> full = new ArrayDeque<>();
        private SpanBatch filling;
        private BatchTask storing;
        private PartitionMemory memory;
        private long repeatUntil;
        private boolean paused;
    }

    SpanWriter(KafkaConsumer<byte[], byte[]> consumer, BatchTask.Context context) {
        this.consumer = consumer;
        this.context = context;
        this.config = context.config();
        this.clock = context.clock();
    }

    void stop() {
        stopping = true;
        consumer.wakeup();
    }

    /** How long the oldest span that is not stored yet has been waiting in this process. */
    Duration oldestAge() {
        Instant oldest = oldestStartedAt;
        return oldest == null ? Duration.ZERO : Duration.between(oldest, clock.instant());
    }

    @Override
    public void run() {
        consumer.subscribe(Set.of(Topics.SPANS), new Assignment());
        while (!stopping) {
            try {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    fill(record);
                }
                finishStored();
                startNext();
                pauseFull();
                oldestStartedAt = oldest();
            } catch (WakeupException e) {
                LOG.debug("woken to stop");
            } catch (KafkaException e) {
                // Kafka is away, or a rebalance took a partition: the next poll tells, and nothing was committed.
                LOG.warnf("kafka: %s", e.getMessage());
            }
        }
        partitions.values().forEach(this::abandon);
        consumer.close();
    }

    private void fill(ConsumerRecord<byte[], byte[]> record) {
        Partition partition = partitions.get(new TopicPartition(record.topic(), record.partition()));
        SpanBatch.Value value = SpanBatch.Value.of(record);
        boolean beyondRepeat = partition.filling != null && partition.filling.until() <= partition.repeatUntil
                && record.offset() >= partition.repeatUntil;
        if (partition.filling != null && (beyondRepeat || !partition.filling.takes(value))) {
            close(partition);
        }
        if (partition.filling == null) {
            partition.filling = new SpanBatch(record.partition(), record.offset(), clock.instant());
        }
        partition.filling.add(value);
        boolean repeating = partition.filling.until() < partition.repeatUntil;
        if (!repeating && (partition.filling.size() >= config.batchRowsMax()
                || partition.filling.bytes() >= config.batchBytesMax()
                || partition.filling.until() == partition.repeatUntil)) {
            close(partition);
        }
    }

    private static void close(Partition partition) {
        partition.full.add(partition.filling);
        partition.filling = null;
    }

    private void finishStored() {
        Map<TopicPartition, OffsetAndMetadata> behind = new HashMap<>();
        partitions.forEach((id, partition) -> {
            if (partition.storing != null && partition.storing.isStored()) {
                behind.put(id, new OffsetAndMetadata(partition.storing.batch().until()));
            }
        });
        if (!behind.isEmpty()) {
            consumer.commitSync(behind);
            behind.keySet().forEach(id -> {
                Partition partition = partitions.get(id);
                partition.memory = partition.storing.memory();
                partition.storing = null;
            });
        }
    }

    private void startNext() {
        Map<TopicPartition, OffsetAndMetadata> ranges = new HashMap<>();
        partitions.forEach((id, partition) -> {
            if (partition.storing == null && partition.full.isEmpty() && isDue(partition)) {
                close(partition);
            }
            if (partition.storing == null && !partition.full.isEmpty()) {
                SpanBatch next = partition.full.peek();
                ranges.put(id, new OffsetAndMetadata(next.from(), UNTIL + next.until()));
            }
        });
        if (ranges.isEmpty()) {
            return;
        }
        consumer.commitSync(ranges);
        ranges.keySet().forEach(id -> {
            Partition partition = partitions.get(id);
            SpanBatch batch = partition.full.remove();
            boolean repeated = batch.until() <= partition.repeatUntil;
            partition.storing = new BatchTask(context, batch, partition.memory, repeated);
            partition.storing.start();
        });
    }

    private boolean isDue(Partition partition) {
        return partition.filling != null
                && partition.filling.until() >= partition.repeatUntil
                && !clock.instant().isBefore(partition.filling.startedAt().plus(config.batchAgeMax()));
    }

    private void pauseFull() {
        partitions.forEach((id, partition) -> {
            boolean pause = !partition.full.isEmpty();
            if (pause != partition.paused) {
                partition.paused = pause;
                if (pause) {
                    consumer.pause(Set.of(id));
                } else {
                    consumer.resume(Set.of(id));
                }
            }
        });
    }

    private Instant oldest() {
        Instant oldest = null;
        for (Partition partition : partitions.values()) {
            SpanBatch batch = partition.storing != null ? partition.storing.batch()
                    : !partition.full.isEmpty() ? partition.full.peek() : partition.filling;
            if (batch != null && (oldest == null || batch.startedAt().isBefore(oldest))) {
                oldest = batch.startedAt();
            }
        }
        return oldest;
    }

    private void abandon(Partition partition) {
        if (partition.storing != null) {
            partition.storing.cancel();
        }
    }

    private final class Assignment implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            // Another process may have deleted traces since.
            context.store().forgetMessages();
            Map<TopicPartition, OffsetAndMetadata> committed = committed(Set.copyOf(assigned));
            for (TopicPartition id : assigned) {
                Partition partition = new Partition();
                OffsetAndMetadata offset = committed.get(id);
                if (offset != null && offset.metadata().startsWith(UNTIL)) {
                    partition.repeatUntil = Long.parseLong(offset.metadata().substring(UNTIL.length()));
                    LOG.infof("partition %d: repeating offsets %d..%d", id.partition(), offset.offset(),
                            partition.repeatUntil - 1);
                }
                partitions.put(id, partition);
            }
        }

        /** Without the answer a batch under way would be missed, so there is nothing to do but to ask again. */
        private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> assigned) {
            while (true) {
                try {
                    return consumer.committed(assigned);
                } catch (TimeoutException e) {
                    LOG.warnf("committed offsets not known yet: %s", e.getMessage());
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            for (TopicPartition id : revoked) {
                awaitStored(partitions.get(id));
            }
            try {
                finishStored();
            } catch (KafkaException e) {
                LOG.warnf("partitions given up without a commit, their next owner repeats: %s", e.getMessage());
            }
            onPartitionsLost(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            for (TopicPartition id : lost) {
                Partition partition = partitions.remove(id);
                if (partition != null) {
                    abandon(partition);
                }
            }
        }

        private void awaitStored(Partition partition) {
            if (partition != null && partition.storing != null) {
                try {
                    partition.storing.awaitFinished(REVOKED_WAIT);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
