package dev.sightline.evaluator.run;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.rule.TraceRules;
import dev.sightline.evaluator.score.ScoreId;
import dev.sightline.evaluator.score.ScorePublisher;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.evaluator.trace.TraceSource;
import dev.sightline.evaluator.trace.Turn;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.query.v1.GetTraceResponse;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreBatch;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/**
 * Evaluates one settled trace: fetches it, applies the project's rules ({@link TraceRules}), finds its turn, lets every
 * evaluator of the service itself score that turn and publishes each score as soon as it is there, so that a slow
 * evaluator delays no other. What an earlier evaluation has already
 * scored under the same content is not done again, and one trace is evaluated a bounded number of times; both are read
 * from the scores stored with the trace, so they hold over restarts.
 */
@Singleton
public class TraceEvaluation {
    private static final Logger LOG = Logger.getLogger(TraceEvaluation.class);
    private static final String CONTENT_HASH = "content_hash";
    private static final String EVALUATION = "evaluation";

    private final TraceSource source;
    private final List<Evaluator> evaluators;
    private final ScorePublisher publisher;
    private final TraceRules rules;
    private final EvaluationMetrics metrics;
    private final RunConfig config;

    public TraceEvaluation(TraceSource source, @All List<Evaluator> evaluators, ScorePublisher publisher,
            TraceRules rules, EvaluationMetrics metrics, RunConfig config) {
        this.source = source;
        this.rules = rules;
        this.evaluators = evaluators.stream().filter(Evaluator::isEnabled).toList();
        this.publisher = publisher;
        this.metrics = metrics;
        this.config = config;
    }

    /** Whether an evaluation could begin. */
    public sealed interface Start {
        /** The trace is not stored yet, as far as query-service knows: try later. */
        record NotReadable() implements Start {
        }

        /** Completes when every score is on Kafka; exceptionally when the process stops before. */
        record Running(CompletableFuture<Void> done) implements Start {
        }
    }

    /** What one evaluator is to do on one trace. An absent turn means that the trace could not be read. */
    private record Task(Evaluator evaluator, TraceKey trace, Optional<Turn> turn, String scoreId, String contentHash,
            int evaluation, long firstScoredUnixNano, boolean truncated, Instant start) {
        RunTrace.Evaluated evaluated() {
            Map<String, String> input = new LinkedHashMap<>();
            turn.ifPresent(t -> {
                input.put("question", t.question());
                input.put("answer", t.answer());
            });
            return new RunTrace.Evaluated(trace.projectId(), trace.traceId(),
                    turn.map(Turn::rootSpanId).orElse(ByteString.EMPTY), input);
        }
    }

    /** Blocks while the trace is fetched and while evaluators hold the worker back. */
    public Start start(TraceKey key) throws InterruptedException {
        Instant begin = Instant.now();
        TraceSource.Fetch fetch = source.fetch(key);
        metrics.fetched(Duration.between(begin, Instant.now()));
        return switch (fetch) {
            case TraceSource.Fetch.NotFound() -> new Start.NotReadable();
            case TraceSource.Fetch.Failed(String reason) -> {
                LOG.warnf("trace %s: %s", key, reason);
                yield failAll(key, reason, begin);
            }
            case TraceSource.Fetch.Found(var trace) -> {
                rules.apply(key, trace, begin);
                yield switch (Turn.find(trace.getObservationsList())) {
                    case Turn.Search.None(String reason) -> {
                        metrics.skipped(reason);
                        yield new Start.Running(CompletableFuture.completedFuture(null));
                    }
                    case Turn.Search.Found(Turn turn) -> evaluateAll(key, turn, trace, begin);
                };
            }
        };
    }

    private Start evaluateAll(TraceKey key, Turn turn, GetTraceResponse trace, Instant begin)
            throws InterruptedException {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (Evaluator evaluator : evaluators) {
            Optional<Task> task = task(evaluator, key, turn, trace, begin);
            if (task.isPresent()) {
                running.add(begin(evaluator, turn)
                        .exceptionally(TraceEvaluation::defect)
                        .thenAccept(outcome -> publish(task.get(), outcome)));
            }
        }
        return new Start.Running(CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)));
    }

    private static CompletableFuture<Outcome> begin(Evaluator evaluator, Turn turn) throws InterruptedException {
        try {
            return evaluator.evaluate(turn);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Start failAll(TraceKey key, String reason, Instant begin) {
        Outcome failed = Outcome.Failed.of(Outcome.Reason.TRACE_UNREADABLE, reason);
        return new Start.Running(CompletableFuture.completedFuture(failed).thenAccept(outcome -> {
            for (Evaluator evaluator : evaluators) {
                String scoreId = ScoreId.of(key, ByteString.EMPTY, evaluator.name(), evaluator.version());
                publish(new Task(evaluator, key, Optional.empty(), scoreId, "", 1, 0, false, begin), outcome);
            }
        }));
    }

    private Optional<Task> task(
            Evaluator evaluator, TraceKey key, Turn turn, GetTraceResponse trace, Instant begin) {
        String scoreId = ScoreId.of(key, ByteString.EMPTY, evaluator.name(), evaluator.version());
        String contentHash = ScoreId.hex(ScoreId.hash(16, turn.question(), turn.answer(), evaluator.model(),
                evaluator.configJson()));
        Optional<Score> before = trace.getScoresList().stream()
                .filter(score -> score.getId().equals(scoreId)).findFirst();
        int evaluation = 1 + before.map(score -> score.getMetadataOrDefault(EVALUATION, "0"))
                .map(TraceEvaluation::number).orElse(0);
        boolean unchanged = before.isPresent() && before.get().getError().isEmpty()
                && before.get().getMetadataOrDefault(CONTENT_HASH, "").equals(contentHash);
        if (unchanged) {
            metrics.skipped(evaluator.name(), "unchanged");
            return Optional.empty();
        }
        if (evaluation > config.evaluationsPerTraceMax()) {
            metrics.skipped(evaluator.name(), "evaluations-per-trace-max");
            return Optional.empty();
        }
        long firstScored = before.map(Score::getTimestampUnixNano).orElse(0L);
        return Optional.of(new Task(evaluator, key, Optional.of(turn), scoreId, contentHash, evaluation, firstScored,
                trace.getTruncated(), begin));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Outcome defect(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof CancellationException stopped) {
            throw stopped;
        }
        LOG.error("an evaluator broke", cause);
        return Outcome.Failed.of(Outcome.Reason.INTERNAL, "the evaluator broke: " + cause.getClass().getSimpleName());
    }

    private void publish(Task task, Outcome outcome) {
        Instant end = Instant.now();
        Score score = score(task, outcome, end);
        ObservationBatch run = config.traces()
                ? RunTrace.of(task.evaluated(), score, outcome, task.start, end, config)
                : ObservationBatch.getDefaultInstance();
        try {
            publisher.publish(ScoreBatch.newBuilder().setProjectId(task.trace.projectId()).addScores(score).build(),
                    run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("stopped before the score was on Kafka");
        }
        Duration took = Duration.between(task.start, end);
        switch (outcome) {
            case Outcome.Scored scored -> metrics.evaluated(task.evaluator.name(), took);
            case Outcome.Failed failed -> metrics.failed(task.evaluator.name(), failed.reason(), took);
        }
    }

    private Score score(Task task, Outcome outcome, Instant end) {
        // What was fetched first is older, however long its evaluation took: a later fetch must win.
        Score.Builder score = Score.newBuilder().setId(task.scoreId).setTraceId(task.trace.traceId())
                .setName(task.evaluator.name()).setDataType(ScoreDataType.NUMERIC).setSource(ScoreSource.EVALUATOR)
                .setEnvironment(task.turn.map(Turn::environment).orElse(""))
                .setTimestampUnixNano(task.firstScoredUnixNano > 0 ? task.firstScoredUnixNano : RunTrace.nanos(end))
                .setUpdatedAtUnixNano(RunTrace.nanos(task.start))
                .setEvaluatorName(task.evaluator.name()).setEvaluatorVersion(task.evaluator.version())
                .setEvaluatorConfig(task.evaluator.configJson()).setModel(task.evaluator.model())
                .putMetadata(EVALUATION, Integer.toString(task.evaluation));
        if (!task.contentHash.isEmpty()) {
            score.putMetadata(CONTENT_HASH, task.contentHash);
        }
        if (task.truncated) {
            score.putMetadata("trace_truncated", "true");
        }
        if (config.traces()) {
            score.setEvaluatorTraceId(RunTrace.id(task.scoreId, task.contentHash, task.evaluation));
        }
        outcome.call().ifPresent(call -> score.setModel(call.model()));
        switch (outcome) {
            case Outcome.Scored scored -> score.setValue(scored.value()).setComment(scored.comment())
                    .putAllMetadata(scored.metadata());
            case Outcome.Failed failed -> score.setError(failed.error());
        }
        return score.build();
    }
}
