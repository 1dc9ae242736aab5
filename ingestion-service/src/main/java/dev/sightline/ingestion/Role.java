package dev.sightline.ingestion;

import io.smallrye.config.ConfigMapping;
import java.util.Set;

/** What a process of this service does. One image, so that edge and writer can be scaled apart. */
public enum Role {
    /** Takes spans from applications and acknowledges them once Kafka has them. */
    EDGE,
    /** Moves spans and scores from Kafka to ClickHouse. */
    WRITER,
    /** Brings ClickHouse's schema up to date; alone, the process ends after that. */
    MIGRATE;

    /** From SIGHTLINE_ROLES: edge, writer, migrate, or a comma list of them. */
    @ConfigMapping(prefix = "sightline")
    public interface Config {
        Set<Role> roles();
    }
}
