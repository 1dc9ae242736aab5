package dev.sightline.query.dataset;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** Which trace came of an item in a run; ids of traces and observations are as their senders name them. */
@Entity
@Table(name = "dataset_run_items")
public class DatasetRunItem extends PanacheEntityBase {
    @Id
    public String id;
    @Column(name = "project_id")
    public String projectId;
    @Column(name = "run_id")
    public String runId;
    @Column(name = "item_id")
    public String itemId;
    @Column(name = "trace_id")
    public String traceId;
    /** The trace's id as its spans are stored under it. */
    @Column(name = "trace_key")
    public byte[] traceKey;
    @Column(name = "observation_id")
    public String observationId;
    @Column(name = "created_at")
    public Instant createdAt;
    @Column(name = "updated_at")
    public Instant updatedAt;
}
