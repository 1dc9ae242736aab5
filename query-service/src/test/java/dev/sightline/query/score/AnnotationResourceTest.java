package dev.sightline.query.score;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.Session;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused; that a score arrives is shown on the whole stack, by acceptance-tests. */
@QuarkusTest
@WithTestResource(Engines.class)
class AnnotationResourceTest {
    @Inject
    AgroalDataSource postgres;

    @BeforeEach
    void control() {
        ControlFixture.create(postgres);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"{}; trace_id", "{\"trace_id\": \"t\", \"session_id\": \"s\"}; trace_id",
        "{\"session_id\": \"s\", \"observation_id\": \"o\"}; observation_id",
        "{\"trace_id\": \"t\", \"value\": 1}; name", "{\"trace_id\": \"t\", \"name\": \"n\"}; value",
        "{\"trace_id\": \"t\", \"name\": \"n\", \"value\": 2, \"data_type\": \"BOOLEAN\"}; value",
        "{\"trace_id\": \"t\", \"name\": \"n\", \"value\": {}}; value",
        "{\"trace_id\": \"t\", \"name\": \"n\", \"value\": 1, \"data_type\": \"STARS\"}; data_type",
        "{\"trace_id\": \"t\", \"name\": \"n\", \"value\": 1, \"config_id\": \"none\"}; config_id"})
    void whatIsWrongIsNamed(String body, String field) {
        person().contentType("application/json").body(body).post("/api/v1/scores").then().statusCode(400)
                .body("field", equalTo(field));
    }

    @Test
    void theValueHasToFitItsConfig() {
        String numeric = config("{\"name\": \"fit\", \"dataType\": \"NUMERIC\", \"minValue\": 0, \"maxValue\": 1}");
        String words = config("{\"name\": \"word\", \"dataType\": \"CATEGORICAL\", \"categories\": "
                + "[{\"value\": 1, \"label\": \"good\"}]}");
        for (String[] wrong : new String[][] {{"\"value\": 2", numeric, "value"}, {"\"value\": \"x\"", numeric, "value"},
            {"\"value\": 1, \"name\": \"other\"", numeric, "name"}, {"\"value\": \"bad\"", words, "value"},
            {"\"value\": 1, \"data_type\": \"NUMERIC\"", words, "data_type"}}) {
            person().contentType("application/json").body("{\"trace_id\": \"t\", \"config_id\": \"" + wrong[1] + "\", "
                    + wrong[0] + "}").post("/api/v1/scores").then().statusCode(400).body("field", equalTo(wrong[2]));
        }
        Api.dev().contentType("application/json").body("{\"trace_id\": \"t\", \"name\": \"n\", \"value\": 1}")
                .post("/api/v1/scores").then().statusCode(403);
    }

    @Test
    void aScoreThatIsNotThereCantBeDeleted() {
        Api.dev().delete("/api/v1/scores/none").then().statusCode(404);
        // The list of scores has the same path and another class.
        Api.dev().get("/api/v1/scores").then().statusCode(200).body("data", notNullValue());
    }

    private static RequestSpecification person() {
        return Session.of(Engines.EMAIL, Engines.PASSWORD).on("dev");
    }

    private static String config(String body) {
        return Api.dev().contentType("application/json").body(body).post("/api/public/score-configs").then()
                .statusCode(200).extract().path("id");
    }
}
