package dev.sightline.query.score;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What a score of a name may be. {@code categories} is a JSON list of {@code {value, label}}, or null. */
@Entity
@Table(name = "score_configs")
public class ScoreConfig extends PanacheEntityBase {
    @Id
    public String id;
    @Column(name = "project_id")
    public String projectId;
    public String name;
    /** NUMERIC, BOOLEAN, CATEGORICAL or TEXT. */
    @Column(name = "data_type")
    public String dataType;
    @Column(name = "is_archived")
    public boolean isArchived;
    @Column(name = "min_value")
    public Double minValue;
    @Column(name = "max_value")
    public Double maxValue;
    public String categories;
    public String description;
    @Column(name = "created_at")
    public Instant createdAt;
    @Column(name = "updated_at")
    public Instant updatedAt;
}
