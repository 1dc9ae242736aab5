package dev.sightline.query.langfuse;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.deletion.Deletions;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceQueries;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
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
    private final Deletions deletions;

    LangfuseTraceResource(RestCaller caller, LangfuseTraceQueries lists, TraceQueries traces, Deletions deletions) {
        this.caller = caller;
        this.deletions = deletions;
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
            @Parameter(description = "A JSON list of conditions; they take the place of the parameters above")
            @QueryParam("filter") String filter) {
        ProjectScope scope = caller.project();
        LangfuseTraceFilter asked = new LangfuseTraceFilter(LangfusePage.of(page, limit),
                LangfuseFilter.of(LangfuseColumns.TRACES, filter, new LangfuseFilter.Simple()
                        .equal("userId", "userId", userId).equal("name", "name", name)
                        .equal("sessionId", "sessionId", sessionId).equal("version", "version", version)
                        .equal("release", "release", release).allOf("tags", "tags", tags)
                        .anyOf("environment", "environment", environments)
                        .time("fromTimestamp", LangfuseTraceFilter.START, ">=", from)
                        .time("toTimestamp", LangfuseTraceFilter.START, "<", to)),
                LangfuseTraceFilter.Order.parse(Parameters.text(orderBy)),
                LangfuseTraceFilter.FieldGroup.parse(Parameters.text(fields)));
        return LangfuseJson.TracePage.of(lists.list(scope, asked), asked, scope.projectId());
    }

    @GET
    @Path("{traceId}")
    @Operation(summary = "A trace with its observations and scores")
    @APIResponse(responseCode = "200", description = "The trace")
    @APIResponse(responseCode = "404", description = "The project has no such trace")
    public LangfuseJson.FullTrace get(@PathParam("traceId") String traceId,
            @Parameter(description = "Comma list of core, io, scores, observations, metrics; default all")
            @QueryParam("fields") String fields) {
        ProjectScope scope = caller.project();
        Set<LangfuseTraceFilter.FieldGroup> asked = LangfuseTraceFilter.FieldGroup.parse(Parameters.text(fields));
        return traces.get(scope, ExternalIds.traceId(traceId))
                .map(trace -> LangfuseJson.FullTrace.of(trace, asked, scope.projectId()))
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                        "Trace " + traceId + " not found within authorized project"));
    }

    /** What deletions answer; {@code id} is the job's, at {@code /api/v1/deletions}. */
    @Schema(name = "LangfuseDeletion")
    record Deleted(String message, String id) {
    }

    /** Which traces to delete. */
    @Schema(name = "LangfuseTraceIds")
    record TraceIds(List<String> traceIds) {
    }

    @DELETE
    @Path("{traceId}")
    @Operation(summary = "Delete a trace", description = "Answers at once; `GET /api/v1/deletions/{id}` tells how far it is.")
    @APIResponse(responseCode = "200", description = "It is under way")
    @APIResponse(responseCode = "404", description = "The project has no such trace")
    public Deleted delete(@PathParam("traceId") String traceId) {
        return delete(List.of(traceId));
    }

    @DELETE
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Delete up to 1000 traces", description = "Answers at once; `GET /api/v1/deletions/{id}` tells "
            + "how far it is.")
    @APIResponse(responseCode = "200", description = "It is under way, for those that there are")
    @APIResponse(responseCode = "404", description = "The project has none of the traces")
    public Deleted delete(TraceIds traces) {
        return delete(Deletions.checkIds("traceIds", traces == null ? null : traces.traceIds));
    }

    private Deleted delete(List<String> traceIds) {
        Deletions.Order order = deletions.orderKnown(caller.projectToManage(), traceIds)
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND, traceIds.size() == 1
                        ? "Trace " + traceIds.getFirst() + " not found within authorized project"
                        : "None of the traces found within authorized project"));
        return new Deleted("Deleting " + order.traces() + " of " + traceIds.size() + " traces; /api/v1/deletions/"
                + order.id() + " tells how far it is", order.id().toString());
    }
}
