package dev.sightline.evaluator;

import static dev.sightline.evaluator.testing.ScriptedJudge.slowly;
import static dev.sightline.evaluator.testing.ScriptedJudge.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.testing.KafkaBroker;
import dev.sightline.evaluator.testing.ScoreBook;
import dev.sightline.evaluator.testing.ServiceProcess;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.observation.v1.TouchedTrace;
import dev.sightline.proto.observation.v1.TraceActivity;
import dev.sightline.proto.score.v1.Score;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What the service makes of being killed, and of Kafka and query-service being away. */
class EvaluatorFailureIT extends BuiltService {
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
        eventually("offsets are committed", this::everythingIsCommitted);
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
    void twoReplicasShareTheWorkAndOneTakesOverWhenTheOtherIsKilled() throws Exception {
        store.start();
        ServiceProcess first = service();
        ServiceProcess second = service();
        untilReady(first);
        untilReady(second);
        List<TraceKey> keys = new ArrayList<>();
        for (int record = 0; record < 150; record++) {
            TraceKey key = newTrace("What is number " + traceCount + "?", "It is the number " + traceCount + ".");
            keys.add(key);
            activity(key);
            if (record == 75) {
                eventually("some scores", () -> book.stored(project).size() >= 20);
                first.kill();
            }
        }
        eventually("all scores", () -> book.stored(project).size() >= keys.size());
        eventually("offsets are committed", this::everythingIsCommitted);
        assertThat(book.stored(project)).hasSize(keys.size());
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
        eventually("the missing trace is given up", this::everythingIsCommitted);
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
