package dev.sightline.evaluator.trace;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How traces are fetched from query-service. Its address is quarkus.grpc.clients.query.host and .port. */
@ConfigMapping(prefix = "sightline.trace")
public interface TraceConfig {
    /** How long one fetch may take before it counts as failed. */
    @WithDefault("PT20S")
    Duration timeout();

    /**
     * How often a fetch is tried that fails with an error of its own (internal, too slow, too large). The trace then
     * gets scores that record the error. When query-service is away, or refuses the token, trying does not end.
     */
    @WithDefault("5")
    int attemptsMax();

    /** The first pause between two tries; it doubles from try to try, each shortened by a random part. */
    @WithDefault("PT0.2S")
    Duration backoff();

    /** The longest pause between two tries. */
    @WithDefault("PT10S")
    Duration backoffMax();
}
