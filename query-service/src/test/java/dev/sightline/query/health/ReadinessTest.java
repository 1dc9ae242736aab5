package dev.sightline.query.health;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class ReadinessTest {
    private TraceFixture clickHouse;

    @BeforeEach
    void connect() {
        clickHouse = new TraceFixture();
    }

    @AfterEach
    void close() {
        clickHouse.close();
    }

    @Test
    void healthAndReadyNeedNoCredentials() {
        for (String path : new String[] {"/api/public/health", "/api/public/ready", "/health", "/ready",
            "/api/public/health?failIfDatabaseUnavailable=true"}) {
            given().get(path).then().statusCode(200).contentType("application/json").body("status", equalTo("OK"))
                    .body("version", notNullValue());
            given().head(path).then().statusCode(200);
        }
        given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void aNewerSchemaIsRefusedUntilItIsGone() {
        clickHouse.execute("INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'future', '"
                + "0".repeat(64) + "')");
        try {
            notReady("newer");
            given().get("/api/public/ready").then().statusCode(503);
            given().get("/api/public/health").then().statusCode(200);
            given().get("/api/public/health?failIfDatabaseUnavailable=true").then().statusCode(503);
        } finally {
            clickHouse.execute("ALTER TABLE schema_migrations DELETE WHERE version = 9999 SETTINGS mutations_sync = 1");
        }
        given().get("/q/health/ready").then().statusCode(200);
    }

    @Test
    void anOlderSchemaIsRefused() {
        clickHouse.execute("RENAME TABLE schema_migrations TO schema_migrations_away");
        try {
            notReady("run the migration");
        } finally {
            clickHouse.execute("RENAME TABLE schema_migrations_away TO schema_migrations");
        }
        given().get("/q/health/ready").then().statusCode(200);
    }

    private static void notReady(String reason) {
        given().get("/q/health/ready").then().statusCode(503).body("status", equalTo("DOWN"))
                .body("checks.find { it.name == 'ClickHouse schema' }.data.problem", containsString(reason))
                .body("checks.findAll { it.status == 'DOWN' }.name", hasItem("ClickHouse schema"));
    }
}
