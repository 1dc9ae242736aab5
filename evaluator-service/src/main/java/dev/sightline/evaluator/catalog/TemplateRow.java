package dev.sightline.evaluator.catalog;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

/** A version of a project's own template: {@code document} is the JSON of {@code sightline.evaluator.v1.Template}. */
@Entity
@Table(name = "templates")
public class TemplateRow extends PanacheEntityBase {
    @EmbeddedId
    public Key id;
    public String document;
    @Column(name = "created_at")
    public Instant createdAt;

    /** Which version of which template. */
    @Embeddable
    public record Key(@Column(name = "project_id") String projectId, String name, int version) {
    }
}
