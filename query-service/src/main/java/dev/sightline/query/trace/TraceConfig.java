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

    /**
     * Bytes of input, output and attributes that one trace is answered with; later observations are cut like above.
     * Callers over gRPC must take a message of a little more than this.
     */
    @WithDefault("12582912")
    int contentBytesMax();

    /** The same for all answers being read at one time: what bounds the heap. Others wait. */
    @WithDefault("37748736")
    int contentBytesInFlightMax();

    /** How long an answer waits for others to be read before it is refused as overload. */
    @WithDefault("PT10S")
    Duration contentWait();

    /** Scores that one trace is answered with, the newest. */
    @WithDefault("1000")
    int scoresMax();
}
