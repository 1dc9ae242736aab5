package dev.sightline.ingestion.outcome;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How outcomes are summed up in memory and told. */
@ConfigMapping(prefix = "sightline.outcomes")
public interface OutcomeConfig {
    /** Sums held between two flushes, about 300 bytes each; what is beyond them is counted in metrics only. */
    @WithDefault("50000")
    int sumsMax();

    /** How often sums go to Kafka: so much is lost when the process is killed. */
    @WithDefault("PT2S")
    Duration flushEvery();

    /** Sums in one Kafka record. */
    @WithDefault("2000")
    int recordSumsMax();

    /** How long one flush may wait for Kafka before it is tried again. */
    @WithDefault("PT10S")
    Duration flushTimeout();
}
