package dev.sightline.evaluator.rule;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.catalog.Catalog;
import dev.sightline.evaluator.catalog.CatalogConfig;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.material.RunItem;
import dev.sightline.evaluator.queue.QueueConfig;
import dev.sightline.evaluator.queue.QuickScores;
import dev.sightline.evaluator.queue.RunStore;
import dev.sightline.evaluator.queue.RunStore.NewRun;
import dev.sightline.evaluator.run.EvaluationMetrics;
import dev.sightline.evaluator.trace.Backoff;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.evaluator.trace.TraceSource;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.GetTraceResponse;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Applies a project's rules to a trace that has settled: quick scorers score at once, everything else is put into the
 * queue. When it returns, all of that is on Kafka or in PostgreSQL, so that the trace's activity may be acknowledged.
 * While PostgreSQL is away it waits. Blocking, thread-safe.
 */
@Singleton
public class TraceRules {
    private static final Logger LOG = Logger.getLogger(TraceRules.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));
    private static final Duration COUNTED = Duration.ofSeconds(1);

    private final Catalog catalog;
    private final RunStore store;
    private final QuickScores quickScores;
    private final TraceSource source;
    private final EvaluationMetrics metrics;
    private final QueueConfig config;
    private final Cache<String, ProjectRules> remembered;
    private final Cache<String, Integer> waiting =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(COUNTED).build();

    TraceRules(Catalog catalog, RunStore store, QuickScores quickScores, TraceSource source, EvaluationMetrics metrics,
            QueueConfig config, CatalogConfig catalogConfig) {
        this.catalog = catalog;
        this.store = store;
        this.quickScores = quickScores;
        this.source = source;
        this.metrics = metrics;
        this.config = config;
        this.remembered = Caffeine.newBuilder().maximumSize(1_000)
                .expireAfterWrite(catalogConfig.remembered()).build();
    }

    /** The rules of a project for new data, and its evaluators by id. */
    record ProjectRules(List<Rule> rules, Map<String, Evaluator> evaluators) {
        List<Evaluator> of(Rule rule) {
            return rule.getEvaluatorIdsList().stream().map(evaluators::get).filter(e -> e != null).toList();
        }
    }

    public void apply(TraceKey key, GetTraceResponse trace, Instant fetched) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                applyOnce(key, trace, fetched);
                return;
            } catch (ServiceException e) {
                if (e.code() != ErrorCode.DEPENDENCY_UNAVAILABLE) {
                    throw e;
                }
                if (Integer.bitCount(attempt) == 1) {
                    LOG.warnf("PostgreSQL gives no answer (try %d); evaluations wait until it is back", attempt);
                }
            }
            Thread.sleep(BACKOFF.after(attempt));
        }
    }

    private void applyOnce(TraceKey key, GetTraceResponse trace, Instant fetched) throws InterruptedException {
        ProjectRules project = remembered.get(key.projectId(), this::load);
        List<Observation> observations = trace.getObservationsList();
        for (Rule rule : project.rules) {
            List<Evaluator> evaluators = project.of(rule);
            if (!evaluators.isEmpty() && RuleRuns.samples(rule, key.traceId()) && matches(rule, key, observations)) {
                apply(key, rule, evaluators, trace, fetched);
            }
        }
    }

    private boolean matches(Rule rule, TraceKey key, List<Observation> observations) throws InterruptedException {
        if (rule.getQuery().isBlank()) {
            return true;
        }
        try {
            return source.matches(key, RuleRuns.startUnixNano(observations), rule.getQuery());
        } catch (TraceSource.QueryRefused e) {
            metrics.skipped("rule-query-refused");
            LOG.warnf("the query of rule %s is refused: %s", rule.getId(), e.getMessage());
            return false;
        }
    }

    private void apply(TraceKey key, Rule rule, List<Evaluator> evaluators, GetTraceResponse trace, Instant fetched)
            throws InterruptedException {
        List<Observation> observations = trace.getObservationsList();
        String sessionId = rule.getTarget().equals("session") ? RuleRuns.sessionId(observations) : "";
        if (rule.getTarget().equals("session") && sessionId.isEmpty()) {
            return;
        }
        Material whole = Material.ofTrace(observations);
        if (rule.getTarget().equals("trajectory") && !whole.isTrajectory()) {
            return;
        }
        List<Observation> spans = RuleRuns.observations(rule, observations);
        List<RunItem> items = rule.getTarget().equals(RunItem.TARGET) ? runItems(rule, key, observations) : List.of();
        List<NewRun> runs = new ArrayList<>();
        List<QuickScores.Wanted> quick = new ArrayList<>();
        for (Evaluator evaluator : evaluators) {
            boolean atOnce = sessionId.isEmpty() && rule.getDelaySeconds() == 0 && quickScores.isQuick(evaluator);
            if (rule.getTarget().equals("observation")) {
                for (Observation span : spans) {
                    if (atOnce) {
                        quick.add(new QuickScores.Wanted(evaluator, span.getSpanId(),
                                Material.ofObservation(observations, span)));
                    } else {
                        runs.add(run(rule, evaluator, key, span.getSpanId(), ""));
                    }
                }
            } else if (rule.getTarget().equals(RunItem.TARGET)) {
                for (RunItem item : items) {
                    if (atOnce) {
                        quick.add(new QuickScores.Wanted(evaluator, item.spanId(), item.material()));
                    } else {
                        runs.add(run(rule, evaluator, key, item.spanId(), ""));
                    }
                }
            } else if (atOnce) {
                quick.add(new QuickScores.Wanted(evaluator, ByteString.EMPTY, whole));
            } else {
                runs.add(run(rule, evaluator, key, ByteString.EMPTY, sessionId));
            }
        }
        quickScores.give(key, quick, trace.getScoresList(), fetched);
        put(key.projectId(), rule, runs);
    }

    private List<RunItem> runItems(Rule rule, TraceKey key, List<Observation> observations) throws InterruptedException {
        try {
            return RunItem.read(source, key, observations);
        } catch (TraceSource.QueryRefused e) {
            metrics.skipped("run-items-refused");
            LOG.warnf("rule %s can't tell which dataset items trace %s came of: %s", rule.getId(), key, e.getMessage());
            return List.of();
        }
    }

    private NewRun run(Rule rule, Evaluator evaluator, TraceKey key, ByteString spanId, String sessionId) {
        Duration delay = Duration.ofSeconds(rule.getDelaySeconds());
        return new NewRun(QuickScores.scoreId(evaluator, key, spanId, sessionId), evaluator.getId(), key.traceId(), spanId,
                sessionId, sessionId.isEmpty() || delay.compareTo(config.sessionQuiet()) > 0 ? delay
                        : config.sessionQuiet());
    }

    private void put(String projectId, Rule rule, List<NewRun> runs) {
        if (runs.isEmpty()) {
            return;
        }
        if (waiting.get(rule.getId(), store::waiting) + runs.size() > config.waitingPerRuleMax()) {
            metrics.skipped("rule-queue-full");
            store.leftOut(rule.getId(), runs.size());
        } else if (!store.add(projectId, rule, runs, Optional.empty())) {
            metrics.skipped("rule-budget");
        }
    }

    private ProjectRules load(String projectId) {
        List<Rule> rules = catalog.rules(projectId).stream().filter(rule -> !rule.hasEnabled() || rule.getEnabled()).toList();
        Map<String, Evaluator> evaluators = rules.isEmpty() ? Map.of() : catalog.evaluators(projectId).stream()
                .collect(Collectors.toMap(Evaluator::getId, Function.identity()));
        return new ProjectRules(rules, evaluators);
    }
}
