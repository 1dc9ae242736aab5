package dev.sightline.query.evaluator;

import dev.sightline.proto.evaluator.v1.CreateTemplateRequest;
import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Prompts that judge: the shipped ones and the project's own. */
@Path("/api/v1/evaluator-templates")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Evaluators", description = "What judges traces, and which ones. Owned by evaluator-service; "
        + "docs/evaluators.md explains it.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "503", description = "evaluator-service is away; try again")
public class EvaluatorTemplateResource {
    private final RestCaller caller;
    private final EvaluatorAdmin admin;

    EvaluatorTemplateResource(RestCaller caller, EvaluatorAdmin admin) {
        this.caller = caller;
        this.admin = admin;
    }

    @GET
    @Operation(summary = "All templates", description = "The project's own, newest version first, then the shipped ones.")
    @APIResponse(responseCode = "200", description = "All of them",
            content = @Content(schema = @Schema(ref = "EvaluatorTemplatePage")))
    public String list() {
        ProjectRequest request = ProjectRequest.newBuilder().setProjectId(caller.project().projectId()).build();
        return Documents.list(admin.call(evaluators -> evaluators.listTemplates(request)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "A new template, or the next version of one", description = "A version never changes. "
            + "`copy_of` names a template to begin with.")
    @RequestBody(content = @Content(schema = @Schema(ref = "EvaluatorTemplateInput")))
    @APIResponse(responseCode = "201", description = "The version that was made",
            content = @Content(schema = @Schema(ref = "EvaluatorTemplate")))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    public Response create(String body) {
        CreateTemplateRequest request = CreateTemplateRequest.newBuilder()
                .setProjectId(caller.projectToManage().projectId())
                .setTemplate(Documents.parse(body, Template.newBuilder())).build();
        return Response.status(201).entity(Documents.one(admin.call(evaluators -> evaluators.createTemplate(request))))
                .build();
    }
}
