package dev.sightline.query.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.metrics.MetricsConfig;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(Engines.class)
class DashboardTest {
    private static final String PATH = "/api/v1/dashboards";
    private static final String WIDGET = """
            {"id": "a", "title": "Calls", "chart": "line", "x": 0, "y": 0, "w": 6, "h": 4,
             "query": {"query": "type:generation", "measures": [{"measure": "latency", "aggregation": "p95"}],
                       "dimensions": ["model"], "granularity": "auto", "top": {"n": 5, "others": true}}}""";

    @Inject
    AgroalDataSource postgres;
    @Inject
    MetricsConfig metrics;
    @Inject
    DashboardStore store;

    @BeforeEach
    void otherProject() {
        ControlFixture.create(postgres);
    }

    private static String dashboard(String name, String widget) {
        return "{\"name\": \"" + name + "\", \"widgets\": [" + widget + "]}";
    }

    private static ValidatableResponse post(String body) {
        return Api.dev().contentType(ContentType.JSON).body(body).post(PATH).then();
    }

    @Test
    void whatIsMadeIsReadChangedAndDeleted() {
        String id = post(dashboard("Mine", WIDGET)).statusCode(201).header("ETag", "\"1\"")
                .body("version", equalTo(1)).body("shipped", equalTo(false)).extract().path("id");
        Api.dev().get(PATH + "/" + id).then().statusCode(200).body("name", equalTo("Mine"))
                .body("widgets[0].query.measures[0].aggregation", equalTo("p95"))
                .body("widgets[0].query.top.others", equalTo(true));
        Api.dev().contentType(ContentType.JSON).header("If-Match", "\"1\"").body(dashboard("Ours", WIDGET))
                .put(PATH + "/" + id).then().statusCode(200).header("ETag", "\"2\"").body("name", equalTo("Ours"));
        Api.dev().contentType(ContentType.JSON).header("If-Match", "\"1\"").body(dashboard("Theirs", WIDGET))
                .put(PATH + "/" + id).then().statusCode(409).body("detail", containsString("version 1"));
        Api.dev().contentType(ContentType.JSON).body(dashboard("Theirs", WIDGET)).put(PATH + "/" + id).then()
                .statusCode(400).body("field", equalTo("version"));
        Api.dev().get(PATH).then().body("data.name", hasItem("Ours"));
        Api.dev().delete(PATH + "/" + id).then().statusCode(204);
        Api.dev().get(PATH + "/" + id).then().statusCode(404);
        Api.dev().delete(PATH + "/" + id).then().statusCode(404);
    }

    @Test
    void whatIsExportedCanBeImportedElsewhere() {
        String id = post(dashboard("Travels", WIDGET)).statusCode(201).extract().path("id");
        String document = Api.dev().get(PATH + "/" + id).asString();
        String copy = Api.other().contentType(ContentType.JSON).body(document).post(PATH).then().statusCode(201)
                .extract().path("id");
        assertThat(copy).isNotEqualTo(id);
        Map<String, Object> there = Api.other().get(PATH + "/" + copy).jsonPath().getMap("$");
        Map<String, Object> here = Api.dev().get(PATH + "/" + id).jsonPath().getMap("$");
        assertThat(there.get("widgets")).isEqualTo(here.get("widgets"));
        // PUT takes what GET gave, its version included.
        Api.dev().contentType(ContentType.JSON).body(document).put(PATH + "/" + id).then().statusCode(200)
                .body("version", equalTo(2));
    }

    @Test
    void anotherProjectsDashboardsDoNotExist() {
        String id = post(dashboard("Secret", WIDGET)).statusCode(201).extract().path("id");
        Api.other().get(PATH + "/" + id).then().statusCode(404);
        Api.other().get(PATH).then().statusCode(200).body("data.name", not(hasItem("Secret")));
        Api.other().delete(PATH + "/" + id).then().statusCode(404);
        Api.other().contentType(ContentType.JSON).header("If-Match", "1").body(dashboard("Mine now", WIDGET))
                .put(PATH + "/" + id).then().statusCode(404);
        Api.other().post(PATH + "/" + id + "/copy").then().statusCode(404);
        Api.dev().get(PATH + "/" + id).then().body("name", equalTo("Secret"));
    }

    @Test
    void shippedOnesComeFirstAndAreCopiedNotChanged() {
        Api.dev().get(PATH).then().statusCode(200)
                .body("data[0..4].id", contains("latency", "cost", "usage", "quality", "guard"))
                .body("data[0].shipped", equalTo(true));
        Api.dev().contentType(ContentType.JSON).body("{\"name\": \"x\", \"version\": 1}").put(PATH + "/latency").then()
                .statusCode(403);
        Api.dev().delete(PATH + "/cost").then().statusCode(403).body("detail", containsString("copy"));
        String id = Api.dev().post(PATH + "/cost/copy").then().statusCode(201).body("name", equalTo("Copy of Cost"))
                .body("shipped", equalTo(false)).extract().path("id");
        Api.dev().get(PATH + "/" + id).then().body("widgets", hasSize(
                Api.dev().get(PATH + "/cost").jsonPath().getList("widgets").size()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"latency", "cost", "usage", "quality", "guard"})
    void shippedOnesAreValidAndTheirQueriesRun(String id) {
        DashboardCheck.check(store.shipped(id),
                metrics);
        List<Map<String, Object>> queries = Api.dev().get(PATH + "/" + id).jsonPath().getList("widgets.query");
        for (Map<String, Object> query : queries) {
            Api.dev().contentType(ContentType.JSON).body(query).post("/api/v1/metrics").then().statusCode(200);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "x": 0            | "x": 12            | widgets[0].x
            "w": 6            | "w": 0             | widgets[0].w
            "x": 0            | "x": 7             | widgets[0].w
            "h": 4            | "h": 400           | widgets[0].h
            "chart": "line"   | "chart": "gauge"   | widgets[0].chart
            "id": "a"         | "id": ""           | widgets[0].id
            "title": "Calls"  | "colour": "red"    | widgets[0].colour
            "measure": "latency" | "measure": "speed" | widgets[0].query.measures[0].measure
            "type:generation" | "type:("           | widgets[0].query.query
            "n": 5            | "n": 0             | widgets[0].query.top.n
            """)
    void whatIsWrongIsNamed(String right, String wrong, String field) {
        assertThat(WIDGET).contains(right);
        post(dashboard("x", WIDGET.replace(right, wrong))).statusCode(400).body("field", equalTo(field));
    }

    @Test
    void widgetsOfOneIdAreRefused() {
        post(dashboard("x", WIDGET + ", " + WIDGET)).statusCode(400).body("field", equalTo("widgets[1].id"));
        post(dashboard("", WIDGET)).statusCode(400).body("field", equalTo("name"));
    }
}
