package dev.sightline.query.trace;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of reading traces. */
@ConfigMapping(prefix = "sightline.traces")
public interface TraceConfig {
    /** A list without {@code from} begins this long ago. */
    @WithDefault("PT24H")
    Duration listWindow();

    /** A list looks at this much of the newest time first, and at four times as much with every further step. */
    @WithDefault("PT1H")
    Duration listStretch();

    /**
     * How far outside the asked span of time a list looks for the rest of its traces. What a list shows of a trace is
     * always exact; only which traces it finds by level, name or environment may miss rows farther away than this.
     */
    @WithDefault("PT1H")
    Duration listMargin();

    /** Observations that one trace is answered with; the rest is cut and the answer says so. */
    @WithDefault("1000")
    int observationsMax();

    /** Bytes of input, output and attributes that one trace is answered with; the rest is cut like above. */
    @WithDefault("33554432")
    long contentBytesMax();

    /** Scores that one trace is answered with, the newest. */
    @WithDefault("1000")
    int scoresMax();
}
