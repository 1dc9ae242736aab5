package dev.sightline.ingestion.write;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.base.kafka.Topics;
import dev.sightline.proto.score.v1.ScoreBatch;
import dev.sightline.proto.score.v1.ScoreDeletion;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.StoreException;
import dev.sightline.storage.score.ScoreRow;
import dev.sightline.storage.score.ScoreTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Stores what comes on topic `scores`. A score replaces the one with its id, so storing one twice does no harm; a
 * deletion done twice does no harm either.
 */
final class ScoreWriter {
    private final ClickHouse clickHouse;
    private final WriterTopics topics;

    ScoreWriter(ClickHouse clickHouse, WriterTopics topics) {
        this.clickHouse = clickHouse;
        this.topics = topics;
    }

    void store(ConsumerRecords<byte[], byte[]> records) {
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
}
