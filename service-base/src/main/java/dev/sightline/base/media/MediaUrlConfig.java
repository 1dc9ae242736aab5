package dev.sightline.base.media;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long a signed address of stored media is good for. */
@ConfigMapping(prefix = "sightline.media")
public interface MediaUrlConfig {
    /** From when it is made: SIGHTLINE_MEDIA_URL_LIFETIME. */
    @WithDefault("PT1H")
    Duration urlLifetime();
}
