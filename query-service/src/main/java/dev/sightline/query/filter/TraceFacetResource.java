package dev.sightline.query.filter;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.trace.TraceConfig;
import dev.sightline.query.trace.Window;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What traces can be told apart by, with counts. */
@Path("/api/v1/traces/facets")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Traces")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `field` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class TraceFacetResource {
    private final RestCaller caller;
    private final FieldValues values;
    private final TraceConfig config;

    TraceFacetResource(RestCaller caller, FieldValues values, TraceConfig config) {
        this.caller = caller;
        this.values = values;
        this.config = config;
    }

    @GET
    @Operation(summary = "How many of the matching traces have which value, by field")
    @APIResponse(responseCode = "200", description = "Up to 20 values of each field; counts above 65,000 are estimates")
    public TraceFacets facets(
            @Parameter(description = "The filter language of docs/query-language.md") @QueryParam("query") String query,
            @Parameter(description = "Started at or after; ISO-8601. Default: 24 hours ago")
            @QueryParam("from") String from,
            @Parameter(description = "Started before; ISO-8601. Default: open") @QueryParam("to") String to) {
        ProjectScope scope = caller.project();
        return new TraceFacets(values.facets(scope, Filter.parse(query), Window.parse(from, to, config.listWindow()))
                .entrySet().stream().map(facet -> new TraceFacet(facet.getKey(), facet.getValue())).toList());
    }

    /** All facets. */
    record TraceFacets(List<TraceFacet> facets) {
    }

    /** A field with its most frequent values. */
    record TraceFacet(String field, List<FieldValues.Counted> values) {
    }
}
