package dev.sightline.evaluator.guard;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** One version of a policy: {@code document} is the JSON of {@code sightline.guard.v1.Policy}. Never changed. */
@Entity
@Table(name = "guard_policies")
public class PolicyRow extends PanacheEntityBase {
    @Id
    public String id;
    @Column(name = "project_id")
    public String projectId;
    public String name;
    public String environment;
    public int version;
    public boolean deleted;
    public String document;
    @Column(name = "created_at")
    public Instant createdAt;
}
