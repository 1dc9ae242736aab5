package dev.sightline.query.langfuse;

import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Scores as Langfuse's public API serves them in its version 2: those of sessions too. */
@Path("/api/public/v2/scores")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseScoreV2Resource {
    private final RestCaller caller;
    private final LangfuseScoreLists scores;

    LangfuseScoreV2Resource(RestCaller caller, LangfuseScoreLists scores) {
        this.caller = caller;
        this.scores = scores;
    }

    @GET
    @Operation(summary = "List scores by page, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public LangfuseScoreLists.ScorePage list(@BeanParam LangfuseScoreParameters asked) {
        return scores.page(caller.project(), asked, false);
    }

    @GET
    @Path("{scoreId}")
    @Operation(summary = "A score")
    @APIResponse(responseCode = "200", description = "The score")
    @APIResponse(responseCode = "404", description = "The project has no such score")
    public LangfuseJson.Score score(@PathParam("scoreId") String id) {
        return scores.get(caller.project(), id);
    }
}
