package dev.sightline.query.langfuse;

import static dev.sightline.query.langfuse.LangfuseJson.text;

import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.langfuse.LangfuseObservationV2Resource.CursorMeta;
import dev.sightline.query.trace.Parameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Scores as Langfuse's public API serves them in its version 3: behind a cursor, one {@code value} of its own type. */
@Path("/api/public/v3/scores")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseScoreV3Resource {
    private static final List<String> GROUPS = List.of("core", "details", "annotation", "subject");
    private static final Pattern KEY = Pattern.compile(".+", Pattern.DOTALL);

    private final RestCaller caller;
    private final LangfuseScoreQueries queries;

    LangfuseScoreV3Resource(RestCaller caller, LangfuseScoreQueries queries) {
        this.caller = caller;
        this.queries = queries;
    }

    /** What follows the cursor. The scores have the fields that were asked for, and no others. */
    @Schema(name = "LangfuseScoreSlice")
    record Slice(List<Map<String, Object>> data, CursorMeta meta) {
    }

    @GET
    @Operation(summary = "List scores behind a cursor, newest first",
            description = "Parameters that name values take comma lists.")
    @APIResponse(responseCode = "200", description = "Up to `limit` scores")
    public Slice list(
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "meta.cursor of the page before") @QueryParam("cursor") String cursor,
            @Parameter(description = "Comma list of details, annotation and subject beside the core")
            @QueryParam("fields") String fields,
            @QueryParam("id") String id, @QueryParam("name") String name,
            @Parameter(description = "API, EVAL, ANNOTATION") @QueryParam("source") String source,
            @Parameter(description = "NUMERIC, BOOLEAN, CATEGORICAL, TEXT") @QueryParam("dataType") String dataType,
            @QueryParam("environment") String environment, @QueryParam("configId") String configId,
            @QueryParam("queueId") String queueId, @QueryParam("authorUserId") String authorUserId,
            @Parameter(description = "Numbers, true and false, or categories; what dataType says")
            @QueryParam("value") String value,
            @QueryParam("valueMin") String valueMin, @QueryParam("valueMax") String valueMax,
            @QueryParam("traceId") String traceId, @QueryParam("sessionId") String sessionId,
            @QueryParam("observationId") String observationId, @QueryParam("experimentId") String experimentId,
            @Parameter(description = "Made at or after; ISO-8601") @QueryParam("fromTimestamp") String from,
            @Parameter(description = "Made before; ISO-8601") @QueryParam("toTimestamp") String to,
            @Parameter(description = "A JSON list of conditions") @QueryParam("filter") String filter) {
        ProjectScope scope = caller.project();
        Set<String> groups = LangfuseParameters.names("fields", fields, GROUPS, Set.of("core"));
        int count = Parameters.number("limit", limit, LangfusePage.LIMIT_DEFAULT, 1, LangfusePage.LIMIT_MAX);
        LangfuseFilter.Simple simple = new LangfuseFilter.Simple().anyOf("id", "id", id).anyOf("name", "name", name)
                .anyOf("source", "source", source).anyOf("dataType", "dataType", dataType)
                .anyOf("environment", "environment", environment).anyOf("configId", "configId", configId)
                .anyOf("queueId", "queueId", queueId).anyOf("authorUserId", "authorUserId", authorUserId)
                .number("valueMin", "value", ">=", valueMin).number("valueMax", "value", "<=", valueMax)
                .anyOf("traceId", "traceId", traceId).anyOf("sessionId", "sessionId", sessionId)
                .anyOf("observationId", "observationId", observationId)
                .anyOf("experimentId", "experimentId", experimentId)
                .time("fromTimestamp", "timestamp", ">=", from).time("toTimestamp", "timestamp", "<", to);
        value(simple, Parameters.text(dataType).orElse(""), value);
        LangfuseScoreQueries.Slice found = queries.after(scope,
                LangfuseFilter.of(LangfuseColumns.SCORES, filter, simple),
                Parameters.text(cursor).map(text -> LangfuseCursor.decode(text, KEY)), count);
        return new Slice(found.scores().stream().map(score -> json(score, groups, scope.projectId())).toList(),
                new CursorMeta(count, found.next().map(LangfuseCursor::encode).orElse(null)));
    }

    /** What the values are is told by the data type that is asked for: without one they are numbers or texts. */
    private static void value(LangfuseFilter.Simple simple, String dataType, String value) {
        if (Parameters.text(value).isEmpty()) {
            return;
        }
        switch (dataType) {
            case "NUMERIC" -> {
                if (value.contains(",")) {
                    throw ServiceException.invalid("value", "takes one number; use valueMin and valueMax for several");
                }
                simple.number("value", "value", "=", value);
            }
            case "BOOLEAN" -> simple.number("value", "value", "=",
                    LangfuseParameters.flag("value", value.strip()) ? "1" : "0");
            case "CATEGORICAL", "TEXT", "CORRECTION" -> simple.anyOf("value", "stringValue", value);
            default -> throw ServiceException.invalid("value",
                    "needs one dataType beside it: NUMERIC, BOOLEAN, CATEGORICAL or TEXT");
        }
    }

    private static Map<String, Object> json(Score score, Set<String> groups, String projectId) {
        LangfuseJson.Score full = LangfuseJson.Score.of(score, projectId);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", full.id());
        json.put("projectId", projectId);
        json.put("name", full.name());
        json.put("dataType", full.dataType());
        json.put("value", switch (score.getDataType()) {
            case BOOLEAN -> score.getValue() != 0;
            case CATEGORICAL, TEXT -> score.getStringValue();
            case NUMERIC, SCORE_DATA_TYPE_UNSPECIFIED, UNRECOGNIZED -> score.getValue();
        });
        json.put("source", full.source());
        json.put("timestamp", full.timestamp());
        json.put("environment", full.environment());
        json.put("createdAt", full.createdAt());
        json.put("updatedAt", full.updatedAt());
        if (groups.contains("details")) {
            json.put("comment", full.comment());
            json.put("configId", full.configId());
            json.put("metadata", full.metadata());
        }
        if (groups.contains("annotation")) {
            json.put("authorUserId", text(score.getAuthorUserId()));
            json.put("queueId", text(score.getQueueId()));
        }
        if (groups.contains("subject")) {
            json.put("subject", subject(full));
        }
        return json;
    }

    private static Map<String, Object> subject(LangfuseJson.Score score) {
        if (score.observationId() != null) {
            return Map.of("kind", "observation", "id", score.observationId(), "traceId", score.traceId());
        }
        if (score.datasetRunId() != null) {
            return Map.of("kind", "experiment", "id", score.datasetRunId());
        }
        return score.traceId() != null ? Map.of("kind", "trace", "id", score.traceId())
                : Map.of("kind", "session", "id", String.valueOf(score.sessionId()));
    }
}
