package dev.sightline.evaluator.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;

/** A real PostgreSQL with a free port; its process ends with the tests'. Tests use a database each. */
public final class PostgresEngine {
    private final EmbeddedPostgres postgres;

    public PostgresEngine() throws IOException {
        postgres = EmbeddedPostgres.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                postgres.close();
            } catch (IOException e) {
                System.err.println("PostgreSQL did not stop: " + e.getMessage());
            }
        }));
    }

    /** The name of an empty database that nobody else uses. */
    public String newDatabase() throws SQLException {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return name;
    }

    /** What evaluator-service gets in an installation. */
    public Map<String, String> environment(String database) {
        return Map.of(
                "QUARKUS_DATASOURCE_JDBC_URL", postgres.getJdbcUrl("postgres", database),
                "QUARKUS_DATASOURCE_REACTIVE_URL", "postgresql://localhost:" + postgres.getPort() + "/" + database,
                "QUARKUS_DATASOURCE_USERNAME", "postgres",
                "QUARKUS_DATASOURCE_PASSWORD", "postgres");
    }

    /** One connection to look into a database. */
    public Connection open(String database) throws SQLException {
        return postgres.getDatabase("postgres", database).getConnection();
    }
}
