package dev.sightline.evaluator.run;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How often a trace is evaluated, and what an evaluation records of itself. */
@ConfigMapping(prefix = "sightline.evaluator.run")
public interface RunConfig {
    /** Whether each evaluation is recorded as a trace in environment sightline-evaluator, linked from its score. */
    @WithDefault("true")
    boolean traces();

    /** How many characters of the question and of the answer such a trace repeats; what is left out is said. */
    @WithDefault("4000")
    int contentCharactersMax();

    /**
     * How often one evaluator scores one trace that keeps changing after it had settled. Activity that changes neither
     * question nor answer does not count, and is not evaluated again.
     */
    @WithDefault("5")
    int evaluationsPerTraceMax();
}
