package dev.sightline.evaluator.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long evaluator-service waits for PostgreSQL. Where it is: QUARKUS_DATASOURCE_REACTIVE_URL and _JDBC_URL. */
@ConfigMapping(prefix = "sightline.evaluator.database")
public interface DatabaseConfig {
    /** A read or write that takes longer fails with "unavailable". */
    @WithDefault("PT5S")
    Duration timeout();
}
