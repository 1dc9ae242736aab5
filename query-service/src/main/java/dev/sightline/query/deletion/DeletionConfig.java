package dev.sightline.query.deletion;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

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
}
