package dev.sightline.ingestion.sample;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What the edge holds of traces that sampling leaves out, in case something happens in them. */
@ConfigMapping(prefix = "sightline.sampling")
public interface SamplingConfig {
    /** Bytes of held spans; beyond it the oldest traces are dropped early. */
    @WithDefault("67108864")
    long heldBytesMax();

    /** A trace's spans are dropped so long after the first of them came. */
    @WithDefault("PT60S")
    Duration holdFor();

    /** Traces that are kept for an error or a finding and whose later spans are recognised. */
    @WithDefault("100000")
    int keptTracesMax();

    /** So long after its last span such a trace is forgotten. */
    @WithDefault("PT10M")
    Duration keptFor();
}
