package dev.sightline.ingestion.redact;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Bounds of redaction at the edge. */
@ConfigMapping(prefix = "sightline.redact")
public interface RedactConfig {
    /** Projects' settings whose compiled patterns are remembered. */
    @WithDefault("1000")
    int rulesCacheSizeMax();

    /** Custom patterns of one project that are run; those beyond are skipped and counted. */
    @WithDefault("50")
    int patternsMax();
}
