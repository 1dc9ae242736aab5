package dev.sightline.query.langfuse;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** By what both of Langfuse's lists of observations can be filtered. */
public class LangfuseObservationParameters {
    @Context
    UriInfo uri;
    @QueryParam("name")
    String name;
    @QueryParam("userId")
    String userId;
    @QueryParam("sessionId")
    String sessionId;
    @Parameter(description = "SPAN, GENERATION, EVENT, AGENT, TOOL, CHAIN, RETRIEVER, EVALUATOR, EMBEDDING, GUARDRAIL")
    @QueryParam("type")
    String type;
    @QueryParam("traceId")
    String traceId;
    @Parameter(description = "DEBUG, DEFAULT, WARNING, ERROR")
    @QueryParam("level")
    String level;
    @Parameter(description = "Empty: those without a parent")
    @QueryParam("parentObservationId")
    String parentObservationId;
    @Parameter(description = "Whether without a parent, or the first of the application")
    @QueryParam("isRootObservation")
    String isRootObservation;
    @Parameter(description = "One of these")
    @QueryParam("environment")
    List<String> environments;
    @Parameter(description = "Started at or after; ISO-8601")
    @QueryParam("fromStartTime")
    String fromStartTime;
    @Parameter(description = "Started before; ISO-8601")
    @QueryParam("toStartTime")
    String toStartTime;
    @QueryParam("version")
    String version;
    @Parameter(description = "A JSON list of conditions; they take the place of the parameters for the same columns")
    @QueryParam("filter")
    String filter;

    LangfuseFilter filter() {
        LangfuseFilter.Simple simple = new LangfuseFilter.Simple().equal("name", "name", name)
                .equal("userId", "userId", userId).equal("sessionId", "sessionId", sessionId)
                .equal("type", "type", type).equal("traceId", "traceId", traceId).equal("level", "level", level)
                .equal("parentObservationId", "parentObservationId", parentObservationId)
                .flag("isRootObservation", "isRootObservation", isRootObservation)
                .anyOf("environment", "environment", environments).equal("version", "version", version)
                .time("fromStartTime", LangfuseObservationQueries.START, ">=", fromStartTime)
                .time("toStartTime", LangfuseObservationQueries.START, "<", toStartTime);
        // An empty parameter is not the same as none, which is how the framework hands it over.
        boolean withoutParent = uri.getQueryParameters().getOrDefault("parentObservationId", List.of("-")).stream()
                .allMatch(String::isEmpty);
        if (withoutParent) {
            simple.absent("parentObservationId", "parentObservationId");
        }
        return LangfuseFilter.of(LangfuseColumns.OBSERVATIONS, filter, simple);
    }
}
