package dev.sightline.query.manage;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.SignIn;
import dev.sightline.query.auth.SignedInUsers;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.Invitation;
import dev.sightline.query.control.Membership;
import dev.sightline.query.control.Organization;
import dev.sightline.query.control.User;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who belongs to an organization, as what, and who was asked to. Owners may do everything, admins everything but make,
 * change or remove owners; everybody may leave; an organization never loses its last owner. Somebody without an account
 * is invited by a link whose token is told once. Every change is audited. Callers have checked that the actor may
 * manage the project. Blocks.
 */
@Singleton
public class Members {
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,189}");
    private static final int TOKEN_BYTES = 32;

    private final ControlData control;
    private final SignedInUsers users;
    private final SignIn signIn;
    private final ManageConfig config;

    Members(ControlData control, SignedInUsers users, SignIn signIn, ManageConfig config) {
        this.control = control;
        this.users = users;
        this.signIn = signIn;
        this.config = config;
    }

    /**
     * A member, or who was invited.
     *
     * @param id           the user's, or the invitation's
     * @param name         null for who was invited
     * @param invitedUntil null for a member
     */
    record Listed(UUID id, String email, String name, Membership.Role role, Instant invitedUntil) {
        static Listed of(User user, Membership.Role role) {
            return new Listed(user.id, user.email, user.name, role, null);
        }

        static Listed of(Invitation invitation) {
            return new Listed(invitation.id, invitation.email, null, invitation.role, invitation.expiresAt);
        }
    }

    /** Who was added; the token is null for who had an account. */
    record Added(Listed member, String invitationToken) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Added[" + member.email + "]";
        }
    }

    /** Members before invitations, owners first, then by address. */
    List<Listed> list(ProjectScope scope) {
        String organizationId = organization(scope).id;
        List<Membership> memberships = memberships(organizationId);
        Map<UUID, User> byId = control.read(() -> User.<User>list("id in ?1",
                        memberships.stream().map(membership -> membership.id.userId()).toList())).stream()
                .collect(Collectors.toMap(user -> user.id, Function.identity()));
        Stream<Listed> members = memberships.stream().filter(membership -> byId.containsKey(membership.id.userId()))
                .map(membership -> Listed.of(byId.get(membership.id.userId()), membership.role));
        Stream<Listed> invited = control.read(() -> Invitation.<Invitation>list("organization.id = ?1 and expiresAt > ?2",
                organizationId, Instant.now())).stream().map(Listed::of);
        return Stream.concat(members.sorted(Members::compare), invited.sorted(Members::compare)).toList();
    }

    private static int compare(Listed a, Listed b) {
        return a.role != b.role ? a.role.compareTo(b.role) : a.email.compareTo(b.email);
    }

    /** Makes somebody with an account a member, and invites anybody else; an earlier invitation's link ends. */
    Added add(UUID actor, ProjectScope scope, String email, String role) {
        String address = address(email);
        Membership.Role wanted = role(role);
        Organization organization = organization(scope);
        List<Membership> memberships = memberships(organization.id);
        requireMay(actor, memberships, wanted);
        long invited = control.read(() -> Invitation.count("organization.id", organization.id));
        if (Math.max(memberships.size(), invited) >= config.membersPerOrganizationMax()) {
            throw Management.tooMany("members or invitations", config.membersPerOrganizationMax());
        }
        Optional<User> known = control.userByEmail(address);
        if (known.isPresent()) {
            if (memberships.stream().anyMatch(membership -> membership.id.userId().equals(known.get().id))) {
                throw ServiceException.invalid("email", "is a member already");
            }
            control.write(() -> join(known.get().id, organization.id, wanted)
                    .chain(() -> Audit.event(actor.toString(), "member.add", organization.id, null, address)));
            users.forget(known.get().id);
            return new Added(Listed.of(known.get(), wanted), null);
        }
        String token = Management.random(TOKEN_BYTES);
        Instant until = Instant.now().plus(config.invitationLifetime());
        UUID id = UUID.randomUUID();
        control.write(() -> Panache.getSession().chain(session -> session.createNativeQuery("""
                        INSERT INTO {h-schema}invitations (id, organization_id, email, role, token_hash, expires_at)
                        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (organization_id, email) DO UPDATE SET
                        id = excluded.id, role = excluded.role, token_hash = excluded.token_hash,
                        expires_at = excluded.expires_at, created_at = now()""")
                .setParameter(1, id).setParameter(2, organization.id).setParameter(3, address)
                .setParameter(4, wanted.name()).setParameter(5, hash(token)).setParameter(6, until).executeUpdate())
                .chain(() -> Audit.event(actor.toString(), "member.invite", organization.id, null, address)));
        return new Added(new Listed(id, address, null, wanted, until), token);
    }

    /** Throws NOT_FOUND for who is no member, PERMISSION_DENIED and INVALID_ARGUMENT by the rules above. */
    Listed changeRole(UUID actor, ProjectScope scope, UUID memberId, String role) {
        Membership.Role wanted = role(role);
        Organization organization = organization(scope);
        control.write(() -> locked(organization.id, memberships -> {
            Membership membership = find(memberships, memberId);
            requireMay(actor, memberships, wanted);
            requireMay(actor, memberships, membership.role);
            if (wanted != Membership.Role.OWNER) {
                requireOtherOwner(memberships, membership);
            }
            membership.role = wanted;
            return Audit.event(actor.toString(), "member.role." + wanted, organization.id, null, memberId.toString());
        }));
        return Listed.of(control.user(memberId).orElseThrow(Members::noMember), wanted);
    }

    /** Takes out a member, oneself included, or takes back an invitation. Throws as {@link #changeRole}. */
    void remove(UUID actor, ProjectScope scope, UUID memberId) {
        Organization organization = organization(scope);
        boolean takenBack = control.write(() -> Invitation.delete("id = ?1 and organization.id = ?2", memberId,
                organization.id).chain(count -> count == 0 ? Uni.createFrom().item(false)
                : Audit.event(actor.toString(), "member.uninvite", organization.id, null, memberId.toString())
                        .replaceWith(true)));
        if (takenBack) {
            return;
        }
        control.write(() -> locked(organization.id, memberships -> {
            Membership membership = find(memberships, memberId);
            if (!memberId.equals(actor)) {
                requireMay(actor, memberships, membership.role);
            }
            requireOtherOwner(memberships, membership);
            return membership.delete().chain(() ->
                    Audit.event(actor.toString(), "member.remove", organization.id, null, memberId.toString()));
        }));
        users.forget(memberId);
    }

    /** What the link's owner is asked to join. Throws NOT_FOUND for a link that does not work any more. */
    Invitation invitation(String token) {
        if (token == null || token.isBlank()) {
            throw ServiceException.invalid("token", "is missing");
        }
        return Optional.ofNullable(control.read(() -> Invitation.<Invitation>find(
                        "from Invitation i join fetch i.organization where i.tokenHash = ?1 and i.expiresAt > ?2",
                        hash(token), Instant.now()).<Invitation>firstResult()))
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                        "this invitation was accepted, taken back or is too old; ask for a new one"));
    }

    boolean hasAccount(Invitation invitation) {
        return control.userByEmail(invitation.email).isPresent();
    }

    /**
     * Makes the invited person a member, with a new account or, proven by its password, the one they have. The link works
     * once.
     */
    UUID accept(String token, String name, String password, String address) {
        Invitation invitation = invitation(token);
        Optional<User> known = control.userByEmail(invitation.email);
        User user;
        if (known.isPresent()) {
            user = signIn.check(invitation.email, password == null ? "" : password, address);
        } else {
            Management.checkName("name", name);
            user = new User();
            user.id = UUID.randomUUID();
            user.email = invitation.email;
            user.name = name.strip();
            user.passwordHash = signIn.hash("password", password);
        }
        control.write(() -> Invitation.delete("id", invitation.id)
                .invoke(count -> {
                    if (count == 0) {
                        throw ServiceException.of(ErrorCode.NOT_FOUND, "this invitation was accepted already");
                    }
                })
                .chain(() -> known.isPresent() ? Uni.createFrom().voidItem() : user.persistAndFlush().replaceWithVoid())
                .chain(() -> join(user.id, invitation.organization.id, invitation.role))
                .chain(() -> Audit.event(user.id.toString(), "member.accept", invitation.organization.id, null,
                        user.email)));
        users.forget(user.id);
        return user.id;
    }

    private Organization organization(ProjectScope scope) {
        return control.project(scope.projectId()).map(project -> project.organization).orElseThrow(() ->
                ServiceException.of(ErrorCode.NOT_FOUND, "you have no such project"));
    }

    private List<Membership> memberships(String organizationId) {
        return control.read(() -> Membership.list("id.organizationId", organizationId));
    }

    /** So that two changes at once don't take an owner each. */
    private static <T> Uni<T> locked(String organizationId, Function<List<Membership>, Uni<T>> change) {
        return Panache.getSession().chain(session -> session.createNativeQuery(
                        "SELECT id FROM {h-schema}organizations WHERE id = ?1 FOR UPDATE", String.class)
                .setParameter(1, organizationId).getSingleResult())
                .chain(() -> Membership.<Membership>list("id.organizationId", organizationId)).chain(change::apply);
    }

    private static Uni<Integer> join(UUID userId, String organizationId, Membership.Role role) {
        return Panache.getSession().chain(session -> session.createNativeQuery("""
                        INSERT INTO {h-schema}memberships (user_id, organization_id, role) VALUES (?1, ?2, ?3)
                        ON CONFLICT DO NOTHING""")
                .setParameter(1, userId).setParameter(2, organizationId).setParameter(3, role.name()).executeUpdate());
    }

    private static Membership find(List<Membership> memberships, UUID userId) {
        return memberships.stream().filter(membership -> membership.id.userId().equals(userId)).findFirst()
                .orElseThrow(Members::noMember);
    }

    /** Only owners make owners, and change or remove them. */
    private static void requireMay(UUID actor, List<Membership> memberships, Membership.Role role) {
        if (role == Membership.Role.OWNER && find(memberships, actor).role != Membership.Role.OWNER) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED, "only an owner may make, change or remove owners");
        }
    }

    private static void requireOtherOwner(List<Membership> memberships, Membership membership) {
        if (membership.role == Membership.Role.OWNER && memberships.stream()
                .filter(other -> other.role == Membership.Role.OWNER).count() == 1) {
            throw ServiceException.invalid("role", "this is the last owner; make somebody else an owner first");
        }
    }

    private static Membership.Role role(String role) {
        for (Membership.Role known : Membership.Role.values()) {
            if (known.name().equalsIgnoreCase(role)) {
                return known;
            }
        }
        throw ServiceException.invalid("role", "must be OWNER, ADMIN, MEMBER or VIEWER");
    }

    private static String address(String email) {
        String address = email == null ? "" : email.strip().toLowerCase(Locale.ROOT);
        if (!EMAIL.matcher(address).matches()) {
            throw ServiceException.invalid("email", "is not an e-mail address");
        }
        return address;
    }

    private static ServiceException noMember() {
        return ServiceException.of(ErrorCode.NOT_FOUND, "the organization has no such member");
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
