package dev.sightline.query.evaluator;

import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The scorers in the box that need no language model. */
@Path("/api/v1/evaluator-scorers")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Evaluators", description = "What judges traces, and which ones. Owned by evaluator-service; "
        + "docs/evaluators.md explains it.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "503", description = "evaluator-service is away; try again")
public class EvaluatorScorerResource {
    private final RestCaller caller;
    private final EvaluatorAdmin admin;

    EvaluatorScorerResource(RestCaller caller, EvaluatorAdmin admin) {
        this.caller = caller;
        this.admin = admin;
    }

    @GET
    @Operation(summary = "All built-in scorers", description = "What they are called, what they take, and what they can't do.")
    @APIResponse(responseCode = "200", description = "All of them",
            content = @Content(schema = @Schema(ref = "EvaluatorScorerPage")))
    public String list() {
        ProjectRequest request = ProjectRequest.newBuilder().setProjectId(caller.project().projectId()).build();
        return Documents.list(admin.call(evaluators -> evaluators.listScorers(request)));
    }
}
