package dev.sightline.evaluator.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what the evaluator does, under sightline_evaluator_*. Labels are bounded: evaluator names and reasons. How far
 * behind Kafka we are is the consumer's own records-lag metric.
 */
@Singleton
public class EvaluationMetrics {
    private final MeterRegistry registry;
    private final AtomicInteger openRecords;

    public EvaluationMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.openRecords = registry.gauge("sightline.evaluator.unacknowledged.records", new AtomicInteger());
    }

    /** A score with a value was published. */
    public void evaluated(String evaluator, Duration took) {
        Timer.builder("sightline.evaluator.evaluated").tag("evaluator", evaluator).register(registry).record(took);
    }

    /** A score that records an error was published. */
    public void failed(String evaluator, Outcome.Reason reason, Duration took) {
        Timer.builder("sightline.evaluator.failed").tag("evaluator", evaluator).tag("reason", reason.label())
                .register(registry).record(took);
    }

    /** A whole trace gave no score. */
    public void skipped(String reason) {
        skipped("all", reason);
    }

    /** One evaluator gave no score. */
    public void skipped(String evaluator, String reason) {
        registry.counter("sightline.evaluator.skipped", "evaluator", evaluator, "reason", reason).increment();
    }

    /** How long fetching a trace took, retries included. */
    public void fetched(Duration took) {
        registry.timer("sightline.evaluator.fetch").record(took);
    }

    /** One request to the judge; result is ok or a failure's label. */
    public void judgeCalled(String result, Duration took) {
        Timer.builder("sightline.evaluator.judge.calls").tag("result", result).publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(50)).maximumExpectedValue(Duration.ofMinutes(2))
                .register(registry).record(took);
    }

    public void recordStarted() {
        openRecords.incrementAndGet();
    }

    public void recordFinished() {
        openRecords.decrementAndGet();
    }
}
