package dev.sightline.query.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sightline.query.Engines;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class OpenApiTest {
    private static final Path COMMITTED = Path.of("openapi.json");
    private static final Path ANSWERED = Path.of("target", "openapi.json");

    /** The UI's types are made of the committed document, and client generators of others may be. */
    @Test
    void theCommittedDocumentIsTheOneThatIsServed() throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode served = json.readTree(given().queryParam("format", "json").get("/q/openapi").then().statusCode(200)
                .extract().asByteArray());
        ((ObjectNode) served).remove("servers");
        Files.writeString(ANSWERED, json.writerWithDefaultPrettyPrinter().writeValueAsString(served) + "\n");
        JsonNode committed = Files.exists(COMMITTED) ? json.readTree(COMMITTED.toFile()) : json.createObjectNode();
        // Not by isEqualTo, which would print both documents.
        assertThat(committed.equals(served)).as("what the API takes and answers is what is committed; in query-service: "
                + "diff openapi.json target/openapi.json, then cp target/openapi.json openapi.json"
                + " && npm --prefix src/main/webui run types").isTrue();
    }

    @Test
    @SuppressWarnings("unchecked")
    void theDocumentIsCompleteAndTidy() {
        JsonPath api = given().queryParam("format", "json").get("/q/openapi").then().statusCode(200)
                .extract().jsonPath();

        assertThat(api.getString("info.title")).isEqualTo("Sightline query API");
        assertThat(api.getMap("components.securitySchemes")).containsOnlyKeys("apiKey", "session");
        // A digit at the end would be a clash of two names.
        assertThat(api.getMap("components.schemas").keySet()).noneMatch(name -> ((String) name).matches(".*\\d"));
        assertThat(api.getString("paths.'/api/v1/traces'.get.responses.'400'.content.'application/problem+json'"
                + ".schema.'$ref'")).isEqualTo("#/components/schemas/Problem");
        assertThat(api.getMap("paths")).containsOnlyKeys(
                "/api/public/comments",
                "/api/public/comments/{commentId}",
                "/api/public/dataset-items",
                "/api/public/dataset-items/{itemId}",
                "/api/public/dataset-run-items",
                "/api/public/datasets",
                "/api/public/datasets/{datasetName}/runs",
                "/api/public/datasets/{datasetName}/runs/{runName}",
                "/api/public/health",
                "/api/public/llm-connections",
                "/api/public/llm-connections/{id}",
                "/api/public/metrics",
                "/api/public/metrics/daily",
                "/api/public/models",
                "/api/public/models/{modelId}",
                "/api/public/observations",
                "/api/public/observations/{observationId}",
                "/api/public/projects",
                "/api/public/ready",
                "/api/public/score-configs",
                "/api/public/score-configs/{configId}",
                "/api/public/scores",
                "/api/public/scores/{scoreId}",
                "/api/public/sessions",
                "/api/public/sessions/{sessionId}",
                "/api/public/traces",
                "/api/public/traces/{traceId}",
                "/api/public/v2/datasets",
                "/api/public/v2/datasets/{datasetName}",
                "/api/public/v2/evaluation-rules",
                "/api/public/v2/evaluation-rules/{id}",
                "/api/public/v2/evaluators",
                "/api/public/v2/evaluators/{id}",
                "/api/public/v2/metrics",
                "/api/public/v2/observations",
                "/api/public/v2/scores",
                "/api/public/v2/scores/{scoreId}",
                "/api/public/v3/scores",
                "/api/v1/dashboards",
                "/api/v1/dashboards/{id}",
                "/api/v1/dashboards/{id}/copy",
                "/api/v1/deletions",
                "/api/v1/deletions/{id}",
                "/api/v1/evaluation-rules",
                "/api/v1/evaluation-rules/{id}",
                "/api/v1/evaluation-rules/{id}/backfills",
                "/api/v1/evaluation-rules/{id}/backfills/{backfillId}",
                "/api/v1/evaluator-scorers",
                "/api/v1/evaluator-templates",
                "/api/v1/evaluators",
                "/api/v1/evaluators/test",
                "/api/v1/evaluators/{id}",
                "/api/v1/exports",
                "/api/v1/exports/{exportId}",
                "/api/v1/exports/{exportId}/content",
                "/api/v1/guard/policies",
                "/api/v1/guard/policies/{name}",
                "/api/v1/guard/try",
                "/api/v1/ingest/health",
                "/api/v1/invitations/accept",
                "/api/v1/invitations/look-up",
                "/api/v1/llm-connections",
                "/api/v1/llm-connections/{name}",
                "/api/v1/llm-connections/{name}/test",
                "/api/v1/media/{mediaId}",
                "/api/v1/metrics",
                "/api/v1/metrics/measures",
                "/api/v1/observations",
                "/api/v1/organizations",
                "/api/v1/prices",
                "/api/v1/project/keys",
                "/api/v1/project/keys/{publicKey}",
                "/api/v1/project/members",
                "/api/v1/project/members/{memberId}",
                "/api/v1/project/settings",
                "/api/v1/projects",
                "/api/v1/projects/{projectId}",
                "/api/v1/query/fields",
                "/api/v1/query/values",
                "/api/v1/saved-views",
                "/api/v1/saved-views/{viewId}",
                "/api/v1/scores",
                "/api/v1/scores/{scoreId}",
                "/api/v1/session",
                "/api/v1/session/password",
                "/api/v1/sessions",
                "/api/v1/sessions/{sessionId}",
                "/api/v1/sql",
                "/api/v1/sql/schema",
                "/api/v1/traces",
                "/api/v1/traces/facets",
                "/api/v1/traces/live",
                "/api/v1/traces/{traceId}",
                "/api/v1/traces/{traceId}/observations/{spanId}",
                "/api/v1/traces/{traceId}/outline",
                "/api/v1/users");
        Map<String, Map<String, Map<String, ?>>> paths = api.getMap("paths");
        paths.forEach((path, operations) -> operations.forEach((method, operation) -> {
            assertThat(operation.get("summary")).as(path + " " + method).isNotNull();
            assertThat(operation.get("tags")).as(path + " " + method).asList().hasSize(1);
            ((Map<String, Map<String, ?>>) operation.get("responses")).forEach((status, answer) ->
                    assertThat(status.equals("204") || status.equals("302") || answer.get("content") != null)
                            .as(path + " " + method + " " + status + " has a content").isTrue());
        }));
        assertThat(api.getList("paths.'/api/v1/traces'.get.parameters.name")).containsExactlyInAnyOrder(
                "query", "from", "to", "search", "level", "environment", "limit", "cursor");
        assertThat(api.getMap("components.schemas.TraceSummary.properties")).containsKeys("trace_id", "total_cost");
        assertThat(api.getMap("components.schemas.LangfuseListedTrace.properties"))
                .containsKeys("htmlPath", "totalCost");
    }
}
