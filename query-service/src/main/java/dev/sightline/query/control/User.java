package dev.sightline.query.control;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/**
 * Somebody who signs in to Sightline (not the {@code user_id} of a trace, who is an application's end user).
 * The e-mail address is in lower case; the password is known as {@link PasswordHash} text only.
 */
@Entity
@Table(name = "users")
public class User extends PanacheEntityBase {
    @Id
    public UUID id;
    public String email;
    public String name;
    @Column(name = "password_hash")
    public String passwordHash;
    /** A session that began earlier is over: the password has been changed since. */
    @Column(name = "sessions_since")
    public Instant sessionsSince = Instant.EPOCH;
}
