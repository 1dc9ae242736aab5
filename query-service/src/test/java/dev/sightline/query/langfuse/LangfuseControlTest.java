package dev.sightline.query.langfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Langfuse's API keeps in PostgreSQL: score configs, comments, prices of models. */
@QuarkusTest
@WithTestResource(Engines.class)
class LangfuseControlTest {
    @Inject
    AgroalDataSource postgres;

    @BeforeEach
    void control() {
        ControlFixture.create(postgres);
    }

    @Test
    void scoreConfigsAreMadeReadAndChanged() {
        String id = post("score-configs", """
                {"name": "tone", "dataType": "CATEGORICAL", "description": "How it sounds",
                 "categories": [{"value": 1, "label": "friendly"}, {"value": 0, "label": "rude"}]}""").statusCode(200)
                .body("isArchived", equalTo(false)).body("projectId", equalTo("dev"))
                .body("createdAt", notNullValue()).extract().path("id");
        post("score-configs", "{\"name\": \"flag\", \"dataType\": \"BOOLEAN\"}").statusCode(200)
                .body("categories.label", contains("True", "False"));

        Api.dev().get("/api/public/score-configs/" + id).then().statusCode(200)
                .body("categories.label", contains("friendly", "rude")).body("categories[0].value", equalTo(1.0f));
        Api.dev().contentType("application/json").body("{\"isArchived\": true, \"description\": \"old\"}")
                .patch("/api/public/score-configs/" + id).then().statusCode(200).body("isArchived", equalTo(true))
                .body("name", equalTo("tone")).body("description", equalTo("old"));
        Api.dev().get("/api/public/score-configs").then().statusCode(200).body("data.id", hasItem(id))
                .body("meta.totalItems", greaterThan(1));
        Api.other().get("/api/public/score-configs").then().body("data", empty());
        Api.other().get("/api/public/score-configs/" + id).then().statusCode(404).body("error", notNullValue());
        Api.other().contentType("application/json").body("{\"isArchived\": false}")
                .patch("/api/public/score-configs/" + id).then().statusCode(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "{\"dataType\": \"NUMERIC\"}; name", "{\"name\": \"x\"}; dataType",
        "{\"name\": \"x\", \"dataType\": \"NUMERIC\", \"minValue\": 2, \"maxValue\": 1}; maxValue",
        "{\"name\": \"x\", \"dataType\": \"BOOLEAN\", \"minValue\": 2}; minValue",
        "{\"name\": \"x\", \"dataType\": \"CATEGORICAL\"}; categories",
        "{\"name\": \"x\", \"dataType\": \"CATEGORICAL\", \"categories\": [{\"label\": \"a\"}]}; categories[0].value",
        "{\"name\": \"x\", \"dataType\": \"BOOLEAN\", \"categories\": [{\"label\": \"a\", \"value\": 1}]}; categories"})
    void aWrongScoreConfigIsNamed(String body, String field) {
        post("score-configs", body).statusCode(400).body("message", containsString(field));
    }

    @Test
    void commentsAreMadeAndFound() {
        String id = post("comments", """
                {"projectId": "dev", "objectType": "trace", "objectId": "trace-of-comments", "content": "Why so slow?",
                 "authorUserId": "ada"}""").statusCode(200).extract().path("id");
        post("comments", "{\"objectType\": \"SESSION\", \"objectId\": \"s\", \"content\": \"Fine\"}").statusCode(200);

        Api.dev().get("/api/public/comments/" + id).then().statusCode(200).body("objectType", equalTo("TRACE"))
                .body("content", equalTo("Why so slow?")).body("authorUserId", equalTo("ada"))
                .body("updatedAt", notNullValue());
        Api.dev().queryParam("objectType", "TRACE").queryParam("objectId", "trace-of-comments")
                .get("/api/public/comments").then().body("data.id", contains(id)).body("meta.totalItems", equalTo(1));
        Api.dev().queryParam("authorUserId", "nobody").get("/api/public/comments").then().body("data", empty());
        Api.dev().queryParam("objectId", "x").get("/api/public/comments").then().statusCode(400)
                .body("message", containsString("objectType"));
        post("comments", "{\"objectType\": \"TRACE\", \"objectId\": \"t\", \"content\": \"\"}").statusCode(400)
                .body("message", containsString("content"));
        post("comments", "{\"projectId\": \"other\", \"objectType\": \"TRACE\", \"objectId\": \"t\", \"content\": \"x\"}")
                .statusCode(400).body("message", containsString("projectId"));
        Api.other().get("/api/public/comments/" + id).then().statusCode(404);
    }

    @Test
    void modelsAreTheProjectsOwnAndTheShippedOnes() {
        Api.dev().queryParam("limit", 100).get("/api/public/models").then().statusCode(200)
                .body("meta.totalItems", greaterThan(100)).body("data.modelName", hasItem("gpt-4o"))
                .body("data.find { it.modelName == 'gpt-4o' }.inputPrice", equalTo(0.0000025f))
                .body("data.find { it.modelName == 'gpt-4o' }.prices.output.price", equalTo(0.00001f))
                .body("data.find { it.modelName == 'gpt-4o' }.isLangfuseManaged", equalTo(true))
                .body("data.find { it.modelName == 'gpt-4o' }.pricingTiers[0].isDefault", equalTo(true))
                .body("data.find { it.modelName == 'gpt-4o' }.createdAt", notNullValue());

        String id = post("models", """
                {"modelName": "house", "matchPattern": "(?i)^house-.*$", "unit": "TOKENS", "inputPrice": 0.000001,
                 "outputPrice": 0.000002, "startDate": "2025-01-01T00:00:00Z"}""").statusCode(200)
                .body("isLangfuseManaged", equalTo(false)).body("outputPrice", equalTo(0.000002f))
                .body("startDate", equalTo("2025-01-01T00:00:00.000Z")).extract().path("id");
        Api.dev().get("/api/public/models/" + id).then().statusCode(200).body("modelName", equalTo("house"));
        // The edge prices by the settings.
        Api.dev().get("/api/v1/project/settings").then().body("model_prices[0].pattern", equalTo("(?i)^house-.*$"))
                .body("model_prices[0].usd_per_million.input", equalTo(1));
        String tiered = post("models", """
                {"modelName": "house tiered", "matchPattern": "tiered", "pricingTiers": [{"name": "Standard",
                 "isDefault": true, "priority": 0, "conditions": [], "prices": {"input": 0.000003}}]}""")
                .statusCode(200).body("inputPrice", equalTo(0.000003f)).body("startDate", nullValue())
                .extract().path("id");
        Api.other().get("/api/public/models/" + id).then().statusCode(404);
        Api.other().delete("/api/public/models/" + id).then().statusCode(404);
        for (String own : List.of(id, tiered)) {
            Api.dev().delete("/api/public/models/" + own).then().statusCode(200).body("message", containsString(own));
            Api.dev().get("/api/public/models/" + own).then().statusCode(404);
        }
        String shipped = Api.dev().get("/api/public/models").then().extract().path("data[0].id");
        Api.dev().get("/api/public/models/" + shipped).then().statusCode(200);
        Api.dev().delete("/api/public/models/" + shipped).then().statusCode(404);
        List<String> prices = Api.dev().get("/api/v1/project/settings").then().extract().path("model_prices.model");
        assertThat(prices).doesNotContain("house", "house tiered");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "{\"matchPattern\": \"x\", \"inputPrice\": 1}; modelName", "{\"modelName\": \"x\", \"inputPrice\": 1}; matchPattern",
        "{\"modelName\": \"x\", \"matchPattern\": \"(\", \"inputPrice\": 1}; matchPattern",
        "{\"modelName\": \"x\", \"matchPattern\": \"x\"}; pricingTiers",
        "{\"modelName\": \"x\", \"matchPattern\": \"x\", \"unit\": \"IMAGES\", \"inputPrice\": 1}; unit",
        "{\"modelName\": \"x\", \"matchPattern\": \"x\", \"inputPrice\": 1, \"totalPrice\": 1}; totalPrice",
        "{\"modelName\": \"x\", \"matchPattern\": \"x\", \"inputPrice\": 1, \"startDate\": \"soon\"}; startDate"})
    void aWrongModelIsNamed(String body, String field) {
        post("models", body).statusCode(400).body("message", containsString(field));
    }

    private static ValidatableResponse post(String path, String body) {
        return Api.dev().contentType("application/json").body(body).post("/api/public/" + path).then();
    }
}
