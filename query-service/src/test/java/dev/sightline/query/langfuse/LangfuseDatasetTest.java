package dev.sightline.query.langfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.google.protobuf.ByteString;
import dev.sightline.base.auth.ServiceToken;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.proto.control.v1.DatasetRunsGrpc;
import dev.sightline.proto.control.v1.LinkedItem;
import dev.sightline.proto.control.v1.ListRunItemsRequest;
import dev.sightline.proto.control.v1.ListRunItemsResponse;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.GrpcClient;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class LangfuseDatasetTest {
    @Inject
    AgroalDataSource postgres;

    @Inject
    ServiceToken token;

    @BeforeEach
    void control() {
        ControlFixture.create(postgres);
    }

    @Test
    void datasetsHaveItemsAndRuns() {
        String dataset = post("v2/datasets", "{\"name\": \"desk/qa\", \"description\": \"Questions\", \"metadata\": {\"a\": 1}}")
                .statusCode(200).body("metadata.a", equalTo(1)).body("projectId", equalTo("dev")).extract().path("id");
        post("v2/datasets", "{\"name\": \"desk/qa\", \"description\": \"More\"}").statusCode(200)
                .body("id", equalTo(dataset)).body("description", equalTo("More")).body("metadata.a", equalTo(1));
        Api.dev().urlEncodingEnabled(false).get("/api/public/v2/datasets/desk%2Fqa").then().statusCode(200)
                .body("id", equalTo(dataset));
        Api.dev().get("/api/public/v2/datasets").then().body("data.name", hasItem("desk/qa"));
        post("datasets", "{\"name\": \"desk/qa\", \"description\": \"As older clients do\"}").statusCode(200)
                .body("id", equalTo(dataset)).body("description", equalTo("As older clients do"));

        post("dataset-items", """
                {"datasetName": "desk/qa", "id": "q1", "input": {"q": "Where?"}, "expectedOutput": "Here",
                 "sourceTraceId": "t-source"}""").statusCode(200).body("input.q", equalTo("Where?"))
                .body("expectedOutput", equalTo("Here")).body("datasetName", equalTo("desk/qa"))
                .body("status", equalTo("ACTIVE")).body("metadata", nullValue());
        post("dataset-items", "{\"datasetName\": \"desk/qa\", \"id\": \"q1\", \"status\": \"ARCHIVED\"}").statusCode(200)
                .body("status", equalTo("ARCHIVED")).body("input.q", equalTo("Where?"));
        post("dataset-items", "{\"datasetName\": \"desk/qa\", \"input\": 7}").statusCode(200).body("id", notNullValue());
        Api.dev().queryParam("datasetName", "desk/qa").get("/api/public/dataset-items").then().statusCode(200)
                .body("meta.totalItems", equalTo(2)).body("data.input", hasItem(7));
        Api.dev().queryParam("sourceTraceId", "t-source").get("/api/public/dataset-items").then()
                .body("data.id", contains("q1")).body("data[0].datasetId", equalTo(dataset));

        post("dataset-run-items", """
                {"runName": "monday", "runDescription": "First", "metadata": {"model": "m"}, "datasetItemId": "q1",
                 "traceId": "t-1", "observationId": "o-1"}""").statusCode(200).body("datasetRunName", equalTo("monday"))
                .body("traceId", equalTo("t-1"));
        post("dataset-run-items", "{\"runName\": \"monday\", \"datasetItemId\": \"q1\", \"traceId\": \"t-2\"}")
                .statusCode(200);
        Api.dev().queryParam("datasetId", dataset).queryParam("runName", "monday").get("/api/public/dataset-run-items")
                .then().statusCode(200).body("data.traceId", contains("t-2", "t-1"));
        Api.dev().urlEncodingEnabled(false).get("/api/public/datasets/desk%2Fqa/runs").then().statusCode(200)
                .body("data.name", contains("monday")).body("data[0].metadata.model", equalTo("m"));
        Api.dev().urlEncodingEnabled(false).get("/api/public/datasets/desk%2Fqa/runs/monday").then().statusCode(200)
                .body("datasetRunItems.datasetItemId", contains("q1", "q1")).body("description", equalTo("First"));

        Api.other().get("/api/public/dataset-items/q1").then().statusCode(404);
        Api.other().delete("/api/public/dataset-items/q1").then().statusCode(404);
        Api.other().queryParam("sourceTraceId", "t-source").get("/api/public/dataset-items").then().body("data", empty());
        Api.dev().urlEncodingEnabled(false).delete("/api/public/datasets/desk%2Fqa/runs/monday").then().statusCode(200);
        Api.dev().urlEncodingEnabled(false).get("/api/public/datasets/desk%2Fqa/runs/monday").then().statusCode(404);
        Api.dev().delete("/api/public/dataset-items/q1").then().statusCode(200).body("message", containsString("q1"));
        Api.dev().get("/api/public/dataset-items/q1").then().statusCode(404);
    }

    @Test
    void evaluatorsLearnWhichItemsATraceCameOf() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        post("v2/datasets", "{\"name\": \"sums\"}").statusCode(200);
        post("dataset-items", "{\"datasetName\": \"sums\", \"id\": \"text\", \"expectedOutput\": \"Four.\"}");
        post("dataset-items", "{\"datasetName\": \"sums\", \"id\": \"json\", \"expectedOutput\": {\"sum\": 4}}");
        post("dataset-items", "{\"datasetName\": \"sums\", \"id\": \"open\", \"input\": 1}").statusCode(200);
        link("text", trace, "").statusCode(200);
        link("json", "0AF76519-16CD-43DD-8448-EB211C80319C", ", \"observationId\": \"00f067aa0ba902b7\"").statusCode(200);
        link("open", "my own id", ", \"observationId\": \"my own step\"").statusCode(200);
        try (GrpcClient grpc = new GrpcClient()) {
            DatasetRunsGrpc.DatasetRunsBlockingStub runs = DatasetRunsGrpc.newBlockingStub(grpc.channel())
                    .withCallCredentials(token.credentials());
            ListRunItemsRequest asked = ListRunItemsRequest.newBuilder().setProjectId("dev")
                    .setTraceId(ExternalIds.traceId(trace)).addItemIds("text").addItemIds("open").addItemIds("no such").build();
            ListRunItemsResponse found = runs.listRunItems(asked);
            assertThat(found.getLinkedList()).extracting(LinkedItem::getItemId, LinkedItem::getSpanId,
                    LinkedItem::getExpectedOutput).containsExactly(tuple("text", ByteString.EMPTY, "Four."),
                    tuple("json", ExternalIds.observationId("00f067aa0ba902b7"), "{\"sum\":4}"));
            assertThat(found.getExpectedOutputMap()).containsExactly(entry("text", "Four."));
            assertThat(runs.listRunItems(asked.toBuilder().setTraceId(ExternalIds.traceId("my own id")).build())
                    .getLinkedList()).extracting(LinkedItem::getSpanId)
                    .containsExactly(ExternalIds.observationId("my own step"));
            assertThat(runs.listRunItems(asked.toBuilder().setProjectId("other").build()))
                    .isEqualTo(ListRunItemsResponse.getDefaultInstance());
            assertThatThrownBy(() -> runs.listRunItems(asked.toBuilder().setTraceId(ByteString.EMPTY).build()))
                    .hasMessageContaining("trace_id");
        }
    }

    private static ValidatableResponse link(String item, String trace, String more) {
        return post("dataset-run-items", "{\"runName\": \"one\", \"datasetItemId\": \"" + item + "\", \"traceId\": \""
                + trace + "\"" + more + "}");
    }

    @Test
    void whatIsWrongIsNamed() {
        post("v2/datasets", "{}").statusCode(400).body("message", containsString("name"));
        post("dataset-items", "{\"datasetName\": \"no such\"}").statusCode(404);
        post("v2/datasets", "{\"name\": \"first\"}").statusCode(200);
        post("v2/datasets", "{\"name\": \"second\"}").statusCode(200);
        post("dataset-items", "{\"datasetName\": \"first\", \"id\": \"only-one\"}").statusCode(200);
        post("dataset-items", "{\"datasetName\": \"second\", \"id\": \"only-one\"}").statusCode(400)
                .body("message", containsString("id"));
        post("dataset-items", "{\"datasetName\": \"first\", \"status\": \"OLD\"}").statusCode(400)
                .body("message", containsString("status"));
        post("dataset-run-items", "{\"runName\": \"r\", \"datasetItemId\": \"none\", \"traceId\": \"t\"}").statusCode(404);
        post("dataset-run-items", "{\"runName\": \"r\", \"datasetItemId\": \"only-one\"}").statusCode(400)
                .body("message", containsString("traceId"));
        Api.dev().get("/api/public/dataset-run-items").then().statusCode(400)
                .body("message", containsString("datasetId"));
    }

    private static ValidatableResponse post(String path, String body) {
        return Api.dev().contentType("application/json").body(body).post("/api/public/" + path).then();
    }
}
