package dev.sightline.evaluator.guard;

import com.google.protobuf.ByteString;
import dev.sightline.base.kafka.Topics;
import dev.sightline.base.kafka.TracePartition;
import dev.sightline.detectors.Detector;
import dev.sightline.evaluator.run.Texts;
import dev.sightline.evaluator.score.ScorePublisher;
import dev.sightline.proto.guard.v1.CheckRequest;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.Finding;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreBatch;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Puts every check onto Kafka as an observation of type guardrail, and each type of finding as a score
 * {@code guard.<type>}, behind the answers: {@link #offer} never waits. What does not fit into the queue, or what Kafka
 * does not take, is counted and gone. Recorded texts have personal data and secrets replaced, whatever the policy said.
 */
@Singleton
public class GuardRecorder {
    private static final Logger LOG = Logger.getLogger(GuardRecorder.class);
    private static final Detector PERSONAL_DATA = Detector.standard();
    private static final String NAME = "guard";
    private static final HexFormat HEX = HexFormat.of();

    private record Check(Caller caller, CheckRequest request, CheckResponse answer, Instant start, Instant end) {
    }

    private final GuardConfig config;
    private final GuardMetrics metrics;
    private final BlockingQueue<Check> queue;
    private final Map<String, Object> settings;
    private volatile KafkaProducer<byte[], byte[]> producer;
    private volatile Thread worker;

    GuardRecorder(GuardConfig config, GuardMetrics metrics,
            @Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.config = config;
        this.metrics = metrics;
        this.queue = new ArrayBlockingQueue<>(config.recordQueueMax());
        this.settings = ScorePublisher.settings(broker, "sightline-guard");
    }

    void offer(Caller caller, CheckRequest request, CheckResponse answer, Instant start, Instant end) {
        startWorker();
        if (!queue.offer(new Check(caller, request, answer, start, end))) {
            metrics.notRecorded("queue-full");
        }
    }

    private void startWorker() {
        if (worker == null) {
            synchronized (this) {
                if (worker == null) {
                    worker = Thread.ofVirtual().name("guard-recorder").start(this::work);
                }
            }
        }
    }

    private void work() {
        while (true) {
            try {
                send(queue.take());
            } catch (InterruptedException e) {
                return;
            } catch (KafkaException | IllegalStateException e) {
                metrics.notRecorded("kafka");
                LOG.warnf("a check could not be recorded: %s", e.toString());
            } catch (RuntimeException e) {
                metrics.notRecorded("error");
                LOG.error("a check could not be recorded", e);
            }
        }
    }

    private void send(Check check) {
        if (producer == null) {
            producer = new KafkaProducer<>(settings);
        }
        KafkaProducer<byte[], byte[]> current = producer;
        ByteString traceId = check.caller().traceId();
        int partition = TracePartition.of(traceId, current.partitionsFor(Topics.SPANS).size());
        byte[] spans = ObservationBatch.newBuilder().setProjectId(check.caller().projectId())
                .setReceivedAtUnixNano(nanos(check.end())).addObservations(observation(check)).build().toByteArray();
        current.send(new ProducerRecord<>(Topics.SPANS, partition, null, spans), (sent, failure) -> {
            if (failure == null) {
                metrics.recorded();
            } else {
                metrics.notRecorded("kafka");
            }
        });
        List<Score> scores = scores(check);
        if (!scores.isEmpty()) {
            byte[] batch = ScoreBatch.newBuilder().setProjectId(check.caller().projectId()).addAllScores(scores).build()
                    .toByteArray();
            current.send(new ProducerRecord<>(Topics.SCORES, batch), (sent, failure) -> {
                if (failure != null) {
                    metrics.notRecorded("kafka-score");
                }
            });
        }
    }

    private Observation observation(Check check) {
        CheckRequest request = check.request();
        CheckResponse answer = check.answer();
        boolean ownTrace = check.caller().parentSpanId().isEmpty();
        Observation.Builder observation = Observation.newBuilder().setTraceId(check.caller().traceId())
                .setSpanId(check.caller().spanId()).setParentSpanId(check.caller().parentSpanId())
                .setName(NAME).setTraceName(ownTrace ? NAME : "").setType(ObservationType.GUARDRAIL)
                .setSpanKind("server").setServiceName("evaluator-service").setScopeName("dev.sightline.guard")
                .setLevel(answer.getAction().equals(Action.BLOCK.slug()) ? Level.WARNING : Level.DEFAULT)
                .setStartUnixNano(nanos(check.start())).setEndUnixNano(nanos(check.end()))
                .setEnvironment(environment(request)).setSessionId(request.getSessionId()).setUserId(request.getUserId())
                .setInput(Texts.cut(withoutPersonalData(request.getText()), config.recordCharactersMax()))
                .setOutput(Texts.json(output(answer)))
                .putMetadata("guard.direction", request.getDirection())
                .putMetadata("guard.action", answer.getAction())
                .putMetadata("guard.policy", answer.getPolicy())
                .putMetadata("guard.policy_version", Integer.toString(answer.getPolicyVersion()));
        if (answer.getDryRun()) {
            observation.putMetadata("guard.dry_run_action", answer.getDryRunAction());
        }
        if (!answer.getFailure().isEmpty()) {
            observation.putMetadata("guard.failure", answer.getFailure());
        }
        if (!answer.getEmbeddingsFailure().isEmpty()) {
            observation.putMetadata("guard.embeddings_failure", answer.getEmbeddingsFailure());
        }
        return observation.build();
    }

    private static String withoutPersonalData(String text) {
        return Inspection.redacted(text, PERSONAL_DATA.find(text));
    }

    private static String environment(CheckRequest request) {
        return request.getEnvironment().isEmpty() ? "default" : request.getEnvironment();
    }

    private static Map<String, Object> output(CheckResponse answer) {
        List<Map<String, Object>> findings = new ArrayList<>();
        for (Finding finding : answer.getFindingsList()) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("type", finding.getType());
            shown.put("start", finding.getStart());
            shown.put("end", finding.getEnd());
            shown.put("score", finding.getScore());
            shown.put("rule", finding.getRule());
            shown.put("action", finding.getAction());
            if (finding.getInContext()) {
                shown.put("in_context", true);
            }
            findings.add(shown);
        }
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("action", answer.getAction());
        output.put("findings", findings);
        return output;
    }

    private static List<Score> scores(Check check) {
        Map<String, Finding> surest = new TreeMap<>();
        for (Finding finding : check.answer().getFindingsList()) {
            surest.merge(finding.getType(), finding, (a, b) -> a.getScore() >= b.getScore() ? a : b);
        }
        List<Score> scores = new ArrayList<>();
        surest.forEach((type, finding) -> scores.add(Score.newBuilder()
                .setId(UUID.nameUUIDFromBytes((HEX.formatHex(check.caller().spanId().toByteArray())
                        + HEX.formatHex(check.caller().traceId().toByteArray()) + type)
                        .getBytes(StandardCharsets.UTF_8)).toString())
                .setTraceId(check.caller().traceId()).setSpanId(check.caller().spanId())
                .setName("guard." + type).setDataType(ScoreDataType.NUMERIC).setValue(finding.getScore())
                .setComment(finding.getRule() + ": " + finding.getAction()).setSource(ScoreSource.EVALUATOR)
                .setEnvironment(environment(check.request()))
                .setTimestampUnixNano(nanos(check.end())).setUpdatedAtUnixNano(nanos(check.end()))
                .setEvaluatorName(NAME).setEvaluatorVersion(check.answer().getPolicy() + "/"
                        + check.answer().getPolicyVersion())
                .build()));
        return scores;
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    @PreDestroy
    void close() {
        Thread current = worker;
        if (current != null) {
            current.interrupt();
        }
        KafkaProducer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ofSeconds(5));
        }
    }
}
