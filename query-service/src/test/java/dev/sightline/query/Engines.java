package dev.sightline.query;

import dev.sightline.storage.migrate.Migrator;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The real engines for the tests, and the environment that query-service gets in an installation. */
public class Engines implements QuarkusTestResourceLifecycleManager {
    public static final String SERVICE_TOKEN = "service-token-of-the-tests-0123456789";
    public static final String PUBLIC_KEY = "pk-test-dev";
    public static final String SECRET_KEY = "sk-test-dev-5d1c0a5e";
    public static final String EMAIL = "Dev@Example.org";
    public static final String PASSWORD = "correct horse";

    private EmbeddedPostgres postgres;
    private ClickHouseProcess clickHouse;

    @Override
    public Map<String, String> start() {
        try {
            clickHouse = ClickHouseProcess.start();
            postgres = EmbeddedPostgres.start();
            new Migrator(clickHouse.endpoint(), step -> { }).migrate();
            return config();
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, String> config() throws IOException {
        Map<String, String> config = new HashMap<>();
        config.put("SIGHTLINE_CLICKHOUSE_URL", clickHouse.endpoint().url());
        config.put("SIGHTLINE_CLICKHOUSE_DATABASE", clickHouse.endpoint().database());
        config.put("SIGHTLINE_CLICKHOUSE_PASSWORD", clickHouse.endpoint().password());
        config.put("quarkus.datasource.jdbc.url", postgres.getJdbcUrl("postgres", "postgres"));
        config.put("quarkus.datasource.reactive.url", "postgresql://localhost:" + postgres.getPort() + "/postgres");
        config.put("quarkus.datasource.username", "postgres");
        config.put("quarkus.datasource.password", "postgres");
        config.put("sightline.internal-token", SERVICE_TOKEN);
        config.put("sightline.encryption-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        // Half by our own names, half by Langfuse's.
        config.put("sightline.init.org-id", "acme");
        config.put("sightline.init.org-name", "Acme Ltd");
        config.put("LANGFUSE_INIT_PROJECT_ID", "dev");
        config.put("LANGFUSE_INIT_PROJECT_NAME", "Development");
        config.put("LANGFUSE_INIT_PROJECT_PUBLIC_KEY", PUBLIC_KEY);
        config.put("LANGFUSE_INIT_PROJECT_SECRET_KEY", SECRET_KEY);
        config.put("sightline.init.user-email", EMAIL);
        config.put("sightline.init.user-name", "Dev");
        config.put("sightline.init.user-password", PASSWORD);
        // Small, so that the tests reach them.
        config.put("sightline.traces.observations-max", "40");
        config.put("sightline.traces.content-bytes-max", "200000");
        config.put("sightline.traces.content-bytes-in-flight-max", "200000");
        config.put("sightline.exports.folder", Files.createTempDirectory("query-service-exports-").toString());
        config.put("sightline.exports.poll", "PT0.1S");
        config.put("sightline.exports.open-per-project-max", "50");
        // Tests store spans and count them at once.
        config.put("sightline.settings.month-count-lifetime", "PT0S");
        // The parent pom gives every test the system property sightline.root, which is no setting of ours.
        config.put("smallrye.config.mapping.validate-unknown", "false");
        config.put("quarkus.http.test-port", "0");
        config.put("quarkus.grpc.server.test-port", String.valueOf(freePort()));
        return config;
    }

    @Override
    public void stop() {
        try {
            if (clickHouse != null) {
                clickHouse.close();
            }
            if (postgres != null) {
                postgres.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
