package dev.sightline.evaluator.catalog;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What a project may have, and what a new one begins with. */
@ConfigMapping(prefix = "sightline.evaluator.catalog")
public interface CatalogConfig {
    /** Evaluators of a project; the same for rules and for versions of templates. */
    @WithDefault("500")
    int perProjectMax();

    /** Whether a new project gets the built-in scorers and a rule that runs them. */
    @WithDefault("true")
    boolean builtInScorers();

    /** The share of traces, 0 to 1, that this rule scores. The project can change it. */
    @WithDefault("0.1")
    double builtInSampling();

    /** How long a project's rules are remembered: a change takes effect within this time. */
    @WithDefault("PT2S")
    Duration remembered();
}
