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

/** Scores one by one, as Langfuse's public API (version 3) serves them. */
@Path("/api/public/scores")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseScoreResource {
    private final RestCaller caller;
    private final LangfuseTraceQueries queries;

    LangfuseScoreResource(RestCaller caller, LangfuseTraceQueries queries) {
        this.caller = caller;
        this.queries = queries;
    }

    @GET
    @Path("{scoreId}")
    @Operation(summary = "A score")
    @APIResponse(responseCode = "200", description = "The score")
    @APIResponse(responseCode = "404", description = "The project has no such score")
    public LangfuseJson.Score score(@PathParam("scoreId") String id) {
        ProjectScope scope = caller.project();
        return queries.score(scope, id).filter(LangfuseJson.Score::hasShape)
                .map(found -> LangfuseJson.Score.of(found, scope.projectId()))
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                        "Score " + id + " not found within authorized project"));
    }
}
