package dev.sightline.query.langfuse;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceFilter;
import dev.sightline.query.trace.TraceQueries;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Traces as Langfuse's public API (version 3) serves them. */
@Path("/api/public/traces")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseTraceResource {
    private final RestCaller caller;
    private final LangfuseTraceQueries lists;
    private final TraceQueries traces;

    LangfuseTraceResource(RestCaller caller, LangfuseTraceQueries lists, TraceQueries traces) {
        this.caller = caller;
        this.lists = lists;
        this.traces = traces;
    }

    @GET
    @Operation(summary = "List traces by page")
    @APIResponse(responseCode = "200", description = "A page")
    public LangfuseJson.TracePage list(
            @Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit,
            @QueryParam("userId") String userId, @QueryParam("name") String name,
            @QueryParam("sessionId") String sessionId,
            @Parameter(description = "Started at or after; ISO-8601") @QueryParam("fromTimestamp") String from,
            @Parameter(description = "Started before; ISO-8601") @QueryParam("toTimestamp") String to,
            @Parameter(description = "A field and a direction, such as timestamp.desc, the default")
            @QueryParam("orderBy") String orderBy,
            @Parameter(description = "All of these") @QueryParam("tags") List<String> tags,
            @QueryParam("version") String version, @QueryParam("release") String release,
            @Parameter(description = "One of these") @QueryParam("environment") List<String> environments,
            @Parameter(description = "Comma list of core, io, scores, observations, metrics; default all")
            @QueryParam("fields") String fields,
            @Parameter(description = "Not supported yet") @QueryParam("filter") String filterJson) {
        ProjectScope scope = caller.project();
        if (Parameters.text(filterJson).isPresent()) {
            throw ServiceException.invalid("filter", "is not supported yet; use userId, name, tags and the like");
        }
        LangfuseTraceFilter filter = new LangfuseTraceFilter(
                Parameters.number("page", page, 1, 1, LangfuseTraceFilter.PAGE_MAX),
                Parameters.number("limit", limit, LangfuseTraceFilter.LIMIT_DEFAULT, 1, LangfuseTraceFilter.LIMIT_MAX),
                Parameters.text(userId).orElse(""), Parameters.text(name).orElse(""),
                Parameters.text(sessionId).orElse(""), Parameters.text(version).orElse(""),
                Parameters.text(release).orElse(""), time("fromTimestamp", from), time("toTimestamp", to),
                tags, environments, LangfuseTraceFilter.Order.parse(Parameters.text(orderBy)),
                LangfuseTraceFilter.FieldGroup.parse(Parameters.text(fields)));
        return LangfuseJson.TracePage.of(lists.list(scope, filter), filter, scope.projectId());
    }

    @GET
    @Path("{traceId}")
    @Operation(summary = "A trace with its observations and scores")
    @APIResponse(responseCode = "200", description = "The trace")
    @APIResponse(responseCode = "404", description = "The project has no such trace")
    public LangfuseJson.FullTrace get(@PathParam("traceId") String traceId) {
        ProjectScope scope = caller.project();
        return traces.get(scope, ExternalIds.traceId(traceId))
                .map(trace -> LangfuseJson.FullTrace.of(trace, scope.projectId()))
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                        "Trace " + traceId + " not found within authorized project"));
    }

    private static Optional<Instant> time(String field, String value) {
        Optional<Instant> time = Parameters.time(field, value);
        time.ifPresent(given -> TraceFilter.requireKnown(field, given));
        return time;
    }
}
