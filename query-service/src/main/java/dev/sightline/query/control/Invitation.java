package dev.sightline.query.control;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** That somebody was asked to join an organization by a link. The address is in lower case, the link's token a hash. */
@Entity
@Table(name = "invitations")
public class Invitation extends PanacheEntityBase {
    @Id
    public UUID id;
    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "organization_id")
    public Organization organization;
    public String email;
    @Enumerated(EnumType.STRING)
    public Membership.Role role;
    @Column(name = "token_hash")
    public byte[] tokenHash;
    @Column(name = "expires_at")
    public Instant expiresAt;
}
