package dev.sightline.base.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long and how many answers of query-service about API keys are remembered. */
@ConfigMapping(prefix = "sightline.api-keys")
public interface ApiKeyConfig {
    /** Keys remembered at most, known and unknown ones together. */
    @WithDefault("10000")
    int cacheSizeMax();

    /** After this a key is asked for again: so long may a revoked key still work. */
    @WithDefault("PT1M")
    Duration knownFor();

    /** So long an unknown key stays unknown: so long may a new key still be refused. */
    @WithDefault("PT10S")
    Duration unknownFor();

    /** While query-service can't be asked, a key it has known goes on working for this long. */
    @WithDefault("PT15M")
    Duration trustedWithoutAnswerFor();

    /** How long one question may take. */
    @WithDefault("PT5S")
    Duration timeout();
}
