package dev.sightline.evaluator.queue;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.score.ScorePublisher;
import dev.sightline.evaluator.scorer.Scorer;
import dev.sightline.evaluator.scorer.Scorers;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreBatch;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Scores that are computed where the trace is at hand, without the queue: those of pure functions. Thread-safe. */
@Singleton
public class QuickScores {
    private final Scorers scorers;
    private final RunExecution execution;
    private final ScorePublisher publisher;

    QuickScores(Scorers scorers, RunExecution execution, ScorePublisher publisher) {
        this.scorers = scorers;
        this.execution = execution;
        this.publisher = publisher;
    }

    /** One object for one evaluator; the span id is empty where the whole trace is judged. */
    public record Wanted(Evaluator evaluator, ByteString spanId, Material material) {
    }

    public boolean isQuick(Evaluator evaluator) {
        return evaluator.hasScorer() && evaluator.getState().equals("active")
                && scorers.find(evaluator.getScorer().getName()).filter(Scorer::isQuick).isPresent();
    }

    public static String scoreId(Evaluator evaluator, TraceKey trace, ByteString spanId, String sessionId) {
        return ScoreOf.id(evaluator, trace, spanId, sessionId);
    }

    /** Returns when the scores are on Kafka, all in one record. */
    public void give(TraceKey trace, List<Wanted> wanted, List<Score> stored, Instant fetched)
            throws InterruptedException {
        ScoreBatch.Builder batch = ScoreBatch.newBuilder().setProjectId(trace.projectId());
        for (Wanted one : wanted) {
            String id = ScoreOf.id(one.evaluator, trace, one.spanId, "");
            Optional<Score> before = stored.stream().filter(score -> score.getId().equals(id)).findFirst();
            execution.quick(one.evaluator, scorers.find(one.evaluator.getScorer().getName()).orElseThrow(), trace,
                    one.spanId, one.material, before, fetched).ifPresent(batch::addScores);
        }
        if (batch.getScoresCount() > 0) {
            publisher.publish(batch.build(), ObservationBatch.getDefaultInstance());
        }
    }
}
