package dev.sightline.ingestion.write;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.base.ingest.IngestReason;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.base.kafka.Topics;
import dev.sightline.ingestion.outcome.IngestOutcomes;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.observation.v1.Outcome;
import dev.sightline.proto.observation.v1.TouchedTrace;
import dev.sightline.proto.observation.v1.TraceActivity;
import dev.sightline.proto.score.v1.ScoreBatch;
import dev.sightline.storage.observation.ObservationRow;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * What the writer says on Kafka: which traces have new rows, and records that can never be stored. Each call returns
 * when Kafka has acknowledged, or throws.
 */
@Singleton
final class WriterTopics {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** About 40 bytes a trace: a record stays well below a megabyte. */
    private static final int TRACES_PER_RECORD = 10_000;

    private final MutinyEmitter<byte[]> emitter;
    private final IngestOutcomes outcomes;

    WriterTopics(@Channel("writer") MutinyEmitter<byte[]> emitter, IngestOutcomes outcomes) {
        this.emitter = emitter;
        this.outcomes = outcomes;
    }

    void announce(List<ObservationRow> stored) {
        Map<String, Map<ByteString, TouchedTrace.Builder>> byProject = new HashMap<>();
        for (ObservationRow row : stored) {
            TouchedTrace.Builder trace = byProject
                    .computeIfAbsent(row.projectId(), _ -> new HashMap<>())
                    .computeIfAbsent(row.observation().getTraceId(), id -> TouchedTrace.newBuilder().setTraceId(id));
            trace.setEnvironment(row.observation().getEnvironment())
                    .setStoredObservationCount(trace.getStoredObservationCount() + 1)
                    // A trace record comes first, not last: it does not tell that little is still to come.
                    .setRootStored(trace.getRootStored() || row.observation().getParentSpanId().isEmpty()
                            && !row.observation().getTraceRecord());
        }
        byProject.forEach((projectId, traces) -> {
            TraceActivity.Builder activity = TraceActivity.newBuilder().setProjectId(projectId);
            for (TouchedTrace.Builder trace : traces.values()) {
                activity.addTraces(trace);
                if (activity.getTracesCount() == TRACES_PER_RECORD) {
                    send(Topics.TRACE_ACTIVITY, activity.build().toByteArray(), new RecordHeaders());
                    activity.clearTraces();
                }
            }
            if (activity.getTracesCount() > 0) {
                send(Topics.TRACE_ACTIVITY, activity.build().toByteArray(), new RecordHeaders());
            }
        });
    }

    void publishDeadLetter(SpanBatch.DeadLetter letter) {
        publishDeadLetter(Topics.SPANS_DEAD_LETTER, letter.value(), letter.reason());
    }

    void publishDeadLetter(String topic, byte[] value, String reason) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(Topics.REASON_HEADER, reason.getBytes(StandardCharsets.UTF_8));
        send(topic, value, headers);
        count(topic, value, reason);
    }

    /** A record that is published again after a failure counts again: better too many than none. */
    private void count(String topic, byte[] value, String reason) {
        try {
            if (topic.equals(Topics.SCORES_DEAD_LETTER)) {
                ScoreBatch scores = ScoreBatch.parseFrom(value);
                count(scores.getProjectId(), scores.getScoresCount(), value.length, reason);
            } else {
                ObservationBatch batch = ObservationBatch.parseFrom(value);
                count(batch.getProjectId(), batch.getObservationsCount() + batch.getPatchesCount(), value.length,
                        reason);
            }
        } catch (InvalidProtocolBufferException e) {
            outcomes.countWithoutProject(Outcome.DEAD_LETTERED, IngestReason.DEAD_LETTER_UNREADABLE,
                    IngestSource.WRITER, 1);
        }
    }

    private void count(String projectId, int count, int bytes, String reason) {
        outcomes.count(projectId, Outcome.DEAD_LETTERED, IngestReason.DEAD_LETTER_REFUSED, IngestSource.WRITER, count,
                bytes, reason);
    }

    private void send(String topic, byte[] value, RecordHeaders headers) {
        emitter.sendMessage(Message.of(value).addMetadata(OutgoingKafkaRecordMetadata.builder()
                .withTopic(topic).withHeaders(headers).build())).await().atMost(TIMEOUT);
    }
}
