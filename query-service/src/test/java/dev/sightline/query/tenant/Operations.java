package dev.sightline.query.tenant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every operation of the service, a line each, with how it looks from outside its project. Whoever adds an operation
 * adds its line; parameters in the path are filled with the other project's ids by {@link TenantWalkTest}.
 */
final class Operations {
    /** What an operation answers to the key of another project. */
    enum Kind {
        /** Answers about the caller's own project, whatever ids it is given. */
        OWN,
        /** Names one thing by its id, so another's is not found. */
        THEIR_ID,
        /** Only for people who are signed in and belong to the project. */
        PERSON,
        /** For anybody who is signed in, about what is theirs. */
        ANY_PERSON,
        /** About no project at all. */
        OPEN
    }

    /** An operation, with a body and a query that pass its own checks. */
    record Rest(Kind kind, String body, String query) {
    }

    static final Map<String, Rest> REST = new LinkedHashMap<>();
    static final Map<String, Kind> GRPC = new LinkedHashMap<>();

    static {
        rest(Kind.OPEN, "PUT /api/v1/session/password", "POST /api/v1/invitations/look-up",
                "POST /api/v1/invitations/accept", "GET /api/v1/session", "POST /api/v1/session", "DELETE /api/v1/session",
                "GET /api/public/health", "GET /api/public/ready");
        // Traces and what is found in them.
        rest(Kind.OWN, "GET /api/v1/traces", "GET /api/v1/traces/facets", "GET /api/v1/traces/live",
                "GET /api/v1/observations", "GET /api/v1/sessions", "GET /api/v1/users", "GET /api/v1/scores",
                "GET /api/v1/query/fields");
        REST.put("GET /api/v1/query/values", new Rest(Kind.OWN, "", "field=user"));
        rest(Kind.THEIR_ID, "GET /api/v1/traces/{traceId}", "GET /api/v1/traces/{traceId}/observations/{spanId}",
                "GET /api/v1/traces/{traceId}/outline", "GET /api/v1/sessions/{sessionId}", "GET /api/v1/sessions/{id}");
        rest(Kind.OWN, "GET /api/v1/media/{mediaId}", "GET /api/v1/ingest/health");
        // Metrics.
        withBody(Kind.OWN, "POST /api/v1/metrics", "{\"view\":\"traces\",\"measures\":[{\"measure\":\"count\"}]}");
        rest(Kind.OWN, "GET /api/v1/metrics/measures", "GET /api/v1/dashboards");
        withBody(Kind.OWN, "POST /api/v1/dashboards", "{\"name\":\"x\",\"widgets\":[]}");
        rest(Kind.THEIR_ID, "GET /api/v1/dashboards/{id}", "DELETE /api/v1/dashboards/{id}");
        withBody(Kind.THEIR_ID, "PUT /api/v1/dashboards/{id}", "{\"name\":\"x\",\"version\":1,\"widgets\":[]}");
        rest(Kind.THEIR_ID, "POST /api/v1/dashboards/{id}/copy");
        rest(Kind.OWN, "GET /api/v1/saved-views");
        withBody(Kind.OWN, "POST /api/v1/saved-views", "{\"name\":\"x\",\"search\":{}}");
        rest(Kind.THEIR_ID, "DELETE /api/v1/saved-views/{viewId}");
        withBody(Kind.THEIR_ID, "PUT /api/v1/saved-views/{viewId}", "{\"name\":\"x\",\"search\":{}}");
        // SQL and exports.
        withBody(Kind.OWN, "POST /api/v1/sql", "{\"sql\":\"SELECT * FROM observations\"}");
        rest(Kind.OWN, "GET /api/v1/sql/schema", "GET /api/v1/exports");
        withBody(Kind.OWN, "POST /api/v1/exports", "{\"table\":\"traces\",\"format\":\"csv\"}");
        rest(Kind.THEIR_ID, "GET /api/v1/exports/{exportId}", "GET /api/v1/exports/{exportId}/content");
        // Deletions and scores.
        withBody(Kind.OWN, "POST /api/v1/deletions", "{\"trace_ids\":[\"THEIR_TRACE\"]}");
        rest(Kind.OWN, "GET /api/v1/deletions");
        rest(Kind.THEIR_ID, "GET /api/v1/deletions/{id}");
        withBody(Kind.PERSON, "POST /api/v1/scores", "{\"trace_id\":\"THEIR_TRACE\",\"name\":\"x\",\"value\":1}");
        rest(Kind.OWN, "DELETE /api/v1/scores/{id}", "DELETE /api/v1/scores/{scoreId}");
        // The guard: evaluator-service looks its policies up by project.
        rest(Kind.OWN, "GET /api/v1/guard/policies", "GET /api/v1/guard/policies/{name}",
                "DELETE /api/v1/guard/policies/{name}");
        withBody(Kind.OWN, "PUT /api/v1/guard/policies/{name}", "{\"rules\":[]}");
        withBody(Kind.OWN, "POST /api/v1/guard/try", "{\"direction\":\"input\",\"text\":\"x\"}");
        // Management.
        rest(Kind.OWN, "GET /api/v1/project/settings", "GET /api/v1/prices");
        withBody(Kind.OWN, "PUT /api/v1/project/settings", "{}");
        withBody(Kind.OWN, "PATCH /api/v1/project/settings", "{}");
        withBody(Kind.ANY_PERSON, "POST /api/v1/organizations", "{\"name\":\"x\"}");
        rest(Kind.ANY_PERSON, "GET /api/v1/projects");
        withBody(Kind.ANY_PERSON, "POST /api/v1/projects", "{\"organization_id\":\"rival\",\"name\":\"x\"}");
        withBody(Kind.THEIR_ID, "PATCH /api/v1/projects/{projectId}", "{\"name\":\"x\"}");
        rest(Kind.PERSON, "GET /api/v1/project/keys", "DELETE /api/v1/project/keys/{publicKey}",
                "GET /api/v1/project/members",
                "DELETE /api/v1/project/members/{memberId}");
        withBody(Kind.PERSON, "POST /api/v1/project/members", "{\"email\":\"x@example.org\",\"role\":\"VIEWER\"}");
        withBody(Kind.PERSON, "PATCH /api/v1/project/members/{memberId}", "{\"role\":\"VIEWER\"}");
        withBody(Kind.PERSON, "POST /api/v1/project/keys", "{}");
        // Evaluators: evaluator-service looks things up by project and id; its own tests try another project's ids.
        rest(Kind.OWN, "GET /api/v1/evaluator-templates", "GET /api/v1/evaluator-scorers", "GET /api/v1/evaluators",
                "GET /api/v1/evaluators/{id}", "DELETE /api/v1/evaluators/{id}", "GET /api/v1/evaluation-rules",
                "GET /api/v1/evaluation-rules/{id}", "DELETE /api/v1/evaluation-rules/{id}",
                "GET /api/v1/evaluation-rules/{id}/backfills", "GET /api/v1/evaluation-rules/{id}/backfills/{backfillId}",
                "GET /api/v1/llm-connections", "GET /api/v1/llm-connections/{name}",
                "DELETE /api/v1/llm-connections/{name}", "POST /api/v1/llm-connections/{name}/test",
                "GET /api/public/llm-connections", "DELETE /api/public/llm-connections/{id}");
        withBody(Kind.OWN, "POST /api/v1/evaluator-templates", "{\"name\":\"x\",\"prompt\":\"{{answer}}\"}");
        withBody(Kind.OWN, "POST /api/v1/evaluators", "{\"name\":\"x\",\"scorer\":{\"name\":\"length\"}}");
        withBody(Kind.OWN, "PATCH /api/v1/evaluators/{id}", "{\"name\":\"x\"}");
        withBody(Kind.OWN, "POST /api/v1/evaluators/test", "{\"trace_id\":\"THEIR_TRACE\"}");
        withBody(Kind.OWN, "POST /api/v1/evaluation-rules", "{\"name\":\"x\"}");
        withBody(Kind.OWN, "PATCH /api/v1/evaluation-rules/{id}", "{\"name\":\"x\"}");
        withBody(Kind.OWN, "POST /api/v1/evaluation-rules/{id}/backfills", "{\"from\":\"2026-01-01T00:00:00Z\"}");
        withBody(Kind.OWN, "PATCH /api/v1/evaluation-rules/{id}/backfills/{backfillId}", "{\"state\":\"paused\"}");
        withBody(Kind.OWN, "PUT /api/v1/llm-connections/{name}", "{\"provider\":\"openai\"}");
        rest(Kind.OWN, "GET /api/public/v2/evaluators", "GET /api/public/v2/evaluators/{id}",
                "DELETE /api/public/v2/evaluators/{id}", "GET /api/public/v2/evaluation-rules",
                "GET /api/public/v2/evaluation-rules/{id}", "DELETE /api/public/v2/evaluation-rules/{id}");
        withBody(Kind.OWN, "POST /api/public/v2/evaluators", "{\"name\":\"x\",\"prompt\":\"{{input}}\","
                + "\"outputDefinition\":{\"dataType\":\"BOOLEAN\"}}");
        withBody(Kind.OWN, "PATCH /api/public/v2/evaluators/{id}", "{\"name\":\"x\"}");
        withBody(Kind.OWN, "POST /api/public/v2/evaluation-rules",
                "{\"name\":\"x\",\"enabled\":false,\"evaluatorAssignments\":[]}");
        withBody(Kind.OWN, "PATCH /api/public/v2/evaluation-rules/{id}", "{\"name\":\"x\"}");
        withBody(Kind.OWN, "PUT /api/public/llm-connections",
                "{\"provider\":\"x\",\"adapter\":\"openai\",\"secretKey\":\"x\"}");
        // Langfuse's shapes.
        rest(Kind.OWN, "GET /api/public/traces", "GET /api/public/projects");
        rest(Kind.THEIR_ID, "GET /api/public/traces/{traceId}", "GET /api/public/observations/{observationId}",
                "GET /api/public/scores/{scoreId}", "GET /api/public/v2/scores/{scoreId}",
                "GET /api/public/sessions/{sessionId}", "DELETE /api/public/traces/{traceId}",
                "GET /api/public/score-configs/{configId}", "GET /api/public/models/{modelId}",
                "DELETE /api/public/models/{modelId}", "GET /api/public/comments/{commentId}",
                "GET /api/public/v2/datasets/{datasetName}", "GET /api/public/dataset-items/{itemId}",
                "DELETE /api/public/dataset-items/{itemId}", "GET /api/public/datasets/{datasetName}/runs",
                "GET /api/public/datasets/{datasetName}/runs/{runName}",
                "DELETE /api/public/datasets/{datasetName}/runs/{runName}");
        withBody(Kind.THEIR_ID, "DELETE /api/public/traces", "{\"traceIds\":[\"THEIR_TRACE\"]}");
        withBody(Kind.THEIR_ID, "PATCH /api/public/score-configs/{configId}", "{}");
        rest(Kind.OWN, "GET /api/public/observations", "GET /api/public/v2/observations", "GET /api/public/sessions",
                "GET /api/public/scores", "GET /api/public/v2/scores", "GET /api/public/v3/scores",
                "GET /api/public/score-configs", "GET /api/public/models", "GET /api/public/comments",
                "GET /api/public/v2/datasets", "GET /api/public/dataset-items");
        REST.put("GET /api/public/dataset-run-items", new Rest(Kind.THEIR_ID, "", "datasetId=x&runName=x"));
        withBody(Kind.OWN, "POST /api/public/score-configs", "{\"name\":\"walked\",\"dataType\":\"NUMERIC\"}");
        withBody(Kind.OWN, "POST /api/public/models",
                "{\"modelName\":\"walked\",\"matchPattern\":\"walked\",\"inputPrice\":0.1}");
        withBody(Kind.OWN, "POST /api/public/comments",
                "{\"objectType\":\"TRACE\",\"objectId\":\"THEIR_TRACE\",\"content\":\"walked\"}");
        withBody(Kind.OWN, "POST /api/public/v2/datasets", "{\"name\":\"walked\"}");
        withBody(Kind.OWN, "POST /api/public/datasets", "{\"name\":\"walked\"}");
        withBody(Kind.THEIR_ID, "POST /api/public/dataset-items", "{\"datasetName\":\"theirs\"}");
        withBody(Kind.THEIR_ID, "POST /api/public/dataset-run-items",
                "{\"runName\":\"x\",\"datasetItemId\":\"theirs\",\"traceId\":\"THEIR_TRACE\"}");
        for (String version : new String[] {"metrics", "v2/metrics"}) {
            REST.put("GET /api/public/" + version, new Rest(Kind.OWN, "", "query=%7B%22view%22%3A%22observations%22%2C"
                    + "%22metrics%22%3A%5B%7B%22measure%22%3A%22count%22%2C%22aggregation%22%3A%22count%22%7D%5D%2C"
                    + "%22fromTimestamp%22%3A%222026-01-01T00%3A00%3A00Z%22%2C"
                    + "%22toTimestamp%22%3A%222026-12-31T00%3A00%3A00Z%22%7D"));
        }
        rest(Kind.OWN, "GET /api/public/metrics/daily");

        grpc(Kind.OWN, "sightline.query.v1.Traces.ListTraces");
        grpc(Kind.OWN, "sightline.query.v1.Traces.ListObservations");
        grpc(Kind.OWN, "sightline.query.v1.Metrics.Query");
        grpc(Kind.THEIR_ID, "sightline.query.v1.Traces.GetTrace");
        grpc(Kind.PERSON, "sightline.control.v1.ApiKeys.ResolveApiKey",
                "sightline.control.v1.DatasetRuns.AddRunItem", "sightline.control.v1.DatasetRuns.ListRunItems");
    }

    private Operations() {
    }

    private static void rest(Kind kind, String... operations) {
        for (String operation : operations) {
            REST.put(operation, new Rest(kind, "", ""));
        }
    }

    private static void withBody(Kind kind, String operation, String body) {
        REST.put(operation, new Rest(kind, body, ""));
    }

    private static void grpc(Kind kind, String... methods) {
        for (String method : methods) {
            GRPC.put(method, kind);
        }
    }
}
