package dev.sightline.evaluator.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the LLM connections of projects are used. What belongs to one connection stands in the connection. */
@ConfigMapping(prefix = "sightline.evaluator.connection")
public interface ConnectionConfig {
    /** Requests under way at once where the connection says nothing. */
    @WithDefault("4")
    int concurrency();

    /** How long one request may take where the connection says nothing. */
    @WithDefault("PT60S")
    Duration timeout();

    /** Failed requests in a row after which a connection is left alone for a while. */
    @WithDefault("5")
    int circuitFailures();

    /** How long it is left alone; its evaluations wait meanwhile. Then one request tries whether it is back. */
    @WithDefault("PT30S")
    Duration circuitPause();

    /** Connections of a project. */
    @WithDefault("100")
    int perProjectMax();
}
