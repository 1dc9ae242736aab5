package dev.sightline.query.manage;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ApiKeyLookup;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.SignedInUsers;
import dev.sightline.query.control.ApiKey;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.Membership;
import dev.sightline.query.control.Organization;
import dev.sightline.query.control.Project;
import dev.sightline.query.control.SecretHash;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Organizations, projects and keys. Every change stands in {@code audit_events} by the same transaction, or
 * has not happened. Callers have checked who may do it, but for what depends on an organization. Blocks.
 */
@Singleton
public class Management {
    private static final int NAME_CHARS_MAX = 200;
    private static final int SECRET_BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ControlData control;
    private final ApiKeyLookup keys;
    private final SignedInUsers users;
    private final ManageConfig config;

    Management(ControlData control, ApiKeyLookup keys, SignedInUsers users, ManageConfig config) {
        this.control = control;
        this.keys = keys;
        this.users = users;
        this.config = config;
    }

    /** A key with its secret, which is told this once and known to nobody afterwards. */
    record NewKey(ApiKey key, String secret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "NewKey[" + key.publicKey + "]";
        }
    }

    /** Makes an organization with the user as its owner. */
    Organization createOrganization(UUID userId, String name) {
        checkName("name", name);
        long known = control.read(() -> Membership.count("id.userId", userId));
        if (known >= config.organizationsPerUserMax()) {
            throw tooMany("organizations", config.organizationsPerUserMax());
        }
        Organization organization = new Organization();
        organization.id = UUID.randomUUID().toString();
        organization.name = name.strip();
        Membership membership = new Membership();
        membership.id = new Membership.Id(userId, organization.id);
        membership.role = Membership.Role.OWNER;
        control.write(() -> organization.persistAndFlush()
                .chain(() -> membership.persistAndFlush())
                .chain(() -> Audit.event(userId.toString(), "organization.create", organization.id, null, organization.id)));
        users.forget(userId);
        return organization;
    }

    /** Throws NOT_FOUND for an organization that is not the user's, PERMISSION_DENIED for who is not its admin. */
    Project createProject(UUID userId, String organizationId, String name) {
        if (organizationId == null || organizationId.isBlank()) {
            throw ServiceException.invalid("organization_id", "is missing");
        }
        checkName("name", name);
        Membership membership = control.read(() ->
                Membership.<Membership>findById(new Membership.Id(userId, organizationId)));
        if (membership == null) {
            throw ServiceException.of(ErrorCode.NOT_FOUND, "you have no such organization");
        }
        if (membership.role != Membership.Role.OWNER && membership.role != Membership.Role.ADMIN) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED,
                    "only owners and admins of the organization may make projects");
        }
        long known = control.read(() -> Project.count("organization.id", organizationId));
        if (known >= config.projectsPerOrganizationMax()) {
            throw tooMany("projects", config.projectsPerOrganizationMax());
        }
        Project project = new Project();
        project.id = UUID.randomUUID().toString();
        project.name = name.strip();
        control.write(() -> Organization.<Organization>findById(organizationId)
                .chain(organization -> {
                    project.organization = organization;
                    return project.persistAndFlush();
                })
                .chain(() -> Audit.event(userId.toString(), "project.create", organizationId, project.id, project.id)));
        users.forget(userId);
        return control.project(project.id).orElseThrow();
    }

    Project renameProject(String actor, ProjectScope scope, String name) {
        checkName("name", name);
        control.write(() -> Project.update("name = ?1 where id = ?2", name.strip(), scope.projectId())
                .chain(() -> Audit.event(actor, "project.rename", null, scope.projectId(), scope.projectId())));
        return control.project(scope.projectId()).orElseThrow();
    }

    Optional<Project> project(ProjectScope scope) {
        return control.project(scope.projectId());
    }

    /** Oldest first. */
    List<ApiKey> keys(ProjectScope scope) {
        return control.read(() -> ApiKey.list("projectId = ?1 order by createdAt, publicKey", scope.projectId()));
    }

    NewKey createKey(UUID userId, ProjectScope scope, String name, Instant expiresAt) {
        if (name != null && name.length() > NAME_CHARS_MAX) {
            throw ServiceException.invalid("name", "has more than " + NAME_CHARS_MAX + " characters");
        }
        if (expiresAt != null && !expiresAt.isAfter(Instant.now())) {
            throw ServiceException.invalid("expires_at", "is not in the future");
        }
        long known = control.read(() -> ApiKey.count("projectId", scope.projectId()));
        if (known >= config.keysPerProjectMax()) {
            throw tooMany("API keys", config.keysPerProjectMax());
        }
        String secret = "sk-sl-" + random(SECRET_BYTES);
        SecretHash hash = SecretHash.of(secret);
        ApiKey key = new ApiKey();
        key.publicKey = "pk-sl-" + random(SECRET_BYTES);
        key.projectId = scope.projectId();
        key.secretSalt = hash.salt();
        key.secretHash = hash.hash();
        key.expiresAt = expiresAt;
        key.name = name == null ? "" : name.strip();
        key.createdBy = userId;
        control.write(() -> key.persistAndFlush()
                .chain(() -> Audit.event(userId.toString(), "key.create", null, scope.projectId(), key.publicKey)));
        keys.forget(key.publicKey);
        return new NewKey(control.apiKey(key.publicKey).orElseThrow(), secret);
    }

    /** Throws NOT_FOUND for a key that is not the project's. */
    void deleteKey(UUID userId, ProjectScope scope, String publicKey) {
        boolean deleted = control.write(() -> ApiKey.delete("publicKey = ?1 and projectId = ?2", publicKey,
                scope.projectId()).chain(count -> count == 0 ? Uni.createFrom().item(false)
                        : Audit.event(userId.toString(), "key.delete", null, scope.projectId(), publicKey)
                                .replaceWith(true)));
        keys.forget(publicKey);
        if (!deleted) {
            throw ServiceException.of(ErrorCode.NOT_FOUND, "this project has no such API key");
        }
    }

    /** So many random bytes as text that fits into an address. */
    static String random(int byteCount) {
        byte[] bytes = new byte[byteCount];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static void checkName(String field, String name) {
        if (name == null || name.isBlank()) {
            throw ServiceException.invalid(field, "is missing");
        }
        if (name.length() > NAME_CHARS_MAX) {
            throw ServiceException.invalid(field, "has more than " + NAME_CHARS_MAX + " characters");
        }
    }

    static ServiceException tooMany(String what, int max) {
        return ServiceException.of(ErrorCode.PERMISSION_DENIED, "there are already " + max + " " + what
                + ", and no more may be made");
    }
}
