package dev.sightline.query.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long what edges ask for with every key is remembered here. */
@ConfigMapping(prefix = "sightline.settings")
public interface SettingsConfig {
    /** How long settings that another replica changed may still be told as they were. */
    @WithDefault("PT10S")
    Duration cacheLifetime();

    /** How long a project's count of this month's spans is told again. */
    @WithDefault("PT1M")
    Duration monthCountLifetime();

    /** Projects remembered; beyond it the least used are forgotten. */
    @WithDefault("10000")
    int cacheEntriesMax();
}
