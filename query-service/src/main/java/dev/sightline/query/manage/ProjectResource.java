package dev.sightline.query.manage;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.auth.SignedInUsers.SignedInUser;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.Membership;
import dev.sightline.query.http.StrictJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The caller's projects. */
@Path("/api/v1/projects")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Management")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class ProjectResource {
    private final RestCaller caller;
    private final Management management;
    private final ControlData control;
    private final StrictJson bodies;

    ProjectResource(RestCaller caller, Management management, ControlData control, StrictJson bodies) {
        this.caller = caller;
        this.management = management;
        this.control = control;
        this.bodies = bodies;
    }

    @GET
    @Operation(summary = "The projects you may see", description = "An API key sees its own.")
    @APIResponse(responseCode = "200", description = "All of them")
    public ManageJson.ProjectPage list() {
        if (caller.hasKey()) {
            return new ManageJson.ProjectPage(management.project(caller.project()).stream()
                    .map(project -> ManageJson.ProjectBody.of(project, null)).toList(), null);
        }
        SignedInUser user = caller.user();
        Map<String, Membership.Role> roles = control.roles(user.user().id);
        List<ManageJson.ProjectBody> projects = user.projects().stream()
                .map(project -> ManageJson.ProjectBody.of(project, roles.get(project.organization.id))).toList();
        return new ManageJson.ProjectPage(projects, null);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make a project in an organization")
    @RequestBody(content = @Content(schema = @Schema(implementation = ManageJson.NewProject.class)))
    @APIResponse(responseCode = "201", description = "The project",
            content = @Content(schema = @Schema(implementation = ManageJson.ProjectBody.class)))
    @APIResponse(responseCode = "400", description = "A field is wrong; `field` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may, and no API key")
    @APIResponse(responseCode = "404", description = "You have no such organization")
    public Response create(String body) {
        UUID userId = caller.person().user().id;
        ManageJson.NewProject asked = bodies.read(body, ManageJson.NewProject.class, "a project");
        var made = management.createProject(userId, asked.organizationId(), asked.name());
        return Response.status(Response.Status.CREATED).entity(ManageJson.ProjectBody.of(made,
                control.roles(userId).get(asked.organizationId()))).build();
    }

    @PATCH
    @Path("{projectId}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Rename a project")
    @RequestBody(content = @Content(schema = @Schema(implementation = ManageJson.ProjectChange.class)))
    @APIResponse(responseCode = "200", description = "The project as it is now",
            content = @Content(schema = @Schema(implementation = ManageJson.ProjectBody.class)))
    @APIResponse(responseCode = "400", description = "A field is wrong; `field` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may")
    @APIResponse(responseCode = "404", description = "You have no such project")
    public ManageJson.ProjectBody rename(@PathParam("projectId") String projectId, String body) {
        ProjectScope scope = caller.projectToManage(projectId);
        ManageJson.ProjectChange change = bodies.read(body, ManageJson.ProjectChange.class, "a project");
        var project = management.renameProject(caller.actor(), scope, change.name());
        Membership.Role role = caller.hasKey() ? null
                : control.roles(caller.user().user().id).get(project.organization.id);
        return ManageJson.ProjectBody.of(project, role);
    }
}
