package dev.sightline.query.manage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.Session;
import dev.sightline.query.control.PasswordHash;
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
import java.util.UUID;
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
    void somebodyIsInvitedBecomesAMemberAndIsRemoved() throws SQLException {
        String email = "new-" + UUID.randomUUID() + "@example.org";
        JsonPath invited = post(owner, "dev", "/api/v1/project/members", "{\"email\":\" " + email.toUpperCase()
                + " \",\"role\":\"member\"}").statusCode(201).header("Cache-Control", containsString("no-store"))
                .body("member.email", equalTo(email)).body("member.invited_until", notNullValue())
                .extract().jsonPath();
        String first = invited.getString("invitation_token");
        String token = post(owner, "dev", "/api/v1/project/members", "{\"email\":\"" + email
                + "\",\"role\":\"VIEWER\"}").statusCode(201).extract().path("invitation_token");
        owner.on("dev").get("/api/v1/project/members").then().body("data.email", hasItem(email))
                .body("data.find { it.email == '" + email + "' }.role", equalTo("VIEWER"));
        assertThat(column("SELECT count(*)::text FROM sightline.invitations WHERE encode(token_hash, 'escape') LIKE '%"
                + token + "%'")).containsExactly("0");

        open("/look-up", "{\"token\":\"" + first + "\"}").statusCode(404);
        open("/look-up", "{\"token\":\"" + token + "\"}").statusCode(200).body("email", equalTo(email))
                .body("organization", equalTo("Acme Ltd")).body("role", equalTo("VIEWER")).body("has_account", equalTo(false));
        open("/accept", "{\"token\":\"" + token + "\",\"name\":\"New\",\"password\":\"short\"}").statusCode(400)
                .body("field", equalTo("password"));
        open("/accept", "{\"token\":\"" + token + "\",\"password\":\"a long enough one\"}").statusCode(400)
                .body("field", equalTo("name"));
        Session member = new Session(open("/accept", "{\"token\":\"" + token
                + "\",\"name\":\"New\",\"password\":\"a long enough one\"}").statusCode(200)
                .body("projects.id", hasItem("dev")).extract().cookie("sightline_session"));
        open("/accept", "{\"token\":\"" + token + "\",\"name\":\"New\",\"password\":\"a long enough one\"}")
                .statusCode(404);
        member.on("dev").get("/api/v1/traces").then().statusCode(200);
        post(member, "dev", "/api/v1/project/members", "{\"email\":\"x@y.z\",\"role\":\"VIEWER\"}").statusCode(403);
        post(member, "dev", "/api/v1/scores", "{\"trace_id\":\"" + "a".repeat(32) + "\",\"name\":\"x\",\"value\":1}")
                .statusCode(403);
        post(member, "dev", "/api/v1/saved-views", "{\"name\":\"x\",\"search\":{}}").statusCode(403);
        post(member, "dev", "/api/v1/dashboards/latency/copy", "").statusCode(403);

        String id = owner.on("dev").get("/api/v1/project/members").path("data.find { it.email == '" + email + "' }.id");
        owner.on("dev").contentType(ContentType.JSON).body("{\"role\":\"ADMIN\"}")
                .patch("/api/v1/project/members/" + id).then().statusCode(200).body("role", equalTo("ADMIN"));
        String ownerId = owner.on("dev").get("/api/v1/project/members")
                .path("data.find { it.email == 'dev@example.org' }.id");
        // An admin touches no owner and makes none.
        member.on("dev").delete("/api/v1/project/members/" + ownerId).then().statusCode(403);
        member.on("dev").contentType(ContentType.JSON).body("{\"role\":\"OWNER\"}")
                .patch("/api/v1/project/members/" + id).then().statusCode(403);
        // The last owner stays.
        owner.on("dev").delete("/api/v1/project/members/" + ownerId).then().statusCode(400);
        owner.on("dev").contentType(ContentType.JSON).body("{\"role\":\"ADMIN\"}")
                .patch("/api/v1/project/members/" + ownerId).then().statusCode(400).body("field", equalTo("role"));

        owner.on("dev").delete("/api/v1/project/members/" + id).then().statusCode(204);
        member.on("dev").get("/api/v1/traces").then().statusCode(404);
        // With an account one is a member at once, and may leave.
        post(owner, "dev", "/api/v1/project/members", "{\"email\":\"" + email + "\",\"role\":\"MEMBER\"}")
                .statusCode(201).body("invitation_token", nullValue()).body("member.invited_until", nullValue());
        post(owner, "dev", "/api/v1/project/members", "{\"email\":\"" + email + "\",\"role\":\"MEMBER\"}")
                .statusCode(400).body("field", equalTo("email"));
        member.on("dev").delete("/api/v1/project/members/" + id).then().statusCode(204);
        assertThat(column("SELECT action FROM sightline.audit_events WHERE object IN ('" + email + "', '" + id
                + "') ORDER BY id")).containsExactly("member.invite", "member.invite", "member.accept",
                "member.role.ADMIN", "member.remove", "member.add", "member.remove");
    }

    @Test
    void whatCannotBeAMemberIsNamed() {
        post(owner, "dev", "/api/v1/project/members", "{\"email\":\"nobody\",\"role\":\"VIEWER\"}").statusCode(400)
                .body("field", equalTo("email"));
        post(owner, "dev", "/api/v1/project/members", "{\"email\":\"x@y.z\",\"role\":\"BOSS\"}").statusCode(400)
                .body("field", equalTo("role"));
        owner.on("dev").delete("/api/v1/project/members/x").then().statusCode(400).body("field", equalTo("memberId"));
        owner.on("dev").delete("/api/v1/project/members/" + UUID.randomUUID()).then().statusCode(404);
        open("/look-up", "{}").statusCode(400).body("field", equalTo("token"));
        String token = post(owner, "dev", "/api/v1/project/members", "{\"email\":\"taken-back@example.org\","
                + "\"role\":\"VIEWER\"}").statusCode(201).extract().path("invitation_token");
        String id = owner.on("dev").get("/api/v1/project/members")
                .path("data.find { it.email == 'taken-back@example.org' }.id");
        owner.on("dev").delete("/api/v1/project/members/" + id).then().statusCode(204);
        open("/look-up", "{\"token\":\"" + token + "\"}").statusCode(404);
    }

    @Test
    void anInvitationOfSomebodyWithAnAccountTakesTheirPassword() {
        String email = "twice-" + UUID.randomUUID() + "@example.org";
        String token = post(owner, "dev", "/api/v1/project/members", "{\"email\":\"" + email
                + "\",\"role\":\"VIEWER\"}").statusCode(201).extract().path("invitation_token");
        ControlFixture.execute(postgres, "INSERT INTO sightline.users (id, email, name, password_hash) VALUES (?, ?, "
                + "'Twice', ?)", UUID.randomUUID(), email, PasswordHash.of("my own password"));
        open("/look-up", "{\"token\":\"" + token + "\"}").statusCode(200).body("has_account", equalTo(true));
        open("/accept", "{\"token\":\"" + token + "\",\"name\":\"X\",\"password\":\"somebody else's\"}")
                .statusCode(401);
        open("/accept", "{\"token\":\"" + token + "\",\"password\":\"my own password\"}").statusCode(200)
                .body("projects.id", hasItem("dev")).body("user.name", equalTo("Twice"));
    }

    private static ValidatableResponse open(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post("/api/v1/invitations" + path).then();
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
