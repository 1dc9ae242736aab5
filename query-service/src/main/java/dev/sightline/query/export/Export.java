package dev.sightline.query.export;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A file of a project's rows: what was asked, how far it is, and until when it can be fetched. */
@Entity
@Table(name = "exports")
public class Export extends PanacheEntityBase {
    static final String QUEUED = "queued";
    static final String RUNNING = "running";
    static final String DONE = "done";
    static final String FAILED = "failed";
    static final String EXPIRED = "expired";

    @Id
    public UUID id;
    @Column(name = "project_id")
    public String projectId;
    /** {@link ExportRequest} as JSON. */
    public String request;
    public String state;
    @Column(name = "row_count")
    public long rowCount;
    /** How many rows there were when it began; null: not counted yet. */
    @Column(name = "row_total")
    public Long rowTotal;
    @Column(name = "byte_count")
    public long byteCount;
    /** Why it failed; empty otherwise. */
    public String error = "";
    @Column(name = "created_at")
    public Instant createdAt;
    @Column(name = "finished_at")
    public Instant finishedAt;
    @Column(name = "expires_at")
    public Instant expiresAt;
    public int attempt;
    @Column(name = "heartbeat_at")
    public Instant heartbeatAt;
}
