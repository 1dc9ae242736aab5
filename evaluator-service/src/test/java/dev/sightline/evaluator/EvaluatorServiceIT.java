package dev.sightline.evaluator;

import static dev.sightline.evaluator.testing.ScriptedJudge.body;
import static dev.sightline.evaluator.testing.ScriptedJudge.slowly;
import static dev.sightline.evaluator.testing.ScriptedJudge.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.base.kafka.TracePartition;
import dev.sightline.evaluator.testing.KafkaBroker;
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
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The built service as a process, on a real Kafka broker, with real gRPC and HTTP servers at its edges. */
class EvaluatorServiceIT {
    private static final Path WORK = Path.of("target", "it");
    private static final Path RUN = WORK.resolve(UUID.randomUUID().toString());
    private static final String[] TOPICS = {"trace-activity", "scores", "spans"};
    // Held on to: the log manager forgets the level of a logger that nobody holds.
    private static final Logger KAFKA_LOG = Logger.getLogger("org.apache.kafka");

    private static KafkaBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;
    private static ScoreBook book;

    private final List<AutoCloseable> open = new ArrayList<>();
    private String project;
    private TraceStore store;
    private ScriptedJudge judge;
    private int traceCount;

    @BeforeAll
    static void startBroker() throws Exception {
        KAFKA_LOG.setLevel(java.util.logging.Level.SEVERE);
        broker = new KafkaBroker(RUN.resolve("kafka"));
        broker.start();
        broker.createTopics(4, TOPICS);
        producer = producer(broker);
        book = new ScoreBook(broker.bootstrap());
    }

    @AfterAll
    static void stopBroker() throws Exception {
        if (book != null) {
            producer.close();
            book.close();
        }
        broker.close();
    }

    @BeforeEach
    void startEdges(TestInfo info) throws Exception {
        project = info.getTestMethod().orElseThrow().getName();
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

    private static KafkaProducer<byte[], byte[]> producer(KafkaBroker broker) {
        return new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrap(), "acks", "all"),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    private ServiceProcess service(String... environment) throws Exception {
        return service(broker, environment);
    }

    private ServiceProcess service(KafkaBroker kafka, String... environment) throws Exception {
        Map<String, String> variables = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap(),
                "SIGHTLINE_QUERY_GRPC_HOST", "127.0.0.1",
                "SIGHTLINE_QUERY_GRPC_PORT", Integer.toString(store.port()),
                "SIGHTLINE_SETTLE", "PT1S"));
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        ServiceProcess process = new ServiceProcess(WORK.resolve(project + ".log"), variables);
        open.add(process);
        return process;
    }

    private ServiceProcess serviceWithJudge(String... environment) throws Exception {
        List<String> all = new ArrayList<>(List.of("SIGHTLINE_JUDGE_BASE_URL", judge.address() + "/v1",
                "SIGHTLINE_JUDGE_MODEL", "judge", "SIGHTLINE_JUDGE_BACKOFF", "PT0.05S"));
        all.addAll(List.of(environment));
        return service(all.toArray(String[]::new));
    }

    private static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(120));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not in two minutes: " + what);
            }
            Thread.sleep(50);
        }
    }

    private static void untilReady(ServiceProcess service) throws InterruptedException {
        eventually("the service is ready", () -> statusOf(service) == 200);
    }

    private static int statusOf(ServiceProcess service) {
        try {
            return service.status("/q/health/ready");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private TraceKey newTrace(String question, String answer) {
        TraceKey key = new TraceKey(project, ByteString.copyFromUtf8("%016d".formatted(++traceCount)));
        store.put(key, List.of(root(key, question, answer)));
        return key;
    }

    private static Observation root(TraceKey key, String question, String answer) {
        return Observation.newBuilder().setTraceId(key.traceId()).setSpanId(ByteString.copyFromUtf8("rootspan"))
                .setName("chat").setType(ObservationType.SPAN).setEnvironment("production")
                .setStartUnixNano(1_000).setEndUnixNano(2_000).setInput("{\"question\":\"" + question + "\"}")
                .setOutput(answer).build();
    }

    private void activity(TraceKey... keys) throws Exception {
        activity("production", keys);
    }

    private void activity(String environment, TraceKey... keys) throws Exception {
        TraceActivity.Builder activity = TraceActivity.newBuilder().setProjectId(project);
        for (TraceKey key : keys) {
            activity.addTraces(TouchedTrace.newBuilder().setTraceId(key.traceId()).setEnvironment(environment)
                    .setStoredObservationCount(1).setRootStored(true));
        }
        producer.send(new ProducerRecord<>("trace-activity", activity.build().toByteArray())).get();
    }

    private static boolean everythingIsCommitted() {
        try (Admin admin = broker.admin()) {
            var committed = admin.listConsumerGroupOffsets("sightline-evaluator").partitionsToOffsetAndMetadata().get();
            var ends = admin.listOffsets(IntStream.range(0, 4).boxed().collect(Collectors.toMap(
                    p -> new TopicPartition("trace-activity", p), p -> OffsetSpec.latest()))).all().get();
            return ends.entrySet().stream().allMatch(end -> end.getValue().offset() == 0
                    || committed.get(end.getKey()) != null
                    && committed.get(end.getKey()).offset() == end.getValue().offset());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void scoresATraceAndRecordsItsOwnRuns() throws Exception {
        store.start();
        judge.otherwise(verdict(0.75, "Right, but short."));
        TraceKey key = newTrace("How long does the delivery take?", "The delivery takes two days.");
        TraceKey own = newTrace("Own?", "Own.");
        TraceKey silent = newTrace("No answer yet?", "");
        activity("sightline-evaluator", own);
        producer.send(new ProducerRecord<>("trace-activity", "not protobuf \u00ff\u00fe".getBytes())).get();
        activity(key, silent);
        ServiceProcess service = serviceWithJudge();
        untilReady(service);
        eventually("both scores", () -> book.stored(project).size() == 2);
        eventually("offsets are committed", EvaluatorServiceIT::everythingIsCommitted);

        assertThat(book.published(project)).as("nothing else, and nothing twice").hasSize(2)
                .allSatisfy(score -> {
                    assertThat(score.getTraceId()).isEqualTo(key.traceId());
                    assertThat(score.getDataType()).isEqualTo(ScoreDataType.NUMERIC);
                    assertThat(score.getSource()).isEqualTo(ScoreSource.EVALUATOR);
                    assertThat(score.getEnvironment()).isEqualTo("production");
                    assertThat(score.getError()).isEmpty();
                    assertThat(score.getName()).isEqualTo(score.getEvaluatorName());
                    assertThat(score.getTimestampUnixNano()).isPositive();
                });
        Score relevance = book.stored(key, "answer-relevance");
        assertThat(relevance.getValue()).isGreaterThan(0.7);
        assertThat(relevance.getModel()).isEqualTo("all-MiniLM-L6-v2-q");
        assertThat(relevance.getComment()).contains("embeddings");
        Score helpfulness = book.stored(key, "helpfulness");
        assertThat(helpfulness.getValue()).isEqualTo(0.75);
        assertThat(helpfulness.getComment()).isEqualTo("Right, but short.");
        assertThat(helpfulness.getModel()).isEqualTo("judge-2026");
        assertThat(store.reads(own)).isZero();

        for (Score score : List.of(relevance, helpfulness)) {
            List<ScoreBook.Span> run = book.spans(project).stream()
                    .filter(s -> s.observation().getTraceId().equals(score.getEvaluatorTraceId())).toList();
            assertThat(run).hasSize(score == relevance ? 1 : 2).allSatisfy(span -> {
                assertThat(span.observation().getEnvironment()).isEqualTo("sightline-evaluator");
                assertThat(span.observation().getSpanId().size()).isEqualTo(8);
                assertThat(span.partition()).isEqualTo(TracePartition.of(score.getEvaluatorTraceId(), 4));
                assertThat(span.batch().getReceivedAtUnixNano()).isPositive();
                assertThat(span.observation().getEndUnixNano())
                        .isGreaterThanOrEqualTo(span.observation().getStartUnixNano());
            });
            Observation root = run.getFirst().observation();
            assertThat(root.getType()).isEqualTo(ObservationType.EVALUATOR);
            assertThat(root.getName()).isEqualTo(score.getEvaluatorName());
            assertThat(root.getParentSpanId().isEmpty()).isTrue();
            assertThat(root.getLinksList()).singleElement().satisfies(link -> {
                assertThat(link.getTraceId()).isEqualTo(key.traceId());
                assertThat(link.getSpanId()).isEqualTo(ByteString.copyFromUtf8("rootspan"));
            });
            assertThat(root.getEvents(0).getName()).isEqualTo("gen_ai.evaluation.result");
            assertThat(root.getInput()).contains("How long does the delivery take?");
            if (score == helpfulness) {
                Observation generation = run.get(1).observation();
                assertThat(generation.getType()).isEqualTo(ObservationType.GENERATION);
                assertThat(generation.getParentSpanId()).isEqualTo(root.getSpanId());
                assertThat(generation.getModel()).isEqualTo("judge-2026");
                assertThat(generation.getInputTokens()).isEqualTo(100);
                assertThat(generation.getOutputTokens()).isEqualTo(20);
                assertThat(generation.getInput()).contains("The delivery takes two days.");
                assertThat(generation.getOutput()).contains("Right, but short.");
            }
        }
        String metrics = service.get("/q/metrics");
        assertThat(metrics).contains("sightline_evaluator_evaluated_seconds_count{evaluator=\"helpfulness\"} 1")
                .contains("reason=\"no-answer\"} 1").contains("reason=\"own-environment\"} 1")
                .contains("reason=\"activity-undecodable\"} 1").contains("sightline_evaluator_waiting_traces 0")
                .contains("sightline_evaluator_judge_calls_seconds").contains("records_lag");
    }

    @Test
    void afterKillsEachScoreExistsOnce() throws Exception {
        long seed = Long.getLong("sightline.seed", System.nanoTime());
        System.out.println("afterKillsEachScoreExistsOnce: -Dsightline.seed=" + seed);
        Random random = new Random(seed);
        store.start();
        judge.otherwise(slowly(60, verdict(0.5, "ok")));
        List<TraceKey> keys = new ArrayList<>();
        for (int record = 0; record < 60; record++) {
            List<TraceKey> touched = new ArrayList<>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                touched.add(newTrace("What is number " + traceCount + "?", "It is the number " + traceCount + "."));
            }
            keys.addAll(touched);
            if (random.nextInt(3) == 0) {
                touched.add(keys.get(random.nextInt(keys.size())));
            }
            activity(touched.toArray(TraceKey[]::new));
        }
        int kills = 3;
        for (int round = 1; round <= kills; round++) {
            ServiceProcess service = serviceWithJudge("SIGHTLINE_JUDGE_CONCURRENCY", "2");
            int until = keys.size() * 2 * round / (kills + 1) - random.nextInt(20);
            eventually("some scores", () -> book.stored(project).size() >= until);
            service.kill();
        }
        assertThat(book.stored(project).size()).as("killed in the middle").isLessThan(keys.size() * 2);
        ServiceProcess service = serviceWithJudge("SIGHTLINE_JUDGE_CONCURRENCY", "2");
        eventually("all scores", () -> book.stored(project).size() >= keys.size() * 2);
        eventually("offsets are committed", EvaluatorServiceIT::everythingIsCommitted);
        service.stop();

        Set<String> judged = new HashSet<>();
        for (Score score : book.stored(project).values()) {
            assertThat(judged.add(score.getTraceId() + score.getEvaluatorName())).as("one id each").isTrue();
            assertThat(score.hasValue()).isTrue();
        }
        assertThat(judged).hasSize(keys.size() * 2);
        Set<ByteString> runs = book.spans(project).stream().map(s -> s.observation().getTraceId())
                .collect(Collectors.toSet());
        assertThat(runs).as("a repeated run is the same run").hasSize(keys.size() * 2)
                .isEqualTo(book.stored(project).values().stream().map(Score::getEvaluatorTraceId)
                        .collect(Collectors.toSet()));
    }

    @Test
    void aJudgeThatHangsOrFailsCostsItsOwnScoreOnly() throws Exception {
        store.start();
        judge.otherwise(slowly(120_000, body(500, "")));
        ServiceProcess service = serviceWithJudge("SIGHTLINE_JUDGE_TIMEOUT", "PT2S", "SIGHTLINE_JUDGE_ATTEMPTS_MAX", "1",
                "SIGHTLINE_JUDGE_CONCURRENCY", "1", "SIGHTLINE_JUDGE_QUEUE_MAX", "5", "SIGHTLINE_JUDGE_CIRCUIT_FAILURES",
                "2", "SIGHTLINE_JUDGE_CIRCUIT_PAUSE", "PT5M");
        untilReady(service);
        List<TraceKey> keys = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            keys.add(newTrace("Is this number " + i + "?", "Yes, this is number " + i + "."));
        }
        activity(keys.toArray(TraceKey[]::new));
        eventually("both scores of every trace", () -> book.stored(project).size() == 80);
        eventually("offsets are committed", EvaluatorServiceIT::everythingIsCommitted);
        assertThat(book.stored(project).values()).allSatisfy(score -> {
            boolean relevance = score.getEvaluatorName().equals("answer-relevance");
            assertThat(score.hasValue()).isEqualTo(relevance);
            assertThat(score.getError().isEmpty()).isEqualTo(relevance);
        });
        assertThat(book.stored(project).values().stream().map(Score::getError).collect(Collectors.toSet()))
                .anyMatch(error -> error.contains("no complete answer")).anyMatch(error -> error.contains("saturated"))
                .anyMatch(error -> error.contains("left alone"));
        assertThat(book.spans(project).stream().map(ScoreBook.Span::observation)
                .filter(o -> o.getName().equals("helpfulness")))
                .hasSize(40).allSatisfy(o -> assertThat(o.getLevel()).isEqualTo(Level.ERROR));
    }

    @Test
    void laterActivityIsScoredAgainUnderTheSameIdsWithinACap() throws Exception {
        store.start();
        judge.otherwise(verdict(0.5, "ok"));
        ServiceProcess service = serviceWithJudge("SIGHTLINE_EVALUATOR_RUN_EVALUATIONS_PER_TRACE_MAX", "2");
        untilReady(service);
        TraceKey key = newTrace("How many moons has Mars?", "Bread needs flour.");
        activity(key);
        eventually("first scores", () -> book.stored(project).size() == 2);
        Score first = book.stored(key, "answer-relevance");

        activity(key);
        eventually("read again", () -> store.reads(key) >= 2);
        eventually("offsets are committed", EvaluatorServiceIT::everythingIsCommitted);
        assertThat(book.published(project)).as("nothing new was said").hasSize(2);

        store.put(key, List.of(root(key, "How many moons has Mars?", "Mars has two moons, Phobos and Deimos.")));
        activity(key);
        eventually("second scores", () -> book.published(project).size() == 4);
        Score second = book.stored(key, "answer-relevance");
        assertThat(second.getId()).isEqualTo(first.getId());
        assertThat(second.getValue()).isGreaterThan(first.getValue() + 0.4);
        assertThat(second.getTimestampUnixNano()).isEqualTo(first.getTimestampUnixNano());
        assertThat(second.getUpdatedAtUnixNano()).isGreaterThan(first.getUpdatedAtUnixNano());
        assertThat(second.getEvaluatorTraceId()).isNotEqualTo(first.getEvaluatorTraceId());
        assertThat(book.stored(project)).hasSize(2);

        store.put(key, List.of(root(key, "How many moons has Mars?", "Three changes are too many.")));
        int reads = store.reads(key);
        activity(key);
        eventually("read again", () -> store.reads(key) > reads);
        eventually("offsets are committed", EvaluatorServiceIT::everythingIsCommitted);
        assertThat(book.published(project)).as("the cap holds").hasSize(4);
        assertThat(service.get("/q/metrics")).contains("reason=\"evaluations-per-trace-max\"")
                .contains("reason=\"unchanged\"");
    }

    @Test
    void waitsForQueryServiceAndForATraceThatIsNotReadableYet() throws Exception {
        ServiceProcess service = service("SIGHTLINE_EVALUATOR_NOT_FOUND_RETRY", "PT0.2S",
                "SIGHTLINE_EVALUATOR_NOT_FOUND_MAX", "PT3S", "SIGHTLINE_TRACE_BACKOFF", "PT0.05S",
                "SIGHTLINE_TRACE_ATTEMPTS_MAX", "3", "SIGHTLINE_TRACE_BACKOFF_MAX", "PT0.5S");
        untilReady(service);
        TraceKey late = newTrace("Where is it?", "It is here.");
        TraceKey missing = new TraceKey(project, ByteString.copyFromUtf8("ffffffffffffffff"));
        TraceKey broken = newTrace("Is it broken?", "It is broken.");
        TraceKey flaky = newTrace("Is it flaky?", "It is flaky.");
        store.fault((key, read) -> key.equals(late) && read <= 3 ? Status.NOT_FOUND
                : key.equals(broken) ? Status.INTERNAL.withDescription("bad row")
                : key.equals(flaky) && read <= 2 ? Status.DEADLINE_EXCEEDED : Status.OK);
        activity(late, missing, broken, flaky);
        eventually("query-service is missed", () -> log().contains("query-service answers UNAVAILABLE (try 4)"));
        assertThat(book.stored(project)).isEmpty();
        store.start();
        eventually("three scores", () -> book.stored(project).size() == 3);
        eventually("the missing trace is given up", EvaluatorServiceIT::everythingIsCommitted);
        assertThat(book.stored(late, "answer-relevance").hasValue()).isTrue();
        assertThat(book.stored(flaky, "answer-relevance").hasValue()).isTrue();
        Score failed = book.stored(broken, "answer-relevance");
        assertThat(failed.hasValue()).isFalse();
        assertThat(failed.getError()).contains("INTERNAL").contains("bad row");
        assertThat(store.reads(broken)).isEqualTo(3);
        assertThat(book.stored(missing, "answer-relevance")).isNull();
        assertThat(service.get("/q/metrics")).contains("reason=\"not-found\"} 1");
    }

    @Test
    void aFullTableHoldsKafkaBackAndDropsNothing() throws Exception {
        store.start();
        ServiceProcess service = service("SIGHTLINE_EVALUATOR_WAITING_TRACES_MAX", "8", "SIGHTLINE_SETTLE", "PT0.2S");
        untilReady(service);
        List<TraceKey> all = new ArrayList<>();
        for (int record = 0; record < 5; record++) {
            List<TraceKey> keys = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                keys.add(newTrace("Number " + traceCount + "?", "Number " + traceCount + "."));
            }
            activity(keys.toArray(TraceKey[]::new));
            all.addAll(keys);
        }
        Set<Integer> waiting = new HashSet<>();
        eventually("every trace is scored", () -> {
            waiting.add(waitingTraces(service));
            return book.stored(project).size() == all.size();
        });
        assertThat(waiting).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(8)).contains(8);
        eventually("offsets are committed", EvaluatorServiceIT::everythingIsCommitted);
    }

    private String log() {
        try {
            return Files.readString(WORK.resolve(project + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int waitingTraces(ServiceProcess service) {
        try {
            return service.get("/q/metrics").lines().filter(l -> l.startsWith("sightline_evaluator_waiting_traces"))
                    .mapToInt(l -> (int) Double.parseDouble(l.substring(l.indexOf(' ')))).findFirst().orElseThrow();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void startsBeforeKafkaAndBeforeItsTopics() throws Exception {
        store.start();
        TraceKey key = newTrace("Is it late?", "It is late.");
        try (KafkaBroker lateBroker = new KafkaBroker(RUN.resolve("late-kafka"))) {
            ServiceProcess service = service(lateBroker);
            eventually("the service runs", () -> statusOf(service) == 503);
            lateBroker.start();
            eventually("the service is ready", () -> statusOf(service) == 200);
            lateBroker.createTopics(4, TOPICS);
            TraceActivity activity = TraceActivity.newBuilder().setProjectId(project)
                    .addTraces(TouchedTrace.newBuilder().setTraceId(key.traceId())).build();
            try (ScoreBook lateBook = new ScoreBook(lateBroker.bootstrap());
                    KafkaProducer<byte[], byte[]> lateProducer = producer(lateBroker)) {
                lateProducer.send(new ProducerRecord<>("trace-activity", activity.toByteArray())).get();
                eventually("the score", () -> lateBook.stored(project).size() == 1);
            }
            assertThat(service.isAlive()).isTrue();
        }
    }
}
