package dev.sightline.query;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.util.Map;

/** A signed-in user's browser. */
public record Session(String cookie) {
    public static Session of(String email, String password) {
        return new Session(given().contentType(ContentType.JSON).header("X-Sightline-CSRF", "1")
                .body(Map.of("email", email, "password", password)).post("/api/v1/session").then().statusCode(200)
                .extract().cookie("sightline_session"));
    }

    /** A request about a project, or about none when it is null. */
    public RequestSpecification on(String project) {
        RequestSpecification request = given().cookie("sightline_session", cookie).header("X-Sightline-CSRF", "1");
        return project == null ? request : request.header("X-Sightline-Project", project);
    }
}
