package dev.sightline.evaluator.guard;

import dev.sightline.detectors.Finding;
import dev.sightline.evaluator.guard.Inspection.Hit;
import dev.sightline.evaluator.relevance.MiniLm;
import dev.sightline.proto.guard.v1.CheckRequest;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Asks the embedding model about inputs, for policies that want it. What it finds is a flag and never more. It waits for
 * the vector no longer than {@code sightline.guard.embeddings-wait}, and for at most half of what the check has left, so
 * that the answer is still in time without it; a vector that nobody waits for any more is not made. Blocking,
 * thread-safe; never logs a text.
 */
@Singleton
class Embeddings {
    private static final Logger LOG = Logger.getLogger(Embeddings.class);
    private static final String DEADLINE = "deadline";
    private static final String UNAVAILABLE = "unavailable";
    private static final String RULE = "embeddings";

    private final MiniLm model;
    private final GuardConfig config;
    private final GuardMetrics metrics;
    private final AttackLikeness likeness = AttackLikeness.shipped();

    Embeddings(MiniLm model, GuardConfig config, GuardMetrics metrics) {
        this.model = model;
        this.config = config;
        this.metrics = metrics;
    }

    /**
     * What was found, with and without embeddings.
     *
     * @param failure why they did not look: {@code deadline}, {@code unavailable}; empty when they did, or need not
     */
    record Look(Inspection inspection, String failure) {
    }

    /**
     * Does nothing where the policy has no embeddings, for an output, and where the check blocks anyway.
     *
     * @param deadline of the check, as System.nanoTime() counts
     */
    Look look(CompiledPolicy policy, CheckRequest request, Inspection inspection, long deadline) {
        if (!policy.policy().hasEmbeddings() || !request.getDirection().equals(CompiledPolicy.INPUT)
                || request.getText().isBlank() || GuardCheck.decided(policy, inspection) == Action.BLOCK) {
            return new Look(inspection, "");
        }
        Look look = ask(policy, request.getText(), inspection, deadline);
        metrics.embedded(look.failure());
        return look;
    }

    private Look ask(CompiledPolicy policy, String text, Inspection inspection, long deadline) {
        long wait = Math.min(config.embeddingsWait().toNanos(), (deadline - System.nanoTime()) / 2);
        if (wait <= 0) {
            return new Look(inspection, DEADLINE);
        }
        String read = AttackLikeness.read(text);
        Future<float[]> vector;
        try {
            vector = model.embedSoon(read);
        } catch (RejectedExecutionException stopping) {
            return new Look(inspection, UNAVAILABLE);
        }
        try {
            double score = likeness.score(vector.get(wait, TimeUnit.NANOSECONDS));
            dev.sightline.proto.guard.v1.Embeddings wanted = policy.policy().getEmbeddings();
            if (score < (wanted.hasThreshold() ? wanted.getThreshold() : likeness.threshold())) {
                return new Look(inspection, "");
            }
            Finding finding = new Finding(AttackLikeness.KIND, 0, read.length(), Math.round(score * 1000) / 1000.0, RULE);
            return new Look(inspection.with(new Hit(finding, Action.FLAG, false)), "");
        } catch (TimeoutException late) {
            vector.cancel(false);
            return new Look(inspection, DEADLINE);
        } catch (ExecutionException e) {
            // The model itself has said once why it can't be loaded.
            LOG.debug("no embedding of a prompt", e.getCause());
            return new Look(inspection, UNAVAILABLE);
        } catch (InterruptedException e) {
            vector.cancel(false);
            Thread.currentThread().interrupt();
            return new Look(inspection, DEADLINE);
        }
    }
}
