package dev.sightline.query;

import dev.sightline.query.control.SecretHash;
import io.agroal.api.AgroalDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Control data beside the initial one: a second organization with its project and key, which `dev` must not see. */
public final class ControlFixture {
    public static final String OTHER_PROJECT = "other";
    public static final String OTHER_PUBLIC_KEY = "pk-test-other";
    public static final String OTHER_SECRET_KEY = "sk-test-other-77aa1b";
    public static final String EXPIRED_PUBLIC_KEY = "pk-test-expired";
    public static final String EXPIRED_SECRET_KEY = "sk-test-expired-0c11";

    private ControlFixture() {
    }

    public static void create(AgroalDataSource postgres) {
        execute(postgres, "INSERT INTO sightline.organizations (id, name) VALUES ('rival', 'Rival') "
                + "ON CONFLICT DO NOTHING");
        execute(postgres, "INSERT INTO sightline.projects (id, organization_id, name) "
                + "VALUES (?, 'rival', 'Other') ON CONFLICT DO NOTHING", OTHER_PROJECT);
        key(postgres, OTHER_PUBLIC_KEY, OTHER_SECRET_KEY, "NULL");
        key(postgres, EXPIRED_PUBLIC_KEY, EXPIRED_SECRET_KEY, "now() - interval '1 second'");
    }

    private static void key(AgroalDataSource postgres, String publicKey, String secretKey, String expiresAt) {
        SecretHash secret = SecretHash.of(secretKey);
        execute(postgres, "INSERT INTO sightline.api_keys "
                + "(public_key, project_id, secret_salt, secret_hash, expires_at) VALUES (?, ?, ?, ?, " + expiresAt
                + ") ON CONFLICT DO NOTHING",
                publicKey, OTHER_PROJECT, secret.salt(), secret.hash());
    }

    public static void execute(AgroalDataSource postgres, String sql, Object... values) {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
