package dev.sightline.evaluator.catalog;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** An evaluator as it is stored: {@code document} is the JSON of {@code sightline.evaluator.v1.Evaluator}. */
@Entity
@Table(name = "evaluators")
public class EvaluatorRow extends PanacheEntityBase {
    @Id
    public String id;
    @Column(name = "project_id")
    public String projectId;
    public String name;
    public int version;
    public String document;
    @Column(name = "paused_reason")
    public String pausedReason;
    public int failures;
    @Column(name = "created_at")
    public Instant createdAt;
    @Column(name = "updated_at")
    public Instant updatedAt;
}
