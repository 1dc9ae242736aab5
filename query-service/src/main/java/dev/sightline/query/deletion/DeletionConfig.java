package dev.sightline.query.deletion;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** How deletions of traces are worked at. */
@ConfigMapping(prefix = "sightline.deletion")
public interface DeletionConfig {
    /** How often a process looks for a deletion to work at, and whether the writer has done what was published. */
    @WithDefault("PT1S")
    Duration interval();

    /** How long a deletion is left alone when the process that worked at it is gone. Each page takes it anew. */
    @WithDefault("PT1M")
    Duration lease();

    /** Traces that are looked for and published at a time. */
    @WithDefault("1000")
    int pageTraces();

    /** Deletions of a project that may run at a time; more are told to come back. */
    @WithDefault("100")
    int runningMax();

    /**
     * How long after a deletion is done scores that came late are looked for and taken out. Behind the last one the ids of
     * the traces are forgotten, and a score that names one of them stays.
     */
    @WithDefault("PT10M,PT1H,P1D,P7D")
    List<Duration> sweeps();

    /** How young a score without a trace may be to be left alone by a sweep: its trace may be on its way. */
    @WithDefault("PT5M")
    Duration sweepAge();
}
