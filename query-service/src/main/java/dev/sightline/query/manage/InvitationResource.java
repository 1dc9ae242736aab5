package dev.sightline.query.manage;

import dev.sightline.query.auth.SessionCookie;
import dev.sightline.query.auth.SessionResource;
import dev.sightline.query.auth.SignedInUsers;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.Invitation;
import dev.sightline.query.http.StrictJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirements;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What who was invited can do with the token of their link. It goes in the body: addresses end up in logs. */
@Path("/api/v1/invitations")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Session")
@APIResponse(responseCode = "400", description = "A field is wrong; `field` names it")
@APIResponse(responseCode = "404", description = "The link was used, taken back, or is too old")
@SecurityRequirements
public class InvitationResource {
    private final Members members;
    private final SignedInUsers users;
    private final SessionCookie cookies;
    private final ControlData control;
    private final StrictJson bodies;

    InvitationResource(Members members, SignedInUsers users, SessionCookie cookies, ControlData control,
            StrictJson bodies) {
        this.members = members;
        this.users = users;
        this.cookies = cookies;
        this.control = control;
        this.bodies = bodies;
    }

    @POST
    @Path("look-up")
    @Operation(summary = "What an invitation is to")
    @RequestBody(content = @Content(schema = @Schema(implementation = ManageJson.InvitationToken.class)))
    @APIResponse(responseCode = "200", description = "The invitation",
            content = @Content(schema = @Schema(implementation = ManageJson.InvitationBody.class)))
    public ManageJson.InvitationBody lookUp(String body) {
        Invitation invitation = members.invitation(
                bodies.read(body, ManageJson.InvitationToken.class, "an invitation's token").token());
        return new ManageJson.InvitationBody(invitation.organization.name, invitation.email, invitation.role,
                invitation.expiresAt, members.hasAccount(invitation));
    }

    @POST
    @Path("accept")
    @Operation(summary = "Accept an invitation", description = "Makes the account with this password, or takes the one "
            + "there is, and signs in: sets the session cookie.")
    @RequestBody(content = @Content(schema = @Schema(implementation = ManageJson.Acceptance.class)))
    @APIResponse(responseCode = "200", description = "A member, and signed in",
            content = @Content(schema = @Schema(implementation = SessionResource.Session.class)))
    @APIResponse(responseCode = "401", description = "There is an account of this address, and its password is another")
    @APIResponse(responseCode = "429", description = "Too many failures; see Retry-After")
    public Response accept(String body, @Context HttpServerRequest http) {
        ManageJson.Acceptance asked = bodies.read(body, ManageJson.Acceptance.class, "an acceptance");
        UUID userId = members.accept(asked.token(), asked.name(), asked.password(),
                http.remoteAddress().hostAddress());
        return Response.ok(SessionResource.Session.of(users.of(userId).orElseThrow(), control.roles(userId)))
                .cookie(cookies.issue(userId)).build();
    }
}
