package dev.sightline.query.evaluator;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.evaluator.v1.Backfill;
import dev.sightline.proto.evaluator.v1.IdRequest;
import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.WriteBackfillRequest;
import dev.sightline.proto.evaluator.v1.WriteRuleRequest;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Which traces some evaluators judge, and the backfills of rules. */
@Path("/api/v1/evaluation-rules")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Evaluators", description = "What judges traces, and which ones. Owned by evaluator-service; "
        + "docs/evaluators.md explains it.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "503", description = "evaluator-service is away; try again")
public class EvaluationRuleResource {
    private final RestCaller caller;
    private final EvaluatorAdmin admin;

    EvaluationRuleResource(RestCaller caller, EvaluatorAdmin admin) {
        this.caller = caller;
        this.admin = admin;
    }

    @GET
    @Operation(summary = "All rules of the project")
    @APIResponse(responseCode = "200", description = "All of them",
            content = @Content(schema = @Schema(ref = "EvaluationRulePage")))
    public String list() {
        ProjectRequest request = ProjectRequest.newBuilder().setProjectId(caller.project().projectId()).build();
        return Documents.list(admin.call(evaluators -> evaluators.listRules(request)));
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One rule")
    @APIResponse(responseCode = "200", description = "The rule",
            content = @Content(schema = @Schema(ref = "EvaluationRule")))
    @APIResponse(responseCode = "404", description = "The project has no such rule")
    public String get(@PathParam("id") String id) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.project().projectId()).setId(id).build();
        return Documents.one(admin.call(evaluators -> evaluators.getRule(request)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "A new rule")
    @RequestBody(content = @Content(schema = @Schema(ref = "EvaluationRuleInput")))
    @APIResponse(responseCode = "201", description = "The rule that was made",
            content = @Content(schema = @Schema(ref = "EvaluationRule")))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    public Response create(String body) {
        WriteRuleRequest request = WriteRuleRequest.newBuilder().setProjectId(caller.projectToManage().projectId())
                .setRule(Documents.parse(body, Rule.newBuilder())).build();
        return Response.status(201).entity(Documents.one(admin.call(evaluators -> evaluators.createRule(request))))
                .build();
    }

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change a rule", description = "What the body names is replaced, objects and lists as a whole.")
    @RequestBody(content = @Content(schema = @Schema(ref = "EvaluationRuleInput")))
    @APIResponse(responseCode = "200", description = "The rule as it is now",
            content = @Content(schema = @Schema(ref = "EvaluationRule")))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it. Nothing was changed")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such rule")
    public String update(@PathParam("id") String id, String body) {
        WriteRuleRequest request = WriteRuleRequest.newBuilder()
                .setProjectId(caller.projectToManage().projectId()).setId(id)
                .setRule(Documents.parse(body, Rule.newBuilder()))
                .setUpdateMask(Documents.fields(body)).build();
        return Documents.one(admin.call(evaluators -> evaluators.updateRule(request)));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete a rule", description = "What waits of it and its backfills go too; its scores stay.")
    @APIResponse(responseCode = "204", description = "It is gone")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such rule")
    public void delete(@PathParam("id") String id) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.projectToManage().projectId()).setId(id).build();
        admin.call(evaluators -> evaluators.deleteRule(request));
    }

    @GET
    @Path("{id}/backfills")
    @Operation(summary = "The latest backfills of a rule")
    @APIResponse(responseCode = "200", description = "Newest first, at most 100",
            content = @Content(schema = @Schema(ref = "BackfillPage")))
    @APIResponse(responseCode = "404", description = "The project has no such rule")
    public String backfills(@PathParam("id") String id) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.project().projectId()).setId(id).build();
        return Documents.list(admin.call(evaluators -> evaluators.listBackfills(request)));
    }

    @POST
    @Path("{id}/backfills")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Run a rule over what is stored", description = "From `from` to `to` (now unless said).")
    @RequestBody(content = @Content(schema = @Schema(ref = "BackfillInput")))
    @APIResponse(responseCode = "201", description = "The backfill, which runs",
            content = @Content(schema = @Schema(ref = "Backfill")))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such rule")
    public Response startBackfill(@PathParam("id") String id, String body) {
        WriteBackfillRequest request = WriteBackfillRequest.newBuilder()
                .setProjectId(caller.projectToManage().projectId())
                .setBackfill(Documents.parse(body, Backfill.newBuilder()).setRuleId(id)).build();
        return Response.status(201).entity(Documents.one(admin.call(evaluators -> evaluators.createBackfill(request))))
                .build();
    }

    @GET
    @Path("{id}/backfills/{backfillId}")
    @Operation(summary = "How far a backfill is")
    @APIResponse(responseCode = "200", description = "The backfill",
            content = @Content(schema = @Schema(ref = "Backfill")))
    @APIResponse(responseCode = "404", description = "The project has no such backfill")
    public String backfill(@PathParam("id") String id, @PathParam("backfillId") String backfillId) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.project().projectId()).setId(backfillId).build();
        return Documents.one(ofRule(id, admin.call(evaluators -> evaluators.getBackfill(request))));
    }

    @PATCH
    @Path("{id}/backfills/{backfillId}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Pause, go on with or cancel a backfill", description = "`state`: paused, running or cancelled.")
    @RequestBody(content = @Content(schema = @Schema(ref = "BackfillInput")))
    @APIResponse(responseCode = "200", description = "The backfill as it is now",
            content = @Content(schema = @Schema(ref = "Backfill")))
    @APIResponse(responseCode = "400", description = "The state is wrong, or the backfill is over")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such backfill")
    public String updateBackfill(@PathParam("id") String id, @PathParam("backfillId") String backfillId, String body) {
        String projectId = caller.projectToManage().projectId();
        IdRequest named = IdRequest.newBuilder().setProjectId(projectId).setId(backfillId).build();
        ofRule(id, admin.call(evaluators -> evaluators.getBackfill(named)));
        WriteBackfillRequest request = WriteBackfillRequest.newBuilder().setProjectId(projectId).setId(backfillId)
                .setBackfill(Documents.parse(body, Backfill.newBuilder())).build();
        return Documents.one(admin.call(evaluators -> evaluators.updateBackfill(request)));
    }

    private static Backfill ofRule(String ruleId, Backfill backfill) {
        if (!backfill.getRuleId().equals(ruleId)) {
            throw ServiceException.of(ErrorCode.NOT_FOUND, "the rule has no such backfill");
        }
        return backfill;
    }
}
