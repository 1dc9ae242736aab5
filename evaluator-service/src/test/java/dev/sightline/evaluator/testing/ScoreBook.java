package dev.sightline.evaluator.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the writer would have stored of topics scores and spans: of scores with one id the latest change wins. */
public final class ScoreBook implements AutoCloseable {
    private final TopicReader scores;
    private final TopicReader spans;

    public ScoreBook(String bootstrap) {
        scores = new TopicReader(bootstrap, "scores");
        spans = new TopicReader(bootstrap, "spans");
    }

    /** Every score that was published, repetitions included. */
    public List<Score> published(String projectId) {
        List<Score> all = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : scores.records()) {
            try {
                ScoreBatch batch = ScoreBatch.parseFrom(record.value());
                if (batch.getProjectId().equals(projectId)) {
                    all.addAll(batch.getScoresList());
                }
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("a record on topic scores is not a ScoreBatch", e);
            }
        }
        return all;
    }

    /** By id. */
    public Map<String, Score> stored(String projectId) {
        Map<String, Score> stored = new HashMap<>();
        published(projectId).forEach(score -> stored.merge(score.getId(), score, (a, b) ->
                b.getUpdatedAtUnixNano() >= a.getUpdatedAtUnixNano() ? b : a));
        return stored;
    }

    public Score stored(TraceKey trace, String evaluator) {
        return stored(trace.projectId()).values().stream().filter(score -> score.getTraceId().equals(trace.traceId())
                && score.getEvaluatorName().equals(evaluator)).findFirst().orElse(null);
    }

    /** A span as published, with where it stood. */
    public record Span(Observation observation, ObservationBatch batch, int partition) {
    }

    public List<Span> spans(String projectId) {
        List<Span> all = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : spans.records()) {
            try {
                ObservationBatch batch = ObservationBatch.parseFrom(record.value());
                if (batch.getProjectId().equals(projectId)) {
                    batch.getObservationsList().forEach(o -> all.add(new Span(o, batch, record.partition())));
                }
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("a record on topic spans is not an ObservationBatch", e);
            }
        }
        return all;
    }

    @Override
    public void close() throws InterruptedException {
        scores.close();
        spans.close();
    }
}
