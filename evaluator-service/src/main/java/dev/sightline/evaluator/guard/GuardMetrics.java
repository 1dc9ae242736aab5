package dev.sightline.evaluator.guard;

import dev.sightline.detectors.Kind;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.Finding;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;

/** Counts what the guard does, under sightline_guard_*. Labels are bounded: a project's own types count as custom. */
@Singleton
class GuardMetrics {
    private static final Set<String> TYPES = Set.of("prompt_injection", "system_prompt_leak", "profanity", "unknown_url",
            "image_url", "banned_words", "characters", "tokens", AttackLikeness.KIND);

    private final MeterRegistry registry;

    GuardMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void checked(CheckResponse answer, long nanos) {
        Timer.builder("sightline.guard.checks").tag("action", answer.getAction())
                .tag("failure", answer.getFailure().isEmpty() ? "none" : answer.getFailure()).publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000)).maximumExpectedValue(Duration.ofSeconds(2))
                .register(registry).record(Duration.ofNanos(nanos));
        for (Finding finding : answer.getFindingsList()) {
            String type = TYPES.contains(finding.getType()) || Kind.of(finding.getType()) != null ? finding.getType()
                    : "custom";
            registry.counter("sightline.guard.findings", "type", type).increment();
        }
    }

    /** A check whose policy has embeddings; {@code failure}: why they did not look, or empty. */
    void embedded(String failure) {
        registry.counter("sightline.guard.embeddings", "failure", failure.isEmpty() ? "none" : failure).increment();
    }

    void recorded() {
        registry.counter("sightline.guard.recorded").increment();
    }

    /** A check that is not on its trace: the queue was full, or Kafka did not take it. */
    void notRecorded(String reason) {
        registry.counter("sightline.guard.not.recorded", "reason", reason).increment();
    }
}
