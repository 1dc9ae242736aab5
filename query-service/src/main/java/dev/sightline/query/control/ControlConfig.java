package dev.sightline.query.control;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long query-service waits for PostgreSQL. */
@ConfigMapping(prefix = "sightline.control")
public interface ControlConfig {
    /** A read or write of control data that takes longer fails with "unavailable". */
    @WithDefault("PT5S")
    Duration timeout();

    /** The same for creating the first data at start, when the machine may be busy starting much else. */
    @WithDefault("PT1M")
    Duration startTimeout();
}
