package dev.sightline.evaluator.activity;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.evaluator.run.EvaluationMetrics;
import dev.sightline.evaluator.run.RunTrace;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.observation.v1.TouchedTrace;
import dev.sightline.proto.observation.v1.TraceActivity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Reads topic trace-activity into the {@link TraceQueue}, one record at a time. A record is acknowledged when all its
 * traces have been evaluated, so after a crash they come again (at least once; score ids make it exactly once). Our own
 * runs' traces are left out. A record that can't be decoded is counted and passed over: activity is only a hint, and
 * the spans themselves are stored.
 */
@ApplicationScoped
public class TraceActivityConsumer {
    private static final Logger LOG = Logger.getLogger(TraceActivityConsumer.class);

    private final TraceQueue queue;
    private final EvaluationMetrics metrics;

    public TraceActivityConsumer(TraceQueue queue, EvaluationMetrics metrics) {
        this.queue = queue;
        this.metrics = metrics;
    }

    @Incoming("trace-activity")
    @RunOnVirtualThread
    public CompletionStage<Void> consume(Message<byte[]> message) {
        ActivityRecord record = new ActivityRecord(() -> {
            metrics.recordFinished();
            message.ack();
        });
        metrics.recordStarted();
        try {
            TraceActivity activity = TraceActivity.parseFrom(message.getPayload());
            for (TouchedTrace touched : activity.getTracesList()) {
                take(activity.getProjectId(), touched, record);
            }
            record.release();
        } catch (InvalidProtocolBufferException e) {
            LOG.errorf("a record of topic trace-activity can't be decoded and is passed over: %s", e.getMessage());
            metrics.skipped("activity-undecodable");
            record.release();
        } catch (InterruptedException e) {
            // Shutting down: the record stays unacknowledged and comes again.
            Thread.currentThread().interrupt();
        }
        return CompletableFuture.completedFuture(null);
    }

    private void take(String projectId, TouchedTrace touched, ActivityRecord record) throws InterruptedException {
        if (touched.getEnvironment().equals(RunTrace.ENVIRONMENT)) {
            metrics.skipped("own-environment");
        } else if (projectId.isEmpty() || touched.getTraceId().size() != TraceKey.TRACE_ID_BYTES) {
            metrics.skipped("activity-invalid");
        } else {
            queue.put(new TraceKey(projectId, touched.getTraceId()), touched.getRootStored(), record);
        }
    }
}
