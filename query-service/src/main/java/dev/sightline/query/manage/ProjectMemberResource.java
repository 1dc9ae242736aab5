package dev.sightline.query.manage;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.StrictJson;
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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The people who may see a project: the members of its organization. */
@Path("/api/v1/project/members")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Management")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "403", description = "Not for API keys; changes are for owners and admins")
public class ProjectMemberResource {
    private final RestCaller caller;
    private final Members members;
    private final StrictJson bodies;

    ProjectMemberResource(RestCaller caller, Members members, StrictJson bodies) {
        this.caller = caller;
        this.members = members;
        this.bodies = bodies;
    }

    @GET
    @Operation(summary = "The people who may see the project, with their roles, and who was invited")
    @APIResponse(responseCode = "200", description = "All of them, members and owners first")
    public ManageJson.MemberPage list() {
        caller.person();
        return new ManageJson.MemberPage(
                members.list(caller.project()).stream().map(ManageJson.Member::of).toList(), null);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Add somebody by their e-mail address", description = "Who has an account is a member at once. "
            + "Anybody else is invited: hand them the link /invitation#TOKEN; no mail is sent.")
    @RequestBody(content = @Content(schema = @Schema(implementation = ManageJson.NewMember.class)))
    @APIResponse(responseCode = "201", description = "Added or invited",
            content = @Content(schema = @Schema(implementation = ManageJson.AddedMember.class)))
    @APIResponse(responseCode = "400", description = "A field is wrong; `field` names it")
    public Response add(String body) {
        UUID actor = caller.person().user().id;
        ProjectScope scope = caller.projectToManage();
        ManageJson.NewMember asked = bodies.read(body, ManageJson.NewMember.class, "a member");
        Members.Added added = members.add(actor, scope, asked.email(), asked.role());
        return ManageJson.toldOnce(
                new ManageJson.AddedMember(ManageJson.Member.of(added.member()), added.invitationToken()));
    }

    @PATCH
    @Path("{memberId}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Give a member another role")
    @RequestBody(content = @Content(schema = @Schema(implementation = ManageJson.MemberChange.class)))
    @APIResponse(responseCode = "200", description = "The member as they are now",
            content = @Content(schema = @Schema(implementation = ManageJson.Member.class)))
    @APIResponse(responseCode = "400", description = "A field is wrong, or it is the last owner")
    @APIResponse(responseCode = "404", description = "The organization has no such member")
    public ManageJson.Member change(@PathParam("memberId") String memberId, String body) {
        UUID actor = caller.person().user().id;
        ProjectScope scope = caller.projectToManage();
        ManageJson.MemberChange asked = bodies.read(body, ManageJson.MemberChange.class, "a change of a member");
        return ManageJson.Member.of(members.changeRole(actor, scope, id(memberId), asked.role()));
    }

    @DELETE
    @Path("{memberId}")
    @Operation(summary = "Remove a member, leave, or take back an invitation",
            description = "Other processes hear of it within the time they remember users.")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "400", description = "It is the last owner")
    @APIResponse(responseCode = "404", description = "The organization has no such member")
    public void remove(@PathParam("memberId") String memberId) {
        UUID actor = caller.person().user().id;
        UUID member = id(memberId);
        members.remove(actor, member.equals(actor) ? caller.project() : caller.projectToManage(), member);
    }

    private static UUID id(String memberId) {
        try {
            return UUID.fromString(memberId);
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid("memberId", "is not a member's id");
        }
    }
}
