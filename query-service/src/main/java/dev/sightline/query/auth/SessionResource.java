package dev.sightline.query.auth;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.SignedInUsers.SignedInUser;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.Membership;
import dev.sightline.query.control.User;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirements;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Signing in to the UI, and out. */
@Path("/api/v1/session")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Session", description = "Signing in to the UI. API keys need no session.")
public class SessionResource {
    private static final int EMAIL_LENGTH_MAX = 254;

    private final RestCaller caller;
    private final SignIn signIn;
    private final SignedInUsers users;
    private final SessionCookie cookies;
    private final ControlData control;

    SessionResource(RestCaller caller, SignIn signIn, SignedInUsers users, SessionCookie cookies, ControlData control) {
        this.caller = caller;
        this.signIn = signIn;
        this.users = users;
        this.cookies = cookies;
        this.control = control;
    }

    /** What a user proves itself with. */
    @Schema(name = "Credentials")
    public record SignInRequest(String email, String password) {
        /** Without the password. */
        @Override
        public String toString() {
            return "SignInRequest[" + email + "]";
        }
    }

    /** A user's password and the one to put in its place. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "PasswordChange")
    public record PasswordChange(@Schema(required = true) String currentPassword,
            @Schema(required = true, description = "12 to 200 characters") String newPassword) {
        /** Without the passwords. */
        @Override
        public String toString() {
            return "PasswordChange[]";
        }
    }

    /** Who is signed in, and the projects they may see. */
    @Schema(name = "Session")
    public record Session(SessionUser user, List<SessionProject> projects) {
        /** Roles are by the organization's id. Who was taken out of one a moment ago sees its projects no more. */
        public static Session of(SignedInUser signedIn, Map<String, Membership.Role> roles) {
            return new Session(new SessionUser(signedIn.user().email, signedIn.user().name),
                    signedIn.projects().stream().filter(project -> roles.containsKey(project.organization.id))
                            .map(project -> new SessionProject(project.id, project.name, new SessionOrganization(
                                    project.organization.id, project.organization.name,
                                    roles.get(project.organization.id)))).toList());
        }
    }

    /** A signed-in user. */
    public record SessionUser(String email, String name) {
    }

    /** A project a user may see. */
    public record SessionProject(String id, String name, SessionOrganization organization) {
    }

    /** The owner of a project, and what the user is in it: that says what they may do in the project. */
    public record SessionOrganization(String id, String name, Membership.Role role) {
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Sign in", description = "Sets the session cookie.")
    @APIResponse(responseCode = "200", description = "Signed in",
            content = @Content(schema = @Schema(implementation = Session.class)))
    @APIResponse(responseCode = "401", description = "Wrong e-mail address or password")
    @APIResponse(responseCode = "429", description = "Too many failures; see Retry-After")
    @SecurityRequirements
    public Response signIn(SignInRequest request, @Context HttpServerRequest http) {
        String email = bounded("email", request == null ? null : request.email(), EMAIL_LENGTH_MAX);
        String password = bounded("password", request == null ? null : request.password(), SignIn.PASSWORD_CHARS_MAX);
        return signedIn(signIn.check(email, password, address(http)).id);
    }

    @PUT
    @Path("password")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change one's own password", description = "Ends all sessions of the user but this one, which "
            + "goes on with a new cookie. Other processes hear of it within the time they remember users.")
    @APIResponse(responseCode = "200", description = "Changed",
            content = @Content(schema = @Schema(implementation = Session.class)))
    @APIResponse(responseCode = "400", description = "The new password is too short; `field` names it")
    @APIResponse(responseCode = "401", description = "Nobody is signed in, or the current password is wrong")
    @APIResponse(responseCode = "403", description = "Not for API keys")
    @APIResponse(responseCode = "429", description = "Too many failures; see Retry-After")
    @SecurityRequirement(name = "session")
    public Response changePassword(PasswordChange request, @Context HttpServerRequest http) {
        User user = caller.person().user();
        String current = bounded("current_password", request == null ? null : request.currentPassword(),
                SignIn.PASSWORD_CHARS_MAX);
        signIn.changePassword(user, current, request.newPassword(), address(http));
        users.forget(user.id);
        return signedIn(user.id);
    }

    private Response signedIn(UUID userId) {
        return Response.ok(session(users.of(userId).orElseThrow())).cookie(cookies.issue(userId)).build();
    }

    private static String address(HttpServerRequest http) {
        return http.remoteAddress().hostAddress();
    }

    @GET
    @Operation(summary = "Who is signed in")
    @APIResponse(responseCode = "200", description = "Who it is, and the projects they may see")
    @APIResponse(responseCode = "401", description = "Nobody")
    @SecurityRequirement(name = "session")
    public Session session() {
        return session(caller.user());
    }

    /** Roles are read anew each time: a page shows by them what may be done. */
    private Session session(SignedInUser user) {
        return Session.of(user, control.roles(user.user().id));
    }

    @DELETE
    @Operation(summary = "Sign out", description = "Takes the session cookie back.")
    @APIResponse(responseCode = "204", description = "Signed out, or nobody was signed in")
    @SecurityRequirement(name = "session")
    public Response signOut() {
        return Response.noContent().cookie(cookies.clear()).build();
    }

    private static String bounded(String field, String value, int lengthMax) {
        if (value == null || value.isBlank()) {
            throw ServiceException.invalid(field, "is missing");
        }
        if (value.length() > lengthMax) {
            throw ServiceException.invalid(field, "has more than " + lengthMax + " characters");
        }
        return value;
    }
}
