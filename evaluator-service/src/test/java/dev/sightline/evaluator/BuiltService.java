package dev.sightline.evaluator;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.testing.KafkaBroker;
import dev.sightline.evaluator.testing.PostgresEngine;
import dev.sightline.evaluator.testing.ScoreBook;
import dev.sightline.evaluator.testing.ScriptedJudge;
import dev.sightline.evaluator.testing.ServiceProcess;
import dev.sightline.evaluator.testing.TraceStore;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.observation.v1.TouchedTrace;
import dev.sightline.proto.observation.v1.TraceActivity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * The built service as a process, on a real Kafka broker that all tests share, with real gRPC and HTTP servers at its
 * edges. Each test has a project of its own.
 */
abstract class BuiltService {
    static final Path WORK = Path.of("target", "it");
    static final Path RUN = WORK.resolve(UUID.randomUUID().toString());
    static final String[] TOPICS = {"trace-activity", "scores", "spans"};
    // Held on to: the log manager forgets the level of a logger that nobody holds.
    static final Logger KAFKA_LOG = Logger.getLogger("org.apache.kafka");

    static KafkaBroker broker;
    static PostgresEngine postgres;
    static KafkaProducer<byte[], byte[]> producer;
    static ScoreBook book;

    final List<AutoCloseable> open = new ArrayList<>();
    String project;
    String database;
    TraceStore store;
    ScriptedJudge judge;
    int traceCount;

    @BeforeAll
    static void startBroker() throws Exception {
        if (broker != null) {
            return;
        }
        KAFKA_LOG.setLevel(java.util.logging.Level.SEVERE);
        broker = new KafkaBroker(RUN.resolve("kafka"));
        broker.start();
        broker.createTopics(4, TOPICS);
        producer = producer(broker);
        book = new ScoreBook(broker.bootstrap());
        postgres = new PostgresEngine();
        Runtime.getRuntime().addShutdownHook(new Thread(broker::kill));
    }

    @BeforeEach
    void startEdges(TestInfo info) throws Exception {
        project = info.getTestMethod().orElseThrow().getName();
        database = postgres.newDatabase();
        beginAtTheEnd();
        store = new TraceStore();
        store.scores(book::stored);
        judge = new ScriptedJudge();
        open.add(store);
        open.add(judge);
    }

    @AfterEach
    void stopEdges() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    static KafkaProducer<byte[], byte[]> producer(KafkaBroker broker) {
        return new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrap(), "acks", "all"),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    ServiceProcess service(String... environment) throws Exception {
        return service(broker, environment);
    }

    ServiceProcess service(KafkaBroker kafka, String... environment) throws Exception {
        Map<String, String> variables = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap(),
                "MP_MESSAGING_INCOMING_TRACE_ACTIVITY_GROUP_ID", group(),
                "SIGHTLINE_QUERY_GRPC_HOST", "127.0.0.1",
                "SIGHTLINE_QUERY_GRPC_PORT", Integer.toString(store.port()),
                "SIGHTLINE_SETTLE", "PT1S",
                // Tests say themselves what is scored.
                "SIGHTLINE_EVALUATOR_CATALOG_BUILT_IN_SCORERS", "false"));
        variables.putAll(postgres.environment(database));
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        ServiceProcess process = new ServiceProcess(WORK.resolve(project + ".log"), variables);
        open.add(process);
        return process;
    }

    ServiceProcess serviceWithJudge(String... environment) throws Exception {
        List<String> all = new ArrayList<>(List.of("SIGHTLINE_JUDGE_BASE_URL", judge.address() + "/v1",
                "SIGHTLINE_JUDGE_MODEL", "judge", "SIGHTLINE_JUDGE_BACKOFF", "PT0.05S"));
        all.addAll(List.of(environment));
        return service(all.toArray(String[]::new));
    }

    static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(120));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not in two minutes: " + what);
            }
            Thread.sleep(50);
        }
    }

    static void untilReady(ServiceProcess service) throws InterruptedException {
        eventually("the service is ready", () -> statusOf(service) == 200);
    }

    static int statusOf(ServiceProcess service) {
        try {
            return service.status("/q/health/ready");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    TraceKey newTrace(String question, String answer) {
        TraceKey key = new TraceKey(project, ByteString.copyFromUtf8("%016d".formatted(++traceCount)));
        store.put(key, List.of(root(key, question, answer)));
        return key;
    }

    static Observation root(TraceKey key, String question, String answer) {
        return Observation.newBuilder().setTraceId(key.traceId()).setSpanId(ByteString.copyFromUtf8("rootspan"))
                .setName("chat").setType(ObservationType.SPAN).setEnvironment("production")
                .setStartUnixNano(1_000).setEndUnixNano(2_000).setInput("{\"question\":\"" + question + "\"}")
                .setOutput(answer).build();
    }

    void activity(TraceKey... keys) throws Exception {
        activity("production", keys);
    }

    void activity(String environment, TraceKey... keys) throws Exception {
        TraceActivity.Builder activity = TraceActivity.newBuilder().setProjectId(project);
        for (TraceKey key : keys) {
            activity.addTraces(TouchedTrace.newBuilder().setTraceId(key.traceId()).setEnvironment(environment)
                    .setStoredObservationCount(1).setRootStored(true));
        }
        producer.send(new ProducerRecord<>("trace-activity", activity.build().toByteArray())).get();
    }

    private String group() {
        return "evaluator-" + project;
    }

    private static Map<TopicPartition, Long> ends(Admin admin) throws Exception {
        var ends = admin.listOffsets(IntStream.range(0, 4).boxed().collect(Collectors.toMap(
                p -> new TopicPartition("trace-activity", p), p -> OffsetSpec.latest()))).all().get();
        return ends.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }

    /** Each test reads on from here in a group of its own: what another test left undone is not its business. */
    private void beginAtTheEnd() throws Exception {
        try (Admin admin = broker.admin()) {
            admin.alterConsumerGroupOffsets(group(), ends(admin).entrySet().stream().collect(Collectors.toMap(
                    Map.Entry::getKey, e -> new OffsetAndMetadata(e.getValue())))).all().get();
        }
    }

    boolean everythingIsCommitted() {
        try (Admin admin = broker.admin()) {
            var committed = admin.listConsumerGroupOffsets(group()).partitionsToOffsetAndMetadata().get();
            return ends(admin).entrySet().stream().allMatch(end ->
                    committed.get(end.getKey()).offset() == end.getValue());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    String log() {
        try {
            return Files.readString(WORK.resolve(project + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
