package dev.sightline.query.evaluator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How evaluator-service is asked. Where it is: SIGHTLINE_EVALUATOR_GRPC_HOST and _PORT. */
@ConfigMapping(prefix = "sightline.evaluator-admin")
public interface EvaluatorConfig {
    /** How long one call may take; a test of an evaluator asks a language model meanwhile. */
    @WithDefault("PT90S")
    Duration timeout();
}
