package dev.sightline.query.manage;

import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The people who may see a project. */
@Path("/api/v1/project/members")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Management")
public class ProjectMemberResource {
    private final RestCaller caller;
    private final Management management;

    ProjectMemberResource(RestCaller caller, Management management) {
        this.caller = caller;
        this.management = management;
    }

    @GET
    @Operation(summary = "The people who may see the project, with their roles")
    @APIResponse(responseCode = "200", description = "All of them, owners first")
    @APIResponse(responseCode = "401", description = "No or wrong credentials")
    @APIResponse(responseCode = "403", description = "Not for API keys")
    public ManageJson.MemberPage list() {
        caller.person();
        return new ManageJson.MemberPage(
                management.members(caller.project()).stream().map(ManageJson.Member::of).toList(), null);
    }
}
