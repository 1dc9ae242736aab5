package dev.sightline.query.manage;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.StrictJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The API keys of a project. */
@Path("/api/v1/project/keys")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Management")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "403", description = "Only signed-in owners and admins may")
public class ProjectKeyResource {
    private final RestCaller caller;
    private final Management management;
    private final StrictJson bodies;

    ProjectKeyResource(RestCaller caller, Management management, StrictJson bodies) {
        this.caller = caller;
        this.management = management;
        this.bodies = bodies;
    }

    @GET
    @Operation(summary = "The project's API keys, without secrets")
    @APIResponse(responseCode = "200", description = "All of them, oldest first")
    public ManageJson.KeyPage list() {
        caller.person();
        return new ManageJson.KeyPage(management.keys(caller.project()).stream().map(ManageJson.Key::of).toList(),
                null);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make an API key", description = "The answer is the only one that holds the secret.")
    @RequestBody(content = @Content(schema = @Schema(implementation = ManageJson.NewKey.class)))
    @APIResponse(responseCode = "201", description = "The key with its secret",
            content = @Content(schema = @Schema(implementation = ManageJson.CreatedKey.class)))
    @APIResponse(responseCode = "400", description = "A field is wrong; `field` names it")
    public Response create(String body) {
        UUID userId = caller.person().user().id;
        ProjectScope scope = caller.projectToManage();
        ManageJson.NewKey asked = bodies.read(body, ManageJson.NewKey.class, "an API key");
        return ManageJson.toldOnce(ManageJson.CreatedKey.of(
                management.createKey(userId, scope, asked.name(), asked.expiresAt())));
    }

    @DELETE
    @Path("{publicKey}")
    @Operation(summary = "Delete an API key", description = "Refused here at once, and by every other process within "
            + "the life of what it remembers of keys: a minute, or two where it asks a replica that remembers it too.")
    @APIResponse(responseCode = "204", description = "Deleted")
    @APIResponse(responseCode = "404", description = "The project has no such key")
    public void delete(@PathParam("publicKey") String publicKey) {
        UUID userId = caller.person().user().id;
        management.deleteKey(userId, caller.projectToManage(), publicKey);
    }
}
