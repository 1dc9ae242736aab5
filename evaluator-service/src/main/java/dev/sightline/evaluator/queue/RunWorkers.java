package dev.sightline.evaluator.queue;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.catalog.Catalog;
import dev.sightline.evaluator.connection.Connections;
import dev.sightline.evaluator.trace.Backoff;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Rule;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Takes due evaluations out of the queue and runs each on a virtual thread of its own. Each evaluator has a lane: that of
 * its connection, or of the scorers; no more than the lane's bound is taken, and nothing while the connection's circuit is
 * open, so that a slow or broken connection holds up its own evaluators only. A second thread says that this process lives
 * and takes over what dead ones left.
 */
@Singleton
public class RunWorkers {
    private static final Logger LOG = Logger.getLogger(RunWorkers.class);
    private static final String SCORERS = "scorers";

    private final RunStore store;
    private final RunExecution execution;
    private final Catalog catalog;
    private final Connections connections;
    private final QueueConfig config;
    private final Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));
    private final Semaphore places;
    private final Semaphore changed = new Semaphore(0);
    private final Map<String, Run> running = new ConcurrentHashMap<>();
    private final Map<String, Integer> laneCounts = new HashMap<>();
    private final Map<String, Integer> ruleCounts = new HashMap<>();
    private final Cache<String, Lane> lanes =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofSeconds(5)).build();
    private final Cache<String, Integer> ruleLimits =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofSeconds(5)).build();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    RunWorkers(RunStore store, RunExecution execution, Catalog catalog, Connections connections, QueueConfig config,
            MeterRegistry registry) {
        this.store = store;
        this.execution = execution;
        this.catalog = catalog;
        this.connections = connections;
        this.config = config;
        this.places = new Semaphore(config.concurrency());
        registry.gauge("sightline.evaluator.queue.running", running, Map::size);
    }

    /** What bounds an evaluator. The connection is empty for scorers. */
    private record Lane(String key, int limit, String projectId, String connection) {
    }

    void start(@Observes StartupEvent event) {
        begin("run-dispatch", this::dispatch);
        begin("run-lease", this::keepAlive);
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        threads.forEach(Thread::interrupt);
    }

    private void begin(String name, Runnable work) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(work);
        threads.add(thread);
        thread.start();
    }

    private void dispatch() {
        repeat(() -> {
            if (!pass()) {
                changed.tryAcquire(config.poll().toMillis(), TimeUnit.MILLISECONDS);
            }
            changed.drainPermits();
        });
    }

    private void keepAlive() {
        repeat(() -> {
            store.renew(List.copyOf(running.keySet()), config.lease());
            store.tidy(config.deadKept());
            Thread.sleep(config.lease().dividedBy(3));
        });
    }

    private interface Work {
        void once() throws InterruptedException;
    }

    private void repeat(Work work) {
        int failures = 0;
        while (!stopped) {
            try {
                try {
                    work.once();
                    failures = 0;
                } catch (RuntimeException e) {
                    if (Integer.bitCount(++failures) == 1) {
                        LOG.warnf("the evaluation queue waits (try %d): %s", failures, e.getMessage());
                    }
                    Thread.sleep(backoff.after(failures));
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Whether anything was begun. */
    private boolean pass() throws InterruptedException {
        boolean begun = false;
        for (RunStore.Ready ready : store.ready()) {
            Lane lane = lanes.get(ready.evaluatorId(), id -> lane(ready));
            int room = Math.min(room(lane), places.availablePermits());
            if (room > 0) {
                for (Run run : store.claim(ready.evaluatorId(), room, config.lease(), fullRules())) {
                    begun |= begin(run, lane);
                }
            }
        }
        return begun;
    }

    private Lane lane(RunStore.Ready ready) {
        try {
            Evaluator evaluator = catalog.evaluator(ready.projectId(), ready.evaluatorId());
            if (evaluator.hasJudge()) {
                String connection = evaluator.getJudge().getConnection();
                return new Lane(connection.equals(Connections.DEFAULT) ? connection : ready.projectId() + "\n" + connection,
                        connections.concurrency(ready.projectId(), connection), ready.projectId(), connection);
            }
        } catch (ServiceException e) {
            if (e.code() == ErrorCode.DEPENDENCY_UNAVAILABLE) {
                throw e;
            }
            // Gone or broken: its run will find out.
        } catch (IllegalStateException e) {
            LOG.debugf("connection of evaluator %s: %s", ready.evaluatorId(), e.getMessage());
        }
        return new Lane(SCORERS, config.scorerConcurrency(), ready.projectId(), "");
    }

    private int room(Lane lane) {
        boolean open = !lane.connection.isEmpty() && connections.circuit(lane.projectId, lane.connection).isOpen();
        synchronized (laneCounts) {
            return open ? 0 : lane.limit - laneCounts.getOrDefault(lane.key, 0);
        }
    }

    private Set<String> fullRules() {
        synchronized (laneCounts) {
            Set<String> full = new HashSet<>();
            ruleCounts.forEach((rule, count) -> {
                Integer limit = ruleLimits.getIfPresent(rule);
                if (limit != null && count >= limit) {
                    full.add(rule);
                }
            });
            return full;
        }
    }

    private int ruleLimit(Run run) {
        return ruleLimits.get(run.ruleId(), id -> {
            try {
                Rule rule = catalog.rule(run.projectId(), id);
                return rule.getConcurrency() == 0 ? Integer.MAX_VALUE : rule.getConcurrency();
            } catch (ServiceException e) {
                return Integer.MAX_VALUE;
            }
        });
    }

    private boolean begin(Run run, Lane lane) throws InterruptedException {
        int limit = ruleLimit(run);
        synchronized (laneCounts) {
            if (ruleCounts.getOrDefault(run.ruleId(), 0) >= limit) {
                limit = -1;
            } else {
                ruleCounts.merge(run.ruleId(), 1, Integer::sum);
                laneCounts.merge(lane.key, 1, Integer::sum);
            }
        }
        if (limit < 0) {
            store.again(run, Duration.ZERO, false, "");
            return false;
        }
        places.acquire();
        running.put(run.scoreId(), run);
        begin("run", () -> {
            try {
                execute(run);
            } finally {
                running.remove(run.scoreId());
                synchronized (laneCounts) {
                    laneCounts.merge(lane.key, -1, Integer::sum);
                    ruleCounts.computeIfPresent(run.ruleId(), (rule, count) -> count == 1 ? null : count - 1);
                }
                places.release();
                changed.release();
                threads.remove(Thread.currentThread());
            }
        });
        return true;
    }

    private void execute(Run run) {
        Instant start = Instant.now();
        try {
            execution.execute(run);
        } catch (InterruptedException | CancellationException e) {
            // The process stops: the lease runs out, and another takes the run over.
            LOG.debugf("evaluation %s was stopped after %s", run.scoreId(), Duration.between(start, Instant.now()));
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // PostgreSQL away, or a defect of ours in this one run: it stays leased, comes again and ends as dead.
            LOG.errorf(e, "evaluation %s failed", run.scoreId());
            giveUp(run, e);
        }
    }

    private void giveUp(Run run, Throwable e) {
        try {
            String error = "the evaluation broke: " + e.getClass().getSimpleName();
            if (run.attempts() >= config.attemptsMax()) {
                store.dead(run, error);
            } else {
                store.again(run, backoff.after(run.attempts()), true, error);
            }
        } catch (RuntimeException away) {
            LOG.warnf("the queue can't be told of %s: %s", run.scoreId(), away.getMessage());
        }
    }
}
