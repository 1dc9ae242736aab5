package dev.sightline.query.evaluator;

import dev.sightline.proto.evaluator.v1.IdRequest;
import dev.sightline.proto.evaluator.v1.LlmConnection;
import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.proto.evaluator.v1.PutConnectionRequest;
import dev.sightline.proto.evaluator.v1.TestConnectionRequest;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where language models are that judge. */
@Path("/api/v1/llm-connections")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Evaluators", description = "What judges traces, and which ones. Owned by evaluator-service; "
        + "docs/evaluators.md explains it.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "503", description = "evaluator-service is away; try again")
public class LlmConnectionResource {
    private final RestCaller caller;
    private final EvaluatorAdmin admin;

    LlmConnectionResource(RestCaller caller, EvaluatorAdmin admin) {
        this.caller = caller;
        this.admin = admin;
    }

    @GET
    @Operation(summary = "All LLM connections of the project", description = "Without their keys. `default` is the one of "
            + "Sightline's own environment, where there is one.")
    @APIResponse(responseCode = "200", description = "All of them",
            content = @Content(schema = @Schema(ref = "LlmConnectionPage")))
    public String list() {
        ProjectRequest request = ProjectRequest.newBuilder().setProjectId(caller.project().projectId()).build();
        return Documents.list(admin.call(evaluators -> evaluators.listConnections(request)));
    }

    @GET
    @Path("{name}")
    @Operation(summary = "One LLM connection")
    @APIResponse(responseCode = "200", description = "The connection without its key",
            content = @Content(schema = @Schema(ref = "LlmConnection")))
    @APIResponse(responseCode = "404", description = "The project has no such connection")
    public String get(@PathParam("name") String name) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.project().projectId()).setId(name).build();
        return Documents.one(admin.call(evaluators -> evaluators.getConnection(request)));
    }

    @PUT
    @Path("{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make or replace an LLM connection", description = "Without `api_key` the key stays that was there, as "
            + "long as provider and address are the same.")
    @RequestBody(content = @Content(schema = @Schema(ref = "LlmConnectionInput")))
    @APIResponse(responseCode = "200", description = "The connection without its key",
            content = @Content(schema = @Schema(ref = "LlmConnection")))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    public String put(@PathParam("name") String name, String body) {
        PutConnectionRequest request = PutConnectionRequest.newBuilder()
                .setProjectId(caller.projectToManage().projectId())
                .setConnection(Documents.parse(body, LlmConnection.newBuilder()).setName(name)).build();
        return Documents.one(admin.call(evaluators -> evaluators.putConnection(request)));
    }

    @DELETE
    @Path("{name}")
    @Operation(summary = "Delete an LLM connection", description = "Evaluators that use it are paused when they next run.")
    @APIResponse(responseCode = "204", description = "It is gone")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such connection")
    public void delete(@PathParam("name") String name) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.projectToManage().projectId()).setId(name).build();
        admin.call(evaluators -> evaluators.deleteConnection(request));
    }

    @POST
    @Path("{name}/test")
    @Operation(summary = "Ask a connection's model for a word", description = "The first model of the connection, or the one "
            + "of the body's `model`.")
    @RequestBody(required = false, content = @Content(mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(ref = "LlmConnectionTest")))
    @APIResponse(responseCode = "200", description = "`ok`, or `error` with the reason",
            content = @Content(schema = @Schema(ref = "LlmConnectionTestResult")))
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such connection")
    public String test(@PathParam("name") String name, String body) {
        TestConnectionRequest.Builder request = body == null || body.isBlank() ? TestConnectionRequest.newBuilder()
                : Documents.parse(body, TestConnectionRequest.newBuilder());
        request.setProjectId(caller.projectToManage().projectId()).setName(name);
        return Documents.one(admin.call(evaluators -> evaluators.testConnection(request.build())));
    }
}
