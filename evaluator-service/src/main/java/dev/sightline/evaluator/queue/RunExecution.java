package dev.sightline.evaluator.queue;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.catalog.Catalog;
import dev.sightline.evaluator.connection.ConnectionConfig;
import dev.sightline.evaluator.connection.Connections;
import dev.sightline.evaluator.judge.Circuit;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.material.RunItem;
import dev.sightline.evaluator.run.EvaluationMetrics;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.RunConfig;
import dev.sightline.evaluator.run.RunTrace;
import dev.sightline.evaluator.score.ScoreId;
import dev.sightline.evaluator.score.ScorePublisher;
import dev.sightline.evaluator.scorer.Scorer;
import dev.sightline.evaluator.scorer.Scorers;
import dev.sightline.evaluator.trace.Backoff;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.evaluator.trace.TraceSource;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.query.v1.GetTraceResponse;
import dev.sightline.proto.query.v1.ListTracesRequest;
import dev.sightline.proto.query.v1.TraceSummary;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreBatch;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * One try of one evaluation: reads what is to be judged, lets the evaluator judge, puts score and run on Kafka and tells
 * the queue. Whatever goes wrong ends in one of: again later, dead with a score that records the error, or the evaluator
 * paused with the reason; nothing else is held up. Blocking, thread-safe.
 */
@Singleton
public class RunExecution {
    private static final Logger LOG = Logger.getLogger(RunExecution.class);
    private static final int REASON_CHARACTERS_MAX = 500;

    private final RunStore store;
    private final Catalog catalog;
    private final Connections connections;
    private final Judging judging;
    private final Scorers scorers;
    private final TraceSource source;
    private final ScorePublisher publisher;
    private final EvaluationMetrics metrics;
    private final RunConfig runConfig;
    private final QueueConfig config;
    private final ConnectionConfig connectionConfig;
    private final Backoff backoff;
    private final Semaphore fetches;

    RunExecution(RunStore store, Catalog catalog, Connections connections, Judging judging, Scorers scorers,
            TraceSource source, ScorePublisher publisher, EvaluationMetrics metrics, RunConfig runConfig,
            QueueConfig config, ConnectionConfig connectionConfig) {
        this.store = store;
        this.catalog = catalog;
        this.connections = connections;
        this.judging = judging;
        this.scorers = scorers;
        this.source = source;
        this.publisher = publisher;
        this.metrics = metrics;
        this.runConfig = runConfig;
        this.config = config;
        this.connectionConfig = connectionConfig;
        this.backoff = new Backoff(config.backoff(), config.backoffMax());
        this.fetches = new Semaphore(config.fetches(), true);
    }

    /** What there is to judge, or why there is nothing. */
    private sealed interface Read {
        /** With the score that the object has already. */
        record Found(Material material, Optional<Score> before) implements Read {
        }

        /** Not stored yet, as far as query-service knows. */
        record NotYet() implements Read {
        }

        record Nothing(String reason) implements Read {
        }

        record Unreadable(String reason) implements Read {
        }
    }

    void execute(Run run) throws InterruptedException {
        Instant start = Instant.now();
        Evaluator evaluator;
        Rule rule;
        try {
            evaluator = catalog.evaluator(run.projectId(), run.evaluatorId());
            rule = catalog.rule(run.projectId(), run.ruleId());
        } catch (ServiceException e) {
            if (e.code() != ErrorCode.NOT_FOUND) {
                throw e;
            }
            // Deleted meanwhile, and the run with it.
            store.done(run);
            return;
        }
        Read read = read(run, evaluator, rule);
        ScoreOf scoreOf = new ScoreOf(evaluator, new TraceKey(run.projectId(), run.traceId()), run.spanId(),
                run.sessionId());
        switch (read) {
            case Read.NotYet() -> {
                if (run.attempts() < config.attemptsMax()) {
                    store.again(run, backoff.after(run.attempts()), true, "the trace is not stored yet");
                } else {
                    skip(run, evaluator, "not-found");
                }
            }
            case Read.Nothing(String reason) -> skip(run, evaluator, reason);
            case Read.Unreadable(String reason) -> give(run, scoreOf, Optional.empty(), Map.of(), Map.of(), "",
                    Outcome.Failed.of(Outcome.Reason.TRACE_UNREADABLE, reason), start, Material.ofTrace(List.of()));
            case Read.Found(Material material, Optional<Score> before) -> {
                if (evaluator.hasJudge()) {
                    judge(run, scoreOf, material, before, start);
                } else {
                    score(run, scoreOf, material, before, start);
                }
            }
        }
    }

    private void judge(Run run, ScoreOf scoreOf, Material material, Optional<Score> before, Instant start)
            throws InterruptedException {
        Evaluator evaluator = scoreOf.evaluator();
        Judging.Question question;
        try {
            Optional<Map<String, String>> values = judging.values(run.projectId(), evaluator, material);
            if (values.isEmpty()) {
                skip(run, evaluator, "variable-missing");
                return;
            }
            question = judging.question(run.projectId(), evaluator, values.get());
        } catch (ServiceException | IllegalStateException e) {
            if (e instanceof ServiceException known && known.code() == ErrorCode.DEPENDENCY_UNAVAILABLE) {
                throw e;
            }
            pause(run, evaluator, e.getMessage());
            return;
        }
        if (isDone(run, evaluator, before, question.contentHash())) {
            return;
        }
        Circuit circuit = connections.circuit(run.projectId(), evaluator.getJudge().getConnection());
        if (!circuit.enter()) {
            store.again(run, connectionConfig.circuitPause(), false, "the connection failed several times in a row and is "
                    + "left alone for a while");
            return;
        }
        Judging.Answer answer = judging.ask(question, circuit, run.attempts());
        if (answer.evaluatorIsBroken()) {
            pause(run, evaluator, ((Outcome.Failed) answer.outcome()).error());
        } else if (answer.worthRetry() && run.attempts() < config.attemptsMax()) {
            Duration pause = backoff.after(run.attempts());
            Duration asked = answer.retryAfter().orElse(Duration.ZERO);
            store.again(run, asked.compareTo(pause) > 0 ? asked : pause, true,
                    shortened(((Outcome.Failed) answer.outcome()).error()));
        } else {
            give(run, scoreOf, before, question.config(), question.values(), question.contentHash(), answer.outcome(),
                    start, material);
        }
    }

    private void score(Run run, ScoreOf scoreOf, Material material, Optional<Score> before, Instant start)
            throws InterruptedException {
        Evaluator evaluator = scoreOf.evaluator();
        Optional<Scorer> scorer = scorers.find(evaluator.getScorer().getName());
        if (scorer.isEmpty()) {
            pause(run, evaluator, "there is no scorer " + evaluator.getScorer().getName());
            return;
        }
        String contentHash = contentHash(evaluator, material);
        if (isDone(run, evaluator, before, contentHash)) {
            return;
        }
        Optional<Outcome> outcome = scorer.get().score(material, evaluator.getScorer().getParameters());
        if (outcome.isEmpty()) {
            skip(run, evaluator, "nothing-to-score");
        } else if (outcome.get() instanceof Outcome.Failed failed && run.attempts() < config.attemptsMax()
                && (failed.reason() == Outcome.Reason.MODEL_UNAVAILABLE
                        || failed.reason() == Outcome.Reason.TIMED_OUT)) {
            store.again(run, backoff.after(run.attempts()), true, shortened(failed.error()));
        } else {
            give(run, scoreOf, before, Map.of("scorer", evaluator.getScorer().getName(), "scorer_version",
                    scorer.get().version()), Map.of(), contentHash, outcome.get(), start, material);
        }
    }

    /** Says what a scorer that needs no queue gives; empty where there is nothing, or nothing new. */
    Optional<Score> quick(Evaluator evaluator, Scorer scorer, TraceKey trace, ByteString spanId, Material material,
            Optional<Score> before, Instant fetched) throws InterruptedException {
        String contentHash = contentHash(evaluator, material);
        if (ScoreOf.isUnchanged(before, contentHash)
                || ScoreOf.evaluation(before) > runConfig.evaluationsPerTraceMax()) {
            return Optional.empty();
        }
        Optional<Outcome> outcome = scorer.score(material, evaluator.getScorer().getParameters());
        outcome.ifPresent(given -> count(evaluator, given, Duration.between(fetched, Instant.now())));
        return outcome.map(given -> new ScoreOf(evaluator, trace, spanId, "").score(given, before,
                Map.of("scorer", evaluator.getScorer().getName(), "scorer_version", scorer.version()), scorer.model(),
                material.environment(), contentHash, fetched, Instant.now(), false));
    }

    private static String contentHash(Evaluator evaluator, Material material) {
        return ScoreId.hex(ScoreId.hash(16, material.question(), material.answer(), material.context(),
                material.expectedOutput(), Integer.toString(material.toolCalls().size()),
                Integer.toString(evaluator.getVersion())));
    }

    private boolean isDone(Run run, Evaluator evaluator, Optional<Score> before, String contentHash) {
        if (ScoreOf.isUnchanged(before, contentHash)) {
            skip(run, evaluator, "unchanged");
            return true;
        }
        if (ScoreOf.evaluation(before) > runConfig.evaluationsPerTraceMax()) {
            skip(run, evaluator, "evaluations-per-trace-max");
            return true;
        }
        return false;
    }

    private void give(Run run, ScoreOf scoreOf, Optional<Score> before, Map<String, String> settings,
            Map<String, String> input, String contentHash, Outcome outcome, Instant start, Material material)
            throws InterruptedException {
        Instant end = Instant.now();
        Evaluator evaluator = scoreOf.evaluator();
        // A pure function has no story to tell beyond its comment: only what was asked elsewhere is a trace of its own.
        boolean recorded = runConfig.traces() && (evaluator.hasJudge() || outcome instanceof Outcome.Failed);
        String model = evaluator.hasJudge() ? evaluator.getJudge().getModel()
                : scorers.find(evaluator.getScorer().getName()).map(Scorer::model).orElse("");
        Score score = scoreOf.score(outcome, before, settings, model, material.environment(), contentHash, start, end,
                recorded);
        ObservationBatch spans = recorded ? RunTrace.of(new RunTrace.Evaluated(run.projectId(), score.getTraceId(),
                run.spanId().isEmpty() ? material.rootSpanId() : run.spanId(), input), score, outcome, start, end,
                runConfig) : ObservationBatch.getDefaultInstance();
        publisher.publish(ScoreBatch.newBuilder().setProjectId(run.projectId()).addScores(score).build(), spans);
        count(evaluator, outcome, Duration.between(start, end));
        switch (outcome) {
            case Outcome.Scored scored -> {
                store.done(run);
                catalog.failures(evaluator.getId(), false);
            }
            case Outcome.Failed failed -> {
                store.dead(run, shortened(failed.error()));
                int failures = catalog.failures(evaluator.getId(), true);
                if (failures >= config.failuresMax()) {
                    catalog.pause(evaluator.getId(), "the last " + failures + " evaluations gave no value; the latest: "
                            + shortened(failed.error()));
                }
            }
        }
    }

    private void count(Evaluator evaluator, Outcome outcome, Duration took) {
        // Names are the projects' own: as a metric's label they would not be bounded.
        String kind = evaluator.hasJudge() ? "judge" : "scorer-" + evaluator.getScorer().getName();
        switch (outcome) {
            case Outcome.Scored scored -> metrics.evaluated(kind, took);
            case Outcome.Failed failed -> metrics.failed(kind, failed.reason(), took);
        }
    }

    private void skip(Run run, Evaluator evaluator, String reason) {
        metrics.skipped(evaluator.hasJudge() ? "judge" : "scorer-" + evaluator.getScorer().getName(), reason);
        store.done(run);
    }

    private void pause(Run run, Evaluator evaluator, String reason) {
        LOG.warnf("evaluator %s of project %s is paused: %s", evaluator.getId(), run.projectId(), reason);
        catalog.pause(evaluator.getId(), shortened(reason));
        store.again(run, Duration.ZERO, false, shortened(reason));
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), REASON_CHARACTERS_MAX));
    }

    private Read read(Run run, Evaluator evaluator, Rule rule) throws InterruptedException {
        fetches.acquire();
        try {
            return run.sessionId().isEmpty() ? readTrace(run, evaluator, rule) : readSession(run);
        } catch (TraceSource.QueryRefused e) {
            return new Read.Unreadable("query-service refused the request: " + shortened(e.getMessage()));
        } finally {
            fetches.release();
        }
    }

    private Read readTrace(Run run, Evaluator evaluator, Rule rule) throws InterruptedException {
        TraceKey key = new TraceKey(run.projectId(), run.traceId());
        return switch (source.fetch(key)) {
            case TraceSource.Fetch.NotFound() -> new Read.NotYet();
            case TraceSource.Fetch.Failed(String reason) -> new Read.Unreadable(reason);
            case TraceSource.Fetch.Found(GetTraceResponse trace) -> {
                String scoreId = ScoreOf.id(evaluator, key, run.spanId(), "");
                Optional<Score> before = trace.getScoresList().stream().filter(s -> s.getId().equals(scoreId)).findFirst();
                if (rule.getTarget().equals(RunItem.TARGET)) {
                    yield RunItem.read(source, key, trace.getObservationsList()).stream()
                            .filter(item -> item.spanId().equals(run.spanId())).findFirst()
                            .<Read>map(item -> new Read.Found(item.material(), before))
                            .orElseGet(() -> new Read.Nothing("not-found"));
                }
                if (run.spanId().isEmpty()) {
                    yield new Read.Found(Material.ofTrace(trace.getObservationsList()), before);
                }
                Optional<Observation> focus = trace.getObservationsList().stream()
                        .filter(o -> o.getSpanId().equals(run.spanId())).findFirst();
                yield focus.<Read>map(o -> new Read.Found(
                        Material.ofObservation(trace.getObservationsList(), o), before))
                        .orElseGet(() -> new Read.Nothing("not-found"));
            }
        };
    }

    private Read readSession(Run run) throws InterruptedException {
        List<TraceSummary> summaries = new ArrayList<>(source.list(ListTracesRequest.newBuilder()
                .setProjectId(run.projectId()).setFromUnixNano(TraceSource.EARLIEST_UNIX_NANO)
                .setLimit(config.sessionTracesMax())
                .setQuery("session:" + quoted(run.sessionId()))
                .build()).getTracesList());
        List<List<Observation>> traces = new ArrayList<>();
        for (TraceSummary summary : summaries.reversed()) {
            if (source.fetch(new TraceKey(run.projectId(), summary.getTraceId()))
                    instanceof TraceSource.Fetch.Found(GetTraceResponse trace)) {
                traces.add(Material.slim(trace.getObservationsList()));
            }
        }
        Material material = Material.ofSession(traces);
        return material.turns().isEmpty() ? new Read.Nothing("no-conversation")
                : new Read.Found(material, Optional.empty());
    }

    /** As a value of the query language. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r")
                .replace("\t", "\\t") + "\"";
    }

    /** Tries an evaluator on material; nothing is stored or published. */
    public Trial trial(String projectId, Evaluator evaluator, Material material, Map<String, String> given)
            throws InterruptedException {
        if (evaluator.hasScorer()) {
            Scorer scorer = scorers.find(evaluator.getScorer().getName()).orElseThrow();
            return new Trial(scorer.score(material, evaluator.getScorer().getParameters()).orElseGet(() ->
                    Outcome.Failed.of(Outcome.Reason.REFUSED, "there is nothing here that this scorer judges")), "");
        }
        Map<String, String> values = new LinkedHashMap<>(given);
        if (given.isEmpty()) {
            Optional<Map<String, String>> read = judging.values(projectId, evaluator, material);
            if (read.isEmpty()) {
                return new Trial(Outcome.Failed.of(Outcome.Reason.REFUSED,
                        "a variable of the template has no value here"), "");
            }
            values.putAll(read.get());
        }
        Judging.Question question = judging.question(projectId, evaluator, values);
        Circuit own = new Circuit(Integer.MAX_VALUE, Duration.ZERO, Clock.systemUTC());
        return new Trial(judging.ask(question, own, 1).outcome(), question.prompt().user());
    }

    /** What a trial gave, and what was asked. */
    public record Trial(Outcome outcome, String prompt) {
        /** Prompts are user data: never in a log by way of toString. */
        @Override
        public String toString() {
            return "Trial[]";
        }
    }
}
