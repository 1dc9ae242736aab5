package dev.sightline.query.deletion;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A deletion of traces that somebody ordered: what is to go ({@link Selection} as JSON), and how far it is. */
@Entity
@Table(name = "deletions")
public class Deletion extends PanacheEntityBase {
    static final String RUNNING = "running";
    static final String DONE = "done";
    static final String FAILED = "failed";

    @Id
    public UUID id;
    @Column(name = "project_id")
    public String projectId;
    public String selection;
    public String state = RUNNING;
    /** Why it failed, or why it does not get on now; empty when nothing is wrong. */
    public String problem = "";
    public long traces;
    public long observations;
    /** The last trace that was published, in hexadecimal. */
    public String cursor = "";
    /** Whether all traces are published. */
    public boolean published;
    /** By partition of topic `spans`, as JSON: the last record of this deletion. */
    public String offsets = "{}";
    /** When the traces were gone, and null before: scores from until then go with them. */
    @Column(name = "scores_until")
    public Instant scoresUntil;
    /** By partition of topic `scores`, as JSON: what has to be stored before they can be looked for. */
    @Column(name = "score_offsets")
    public String scoreOffsets = "{}";
    /** Which of {@link DeletionConfig#sweeps} is next; null where none is. */
    public Integer sweep;
    @Column(name = "lease_owner")
    public String leaseOwner = "";
    @Column(name = "lease_until")
    public Instant leaseUntil = Instant.EPOCH;
    @Column(name = "created_at")
    public Instant createdAt = Instant.now();
    @Column(name = "finished_at")
    public Instant finishedAt;
}
