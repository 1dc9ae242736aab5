package dev.sightline.acceptance.stack;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes a project in PostgreSQL, since no API makes one yet: an organization that the stack's user is not a member of,
 * a project and a key.
 */
public final class SecondProject {
    private SecondProject() {
    }

    static Project create(Stack stack) {
        return create(stack, "other");
    }

    /** A further one, for a test that wants settings or counts for itself. */
    public static Project create(Stack stack, String id) {
        return create(stack, id, "others");
    }

    /** One of an organization of its own that the user may look at. */
    public static Project createFor(Stack stack, String id, String userEmail) {
        Project project = create(stack, id, id);
        try (Connection connection = connect(stack)) {
            execute(connection, "INSERT INTO sightline.memberships (user_id, organization_id, role)"
                    + " SELECT id, ?, 'MEMBER' FROM sightline.users WHERE email = ?", id, userEmail);
            return project;
        } catch (SQLException e) {
            throw new AssertionError("can't let the user see the project: " + e.getMessage(), e);
        }
    }

    private static Project create(Stack stack, String id, String organization) {
        Project project = new Project(id, "pk-" + id, "sk-" + id + "-0123456789abcdef");
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        try (Connection connection = connect(stack)) {
            execute(connection, "INSERT INTO sightline.organizations (id, name) VALUES (?, ?)"
                    + " ON CONFLICT DO NOTHING", organization, "Organization " + organization);
            execute(connection, "INSERT INTO sightline.projects (id, organization_id, name) VALUES (?, ?, ?)",
                    project.id(), organization, "Project " + project.id());
            execute(connection, "INSERT INTO sightline.api_keys (public_key, project_id, secret_salt, secret_hash)"
                    + " VALUES (?, ?, ?, ?)", project.publicKey(), project.id(), salt,
                    hmac(salt, project.secretKey()));
            return project;
        } catch (SQLException e) {
            throw new AssertionError("can't make a second project: " + e.getMessage(), e);
        }
    }

    private static Connection connect(Stack stack) throws SQLException {
        String url = stack.file().text("postgres_url");
        return DriverManager.getConnection(url.startsWith("jdbc:") ? url : "jdbc:" + url,
                "sightline", stack.secret("QUARKUS_DATASOURCE_PASSWORD"));
    }

    private static void execute(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    /** As query-service's SecretHash. */
    private static byte[] hmac(byte[] salt, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            return mac.doFinal(secret.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
