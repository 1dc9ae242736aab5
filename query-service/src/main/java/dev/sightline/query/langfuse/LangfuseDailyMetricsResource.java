package dev.sightline.query.langfuse;

import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceFilter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
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

/** Langfuse's daily metrics: each day's traces, observations, cost, and usage by model. */
@Path("/api/public/metrics/daily")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseDailyMetricsResource {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 100;
    private static final int PAGE_MAX = 1_000;

    private final RestCaller caller;
    private final LangfuseDailyMetrics metrics;

    LangfuseDailyMetricsResource(RestCaller caller, LangfuseDailyMetrics metrics) {
        this.caller = caller;
        this.metrics = metrics;
    }

    @GET
    @Operation(summary = "Metrics by day, newest first", description = "Days without observations are left out.")
    @APIResponse(responseCode = "200", description = "A page of days")
    public LangfuseDailyMetrics.Page daily(
            @Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "Days, 1 to 100, default 50") @QueryParam("limit") String limit,
            @QueryParam("traceName") String traceName, @QueryParam("userId") String userId,
            @Parameter(description = "All of these") @QueryParam("tags") List<String> tags,
            @Parameter(description = "One of these") @QueryParam("environment") List<String> environments,
            @Parameter(description = "At or after; ISO-8601") @QueryParam("fromTimestamp") String from,
            @Parameter(description = "Before; ISO-8601. Default: now") @QueryParam("toTimestamp") String to) {
        return metrics.page(caller.project(), Parameters.number("page", page, 1, 1, PAGE_MAX),
                Parameters.number("limit", limit, LIMIT_DEFAULT, 1, LIMIT_MAX),
                new LangfuseDailyMetrics.Filters(Parameters.text(traceName), Parameters.text(userId), tags,
                        environments),
                time("fromTimestamp", from), time("toTimestamp", to));
    }

    private static Optional<Instant> time(String field, String value) {
        Optional<Instant> time = Parameters.time(field, value);
        time.ifPresent(given -> TraceFilter.requireKnown(field, given));
        return time;
    }
}
