package dev.sightline.query.control;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The control data in PostgreSQL: what the callers' identity and project need, and {@link #read} and {@link #write} for
 * the features that keep their own tables there. Each call opens a session of its own, blocks its (virtual) thread until
 * the answer is there and hands out detached entities. A {@link ServiceException} of the work passes. Throws {@link ServiceException} DEPENDENCY_UNAVAILABLE when
 * PostgreSQL is away or slower than {@link ControlConfig#timeout()}. Never call it on an event loop.
 */
@Singleton
public class ControlData {
    private final ControlConfig config;

    ControlData(ControlConfig config) {
        this.config = config;
    }

    public Optional<ApiKey> apiKey(String publicKey) {
        return Optional.ofNullable(read(() -> ApiKey.<ApiKey>findById(publicKey)));
    }

    public Optional<User> user(UUID id) {
        return Optional.ofNullable(read(() -> User.<User>findById(id)));
    }

    /** Whatever the capitals of the address. */
    public Optional<User> userByEmail(String email) {
        return Optional.ofNullable(read(() -> User.<User>find("email = lower(?1)", email).firstResult()));
    }

    /** With its organization. */
    public Optional<Project> project(String id) {
        return Optional.ofNullable(read(() -> Project.<Project>find(
                "from Project p join fetch p.organization where p.id = ?1", id).firstResult()));
    }

    /** What the user may see, by organization and name; with organizations. */
    public List<Project> projectsOf(UUID userId) {
        return read(() -> Project.<Project>list("""
                from Project p join fetch p.organization o
                where exists (select 1 from Membership m where m.id.userId = ?1 and m.id.organizationId = o.id)
                order by o.name, p.name, p.id""", userId));
    }

    /** The user's role in the project's organization, or empty for a user who is no member of it. */
    public Optional<Membership.Role> role(UUID userId, String projectId) {
        return Optional.<Membership>ofNullable(read(() -> Membership.<Membership>find("""
                from Membership m where m.id.userId = ?1 and m.id.organizationId =
                (select p.organization.id from Project p where p.id = ?2)""", userId, projectId).firstResult()))
                .map(membership -> membership.role);
    }

    /** The user's role in each of their organizations, by its id. */
    public Map<String, Membership.Role> roles(UUID userId) {
        return read(() -> Membership.<Membership>list("id.userId", userId)).stream()
                .collect(Collectors.toMap(membership -> membership.id.organizationId(), membership -> membership.role));
    }

    /** The public halves of the project's keys. */
    public List<String> publicKeysOf(String projectId) {
        return read(() -> ApiKey.<ApiKey>list("projectId", projectId)).stream().map(key -> key.publicKey).toList();
    }

    /** The project's ingest settings as JSON, or empty where none were ever written. */
    public Optional<String> settingsDocument(String projectId) {
        return Optional.ofNullable(read(() -> SettingsDocument.<SettingsDocument>findById(projectId)))
                .map(settings -> settings.document);
    }

    /** Replaces the project's ingest settings. */
    public void saveSettingsDocument(String projectId, String document) {
        write(() -> Panache.getSession().chain(session -> session
                .createNativeQuery("""
                        INSERT INTO {h-schema}ingest_settings (project_id, document) VALUES (?1, ?2)
                        ON CONFLICT (project_id) DO UPDATE SET document = excluded.document, updated_at = now()""")
                .setParameter(1, projectId).setParameter(2, document).executeUpdate()));
    }

    /** Puts settings in the place of {@code before}; false when something else stands there by now. */
    public boolean changeSettingsDocument(String projectId, Optional<String> before, String document) {
        return 1 == write(() -> Panache.getSession().chain(session -> before.isPresent()
                ? session.createNativeQuery("UPDATE {h-schema}ingest_settings SET document = ?1, updated_at = now()"
                        + " WHERE project_id = ?2 AND document = ?3").setParameter(1, document)
                        .setParameter(2, projectId).setParameter(3, before.get()).executeUpdate()
                : session.createNativeQuery("INSERT INTO {h-schema}ingest_settings (project_id, document)"
                        + " VALUES (?1, ?2) ON CONFLICT DO NOTHING").setParameter(1, projectId)
                        .setParameter(2, document).executeUpdate()));
    }

    /** All of {@code work} or nothing of it; waits for {@link ControlConfig#startTimeout()}. */
    <T> T inStartTransaction(Supplier<Uni<T>> work) {
        return await(() -> Panache.withTransaction(work), config.startTimeout());
    }

    /** Runs {@code work} in a session of its own and blocks for its result. */
    public <T> T read(Supplier<Uni<T>> work) {
        return await(() -> Panache.withSession(work), config.timeout());
    }

    /** The same in a transaction: all of {@code work} or nothing of it. */
    public <T> T write(Supplier<Uni<T>> work) {
        return await(() -> Panache.withTransaction(work), config.timeout());
    }

    private static <T> T await(Supplier<Uni<T>> work, Duration timeout) {
        try {
            return VertxContextSupport.subscribeAndAwait(() -> work.get().ifNoItem().after(timeout).fail());
        } catch (ServiceException e) {
            throw e;
        } catch (Throwable e) {
            ErrorCode code = isAway(e) ? ErrorCode.DEPENDENCY_UNAVAILABLE : ErrorCode.INTERNAL;
            throw ServiceException.of(code, "the control database gave no answer", e);
        }
    }

    private static boolean isAway(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            boolean shutDown = cause instanceof PgException pg && pg.getSqlState() != null
                    && (pg.getSqlState().startsWith("57P") || pg.getSqlState().startsWith("53"));
            if (shutDown || cause instanceof IOException || cause instanceof TimeoutException
                    || (cause instanceof VertxException && !(cause instanceof PgException))) {
                return true;
            }
        }
        return false;
    }
}
