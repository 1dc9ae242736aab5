package dev.sightline.query.settings;

import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What is done with a project's spans before they are stored. */
@Path("/api/v1/project/settings")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Project settings", description = "Redaction, sampling, limits, own prices and retention of the project that the API "
        + "key or the header X-Sightline-Project names.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class SettingsResource {
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final RestCaller caller;
    private final SettingsStore settings;

    SettingsResource(RestCaller caller, SettingsStore settings) {
        this.caller = caller;
        this.settings = settings;
    }

    @GET
    @Operation(summary = "The project's settings")
    @APIResponse(responseCode = "200", description = "All of them; what was never set is at its default")
    public IngestSettings get() {
        return settings.of(caller.project());
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Replace the project's settings",
            description = "What the body leaves out goes back to its default, retention too: PATCH changes some. Edges follow within about a minute.")
    @RequestBody(content = @Content(schema = @Schema(implementation = IngestSettings.class)))
    @APIResponse(responseCode = "200", description = "The settings as they are now",
            content = @Content(schema = @Schema(implementation = IngestSettings.class)))
    @APIResponse(responseCode = "400", description = "A setting is wrong; `field` names it. Nothing was changed")
    @APIResponse(responseCode = "403", description = "Only owners and admins may change settings")
    public IngestSettings replace(String body) {
        return settings.replace(caller.projectToManage(), body);
    }

    @PATCH
    @Consumes({MediaType.APPLICATION_JSON, MERGE_PATCH})
    @Operation(summary = "Change some of the project's settings", description = "By RFC 7396: what the body leaves out "
            + "stays, objects are merged, lists are replaced, null is back to the default. What others change at the same "
            + "time is kept. Edges follow within about a minute.")
    @RequestBody(content = @Content(schema = @Schema(implementation = IngestSettings.class)))
    @APIResponse(responseCode = "200", description = "The settings as they are now",
            content = @Content(schema = @Schema(implementation = IngestSettings.class)))
    @APIResponse(responseCode = "400", description = "A setting is wrong; `field` names it. Nothing was changed")
    @APIResponse(responseCode = "403", description = "Only owners and admins may change settings")
    public IngestSettings change(String body) {
        return settings.merge(caller.projectToManage(), body);
    }
}
