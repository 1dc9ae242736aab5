package dev.sightline.query.langfuse;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.trace.Parameters;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** Page and conditions of Langfuse's lists of scores by number, v1 and v2. */
public class LangfuseScoreParameters {
    private static final List<String> GROUPS = List.of("score", "trace");

    @Parameter(description = "From 1")
    @QueryParam("page")
    String page;
    @Parameter(description = "1 to 100, default 50")
    @QueryParam("limit")
    String limit;
    @Parameter(description = "The user of the score's trace")
    @QueryParam("userId")
    String userId;
    @QueryParam("name")
    String name;
    @Parameter(description = "Made at or after; ISO-8601")
    @QueryParam("fromTimestamp")
    String fromTimestamp;
    @Parameter(description = "Made before; ISO-8601")
    @QueryParam("toTimestamp")
    String toTimestamp;
    @Parameter(description = "One of these")
    @QueryParam("environment")
    List<String> environments;
    @Parameter(description = "API, EVAL or ANNOTATION")
    @QueryParam("source")
    String source;
    @Parameter(description = "How to compare with value: =, <>, >, <, >=, <=")
    @QueryParam("operator")
    String operator;
    @QueryParam("value")
    String value;
    @Parameter(description = "Comma list")
    @QueryParam("scoreIds")
    String scoreIds;
    @QueryParam("configId")
    String configId;
    @QueryParam("sessionId")
    String sessionId;
    @QueryParam("datasetRunId")
    String datasetRunId;
    @QueryParam("traceId")
    String traceId;
    @Parameter(description = "Comma list")
    @QueryParam("observationId")
    String observationId;
    @QueryParam("queueId")
    String queueId;
    @Parameter(description = "NUMERIC, BOOLEAN, CATEGORICAL, TEXT")
    @QueryParam("dataType")
    String dataType;
    @Parameter(description = "The score's trace has all of these")
    @QueryParam("traceTags")
    List<String> traceTags;
    @Parameter(description = "Comma list of score and trace; default both")
    @QueryParam("fields")
    String fields;
    @Parameter(description = "A JSON list of conditions; they take the place of the parameters for the same columns")
    @QueryParam("filter")
    String filter;

    LangfusePage page() {
        return LangfusePage.of(page, limit);
    }

    /** Whether the answer tells about the scores' traces. */
    boolean withTrace() {
        boolean withTrace = LangfuseParameters.names("fields", fields, GROUPS, Set.copyOf(GROUPS)).contains("trace");
        if (!withTrace && (Parameters.text(userId).isPresent() || !traceTags.isEmpty())) {
            throw ServiceException.invalid("fields", "must hold 'trace' when userId or traceTags are filtered by");
        }
        return withTrace;
    }

    LangfuseFilter filter() {
        if (Parameters.text(operator).isPresent() != Parameters.text(value).isPresent()) {
            throw ServiceException.invalid(Parameters.text(value).isPresent() ? "operator" : "value",
                    "is missing: operator and value go together");
        }
        return LangfuseFilter.of(LangfuseColumns.SCORES, filter, new LangfuseFilter.Simple()
                .equal("userId", "userId", userId).equal("name", "name", name)
                .time("fromTimestamp", "timestamp", ">=", fromTimestamp)
                .time("toTimestamp", "timestamp", "<", toTimestamp)
                .anyOf("environment", "environment", environments).equal("source", "source", source)
                .number("value", "value", operator, value).anyOf("scoreIds", "id", scoreIds)
                .equal("configId", "configId", configId).equal("sessionId", "sessionId", sessionId)
                .equal("datasetRunId", "datasetRunId", datasetRunId).equal("traceId", "traceId", traceId)
                .anyOf("observationId", "observationId", observationId).equal("queueId", "queueId", queueId)
                .equal("dataType", "dataType", dataType).allOf("traceTags", "traceTags", traceTags));
    }
}
