package dev.sightline.query.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.Session;
import dev.sightline.query.control.PasswordHash;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class SessionResourceTest {
    @Inject
    AgroalDataSource postgres;

    @BeforeEach
    void otherProject() {
        ControlFixture.create(postgres);
    }

    @Test
    void signingInGivesTheUsersProjectsAndACookieThatScriptsCannotRead() {
        Response answer = signIn(Engines.EMAIL.toUpperCase(), Engines.PASSWORD);

        answer.then().statusCode(200).body("user.email", equalTo("dev@example.org")).body("user.name", equalTo("Dev"))
                .body("projects.id", contains("dev")).body("projects[0].organization.id", equalTo("acme"))
                .body("projects[0].organization.role", equalTo("OWNER"));
        assertThat(answer.header("Set-Cookie")).startsWith("sightline_session=")
                .containsIgnoringCase("HttpOnly").containsIgnoringCase("SameSite=Strict").contains("Path=/")
                .contains("Max-Age=43200").doesNotContainIgnoringCase("Secure");
        given().cookie(SessionCookie.NAME, answer.cookie(SessionCookie.NAME)).get("/api/v1/session")
                .then().statusCode(200).body("user.email", equalTo("dev@example.org"));
    }

    @Test
    void wrongPasswordAndUnknownUserLookAlike() {
        Response wrong = signIn("dev@example.org", "not the password");
        Response unknown = signIn("nobody@example.org", "not the password");

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.body().asString()).isEqualTo(wrong.body().asString());
        wrong.then().contentType("application/problem+json");
        assertThat(wrong.header("Set-Cookie")).isNull();
    }

    @Test
    void manyFailuresCloseTheDoorForThatUserOnly() {
        for (int i = 0; i < 10; i++) {
            assertThat(signIn("guessed@example.org", "guess " + i).statusCode()).isEqualTo(401);
        }

        signIn("guessed@example.org", "guess").then().statusCode(429).header("Retry-After", "300");
        signIn(Engines.EMAIL, Engines.PASSWORD).then().statusCode(200);
    }

    @Test
    void aMissingFieldIsNamed() {
        given().contentType(ContentType.JSON).body("{\"email\":\"a@b.c\"}").post("/api/v1/session").then()
                .statusCode(400).contentType("application/problem+json").body("field", equalTo("password"));
    }

    @Test
    void aBodyThatIsNoJsonIsAProblemOfTheCaller() {
        given().contentType(ContentType.JSON).body("{\"email\":").post("/api/v1/session").then()
                .statusCode(400).contentType("application/problem+json").body("detail", not(containsString("Jackson")));
        given().contentType(ContentType.JSON).body("{\"email\":[1]}").post("/api/v1/session").then()
                .statusCode(400).contentType("application/problem+json").body("field", equalTo("email"));
        given().contentType(ContentType.TEXT).body("hello").post("/api/v1/session").then()
                .statusCode(415).contentType("application/problem+json");
    }

    @Test
    void aForgedOrCutCookieIsNoSession() {
        String cookie = signIn(Engines.EMAIL, Engines.PASSWORD).cookie(SessionCookie.NAME);
        char other = cookie.charAt(10) == 'A' ? 'B' : 'A';
        for (String forged : new String[] {cookie.substring(0, 10) + other + cookie.substring(11),
                cookie.substring(0, cookie.length() - 4), "", "x y", "....", cookie + cookie}) {
            given().header("Cookie", SessionCookie.NAME + "=" + forged).get("/api/v1/session")
                    .then().statusCode(401).contentType("application/problem+json");
        }
    }

    @Test
    void signingOutNeedsTheHeaderThatOtherSitesCannotSend() {
        String cookie = signIn(Engines.EMAIL, Engines.PASSWORD).cookie(SessionCookie.NAME);

        given().cookie(SessionCookie.NAME, cookie).delete("/api/v1/session").then().statusCode(403)
                .contentType("application/problem+json").body("detail", containsString("X-Sightline-CSRF"));
        given().cookie(SessionCookie.NAME, cookie).header("X-Sightline-CSRF", "1").delete("/api/v1/session").then()
                .statusCode(204).header("Set-Cookie", containsString("Max-Age=0"));
        given().delete("/api/v1/session").then().statusCode(204);
    }

    @Test
    void aSessionReachesItsOwnProjectsOnly() {
        String cookie = signIn(Engines.EMAIL, Engines.PASSWORD).cookie(SessionCookie.NAME);

        given().cookie(SessionCookie.NAME, cookie).header("X-Sightline-Project", "dev").get("/api/public/projects")
                .then().statusCode(200).body("data.id", contains("dev"));
        given().cookie(SessionCookie.NAME, cookie).queryParam("project", "dev").get("/api/public/projects")
                .then().statusCode(200).body("data.id", contains("dev"));
        String others = given().cookie(SessionCookie.NAME, cookie)
                .header("X-Sightline-Project", ControlFixture.OTHER_PROJECT).get("/api/v1/traces")
                .then().statusCode(404).extract().asString();
        String none = given().cookie(SessionCookie.NAME, cookie).header("X-Sightline-Project", "no-such-project")
                .get("/api/v1/traces").then().statusCode(404).extract().asString();
        assertThat(others).isEqualTo(none);
        given().cookie(SessionCookie.NAME, cookie).get("/api/v1/traces").then().statusCode(400)
                .body("field", equalTo("X-Sightline-Project"));
    }

    private static Response signIn(String email, String password) {
        return given().contentType(ContentType.JSON).body(Map.of("email", email, "password", password))
                .post("/api/v1/session");
    }

    @Test
    void aNewPasswordEndsTheOtherSessions() {
        String email = "changes-" + UUID.randomUUID() + "@example.org";
        ControlFixture.execute(postgres, "INSERT INTO sightline.users (id, email, name, password_hash) VALUES (?, ?, "
                + "'Changes', ?)", UUID.randomUUID(), email, PasswordHash.of("the old password"));
        Session here = Session.of(email, "the old password");
        Session elsewhere = Session.of(email, "the old password");
        change(here, "not the old one", "a new password").statusCode(401);
        change(here, "the old password", "short").statusCode(400).body("field", equalTo("new_password"));
        change(here, "the old password", "aaaaaaaaaaaaaaa").statusCode(400).body("field", equalTo("new_password"));
        Session goesOn = new Session(change(here, "the old password", "a new password").statusCode(200)
                .body("user.email", equalTo(email)).extract().cookie("sightline_session"));

        elsewhere.on(null).get("/api/v1/session").then().statusCode(401);
        here.on(null).get("/api/v1/session").then().statusCode(401);
        goesOn.on(null).get("/api/v1/session").then().statusCode(200);
        Session.of(email, "a new password").on(null).get("/api/v1/session").then().statusCode(200);
    }

    private static ValidatableResponse change(Session as, String current, String replacement) {
        return as.on(null).contentType(ContentType.JSON).body(Map.of("current_password", current, "new_password",
                replacement)).put("/api/v1/session/password").then();
    }
}
