package dev.sightline.query.comment;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What somebody wrote about a trace, an observation, a session or a prompt, which is named as its sender names it. */
@Entity
@Table(name = "comments")
public class Comment extends PanacheEntityBase {
    @Id
    public String id;
    @Column(name = "project_id")
    public String projectId;
    /** TRACE, OBSERVATION, SESSION or PROMPT. */
    @Column(name = "object_type")
    public String objectType;
    @Column(name = "object_id")
    public String objectId;
    public String content;
    @Column(name = "author_user_id")
    public String authorUserId;
    @Column(name = "created_at")
    public Instant createdAt;
    @Column(name = "updated_at")
    public Instant updatedAt;
}
