package dev.sightline.query.manage;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.query.control.ApiKey;
import dev.sightline.query.control.Membership;
import dev.sightline.query.control.Project;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The management API's bodies. Lists are short and come whole, so {@code next_cursor} is always null. */
final class ManageJson {
    private ManageJson() {
    }

    @Schema(name = "NewOrganization")
    record NewOrganization(@Schema(required = true) String name) {
    }

    /** An organization and what the caller is in it. */
    @Schema(name = "Organization")
    record Organization(String id, String name, Membership.@Nullable Role role) {
    }

    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "NewProject")
    record NewProject(@Schema(required = true) String organizationId, @Schema(required = true) String name) {
    }

    @Schema(name = "ProjectChange")
    record ProjectChange(@Schema(required = true) String name) {
    }

    /** A project; the organization's role is null for an API key. */
    @Schema(name = "Project")
    record ProjectBody(String id, String name, Organization organization) {
        static ProjectBody of(Project project, Membership.Role role) {
            return new ProjectBody(project.id, project.name,
                    new Organization(project.organization.id, project.organization.name, role));
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "ProjectPage")
    record ProjectPage(List<ProjectBody> data, @Nullable String nextCursor) {
    }

    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "NewApiKey")
    record NewKey(@Schema(description = "What it is for") @Nullable String name,
            @Schema(description = "Default: never") @Nullable Instant expiresAt) {
    }

    /** A key without its secret, which is not kept. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "ApiKey")
    record Key(String publicKey, @Nullable String name, Instant createdAt, @Nullable Instant expiresAt,
            @Nullable UUID createdBy) {
        static Key of(ApiKey key) {
            return new Key(key.publicKey, key.name, key.createdAt, key.expiresAt, key.createdBy);
        }
    }

    /** A new key; the only answer that ever holds the secret. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "CreatedApiKey")
    record CreatedKey(String publicKey, String secretKey, @Nullable String name, Instant createdAt,
            @Nullable Instant expiresAt) {
        static CreatedKey of(Management.NewKey made) {
            return new CreatedKey(made.key().publicKey, made.secret(), made.key().name, made.key().createdAt,
                    made.key().expiresAt);
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "CreatedKey[" + publicKey + "]";
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "ApiKeyPage")
    record KeyPage(List<Key> data, @Nullable String nextCursor) {
    }

    @Schema(name = "Member")
    record Member(UUID id, String email, String name, Membership.Role role) {
        static Member of(Management.Member member) {
            return new Member(member.user().id, member.user().email, member.user().name, member.role());
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "MemberPage")
    record MemberPage(List<Member> data, @Nullable String nextCursor) {
    }
}
