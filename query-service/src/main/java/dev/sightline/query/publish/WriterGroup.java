package dev.sightline.query.publish;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What ingestion-service's writer is called on Kafka: what it has committed tells how far a deletion is. */
@ConfigMapping(prefix = "sightline.writer")
public interface WriterGroup {
    /** The same as ingestion-service's. */
    @WithDefault("sightline-writer")
    String group();
}
