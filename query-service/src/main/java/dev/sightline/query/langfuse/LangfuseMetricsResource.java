package dev.sightline.query.langfuse;

import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Langfuse's metrics, version 1: traces, observations and scores. */
@Path("/api/public/metrics")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "Something in the query is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseMetricsResource {
    private final RestCaller caller;
    private final LangfuseMetrics metrics;

    LangfuseMetricsResource(RestCaller caller, LangfuseMetrics metrics) {
        this.caller = caller;
        this.metrics = metrics;
    }

    @GET
    @Operation(summary = "Run a metrics query, version 1")
    @APIResponse(responseCode = "200", description = "Rows by dimension and time")
    public LangfuseMetrics.Rows query(
            @Parameter(description = "JSON: view, dimensions, metrics, filters, timeDimension, fromTimestamp, "
                    + "toTimestamp, orderBy, config") @QueryParam("query") String query) {
        return metrics.run(caller.project(), query, false);
    }
}
