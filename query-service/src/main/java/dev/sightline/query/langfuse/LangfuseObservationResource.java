package dev.sightline.query.langfuse;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Observations one by one, as Langfuse's public API (version 3) serves them. */
@Path("/api/public/observations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseObservationResource {
    private final RestCaller caller;
    private final LangfuseTraceQueries queries;

    LangfuseObservationResource(RestCaller caller, LangfuseTraceQueries queries) {
        this.caller = caller;
        this.queries = queries;
    }

    @GET
    @Path("{observationId}")
    @Operation(summary = "An observation")
    @APIResponse(responseCode = "200", description = "The observation")
    @APIResponse(responseCode = "404", description = "The project has no such observation")
    public LangfuseJson.Observation observation(@PathParam("observationId") String id) {
        ProjectScope scope = caller.project();
        return queries.observation(scope, id).map(found -> LangfuseJson.Observation.of(found, scope.projectId()))
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                        "Observation " + id + " not found within authorized project"));
    }
}
