package dev.sightline.query.trace;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.filter.Filter;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.table.Table;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
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
    private final LargeAnswers largeAnswers;
    private final CurrentVertxRequest request;

    TraceResource(RestCaller caller, TraceQueries traces, TraceConfig config, LargeAnswers largeAnswers,
                  CurrentVertxRequest request) {
        this.largeAnswers = largeAnswers;
        this.request = request;
        this.caller = caller;
        this.traces = traces;
        this.config = config;
    }

    @GET
    @Operation(summary = "List traces, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public TraceJson.TracePage list(
            @Parameter(description = "The filter language of docs/query-language.md, such as "
                    + "model:gpt-4o latency:>2s \"refund\"")
            @QueryParam("query") String query,
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
        Window window = Window.parse(from, to, config.listWindow());
        TraceFilter filter = new TraceFilter(window.from(), window.to(), Filter.parse(query),
                Parameters.text(search).map(String::strip).orElse(""),
                Parameters.levels("level", level),
                Parameters.text(environment).orElse(""), List.of(),
                Parameters.number("limit", limit, TraceFilter.LIMIT_DEFAULT, 1, TraceFilter.LIMIT_MAX),
                Parameters.text(cursor).map(TraceCursor::decode));
        return TraceJson.TracePage.of(traces.list(scope, filter));
    }

    @GET
    @Path("{traceId}")
    @Operation(summary = "A trace with its observations, their content, and its scores",
            description = "With content=false up to 10,000 observations without input, output, attributes, events and "
                    + "links; each of them whole is under observations/{spanId}.")
    @APIResponse(responseCode = "200", description = "The trace")
    @APIResponse(responseCode = "404", description = "The project has no such trace")
    @APIResponse(responseCode = "503", description = "Many answers of so many observations are under way: Retry-After")
    public TraceJson.TraceDetail get(
            @Parameter(description = "32 hexadecimal digits") @PathParam("traceId") String traceId,
            @Parameter(description = "true (the default) or false") @QueryParam("content") String content,
            @Parameter(description = "With content=false: only so many observations, the first; default 10,000")
            @QueryParam("limit") String limit) {
        ProjectScope scope = caller.project();
        ByteString id = Parameters.traceId("traceId", traceId);
        int most = config.observationsWithoutContentMax();
        return (Parameters.flag("content", content, true) ? traces.get(scope, id)
                : withoutContent(scope, id, Parameters.number("limit", limit, most, 1, most), TraceQueries.SUMMARIES))
                .map(TraceJson.TraceDetail::of).orElseThrow(() -> noTrace(traceId));
    }

    @GET
    @Path("{traceId}/outline")
    @Operation(summary = "A trace as its tree shows it: steps with times, tokens and costs, and the scores",
            description = "Up to 10,000 steps. A third of what content=false answers; each observation whole is under "
                    + "observations/{spanId}.")
    @APIResponse(responseCode = "200", description = "The trace")
    @APIResponse(responseCode = "404", description = "The project has no such trace")
    @APIResponse(responseCode = "503", description = "Many answers of so many observations are under way: Retry-After")
    public TraceJson.TraceOutline outline(
            @Parameter(description = "32 hexadecimal digits") @PathParam("traceId") String traceId,
            @Parameter(description = "Only so many steps, the first; default 10,000") @QueryParam("limit") String limit) {
        ProjectScope scope = caller.project();
        int most = config.observationsWithoutContentMax();
        return withoutContent(scope, Parameters.traceId("traceId", traceId),
                Parameters.number("limit", limit, most, 1, most), TraceQueries.STEPS)
                .map(TraceJson.TraceOutline::of).orElseThrow(() -> noTrace(traceId));
    }

    private Optional<TraceQueries.Trace> withoutContent(ProjectScope scope, ByteString traceId, int limit,
            Table<ObservationRow, Observation.Builder> columns) {
        return traces.getWithoutContent(scope, traceId, limit, columns,
                observations -> largeAnswers.admit(observations, request.getCurrent()));
    }

    @GET
    @Path("{traceId}/observations/{spanId}")
    @Operation(summary = "One observation of a trace with its content")
    @APIResponse(responseCode = "200", description = "The observation")
    @APIResponse(responseCode = "404", description = "The project has no such observation")
    public TraceJson.Observation observation(
            @Parameter(description = "32 hexadecimal digits") @PathParam("traceId") String traceId,
            @Parameter(description = "16 hexadecimal digits") @PathParam("spanId") String spanId) {
        ProjectScope scope = caller.project();
        return traces.observation(scope, Parameters.traceId("traceId", traceId), Parameters.spanId("spanId", spanId))
                .map(TraceJson.Observation::of).orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                        "this project has no observation " + spanId + " in trace " + traceId));
    }

    private static ServiceException noTrace(String traceId) {
        return ServiceException.of(ErrorCode.NOT_FOUND, "this project has no trace " + traceId);
    }
}
