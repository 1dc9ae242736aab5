package dev.sightline.ingestion.write;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.base.kafka.Topics;
import dev.sightline.proto.score.v1.ScoreBatch;
import dev.sightline.proto.score.v1.ScoreDeletion;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.score.ScoreRow;
import dev.sightline.storage.score.ScoreTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Moves topic `scores` into ClickHouse. A score replaces the one with its id, so storing one twice does no harm and
 * no more is needed than to commit after the insert. A deletion done twice does no harm either. When ClickHouse is away the records are read again.
 */
final class ScoreWriter implements Runnable {
    private static final Logger LOG = Logger.getLogger(ScoreWriter.class);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ClickHouse clickHouse;
    private final WriterTopics topics;
    private final WriterConfig config;
    private volatile boolean stopping;

    ScoreWriter(KafkaConsumer<byte[], byte[]> consumer, ClickHouse clickHouse, WriterTopics topics,
                WriterConfig config) {
        this.consumer = consumer;
        this.clickHouse = clickHouse;
        this.topics = topics;
        this.config = config;
    }

    void stop() {
        stopping = true;
        consumer.wakeup();
    }

    @Override
    public void run() {
        consumer.subscribe(Set.of(Topics.SCORES));
        Duration pause = config.retryPauseMin();
        while (!stopping) {
            try {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(config.batchAgeMax());
                if (!records.isEmpty()) {
                    store(records);
                    consumer.commitSync();
                }
                pause = config.retryPauseMin();
            } catch (WakeupException e) {
                LOG.debug("woken to stop");
            } catch (KafkaException | StoreException e) {
                LOG.warnf("scores not stored yet, trying again in %s: %s", pause, e.getMessage());
                pause = retryAfter(pause);
            }
        }
        consumer.close();
    }

    private void store(ConsumerRecords<byte[], byte[]> records) {
        List<ScoreRow> rows = new ArrayList<>();
        Map<String, List<ScoreDeletion>> deletions = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                ScoreBatch batch = ScoreBatch.parseFrom(record.value());
                batch.getScoresList().forEach(score -> rows.add(new ScoreRow(batch.getProjectId(), score)));
                deletions.computeIfAbsent(batch.getProjectId(), _ -> new ArrayList<>())
                        .addAll(batch.getDeletionsList());
            } catch (InvalidProtocolBufferException e) {
                topics.publishDeadLetter(Topics.SCORES_DEAD_LETTER, record.value(),
                        "not a ScoreBatch: " + e.getMessage());
            }
        }
        if (!rows.isEmpty()) {
            insert(rows, records.iterator().next());
        }
        // After the rows: a deletion takes out what came before it by its time, so a score made anew behind it stays.
        deletions.forEach((projectId, of) -> ScoreTable.delete(clickHouse, projectId, of));
    }

    private void insert(List<ScoreRow> rows, ConsumerRecord<byte[], byte[]> first) {
        String token = "scores/" + first.partition() + "/" + first.offset() + "/" + rows.size();
        try {
            clickHouse.insert(ScoreTable.SCORES, rows, token);
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.REJECTED) {
                throw e;
            }
            for (ScoreRow row : rows) {
                insertOne(row);
            }
        }
    }

    private void insertOne(ScoreRow row) {
        try {
            clickHouse.insert(ScoreTable.SCORES, List.of(row), "score/" + row.score().getId());
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.REJECTED) {
                throw e;
            }
            topics.publishDeadLetter(Topics.SCORES_DEAD_LETTER, ScoreBatch.newBuilder()
                    .setProjectId(row.projectId()).addScores(row.score()).build().toByteArray(), e.getMessage());
        }
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
