package dev.sightline.query.metrics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of metrics queries. */
@ConfigMapping(prefix = "sightline.metrics")
public interface MetricsConfig {
    /** A query without {@code from} begins so long before {@code to}. */
    @WithDefault("PT24H")
    Duration window();

    /** Steps of a time series. */
    @WithDefault("2000")
    int stepsMax();

    /** Rows of an answer. */
    @WithDefault("10000")
    int rowsMax();

    /** Rows of an answer that is no time series and asks for no {@code limit}. */
    @WithDefault("100")
    int rowsDefault();

    @WithDefault("5")
    int dimensionsMax();

    @WithDefault("20")
    int measuresMax();

    /** The most that {@code top} may ask for. */
    @WithDefault("100")
    int topMax();

    /** How far outside its span of time a query about traces looks for the rest of their observations. */
    @WithDefault("PT1H")
    Duration traceMargin();
}
