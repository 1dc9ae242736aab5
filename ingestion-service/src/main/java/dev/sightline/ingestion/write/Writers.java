package dev.sightline.ingestion.write;

import dev.sightline.base.kafka.Topics;
import dev.sightline.base.price.Prices;
import dev.sightline.ingestion.ClickHouseConfig;
import dev.sightline.ingestion.Role;
import dev.sightline.ingestion.mapping.Pricing;
import dev.sightline.ingestion.media.MediaStore;
import dev.sightline.ingestion.publish.KafkaTopics;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.message.MessageWriter;
import dev.sightline.storage.migrate.SchemaVersion;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Starts and stops this process's writers, once the topics exist and ClickHouse has the schema this release knows;
 * until then the process is not ready. A writer that fails for a reason nobody foresaw ends the process: whoever
 * supervises it starts another, which takes over where this one stood.
 */
@Readiness
@ApplicationScoped
public class Writers implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(Writers.class);
    private static final int FETCH_BYTES = 16 << 20;

    private final Role.Config roles;
    private final KafkaTopics topics;
    private final WriterConfig config;
    private final ClickHouseConfig clickHouseConfig;
    private final WriterTopics writerTopics;
    private final WriterMetrics metrics;
    private final MeterRegistry registry;
    private final MediaStore mediaStore;
    private final Map<String, Object> kafka;
    private volatile String notReadyBecause = "starting";
    private volatile Runnable stop = () -> { };
    private Thread starter;

    public Writers(Role.Config roles, KafkaTopics topics, WriterConfig config,
                   ClickHouseConfig clickHouseConfig, WriterTopics writerTopics, WriterMetrics metrics,
                   MeterRegistry registry, MediaStore mediaStore,
                   @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.roles = roles;
        this.topics = topics;
        this.config = config;
        this.clickHouseConfig = clickHouseConfig;
        this.writerTopics = writerTopics;
        this.metrics = metrics;
        this.registry = registry;
        this.mediaStore = mediaStore;
        this.kafka = kafka;
    }

    void onStart(@Observes StartupEvent event) {
        if (roles.roles().equals(Set.of(Role.MIGRATE))) {
            return;
        }
        starter = Thread.ofPlatform().name("writers-start").start(this::start);
    }

    void onStop(@Observes ShutdownEvent event) {
        if (starter != null) {
            starter.interrupt();
        }
        stop.run();
    }

    @Override
    public HealthCheckResponse call() {
        String reason = notReadyBecause;
        return HealthCheckResponse.named("kafka topics and clickhouse schema").status(reason == null)
                .withData("reason", reason == null ? "" : reason).build();
    }

    private void start() {
        try {
            notReadyBecause = "waiting for Kafka";
            topics.ensure();
            if (roles.roles().contains(Role.WRITER)) {
                ClickHouse clickHouse = new ClickHouse(clickHouseConfig.endpoint());
                awaitSchema(clickHouse);
                startWriters(clickHouse, topicId());
            }
            notReadyBecause = null;
        } catch (InterruptedException e) {
            LOG.debug("stopped before the writers had started");
        } catch (ExecutionException | RuntimeException e) {
            exit("writers-start", e);
        }
    }

    private void awaitSchema(ClickHouse clickHouse) throws InterruptedException {
        while (true) {
            try (Connection connection = clickHouse.connect()) {
                Optional<String> problem = SchemaVersion.problem(connection);
                if (problem.isEmpty()) {
                    return;
                }
                notReadyBecause = problem.get();
            } catch (SQLException e) {
                notReadyBecause = "waiting for ClickHouse: " + e.getMessage();
            }
            LOG.warn(notReadyBecause);
            TimeUnit.SECONDS.sleep(1);
        }
    }

    /** Offsets mean something only together with the topic they count in, and a topic can be made anew. */
    private String topicId() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            return admin.describeTopics(Set.of(Topics.SPANS)).allTopicNames().get()
                    .get(Topics.SPANS).topicId().toString();
        }
    }

    private void startWriters(ClickHouse clickHouse, String topicId) {
        Clock clock = Clock.systemUTC();
        StoredObservations stored = new StoredObservations(clickHouse, config);
        MessageWriter messages = new MessageWriter(clickHouse, config.messageSettings());
        SpanStore store = new SpanStore(clickHouse, stored, messages, config, new Pricing(Prices.shipped()), clock);
        TraceMedia media = new TraceMedia(stored, mediaStore);
        TraceDeletions deletions = new TraceDeletions(clickHouse, stored, messages, media, config);
        SpanWriter spans = new SpanWriter(consumer("spans"),
                new BatchTask.Context(store, deletions, config, writerTopics, metrics, clock, topicId,
                        new Semaphore(config.batchesAtOnce(), true)));
        TopicWriter scores = new TopicWriter(consumer("scores"), Topics.SCORES, config,
                new ScoreWriter(clickHouse, writerTopics)::store);
        TopicWriter outcomes = new TopicWriter(consumer("outcomes"), Topics.INGEST_OUTCOMES, config,
                new OutcomeWriter(clickHouse)::store);
        TopicWriter expiries = new TopicWriter(consumer("expiries"), Topics.EXPIRIES, config,
                new ExpiryWriter(stored, media)::store);
        metrics.age(spans::oldestAge);
        Thread spanThread = startThread("span-writer", spans);
        Thread scoreThread = startThread("score-writer", scores);
        Thread outcomeThread = startThread("outcome-writer", outcomes);
        Thread expiryThread = startThread("expiry-writer", expiries);
        stop = () -> {
            spans.stop();
            scores.stop();
            outcomes.stop();
            expiries.stop();
            join(spanThread);
            join(scoreThread);
            join(outcomeThread);
            join(expiryThread);
            clickHouse.close();
        };
    }

    private KafkaConsumer<byte[], byte[]> consumer(String topic) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.group() + "-" + topic);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES / 4);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        new KafkaClientMetrics(consumer).bindTo(registry);
        return consumer;
    }

    private static Thread startThread(String name, Runnable writer) {
        return Thread.ofPlatform().name(name).uncaughtExceptionHandler((_, e) -> exit(name, e)).start(writer);
    }

    private static void exit(String name, Throwable e) {
        LOG.errorf(e, "%s failed; ending the process so that another takes over", name);
        Quarkus.asyncExit(1);
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
