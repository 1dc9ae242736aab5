package dev.sightline.query.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.query.Engines;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(Engines.class)
class InitialDataTest {
    @Inject
    InitialData initialData;
    @Inject
    ControlData control;
    @Inject
    AgroalDataSource postgres;

    @Test
    void startCreatesWhatBothFamiliesOfNamesAskFor() {
        assertThat(control.project("dev")).get().satisfies(project -> {
            assertThat(project.name).isEqualTo("Development");
            assertThat(project.organization.name).isEqualTo("Acme Ltd");
        });
        ApiKey key = control.apiKey(Engines.PUBLIC_KEY).orElseThrow();
        assertThat(key.projectId).isEqualTo("dev");
        assertThat(new SecretHash(key.secretSalt, key.secretHash).matches(Engines.SECRET_KEY)).isTrue();
        assertThat(new SecretHash(key.secretSalt, key.secretHash).matches(Engines.SECRET_KEY + "x")).isFalse();
        User user = control.userByEmail(Engines.EMAIL).orElseThrow();
        assertThat(user.email).isEqualTo("dev@example.org");
        assertThat(control.projectsOf(user.id)).extracting(project -> project.id).contains("dev");
    }

    @Test
    void startingAgainLeavesWhatWasChangedSince() throws SQLException {
        String changed = PasswordHash.of("another password");
        String before = control.userByEmail(Engines.EMAIL).orElseThrow().passwordHash;
        try {
            execute("UPDATE sightline.users SET password_hash = '" + changed + "' WHERE email = 'dev@example.org'");
            execute("UPDATE sightline.organizations SET name = 'Renamed' WHERE id = 'acme'");
            long rows = rows();

            initialData.create();

            assertThat(control.userByEmail(Engines.EMAIL).orElseThrow().passwordHash).isEqualTo(changed);
            assertThat(control.project("dev").orElseThrow().organization.name).isEqualTo("Renamed");
            assertThat(rows()).isEqualTo(rows);
        } finally {
            execute("UPDATE sightline.users SET password_hash = '" + before + "' WHERE email = 'dev@example.org'");
            execute("UPDATE sightline.organizations SET name = 'Acme Ltd' WHERE id = 'acme'");
        }
    }

    @Test
    void aKeyPairThatExistsIsLeftWithItsSecret() {
        new InitialData(config(Map.of("orgId", "acme", "projectId", "dev", "projectPublicKey", Engines.PUBLIC_KEY,
                "projectSecretKey", "sk-another-secret")), control).create();

        ApiKey key = control.apiKey(Engines.PUBLIC_KEY).orElseThrow();
        assertThat(new SecretHash(key.secretSalt, key.secretHash).matches(Engines.SECRET_KEY)).isTrue();
    }

    @Test
    void theSecretIsNowhereInTheDatabase() throws SQLException {
        try (Connection connection = postgres.getConnection(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT encode(secret_hash, 'escape') || encode(secret_salt, "
                        + "'escape') || public_key FROM sightline.api_keys")) {
            while (rows.next()) {
                assertThat(rows.getString(1)).doesNotContain(Engines.SECRET_KEY);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            projectId=p                                                    | SIGHTLINE_INIT_ORG_ID
            orgId=o projectPublicKey=pk projectSecretKey=sk                | SIGHTLINE_INIT_PROJECT_ID
            orgId=o projectId=p projectPublicKey=pk                        | SIGHTLINE_INIT_PROJECT_SECRET_KEY
            orgId=o projectId=p projectSecretKey=very-secret               | SIGHTLINE_INIT_PROJECT_PUBLIC_KEY
            orgId=o projectId=p projectPublicKey=p:k projectSecretKey=very-secret | SIGHTLINE_INIT_PROJECT_PUBLIC_KEY
            orgId=o/o                                                      | SIGHTLINE_INIT_ORG_ID
            orgId=o userEmail=a@b.c                                        | SIGHTLINE_INIT_USER_PASSWORD
            orgId=o userEmail=a@b.c userPassword=short                     | SIGHTLINE_INIT_USER_PASSWORD
            orgId=o userEmail=nobody userPassword=very-secret              | SIGHTLINE_INIT_USER_EMAIL
            userEmail=a@b.c userPassword=very-secret                       | SIGHTLINE_INIT_ORG_ID""")
    void aWrongVariableStopsTheStartAndIsNamed(String given, String variable) {
        Map<String, String> values = new java.util.HashMap<>();
        for (String pair : given.split(" +")) {
            values.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
        }
        InitialData wrong = new InitialData(config(values), control);

        assertThatThrownBy(wrong::create).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(variable + " (or LANGFUSE_").hasMessageNotContainingAny("very-secret", "short");
    }

    private static InitialDataConfig config(Map<String, String> values) {
        return (InitialDataConfig) java.lang.reflect.Proxy.newProxyInstance(InitialDataConfig.class.getClassLoader(),
                new Class<?>[] {InitialDataConfig.class},
                (proxy, method, arguments) -> Optional.ofNullable(values.get(method.getName())));
    }

    private long rows() throws SQLException {
        long rows = 0;
        for (String table : List.of("organizations", "projects", "api_keys", "users", "memberships")) {
            try (Connection connection = postgres.getConnection(); Statement statement = connection.createStatement();
                    ResultSet count = statement.executeQuery("SELECT count(*) FROM sightline." + table)) {
                count.next();
                rows += count.getLong(1);
            }
        }
        return rows;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = postgres.getConnection(); Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
