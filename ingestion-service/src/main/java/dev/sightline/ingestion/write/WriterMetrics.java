package dev.sightline.ingestion.write;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Supplier;

/** What the writer counts, at /q/metrics. Lag in records is Kafka's own kafka_consumer_fetch_manager_records_lag. */
@Singleton
final class WriterMetrics {
    private final MeterRegistry registry;
    private final Counter stored;
    private final Counter duplicates;
    private final Counter deleted;
    private final Counter deadLetters;
    private final Counter retries;

    WriterMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.stored = registry.counter("sightline.writer.spans", "outcome", "stored");
        this.duplicates = registry.counter("sightline.writer.spans", "outcome", "duplicate");
        this.deleted = registry.counter("sightline.writer.spans.deleted");
        this.deadLetters = registry.counter("sightline.writer.dead.letters");
        this.retries = registry.counter("sightline.writer.retries");
    }

    void stored(int rows, int duplicateRows, int deadLetterRecords) {
        stored.increment(rows);
        duplicates.increment(duplicateRows);
        deadLetters.increment(deadLetterRecords);
    }

    void deleted(long observations) {
        deleted.increment(observations);
    }

    void retried() {
        retries.increment();
    }

    /** How long the oldest span that has been read but not stored has been waiting. */
    void age(Supplier<Duration> age) {
        registry.gauge("sightline.writer.oldest.age.seconds", age, a -> a.get().toMillis() / 1000.0);
    }
}
