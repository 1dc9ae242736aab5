package dev.sightline.query.manage;

import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.control.Membership;
import dev.sightline.query.http.StrictJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who owns projects. */
@Path("/api/v1/organizations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Management", description = "Organizations, projects, API keys and members. Mostly for people who are "
        + "signed in; every change is noted in audit_events.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class OrganizationResource {
    private final RestCaller caller;
    private final Management management;
    private final StrictJson bodies;

    OrganizationResource(RestCaller caller, Management management, StrictJson bodies) {
        this.caller = caller;
        this.management = management;
        this.bodies = bodies;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make an organization", description = "Whoever makes it owns it.")
    @RequestBody(content = @Content(schema = @Schema(implementation = ManageJson.NewOrganization.class)))
    @APIResponse(responseCode = "201", description = "The organization",
            content = @Content(schema = @Schema(implementation = ManageJson.Organization.class)))
    @APIResponse(responseCode = "400", description = "A field is wrong; `field` names it")
    @APIResponse(responseCode = "403", description = "Not for API keys, or you have too many")
    @SecurityRequirement(name = "session")
    public Response create(String body) {
        UUID userId = caller.person().user().id;
        var made = management.createOrganization(userId, bodies.read(body, ManageJson.NewOrganization.class, "an organization").name());
        return Response.status(Response.Status.CREATED)
                .entity(new ManageJson.Organization(made.id, made.name, Membership.Role.OWNER)).build();
    }
}
