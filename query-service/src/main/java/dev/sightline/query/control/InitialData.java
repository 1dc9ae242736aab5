package dev.sightline.query.control;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Creates what {@link InitialDataConfig} asks for and leaves what exists: names, passwords, secrets and roles that were
 * changed since are not set back. Safe with several replicas starting at once. A wrong or missing variable stops the
 * start with a message that names it; no secret is ever part of a message.
 */
@Singleton
public class InitialData {
    private static final Logger LOG = Logger.getLogger(InitialData.class);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e&&[^:]]{1,128}");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+");
    private static final int PASSWORD_LENGTH_MIN = 8;
    private static final int PASSWORD_LENGTH_MAX = 200;
    private static final int NAME_LENGTH_MAX = 200;
    /** Any number that nobody else locks in this database. */
    private static final long ADVISORY_LOCK = 0x5167_6874_6c69_6e65L;

    private final InitialDataConfig config;
    private final ControlData control;

    InitialData(InitialDataConfig config, ControlData control) {
        this.config = config;
        this.control = control;
    }

    void onStart(@Observes StartupEvent event) {
        create();
    }

    /** Idempotent. */
    void create() {
        checkVariables();
        if (config.orgId().isEmpty()) {
            return;
        }
        // Here and not below: it takes a core for a while, which an event loop must not.
        Optional<String> passwordHash = userExists() ? Optional.empty() : config.userPassword().map(PasswordHash::of);
        control.inStartTransaction(() -> lock()
                .chain(this::createOrganization)
                .chain(this::createProject)
                .chain(this::createKey)
                .chain(() -> createUser(passwordHash))
                .replaceWith(Boolean.TRUE));
    }

    private boolean userExists() {
        return config.userEmail().isPresent() && control.inStartTransaction(() ->
                User.count("email", config.userEmail().get().toLowerCase(Locale.ROOT))) > 0;
    }

    private void checkVariables() {
        need(config.orgId(), "ORG_ID", config.orgName(), "ORG_NAME");
        need(config.orgId(), "ORG_ID", config.projectId(), "PROJECT_ID");
        need(config.orgId(), "ORG_ID", config.userEmail(), "USER_EMAIL");
        need(config.projectId(), "PROJECT_ID", config.projectName(), "PROJECT_NAME");
        need(config.projectId(), "PROJECT_ID", config.projectPublicKey(), "PROJECT_PUBLIC_KEY");
        need(config.projectPublicKey(), "PROJECT_PUBLIC_KEY", config.projectSecretKey(), "PROJECT_SECRET_KEY");
        need(config.projectSecretKey(), "PROJECT_SECRET_KEY", config.projectPublicKey(), "PROJECT_PUBLIC_KEY");
        need(config.userEmail(), "USER_EMAIL", config.userName(), "USER_NAME");
        need(config.userEmail(), "USER_EMAIL", config.userPassword(), "USER_PASSWORD");
        need(config.userPassword(), "USER_PASSWORD", config.userEmail(), "USER_EMAIL");
        String idForm = "is not an id of 1 to 64 letters, digits, '-', '_', '.' or ':'";
        check(config.orgId(), "ORG_ID", ID, idForm);
        check(config.projectId(), "PROJECT_ID", ID, idForm);
        String keyForm = "is not 1 to 128 printable ASCII characters without blanks and colons";
        check(config.projectPublicKey(), "PROJECT_PUBLIC_KEY", KEY, keyForm);
        check(config.projectSecretKey(), "PROJECT_SECRET_KEY", KEY, keyForm);
        check(config.userEmail(), "USER_EMAIL", EMAIL, "is not an e-mail address");
        checkLength(config.orgName(), "ORG_NAME", 1, NAME_LENGTH_MAX);
        checkLength(config.projectName(), "PROJECT_NAME", 1, NAME_LENGTH_MAX);
        checkLength(config.userName(), "USER_NAME", 1, NAME_LENGTH_MAX);
        checkLength(config.userEmail(), "USER_EMAIL", 3, 254);
        checkLength(config.userPassword(), "USER_PASSWORD", PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX);
    }

    private static void need(Optional<?> needed, String neededVariable, Optional<?> given, String givenVariable) {
        if (given.isPresent() && needed.isEmpty()) {
            throw wrong(neededVariable, "is not set, but " + "SIGHTLINE_INIT_" + givenVariable + " is; set both");
        }
    }

    private static void check(Optional<String> value, String variable, Pattern form, String complaint) {
        if (value.isPresent() && !form.matcher(value.get()).matches()) {
            throw wrong(variable, complaint);
        }
    }

    private static void checkLength(Optional<String> value, String variable, int min, int max) {
        if (value.isPresent() && (value.get().length() < min || value.get().length() > max)) {
            throw wrong(variable, "must have " + min + " to " + max + " characters");
        }
    }

    private static IllegalArgumentException wrong(String variable, String complaint) {
        return new IllegalArgumentException(
                "SIGHTLINE_INIT_" + variable + " (or LANGFUSE_INIT_" + variable + ") " + complaint);
    }

    private static Uni<Object> lock() {
        return Panache.getSession().chain(session -> session
                .createNativeQuery("select cast(pg_advisory_xact_lock(" + ADVISORY_LOCK + ") as text)", String.class)
                .getSingleResult().map(nothing -> nothing));
    }

    private Uni<Organization> createOrganization() {
        String id = config.orgId().orElseThrow();
        return Organization.<Organization>findById(id).chain(existing -> {
            if (existing != null) {
                return Uni.createFrom().item(existing);
            }
            Organization organization = new Organization();
            organization.id = id;
            organization.name = config.orgName().orElse(id);
            LOG.infof("creating organization %s", id);
            return organization.persist();
        });
    }

    private Uni<Project> createProject(Organization organization) {
        if (config.projectId().isEmpty()) {
            return Uni.createFrom().nullItem();
        }
        String id = config.projectId().get();
        return Project.<Project>findById(id).chain(existing -> {
            if (existing != null) {
                if (!existing.organization.id.equals(organization.id)) {
                    LOG.warnf("SIGHTLINE_INIT_PROJECT_ID: project %s belongs to another organization than %s; left as "
                            + "it is", id, organization.id);
                }
                return Uni.createFrom().item(existing);
            }
            Project project = new Project();
            project.id = id;
            project.organization = organization;
            project.name = config.projectName().orElse(id);
            LOG.infof("creating project %s", id);
            return project.persist();
        });
    }

    private Uni<ApiKey> createKey(Project project) {
        if (config.projectPublicKey().isEmpty()) {
            return Uni.createFrom().nullItem();
        }
        String publicKey = config.projectPublicKey().get();
        String secretKey = config.projectSecretKey().orElseThrow();
        return ApiKey.<ApiKey>findById(publicKey).chain(existing -> {
            if (existing != null) {
                boolean same = existing.projectId.equals(project.id)
                        && new SecretHash(existing.secretSalt, existing.secretHash).matches(secretKey);
                if (!same) {
                    LOG.warn("SIGHTLINE_INIT_PROJECT_PUBLIC_KEY exists with another secret or project; left as it is");
                }
                return Uni.createFrom().item(existing);
            }
            SecretHash secret = SecretHash.of(secretKey);
            ApiKey key = new ApiKey();
            key.publicKey = publicKey;
            key.projectId = project.id;
            key.secretSalt = secret.salt();
            key.secretHash = secret.hash();
            LOG.infof("creating API key %s of project %s", publicKey, project.id);
            return key.persist();
        });
    }

    private Uni<Membership> createUser(Optional<String> passwordHash) {
        if (config.userEmail().isEmpty()) {
            return Uni.createFrom().nullItem();
        }
        String email = config.userEmail().get().toLowerCase(Locale.ROOT);
        return User.<User>find("email", email).firstResult().chain(existing -> {
            if (existing != null) {
                return Uni.createFrom().item(existing);
            }
            User user = new User();
            user.id = UUID.randomUUID();
            user.email = email;
            user.name = config.userName().orElse(email.substring(0, email.indexOf('@')));
            user.passwordHash = passwordHash.orElseThrow();
            LOG.infof("creating user %s", user.id);
            return user.<User>persist();
        }).chain(this::createMembership);
    }

    private Uni<Membership> createMembership(User user) {
        Membership.Id id = new Membership.Id(user.id, config.orgId().orElseThrow());
        return Membership.<Membership>findById(id).chain(existing -> {
            if (existing != null) {
                return Uni.createFrom().item(existing);
            }
            Membership membership = new Membership();
            membership.id = id;
            membership.role = Membership.Role.OWNER;
            return membership.persist();
        });
    }
}
