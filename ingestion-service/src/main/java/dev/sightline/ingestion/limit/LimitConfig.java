package dev.sightline.ingestion.limit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How limits are kept in this process; what they are stands in the project's settings. */
@ConfigMapping(prefix = "sightline.limits")
public interface LimitConfig {
    /** A limit a second may be saved up for this long, and then be used at once. */
    @WithDefault("PT5S")
    Duration burst();

    /** Projects and keys with a limit that are followed; one that is forgotten starts with its full burst. */
    @WithDefault("20000")
    int followedMax();
}
