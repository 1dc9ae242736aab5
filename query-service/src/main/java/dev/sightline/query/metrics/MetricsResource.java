package dev.sightline.query.metrics;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.StrictJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Numbers for charts. */
@Path("/api/v1/metrics")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Metrics", description = "Counts, sums and percentiles of a project's observations, traces and scores.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class MetricsResource {
    private final RestCaller caller;
    private final MetricsQueries metrics;
    private final MetricsConfig config;
    private final StrictJson json;

    MetricsResource(RestCaller caller, MetricsQueries metrics, MetricsConfig config, StrictJson json) {
        this.caller = caller;
        this.metrics = metrics;
        this.config = config;
        this.json = json;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Run a metrics query",
            description = "Measures by dimensions and steps of time. Reads roll-ups where they can answer, else the "
                    + "raw rows; the numbers are the same.")
    @RequestBody(content = @Content(schema = @Schema(implementation = MetricsRequest.class)))
    @APIResponse(responseCode = "200", description = "The numbers",
            content = @Content(schema = @Schema(implementation = MetricsAnswer.class)))
    @APIResponse(responseCode = "400", description = "Something in the query is wrong; `field` names it")
    public MetricsAnswer query(String body) {
        ProjectScope scope = caller.project();
        MetricsRequest request = json.read(body, MetricsRequest.class, "a metrics query");
        return metrics.run(scope, MetricsQuery.of(request, config, Instant.now()));
    }

    @GET
    @Path("measures")
    @Operation(summary = "What a metrics query can ask for: measures with their units, and dimensions, by view")
    @APIResponse(responseCode = "200", description = "All of it")
    public MetricsCatalog measures() {
        caller.project();
        return MetricsCatalog.all();
    }
}
