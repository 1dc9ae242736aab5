package dev.sightline.query.control;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/**
 * A pair of public and secret key that stands for one project. The secret is known as {@link SecretHash} only.
 * {@code expiresAt} null: never.
 */
@Entity
@Table(name = "api_keys")
public class ApiKey extends PanacheEntityBase {
    @Id
    @Column(name = "public_key")
    public String publicKey;
    @Column(name = "project_id")
    public String projectId;
    @Column(name = "secret_salt")
    public byte[] secretSalt;
    @Column(name = "secret_hash")
    public byte[] secretHash;
    @Column(name = "expires_at")
    public Instant expiresAt;
    /** What people call it; may be empty. */
    public String name = "";
    /** Who made it; null: nobody who is known (the initial data). */
    @Column(name = "created_by")
    public UUID createdBy;
    @Column(name = "created_at", insertable = false, updatable = false)
    public Instant createdAt;
}
