package dev.sightline.evaluator.activity;

import dev.sightline.evaluator.run.EvaluationMetrics;
import dev.sightline.evaluator.run.TraceEvaluation;
import dev.sightline.evaluator.run.TraceEvaluation.Start;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/**
 * The virtual threads that take settled traces from the {@link TraceQueue} and start their evaluation. A trace's
 * records are released once all its evaluators are done and their scores are acknowledged by Kafka. On shutdown the
 * workers stop where they are; what is unfinished comes again to the next process.
 */
@Singleton
public class EvaluationWorkers {
    private static final Logger LOG = Logger.getLogger(EvaluationWorkers.class);

    private final TraceQueue queue;
    private final TraceEvaluation evaluation;
    private final EvaluationMetrics metrics;
    private final ActivityConfig config;
    private final List<Thread> threads = new ArrayList<>();

    public EvaluationWorkers(TraceQueue queue, TraceEvaluation evaluation, EvaluationMetrics metrics,
            ActivityConfig config, MeterRegistry registry) {
        this.queue = queue;
        this.evaluation = evaluation;
        this.metrics = metrics;
        this.config = config;
        registry.gauge("sightline.evaluator.waiting.traces", queue, TraceQueue::size);
        registry.gauge("sightline.evaluator.waiting.age.seconds", queue, q -> q.oldestAge().toMillis() / 1000.0);
    }

    void start(@Observes StartupEvent event) {
        for (int i = 0; i < config.concurrency(); i++) {
            threads.add(Thread.ofVirtual().name("evaluation-" + i).start(this::work));
        }
    }

    void stop(@Observes ShutdownEvent event) {
        queue.close();
        threads.forEach(Thread::interrupt);
    }

    private void work() {
        try {
            while (true) {
                evaluate(queue.take());
            }
        } catch (InterruptedException e) {
            LOG.debug("evaluation worker stopped");
        }
    }

    private void evaluate(WaitingTraces.Due due) throws InterruptedException {
        Start start;
        try {
            start = evaluation.start(due.key());
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // A defect of ours, or more than our memory, for this one trace: the others must go on.
            LOG.errorf(e, "evaluation of trace %s failed", due.key());
            metrics.skipped("internal-error");
            start = new Start.Running(CompletableFuture.completedFuture(null));
        }
        switch (start) {
            case Start.NotReadable() -> {
                Instant now = Instant.now();
                if (Duration.between(due.missingSince().orElse(now), now).compareTo(config.notFoundMax()) < 0) {
                    queue.missing(due, config.notFoundRetry());
                } else {
                    metrics.skipped("not-found");
                    release(due);
                }
            }
            case Start.Running(var done) -> {
                queue.finished(due.key());
                done.whenComplete((nothing, failure) -> ended(due, failure));
            }
        }
    }

    private void ended(WaitingTraces.Due due, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof CancellationException) {
            return;
        }
        if (cause != null) {
            LOG.errorf(cause, "a score of trace %s could not be made", due.key());
            metrics.skipped("internal-error");
        }
        due.records().forEach(ActivityRecord::release);
    }

    private void release(WaitingTraces.Due due) {
        queue.finished(due.key());
        due.records().forEach(ActivityRecord::release);
    }
}
