package dev.sightline.evaluator.run;

import dev.sightline.evaluator.trace.Turn;
import java.util.concurrent.CompletableFuture;

/**
 * Gives one numeric score to a turn. Name and version are part of the score's id: change the version when the meaning
 * of the value changes. Implementations are thread-safe.
 */
public interface Evaluator {
    /** The score's name, and the name of the evaluator's own traces. */
    String name();

    /** Changes with the meaning of the score. */
    String version();

    /** What computes the score: a model's name. */
    String model();

    /** The settings that influence the value, as a JSON object, kept with every score. */
    String configJson();

    /** False: not set up, its scores are not made. */
    default boolean isEnabled() {
        return true;
    }

    /**
     * Starts an evaluation. May block the calling worker, which holds the flow back, or return at once and
     * go on by itself within bounds of its own. The future gives an outcome also when the evaluation failed; it
     * completes exceptionally only when the process stops.
     */
    CompletableFuture<Outcome> evaluate(Turn turn) throws InterruptedException;
}
