package dev.sightline.ingestion.outcome;

import dev.sightline.base.ingest.IngestReason;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.base.kafka.Topics;
import dev.sightline.ingestion.Role;
import dev.sightline.ingestion.redact.Redactor;
import dev.sightline.proto.control.v1.Redaction;
import dev.sightline.proto.observation.v1.IngestOutcome;
import dev.sightline.proto.observation.v1.IngestOutcomeBatch;
import dev.sightline.proto.observation.v1.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/**
 * Counts what became of everything that was sent, so that "where is my trace?" has an answer: at once in the metric
 * {@code sightline_ingest_spans_total} (never by project), and by project and minute on topic `ingest-outcomes`, to
 * which the sums go every few seconds. A batch keeps its id until Kafka has it, so it counts once however often it is
 * sent. Counts are for people, not for bills: a killed process loses those since its last flush. Memory is bounded by
 * {@link OutcomeConfig}; while Kafka is away the sums wait. Thread-safe, never blocks the caller.
 */
@Singleton
public final class IngestOutcomes {
    private static final Logger LOG = Logger.getLogger(IngestOutcomes.class);
    private static final int EXAMPLE_LENGTH_MAX = 500;
    private static final long BUFFER_BYTES = 4 << 20;
    /** After whoever still counts while the process stops. */
    private static final int LAST = 10_000;

    private final OutcomeConfig config;
    private final Role.Config roles;
    private final MeterRegistry metrics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final OutcomeSums sums;
    private final Counter dropped;
    private final Deque<IngestOutcomeBatch> unsent = new ArrayDeque<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("ingest-outcomes").daemon().factory());
    private final Clock clock = Clock.systemUTC();

    public IngestOutcomes(OutcomeConfig config, Role.Config roles, MeterRegistry metrics,
                          @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.config = config;
        this.roles = roles;
        this.metrics = metrics;
        // No emitter: the gRPC server asks for this bean before those are connected.
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.flushTimeout().toMillis());
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) config.flushTimeout().toMillis() / 2);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) config.flushTimeout().toMillis());
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.sums = new OutcomeSums(config.sumsMax());
        this.dropped = metrics.counter("sightline.ingest.outcomes.dropped");
    }

    void onStart(@Observes StartupEvent event) {
        if (!roles.roles().equals(Set.of(Role.MIGRATE))) {
            long period = config.flushEvery().toMillis();
            timer.scheduleWithFixedDelay(this::flush, period, period, TimeUnit.MILLISECONDS);
        }
    }

    void onStop(@Observes @Priority(LAST) ShutdownEvent event) {
        timer.shutdown();
        flush();
        producer.close(config.flushTimeout());
    }

    /**
     * Counts for a project.
     *
     * @param reason  NONE for what was accepted
     * @param count   spans, events, scores or findings; for a request that could not be read, requests
     * @param bytes   of them, as received after decompression
     * @param example what was told to the client, or empty; never content of what was sent
     */
    public void count(String projectId, Outcome outcome, IngestReason reason, IngestSource source, long count,
                      long bytes, String example) {
        if (count == 0) {
            return;
        }
        countWithoutProject(outcome, reason, source, count);
        long minute = TimeUnit.SECONDS.toNanos(clock.instant().truncatedTo(ChronoUnit.MINUTES).getEpochSecond());
        String cut = example.length() <= EXAMPLE_LENGTH_MAX ? example : example.substring(0, EXAMPLE_LENGTH_MAX);
        if (!sums.add(new OutcomeSums.Key(projectId, minute, outcome, reason, source), count, bytes, cut)) {
            dropped.increment(count);
        }
    }

    /** Counts what redaction replaced, or found and left, by its kind. */
    public void countFindings(String projectId, Redaction.Mode mode, IngestSource source,
                              Map<String, Integer> findings) {
        Outcome outcome = mode == Redaction.Mode.REDACT ? Outcome.REDACTED : Outcome.FLAGGED;
        findings.forEach((kind, count) ->
                count(projectId, outcome, Redactor.reason(kind), source, count, 0, ""));
    }

    /** Counts what nobody can be told of by project: a request without a valid key, a record that can't be read. */
    public void countWithoutProject(Outcome outcome, IngestReason reason, IngestSource source, long count) {
        metrics.counter("sightline.ingest.spans", "outcome", outcome.name().toLowerCase(Locale.ROOT),
                "reason", reason.slug(), "source", source.slug()).increment(count);
    }

    private synchronized void flush() {
        try {
            if (unsent.isEmpty()) {
                pack(sums.take());
            }
            while (!unsent.isEmpty()) {
                producer.send(new ProducerRecord<>(Topics.INGEST_OUTCOMES, unsent.peek().toByteArray())).get();
                unsent.remove();
            }
        } catch (KafkaException | ExecutionException e) {
            LOG.warnf("ingest outcomes not told yet, trying again: %s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pack(List<IngestOutcome> outcomes) {
        for (int from = 0; from < outcomes.size(); from += config.recordSumsMax()) {
            unsent.add(IngestOutcomeBatch.newBuilder().setId(UUID.randomUUID().toString()).addAllOutcomes(
                    outcomes.subList(from, Math.min(outcomes.size(), from + config.recordSumsMax()))).build());
        }
    }
}
