package dev.sightline.query.manage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.Session;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(Engines.class)
class ManagementTest {
    @Inject
    AgroalDataSource postgres;
    private Session owner;

    @BeforeEach
    void signIn() {
        ControlFixture.create(postgres);
        owner = Session.of(Engines.EMAIL, Engines.PASSWORD);
    }

    private static ValidatableResponse post(Session as, String project, String path, String body) {
        return as.on(project).contentType(ContentType.JSON).body(body).post(path).then();
    }

    @Test
    void fromOrganizationToWorkingKey() throws SQLException {
        String organization = post(owner, null, "/api/v1/organizations", "{\"name\":\" New Ltd \"}").statusCode(201)
                .body("name", equalTo("New Ltd")).body("role", equalTo("OWNER")).extract().path("id");
        String project = post(owner, null, "/api/v1/projects", "{\"organization_id\":\"" + organization
                + "\",\"name\":\"First\"}").statusCode(201).body("organization.id", equalTo(organization))
                .extract().path("id");
        owner.on(null).get("/api/v1/projects").then().statusCode(200).body("data.id", hasItem(project))
                .body("data.id", not(hasItem(ControlFixture.OTHER_PROJECT)));
        owner.on(null).contentType(ContentType.JSON).body("{\"name\":\"Renamed\"}").patch("/api/v1/projects/" + project)
                .then().statusCode(200).body("name", equalTo("Renamed"));

        JsonPath key = post(owner, project, "/api/v1/project/keys", "{\"name\":\"laptop\"}").statusCode(201)
                .header("Cache-Control", containsString("no-store")).extract().jsonPath();
        String publicKey = key.getString("public_key");
        String secret = key.getString("secret_key");
        assertThat(secret.length()).isGreaterThan(30);
        assertThat(given().auth().preemptive().basic(publicKey, secret).get("/api/public/projects")
                .jsonPath().getString("data[0].id")).isEqualTo(project);
        String listed = owner.on(project).get("/api/v1/project/keys").then().statusCode(200)
                .body("data.public_key", hasItem(publicKey)).body("data.name", hasItem("laptop"))
                .body("next_cursor", nullValue()).extract().asString();
        assertThat(listed).doesNotContain(secret).doesNotContain("hash").doesNotContain("salt");
        given().auth().preemptive().basic(publicKey, secret).get("/api/v1/projects").then().statusCode(200)
                .body("data.id", equalTo(List.of(project)));
        given().auth().preemptive().basic(publicKey, secret).contentType(ContentType.JSON).body("{\"name\":\"By key\"}")
                .patch("/api/v1/projects/" + project).then().statusCode(200).body("name", equalTo("By key"));

        owner.on(project).delete("/api/v1/project/keys/" + publicKey).then().statusCode(204);
        given().auth().preemptive().basic(publicKey, secret).get("/api/v1/projects").then().statusCode(401);
        owner.on(project).delete("/api/v1/project/keys/" + publicKey).then().statusCode(404);
        assertThat(column("SELECT action || ' ' || object FROM sightline.audit_events WHERE project_id = '" + project
                + "' OR organization_id = '" + organization + "' ORDER BY id")).containsExactly(
                "organization.create " + organization, "project.create " + project, "project.rename " + project,
                "key.create " + publicKey, "project.rename " + project, "key.delete " + publicKey);
        assertThat(column("SELECT count(*)::text FROM sightline.audit_events WHERE object LIKE '%" + secret + "%'"))
                .containsExactly("0");
    }

    @Test
    void membersAreSeenByMembers() {
        owner.on("dev").get("/api/v1/project/members").then().statusCode(200)
                .body("data.email", hasItem("dev@example.org")).body("data.role", hasItem("OWNER"));
        owner.on(ControlFixture.OTHER_PROJECT).get("/api/v1/project/members").then().statusCode(404);
        Api.dev().get("/api/v1/project/members").then().statusCode(403);
        given().get("/api/v1/project/members").then().statusCode(401);
    }

    @Test
    void rolesAreRespected() {
        try {
            for (String role : List.of("MEMBER", "VIEWER")) {
                ControlFixture.execute(postgres, "UPDATE sightline.memberships SET role = '" + role
                        + "' WHERE organization_id = 'acme'");
                post(owner, "dev", "/api/v1/project/keys", "{}").statusCode(403);
                owner.on("dev").delete("/api/v1/project/keys/" + Engines.PUBLIC_KEY).then().statusCode(403);
                post(owner, null, "/api/v1/projects", "{\"organization_id\":\"acme\",\"name\":\"x\"}").statusCode(403);
                owner.on(null).contentType(ContentType.JSON).body("{\"name\":\"x\"}").patch("/api/v1/projects/dev")
                        .then().statusCode(403);
                owner.on("dev").get("/api/v1/project/keys").then().statusCode(200)
                        .body("data.public_key", hasItem(Engines.PUBLIC_KEY));
            }
            ControlFixture.execute(postgres, "UPDATE sightline.memberships SET role = 'ADMIN' "
                    + "WHERE organization_id = 'acme'");
            post(owner, "dev", "/api/v1/project/keys", "{}").statusCode(201);
        } finally {
            ControlFixture.execute(postgres, "UPDATE sightline.memberships SET role = 'OWNER' "
                    + "WHERE organization_id = 'acme'");
        }
    }

    @Test
    void aKeyMakesNoKeysAndOthersProjectsStayOut() {
        Api.dev().contentType(ContentType.JSON).body("{}").post("/api/v1/project/keys").then().statusCode(403);
        Api.dev().get("/api/v1/project/keys").then().statusCode(403);
        Api.dev().contentType(ContentType.JSON).body("{\"name\":\"x\"}").post("/api/v1/organizations").then()
                .statusCode(403);
        Api.dev().contentType(ContentType.JSON).body("{\"name\":\"x\"}").patch("/api/v1/projects/other").then()
                .statusCode(404);
        post(owner, null, "/api/v1/projects", "{\"organization_id\":\"rival\",\"name\":\"x\"}").statusCode(404);
        post(owner, ControlFixture.OTHER_PROJECT, "/api/v1/project/keys", "{}").statusCode(404);
        owner.on("dev").delete("/api/v1/project/keys/" + ControlFixture.OTHER_PUBLIC_KEY).then().statusCode(404);
        Api.other().get("/api/v1/traces").then().statusCode(200);
        owner.on(null).contentType(ContentType.JSON).body("{\"name\":\"x\"}").patch("/api/v1/projects/other").then()
                .statusCode(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/organizations | {}                                         | name
            /api/v1/organizations | {"name":" "}                               | name
            /api/v1/organizations | {"name":"x","id":"y"}                      | id
            /api/v1/projects      | {"name":"x"}                               | organization_id
            /api/v1/projects      | {"organization_id":"acme"}                 | name
            /api/v1/project/keys  | {"expires_at":"2020-01-01T00:00:00Z"}      | expires_at
            /api/v1/project/keys  | {"expires_at":"soon"}                      | expires_at
            /api/v1/project/keys  | {"secret_key":"mine"}                      | secret_key
            /api/v1/project/keys  | []                                         | body
            """)
    void whatIsWrongIsNamed(String path, String body, String field) {
        post(owner, "dev", path, body).statusCode(400).body("field", equalTo(field));
    }

    private List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = postgres.getConnection(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
