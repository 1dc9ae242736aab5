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

    /** The same where no content is asked for. */
    @WithDefault("10000")
    int observationsWithoutContentMax();

    /**
     * Bytes of input, output and attributes that one trace is answered with; later observations are cut like above.
     * Callers over gRPC must take a message of a little more than this.
     */
    @WithDefault("12582912")
    int contentBytesMax();

    /**
     * A trace whose content weighs no more than this is read by one query; of a heavier one the query is broken off and
     * what its parts weigh is asked first.
     */
    @WithDefault("1048576")
    int contentBytesAtOnce();

    /** Bytes of content of all answers being read at one time: what bounds the heap. Others wait. */
    @WithDefault("37748736")
    int contentBytesInFlightMax();

    /** How long an answer waits for others to be read before it is refused as overload. */
    @WithDefault("PT10S")
    Duration contentWait();

    /** An answer without content of more observations than this takes a place among the large ones. */
    @WithDefault("1000")
    int largeAnswerObservations();

    /**
     * Large answers under way at one time, from before they are read until their last byte is sent: some 100 MiB of heap
     * each for 10,000 observations. Others wait as long as {@link #contentWait} says.
     */
    @WithDefault("2")
    int largeAnswersInFlightMax();

    /** Scores that one trace is answered with, the newest. */
    @WithDefault("1000")
    int scoresMax();

    /** Clients that follow new traces at one time; others are refused as overload. */
    @WithDefault("64")
    int liveClientsMax();

    /** How often each of them is told what is new. */
    @WithDefault("PT1S")
    Duration liveInterval();

    /** How long a client may hear nothing before it is sent a sign of life. */
    @WithDefault("PT15S")
    Duration liveHeartbeat();

    /** Traces that one round tells of at most, the newest. */
    @WithDefault("50")
    int liveTracesMax();
}
