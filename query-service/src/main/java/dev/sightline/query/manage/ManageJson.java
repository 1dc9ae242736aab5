package dev.sightline.query.manage;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.query.control.ApiKey;
import dev.sightline.query.control.Membership;
import dev.sightline.query.control.Project;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The management API's bodies. Lists are short and come whole, so {@code next_cursor} is always null. */
final class ManageJson {
    private ManageJson() {
    }

    /** The answer to something made whose secret is told this once: nobody on the way may keep it. */
    static Response toldOnce(Object made) {
        CacheControl never = new CacheControl();
        never.setNoStore(true);
        return Response.status(Response.Status.CREATED).cacheControl(never).entity(made).build();
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

    /** Somebody who belongs to an organization, or was asked to. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "Member")
    record Member(UUID id, String email, @Nullable String name, Membership.Role role,
            @Schema(description = "Until when the invitation can be accepted; null: it was")
            @Nullable Instant invitedUntil) {
        static Member of(Members.Listed member) {
            return new Member(member.id(), member.email(), member.name(), member.role(), member.invitedUntil());
        }
    }

    @Schema(name = "NewMember")
    record NewMember(@Schema(required = true) String email,
            @Schema(required = true, enumeration = {"OWNER", "ADMIN", "MEMBER", "VIEWER"}) String role) {
    }

    @Schema(name = "MemberChange")
    record MemberChange(@Schema(required = true, enumeration = {"OWNER", "ADMIN", "MEMBER", "VIEWER"}) String role) {
    }

    /** A new member; the only answer that ever holds the invitation's token. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "AddedMember")
    record AddedMember(Member member, @Schema(description = "For the link /invitation#TOKEN; null: the person has an "
            + "account already and is a member now") @Nullable String invitationToken) {
        /** Without the token. */
        @Override
        public String toString() {
            return "AddedMember[" + member.email + "]";
        }
    }

    @Schema(name = "InvitationToken")
    record InvitationToken(@Schema(required = true) String token) {
        /** Without the token. */
        @Override
        public String toString() {
            return "InvitationToken[]";
        }
    }

    /** What somebody is asked to join. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "Invitation")
    record InvitationBody(String organization, String email, Membership.Role role, Instant expiresAt,
            @Schema(description = "There is an account of this address: its password accepts") boolean hasAccount) {
    }

    @Schema(name = "InvitationAcceptance")
    record Acceptance(@Schema(required = true) String token,
            @Schema(description = "What a new account is called") @Nullable String name,
            @Schema(required = true, description = "Of a new account, or of the one there is") String password) {
        /** Without token and password. */
        @Override
        public String toString() {
            return "Acceptance[]";
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "MemberPage")
    record MemberPage(List<Member> data, @Nullable String nextCursor) {
    }
}
