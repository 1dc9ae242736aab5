package dev.sightline.query.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How long things are kept where a project does not say it. Without either, for ever. */
@ConfigMapping(prefix = "sightline.retention")
public interface RetentionConfig {
    /** Days that input, output, messages and attributes are kept. */
    Optional<Integer> contentDays();

    /** Days that observations with their sums and scores are kept. */
    Optional<Integer> days();

    /** How often a process looks whether a project's retention has to be ordered: for a new day or by a new setting. */
    @WithDefault("PT10M")
    Duration interval();
}
