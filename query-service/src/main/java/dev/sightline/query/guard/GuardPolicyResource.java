package dev.sightline.query.guard;

import dev.sightline.base.error.ServiceException;
import dev.sightline.base.json.ProtoJson;
import dev.sightline.proto.guard.v1.Policy;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the guard does with what it finds, per project; the JSON is that of {@code sightline.guard.v1.Policy}. */
@Path("/api/v1/guard/policies")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Guard", description = "Policies of the guard, and trying them. Applications ask it themselves by "
        + "POST /api/v1/guard/check or gRPC: docs/guard.md.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "503", description = "evaluator-service is away")
public class GuardPolicyResource {
    private final RestCaller caller;
    private final GuardPolicies guard;

    GuardPolicyResource(RestCaller caller, GuardPolicies guard) {
        this.caller = caller;
        this.guard = guard;
    }

    @GET
    @Operation(summary = "The project's guard policies", description = "The latest version of each, and the shipped one.")
    @APIResponse(responseCode = "200", description = "All of them: a project has few",
            content = @Content(schema = @Schema(ref = "GuardPolicyPage")))
    public String list() {
        return guard.list(caller.project()).stream().map(ProtoJson::print)
                .collect(Collectors.joining(",", "{\"data\":[", "],\"next_cursor\":null}"));
    }

    @GET
    @Path("/{name}")
    @Operation(summary = "A guard policy")
    @APIResponse(responseCode = "200", description = "The policy",
            content = @Content(schema = @Schema(ref = "GuardPolicy")))
    @APIResponse(responseCode = "404", description = "The project has no such policy")
    public String get(@PathParam("name") String name,
            @Parameter(description = "The environment it holds for; left out: the one without") @QueryParam("environment")
            String environment,
            @Parameter(description = "Left out: the latest") @QueryParam("version") String version) {
        return ProtoJson.print(guard.get(caller.project(), name, environment, version(version)));
    }

    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make a guard policy or its next version",
            description = "Checks follow within about ten seconds. The body's environment says where it holds.")
    @RequestBody(content = @Content(schema = @Schema(ref = "GuardPolicyInput")))
    @APIResponse(responseCode = "200", description = "The policy with its version",
            content = @Content(schema = @Schema(ref = "GuardPolicy")))
    @APIResponse(responseCode = "400", description = "`field` names what is wrong. Nothing was changed")
    @APIResponse(responseCode = "403", description = "Only owners and admins may change policies")
    public String put(@PathParam("name") String name, String body) {
        ProjectScope project = caller.projectToManage();
        Policy.Builder policy = ProtoJson.parse(body, Policy.newBuilder());
        if (!policy.getName().isEmpty() && !policy.getName().equals(name)) {
            throw ServiceException.invalid("name", "differs from the name in the path");
        }
        return ProtoJson.print(guard.put(project, policy.setName(name).build()));
    }

    @DELETE
    @Path("/{name}")
    @Operation(summary = "Delete a guard policy", description = "After the project's own 'default' the shipped one holds.")
    @APIResponse(responseCode = "204", description = "It is deleted")
    @APIResponse(responseCode = "403", description = "Only owners and admins may change policies")
    @APIResponse(responseCode = "404", description = "The project has no such policy")
    public void delete(@PathParam("name") String name,
            @Parameter(description = "The environment it holds for; left out: the one without") @QueryParam("environment")
            String environment) {
        guard.delete(caller.projectToManage(), name, environment);
    }

    private static int version(String text) {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw ServiceException.invalid("version", "must be a number from 1 on");
        }
        return Integer.parseInt(text);
    }
}
