package dev.sightline.ingestion.write;

import dev.sightline.storage.StoreException;
import dev.sightline.storage.observation.ObservationRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Stores one batch and tells about it, trying until it is done or cancelled. Runs on a thread of its own; the result
 * is what its effects are: rows in ClickHouse, dead letters and trace activity on Kafka.
 */
final class BatchTask implements Runnable {
    private static final Logger LOG = Logger.getLogger(BatchTask.class);

    /**
     * What all batches of a process share.
     *
     * @param turns how many batches may be read into memory and stored at a time, whatever the number of partitions
     */
    record Context(SpanStore store, TraceDeletions deletions, WriterConfig config, WriterTopics topics,
                   WriterMetrics metrics, Clock clock, String topicId, Semaphore turns) {
    }

    private final Context context;
    private final SpanBatch batch;
    private final boolean repeated;
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile PartitionMemory memory;
    private volatile boolean cancelled;
    private volatile boolean stored;
    private volatile Thread thread;

    /**
     * @param memory   what the partition has seen, or null when it is to be read from ClickHouse first
     * @param repeated an earlier process may have stored the batch, or part of it
     */
    BatchTask(Context context, SpanBatch batch, PartitionMemory memory, boolean repeated) {
        this.context = context;
        this.batch = batch;
        this.memory = memory;
        this.repeated = repeated;
    }

    void start() {
        thread = Thread.ofVirtual().name("span-batch-" + batch.partition()).start(this);
    }

    SpanBatch batch() {
        return batch;
    }

    /** Valid once {@link #isStored}. */
    PartitionMemory memory() {
        return memory;
    }

    boolean isStored() {
        return stored;
    }

    void cancel() {
        cancelled = true;
        thread.interrupt();
    }

    boolean awaitFinished(Duration atMost) throws InterruptedException {
        return finished.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        try {
            boolean uncertain = repeated;
            Duration pause = context.config.retryPauseMin();
            while (!cancelled) {
                context.turns.acquire();
                try {
                    storeAndTell(uncertain);
                    stored = true;
                    return;
                } catch (RuntimeException e) {
                    uncertain = true;
                    context.metrics.retried();
                    LOG.warnf("%s not stored yet, trying again in %s: %s", batch, pause, reason(e));
                } finally {
                    context.turns.release();
                }
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                pause = min(pause.multipliedBy(2), context.config.retryPauseMax());
            }
        } catch (InterruptedException e) {
            LOG.debugf("%s given up", batch);
        } finally {
            finished.countDown();
        }
    }

    private void storeAndTell(boolean uncertain) {
        if (batch.deletes()) {
            delete(uncertain);
            return;
        }
        if (memory == null) {
            memory = context.store.memory(batch.partition(), batch.from(), batch.until());
        }
        SpanBatch.Content content = batch.read();
        List<SpanBatch.DeadLetter> deadLetters = new ArrayList<>(content.deadLetters());
        SpanStore.Stored result = store(content, uncertain, deadLetters);
        deadLetters.forEach(context.topics::publishDeadLetter);
        context.topics.announce(result.rows());
        Instant now = context.clock.instant();
        result.rows().forEach(row -> memory.spans().add(SpanHash.of(row), now));
        result.traces().forEach((key, attributes) -> memory.traces().put(key, attributes, now));
        context.metrics.stored(result.rows().size(), result.duplicates(), deadLetters.size());
    }

    /** What was taken out before a crash can't be told from the memory: it is read anew then, by the next batch. */
    private void delete(boolean uncertain) {
        if (uncertain) {
            memory = null;
        }
        SpanBatch.Content content = batch.read();
        content.deadLetters().forEach(context.topics::publishDeadLetter);
        String token = context.topicId + "/" + batch.partition() + "/" + batch.from() + "-" + batch.until();
        long deleted = context.deletions.delete(token, content.deletions(), memory);
        context.metrics.deleted(deleted);
        LOG.infof("%s: deleted %d traces with %d observations", batch, content.deletions().size(), deleted);
    }

    private SpanStore.Stored store(SpanBatch.Content content, boolean uncertain,
                                   List<SpanBatch.DeadLetter> deadLetters) {
        try {
            return context.store.store(context.topicId, batch, content, memory, uncertain);
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.REJECTED) {
                throw e;
            }
            LOG.warnf("%s rejected, storing its records one by one: %s", batch, reason(e));
            return storeOneByOne(deadLetters);
        }
    }

    private SpanStore.Stored storeOneByOne(List<SpanBatch.DeadLetter> deadLetters) {
        List<ObservationRow> rows = new ArrayList<>();
        Map<TraceKey, TraceAttributes> traces = new HashMap<>();
        int duplicates = 0;
        for (SpanBatch single : batch.split()) {
            SpanBatch.Content content = single.read();
            if (content.size() == 0) {
                continue;
            }
            try {
                SpanStore.Stored one = context.store.store(context.topicId, single, content, memory, true);
                rows.addAll(one.rows());
                traces.putAll(one.traces());
                duplicates += one.duplicates();
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.REJECTED) {
                    throw e;
                }
                deadLetters.add(single.toDeadLetter(e.getMessage()));
            }
        }
        return new SpanStore.Stored(rows, duplicates, traces);
    }

    /** With the deepest cause: what the driver says on top is only that a request failed. */
    private static String reason(RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == e ? e.toString() : e.getMessage() + ": " + root;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
