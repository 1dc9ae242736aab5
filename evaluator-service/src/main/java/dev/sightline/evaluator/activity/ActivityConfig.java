package dev.sightline.evaluator.activity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a trace is evaluated, and how much may wait. SIGHTLINE_SETTLE is short for sightline.evaluator.settle. */
@ConfigMapping(prefix = "sightline.evaluator")
public interface ActivityConfig {
    /** How long a trace must have had no new spans before it is evaluated. */
    @WithDefault("PT10S")
    Duration settle();

    /**
     * The same for a trace whose root span has been stored: roots end last, so little is still to come. Longer than
     * an exporter's flush interval (5 s by OpenTelemetry's default). Counts only where it is shorter than settle.
     */
    @WithDefault("PT6S")
    Duration settleAfterRoot();

    /** A trace that never falls quiet is evaluated at latest this long after its first activity. */
    @WithDefault("PT5M")
    Duration settleMax();

    /** How many traces may wait for quiet or for their turn. When full, no more activity is read from Kafka. */
    @WithDefault("20000")
    int waitingTracesMax();

    /** How many traces are fetched and looked at at once. Each may hold a whole trace's content in memory. */
    @WithDefault("2")
    int concurrency();

    /** How long a trace that query-service does not know yet is asked for again before it is given up. */
    @WithDefault("PT2M")
    Duration notFoundMax();

    /** How long to wait before such a trace is asked for again. */
    @WithDefault("PT2S")
    Duration notFoundRetry();
}
