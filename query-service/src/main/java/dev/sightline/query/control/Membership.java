package dev.sightline.query.control;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.util.UUID;

/** That a user belongs to an organization, and so sees its projects. One per pair. */
@Entity
@Table(name = "memberships")
public class Membership extends PanacheEntityBase {
    @EmbeddedId
    public Id id;
    @Enumerated(EnumType.STRING)
    public Role role;

    /** What a member may do; every role may read. */
    public enum Role { OWNER, ADMIN, MEMBER, VIEWER }

    /** The pair. */
    @Embeddable
    public record Id(@Column(name = "user_id") UUID userId, @Column(name = "organization_id") String organizationId) {
    }
}
