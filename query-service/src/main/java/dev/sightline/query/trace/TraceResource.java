package dev.sightline.query.trace;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Traces for the UI, dashboards and scripts. */
@Path("/api/v1/traces")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Traces", description = "Traces of the project that the API key or the header X-Sightline-Project names.")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `field` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class TraceResource {
    private final RestCaller caller;
    private final TraceQueries traces;
    private final TraceConfig config;

    TraceResource(RestCaller caller, TraceQueries traces, TraceConfig config) {
        this.caller = caller;
        this.traces = traces;
        this.config = config;
    }

    @GET
    @Operation(summary = "List traces, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public TraceJson.TracePage list(
            @Parameter(description = "Started at or after; ISO-8601. Default: 24 hours ago")
            @QueryParam("from") String from,
            @Parameter(description = "Started before; ISO-8601. Default: open") @QueryParam("to") String to,
            @Parameter(description = "Part of the trace's or an observation's name, or the beginning of the trace id")
            @QueryParam("search") String search,
            @Parameter(description = "Comma list of DEBUG, DEFAULT, WARNING, ERROR: the worst level in the trace")
            @QueryParam("level") String level,
            @Parameter(description = "Only traces of this environment") @QueryParam("environment") String environment,
            @Parameter(description = "1 to 200, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "next_cursor of the page before") @QueryParam("cursor") String cursor) {
        ProjectScope scope = caller.project();
        TraceFilter filter = new TraceFilter(
                Parameters.time("from", from).orElseGet(() -> Instant.now().minus(config.listWindow())),
                Parameters.time("to", to),
                Parameters.text(search).map(String::strip).orElse(""),
                Parameters.levels("level", level),
                Parameters.text(environment).orElse(""),
                Parameters.number("limit", limit, TraceFilter.LIMIT_DEFAULT, 1, TraceFilter.LIMIT_MAX),
                Parameters.text(cursor).map(TraceCursor::decode));
        return TraceJson.TracePage.of(traces.list(scope, filter));
    }

    @GET
    @Path("{traceId}")
    @Operation(summary = "A trace with its observations, their content, and its scores")
    @APIResponse(responseCode = "200", description = "The trace")
    @APIResponse(responseCode = "404", description = "The project has no such trace")
    public TraceJson.TraceDetail get(
            @Parameter(description = "32 hexadecimal digits") @PathParam("traceId") String traceId) {
        ProjectScope scope = caller.project();
        return traces.get(scope, Parameters.traceId("traceId", traceId)).map(TraceJson.TraceDetail::of)
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND, "this project has no trace " + traceId));
    }
}
