package dev.sightline.query.evaluator;

import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.IdRequest;
import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.proto.evaluator.v1.TestEvaluatorRequest;
import dev.sightline.proto.evaluator.v1.WriteEvaluatorRequest;
import dev.sightline.query.auth.ProjectScope;
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

/** What gives scores: judges and scorers. */
@Path("/api/v1/evaluators")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Evaluators", description = "What judges traces, and which ones. Owned by evaluator-service; "
        + "docs/evaluators.md explains it.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "503", description = "evaluator-service is away; try again")
public class EvaluatorResource {
    private final RestCaller caller;
    private final EvaluatorAdmin admin;
    private final TestCosts costs;

    EvaluatorResource(RestCaller caller, EvaluatorAdmin admin, TestCosts costs) {
        this.caller = caller;
        this.admin = admin;
        this.costs = costs;
    }

    @GET
    @Operation(summary = "All evaluators of the project")
    @APIResponse(responseCode = "200", description = "All of them",
            content = @Content(schema = @Schema(ref = "EvaluatorPage")))
    public String list() {
        ProjectRequest request = ProjectRequest.newBuilder().setProjectId(caller.project().projectId()).build();
        return Documents.list(admin.call(evaluators -> evaluators.listEvaluators(request)));
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One evaluator")
    @APIResponse(responseCode = "200", description = "The evaluator",
            content = @Content(schema = @Schema(ref = "Evaluator")))
    @APIResponse(responseCode = "404", description = "The project has no such evaluator")
    public String get(@PathParam("id") String id) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.project().projectId()).setId(id).build();
        return Documents.one(admin.call(evaluators -> evaluators.getEvaluator(request)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "A new evaluator")
    @RequestBody(content = @Content(schema = @Schema(ref = "EvaluatorInput")))
    @APIResponse(responseCode = "201", description = "The evaluator that was made",
            content = @Content(schema = @Schema(ref = "Evaluator")))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    public Response create(String body) {
        WriteEvaluatorRequest request = WriteEvaluatorRequest.newBuilder().setProjectId(caller.projectToManage().projectId())
                .setEvaluator(Documents.parse(body, Evaluator.newBuilder())).build();
        return Response.status(201).entity(Documents.one(admin.call(evaluators -> evaluators.createEvaluator(request))))
                .build();
    }

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change an evaluator", description = "What the body names is replaced, objects and lists as a whole.")
    @RequestBody(content = @Content(schema = @Schema(ref = "EvaluatorInput")))
    @APIResponse(responseCode = "200", description = "The evaluator as it is now",
            content = @Content(schema = @Schema(ref = "Evaluator")))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it. Nothing was changed")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such evaluator")
    public String update(@PathParam("id") String id, String body) {
        WriteEvaluatorRequest request = WriteEvaluatorRequest.newBuilder()
                .setProjectId(caller.projectToManage().projectId()).setId(id)
                .setEvaluator(Documents.parse(body, Evaluator.newBuilder()))
                .setUpdateMask(Documents.fields(body)).build();
        return Documents.one(admin.call(evaluators -> evaluators.updateEvaluator(request)));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete an evaluator", description = "Its rules lose it; its scores stay.")
    @APIResponse(responseCode = "204", description = "It is gone")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such evaluator")
    public void delete(@PathParam("id") String id) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.projectToManage().projectId()).setId(id).build();
        admin.call(evaluators -> evaluators.deleteEvaluator(request));
    }

    @POST
    @Path("test")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Try an evaluator", description = "One that is there (`evaluator_id`) or one that is being written "
            + "(`evaluator`), on a trace, an observation of it, or on `variables`. Nothing is stored.")
    @RequestBody(content = @Content(schema = @Schema(ref = "EvaluatorTest")))
    @APIResponse(responseCode = "200", description = "The score, or `error`; with what was asked and answered, and what it cost",
            content = @Content(schema = @Schema(ref = "EvaluatorTestResult")))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such evaluator or trace")
    public String test(String body) {
        ProjectScope project = caller.projectToManage();
        TestEvaluatorRequest request = Documents.parse(body, TestEvaluatorRequest.newBuilder())
                .setProjectId(project.projectId()).build();
        return Documents.one(costs.priced(project, admin.call(evaluators -> evaluators.testEvaluator(request))));
    }
}
