package dev.sightline.evaluator.connection;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

/**
 * An LLM connection as it is stored: {@code document} is the JSON of {@code sightline.evaluator.v1.LlmConnection}
 * without its key, {@code secret} the key as {@link SecretBox} closes it, or null.
 */
@Entity
@Table(name = "llm_connections")
public class ConnectionRow extends PanacheEntityBase {
    @EmbeddedId
    public Key id;
    public String document;
    public byte[] secret;
    @Column(name = "updated_at")
    public Instant updatedAt;

    /** Which connection. */
    @Embeddable
    public record Key(@Column(name = "project_id") String projectId, String name) {
    }
}
