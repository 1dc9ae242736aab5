package dev.sightline.query.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.sightline.query.Engines;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class FrameworkErrorsTest {
    @Test
    void whatNobodyServesIsAProblem() {
        given().get("/api/v1/nothing").then().statusCode(404).contentType("application/problem+json")
                .body("status", equalTo(404)).body("detail", notNullValue());
        given().put("/api/v1/session").then().statusCode(405).contentType("application/problem+json")
                .body("status", equalTo(405));
    }

    @Test
    void langfusesApiHasLangfusesErrors() {
        given().get("/api/public/nothing").then().statusCode(404).contentType("application/json")
                .body("message", notNullValue()).body("error", notNullValue());
    }
}
