package dev.sightline.evaluator.backfill;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.backfill.BackfillStore.Stored;
import dev.sightline.evaluator.catalog.Catalog;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.material.RunItem;
import dev.sightline.evaluator.queue.QueueConfig;
import dev.sightline.evaluator.queue.QuickScores;
import dev.sightline.evaluator.queue.RunStore;
import dev.sightline.evaluator.queue.RunStore.NewRun;
import dev.sightline.evaluator.rule.RuleRuns;
import dev.sightline.evaluator.run.RunTrace;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.evaluator.trace.TraceSource;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.GetTraceResponse;
import dev.sightline.proto.query.v1.ListTracesRequest;
import dev.sightline.proto.query.v1.ListTracesResponse;
import dev.sightline.proto.query.v1.TraceSummary;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Goes through the traces of running backfills page by page, newest first, and puts what a rule judges of them into the
 * queue. Where it stands is in PostgreSQL: after a crash it goes on with the page that was under way, whose runs are the
 * same ones. It waits while the rule has much waiting, and till tomorrow where the rule's budget is used up.
 */
@Singleton
public class BackfillWorker {
    private static final Logger LOG = Logger.getLogger(BackfillWorker.class);
    private static final int PAGE = 100;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final BackfillStore backfills;
    private final RunStore runs;
    private final Catalog catalog;
    private final TraceSource source;
    private final QueueConfig config;
    private volatile Thread thread;

    BackfillWorker(BackfillStore backfills, RunStore runs, Catalog catalog, TraceSource source, QueueConfig config) {
        this.backfills = backfills;
        this.runs = runs;
        this.catalog = catalog;
        this.source = source;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("backfill").start(this::work);
    }

    void stop(@Observes ShutdownEvent event) {
        thread.interrupt();
    }

    private void work() {
        try {
            int failures = 0;
            while (true) {
                boolean moved = false;
                try {
                    for (Stored backfill : backfills.running()) {
                        moved |= step(backfill);
                    }
                    backfills.finish();
                    failures = 0;
                } catch (RuntimeException e) {
                    if (Integer.bitCount(++failures) == 1) {
                        LOG.warnf("backfills wait (try %d): %s", failures, e.getMessage());
                    }
                }
                if (!moved) {
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("backfill worker stopped");
        }
    }

    /** Whether a page was done. */
    private boolean step(Stored stored) throws InterruptedException {
        if (stored.backfill().getListed()) {
            return false;
        }
        try {
            Rule rule = catalog.rule(stored.projectId(), stored.backfill().getRuleId());
            if (runs.waiting(rule.getId()) >= config.waitingPerRuleMax() / 2) {
                return false;
            }
            List<Evaluator> evaluators = catalog.evaluators(stored.projectId()).stream()
                    .filter(evaluator -> rule.getEvaluatorIdsList().contains(evaluator.getId())).toList();
            ListTracesResponse page = source.list(ListTracesRequest.newBuilder().setProjectId(stored.projectId())
                    .setFromUnixNano(nanos(stored.backfill().getFrom())).setToUnixNano(nanos(stored.backfill().getTo()))
                    .setQuery(rule.getQuery()).setLimit(PAGE).setCursor(stored.cursor()).build());
            List<NewRun> wanted = new ArrayList<>();
            for (TraceSummary trace : page.getTracesList()) {
                if (!trace.getEnvironment().equals(RunTrace.ENVIRONMENT)
                        && RuleRuns.samples(rule, trace.getTraceId())) {
                    add(stored.projectId(), rule, evaluators, trace, wanted);
                }
            }
            if (!wanted.isEmpty()
                    && !runs.add(stored.projectId(), rule, wanted, Optional.of(stored.backfill().getId()))) {
                return false;
            }
            backfills.move(stored, page.getNextCursor(), page.getNextCursor().isEmpty());
            return true;
        } catch (TraceSource.QueryRefused e) {
            backfills.fail(stored, "the rule's query is refused: " + e.getMessage());
        } catch (ServiceException e) {
            if (e.code() != ErrorCode.NOT_FOUND) {
                throw e;
            }
            backfills.fail(stored, e.getMessage());
        }
        return false;
    }

    private void add(String projectId, Rule rule, List<Evaluator> evaluators, TraceSummary trace, List<NewRun> wanted)
            throws InterruptedException {
        TraceKey key = new TraceKey(projectId, trace.getTraceId());
        boolean session = rule.getTarget().equals("session");
        if (session && trace.getSessionId().isEmpty()) {
            return;
        }
        List<ByteString> spans = List.of(ByteString.EMPTY);
        if (!session && !rule.getTarget().equals("trace")) {
            if (!(source.fetch(key) instanceof TraceSource.Fetch.Found(GetTraceResponse found))) {
                return;
            }
            List<Observation> observations = found.getObservationsList();
            spans = switch (rule.getTarget()) {
                case "observation" -> RuleRuns.observations(rule, observations).stream()
                        .map(Observation::getSpanId).toList();
                case RunItem.TARGET -> RunItem.read(source, key, observations).stream().map(RunItem::spanId).toList();
                default -> Material.ofTrace(observations).isTrajectory() ? spans : List.of();
            };
        }
        for (Evaluator evaluator : evaluators) {
            for (ByteString span : spans) {
                String sessionId = session ? trace.getSessionId() : "";
                NewRun run = new NewRun(QuickScores.scoreId(evaluator, key, span, sessionId), evaluator.getId(),
                        key.traceId(), span, sessionId, Duration.ZERO);
                // Several traces of a page may be of one session.
                if (wanted.stream().noneMatch(other -> session && other.scoreId().equals(run.scoreId()))) {
                    wanted.add(run);
                }
            }
        }
    }

    private static long nanos(Timestamp time) {
        return Math.max(TraceSource.EARLIEST_UNIX_NANO,
                RunTrace.nanos(Instant.ofEpochSecond(time.getSeconds(), time.getNanos())));
    }
}
