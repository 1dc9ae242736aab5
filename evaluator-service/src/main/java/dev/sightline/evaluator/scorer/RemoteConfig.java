package dev.sightline.evaluator.scorer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Scorers that a project runs itself and that are asked over HTTPS. */
@ConfigMapping(prefix = "sightline.evaluator.remote")
public interface RemoteConfig {
    /** How long one may take. */
    @WithDefault("PT10S")
    Duration timeout();

    /** Whether http addresses are allowed too. What is sent is user data: only for servers beside this one. */
    @WithDefault("false")
    boolean httpAllowed();

    /** Characters of each text that is sent; longer ones are cut by the usual rule. */
    @WithDefault("50000")
    int textCharactersMax();
}
