package dev.sightline.query.dataset;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

/** An input with what is expected of it; both, and metadata, are JSON text, or null. The id is its sender's own. */
@Entity
@Table(name = "dataset_items")
public class DatasetItem extends PanacheEntityBase {
    @EmbeddedId
    public Id id;
    @Column(name = "dataset_id")
    public String datasetId;
    public String status;
    public String input;
    @Column(name = "expected_output")
    public String expectedOutput;
    public String metadata;
    @Column(name = "source_trace_id")
    public String sourceTraceId;
    @Column(name = "source_observation_id")
    public String sourceObservationId;
    @Column(name = "created_at")
    public Instant createdAt;
    @Column(name = "updated_at")
    public Instant updatedAt;

    /** Names are unique within a project. */
    @Embeddable
    public record Id(@Column(name = "project_id") String projectId, @Column(name = "id") String itemId) {
    }
}
