package dev.sightline.evaluator;

import static dev.sightline.evaluator.testing.ScriptedJudge.body;
import static dev.sightline.evaluator.testing.ScriptedJudge.slowly;
import static dev.sightline.evaluator.testing.ScriptedJudge.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.base.kafka.TracePartition;
import dev.sightline.evaluator.testing.ScoreBook;
import dev.sightline.evaluator.testing.ServiceProcess;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What the service makes of traces. */
class EvaluatorServiceIT extends BuiltService {
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
        eventually("offsets are committed", this::everythingIsCommitted);

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
    void aJudgeThatHangsOrFailsCostsItsOwnScoreOnly() throws Exception {
        store.start();
        judge.otherwise(slowly(120_000, body(500, "")));
        ServiceProcess service = serviceWithJudge("SIGHTLINE_JUDGE_TIMEOUT", "PT2S",
                "SIGHTLINE_JUDGE_ATTEMPTS_MAX", "1", "SIGHTLINE_JUDGE_CONCURRENCY", "1",
                "SIGHTLINE_JUDGE_QUEUE_MAX", "5", "SIGHTLINE_JUDGE_CIRCUIT_FAILURES", "2",
                "SIGHTLINE_JUDGE_CIRCUIT_PAUSE", "PT5M");
        untilReady(service);
        List<TraceKey> keys = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            keys.add(newTrace("Is this number " + i + "?", "Yes, this is number " + i + "."));
        }
        activity(keys.toArray(TraceKey[]::new));
        eventually("both scores of every trace", () -> book.stored(project).size() == 80);
        eventually("offsets are committed", this::everythingIsCommitted);
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
        eventually("offsets are committed", this::everythingIsCommitted);
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
        eventually("offsets are committed", this::everythingIsCommitted);
        assertThat(book.published(project)).as("the cap holds").hasSize(4);
        assertThat(service.get("/q/metrics")).contains("reason=\"evaluations-per-trace-max\"")
                .contains("reason=\"unchanged\"");
    }

    @Test
    void largeTracesFitIntoLittleMemoryAndTooLargeOnesRecordIt() throws Exception {
        store.start();
        ServiceProcess service = service();
        untilReady(service);
        List<TraceKey> large = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            large.add(largeTrace(14));
        }
        TraceKey tooLarge = largeTrace(20);
        activity(large.toArray(TraceKey[]::new));
        activity(tooLarge);
        eventually("every trace has its score", () -> book.stored(project).size() == 7);
        assertThat(large).allSatisfy(key -> assertThat(book.stored(key, "answer-relevance").getValue()).isPositive());
        assertThat(book.stored(tooLarge, "answer-relevance").getError()).contains("exceeds maximum size");
        eventually("offsets are committed", this::everythingIsCommitted);
        assertThat(store.reads(tooLarge)).as("the same answer each time").isEqualTo(1);
        System.out.println("resident after 14 MiB traces: " + service.residentBytes() / (1 << 20) + " MiB");
    }

    /** An agent that sends its whole history on every turn, as they do. */
    private TraceKey largeTrace(int mebibytes) {
        TraceKey key = newTrace("", "");
        List<Observation> spans = new ArrayList<>(List.of(root(key, "", "")));
        String history = "{\"role\":\"tool\",\"content\":\"" + "row of a long table; ".repeat(24_900) + "\"},";
        for (int i = 0; i < mebibytes * 2; i++) {
            spans.add(Observation.newBuilder().setTraceId(key.traceId())
                    .setSpanId(ByteString.copyFromUtf8("span%04d".formatted(i)))
                    .setParentSpanId(ByteString.copyFromUtf8("rootspan")).setType(ObservationType.GENERATION)
                    .setStartUnixNano(1_000 + i).setEndUnixNano(1_001 + i)
                    .setInput("[" + history + "{\"role\":\"user\",\"content\":\"How many rows has the table?\"}]")
                    .setOutput("{\"role\":\"assistant\",\"content\":\"The table has many rows.\"}").build());
        }
        store.put(key, spans);
        return key;
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
        eventually("offsets are committed", this::everythingIsCommitted);
    }

    private static int waitingTraces(ServiceProcess service) {
        try {
            return service.get("/q/metrics").lines().filter(l -> l.startsWith("sightline_evaluator_waiting_traces"))
                    .mapToInt(l -> (int) Double.parseDouble(l.substring(l.indexOf(' ')))).findFirst().orElseThrow();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
