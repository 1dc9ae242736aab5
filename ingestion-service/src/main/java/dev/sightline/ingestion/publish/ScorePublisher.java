package dev.sightline.ingestion.publish;

import dev.sightline.base.kafka.Topics;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreBatch;
import dev.sightline.proto.score.v1.ScoreDeletion;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Puts scores and their deletions on topic `scores` and returns when Kafka has acknowledged them. A score's id is its
 * record's key: what is said about one score stays in order. Thread-safe, blocking.
 */
@Singleton
public final class ScorePublisher {
    private static final long BUFFER_BYTES_MAX = 16 << 20;

    private final PublishConfig config;
    private final KafkaProducer<byte[], byte[]> producer;

    public ScorePublisher(PublishConfig config, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.config = config;
        this.producer = AcknowledgedProducer.create(config, kafka, BUFFER_BYTES_MAX);
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(5));
    }

    /** Writes the project's scores. */
    public void publish(String projectId, List<Score> scores) {
        AcknowledgedProducer.await(config.timeout(), "the scores", () -> {
            List<Future<RecordMetadata>> sent = new ArrayList<>(scores.size());
            for (Score score : scores) {
                sent.add(send(score.getId(), batch(projectId).addScores(score)));
            }
            return sent;
        });
    }

    /** Removes the project's score with this id as far as it was last changed at or before the time. */
    public void delete(String projectId, String id, long timeUnixNano) {
        AcknowledgedProducer.await(config.timeout(), "the deletion", () -> List.of(send(id, batch(projectId)
                .addDeletions(ScoreDeletion.newBuilder().setId(id).setTimeUnixNano(timeUnixNano)))));
    }

    private static ScoreBatch.Builder batch(String projectId) {
        return ScoreBatch.newBuilder().setProjectId(projectId);
    }

    private Future<RecordMetadata> send(String id, ScoreBatch.Builder batch) {
        return producer.send(new ProducerRecord<>(Topics.SCORES, id.getBytes(StandardCharsets.UTF_8),
                batch.build().toByteArray()));
    }
}
