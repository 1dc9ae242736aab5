package dev.sightline.query.savedview;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.StrictJson;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Tables of traces that a project's members keep under a name for each other. */
@Path("/api/v1/saved-views")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Saved views", description = "Filters, time range and columns of the traces' page under a name, shared by "
        + "all who may see the project.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class SavedViewResource {
    private final RestCaller caller;
    private final SavedViewStore views;
    private final StrictJson json;

    SavedViewResource(RestCaller caller, SavedViewStore views, StrictJson json) {
        this.caller = caller;
        this.views = views;
        this.json = json;
    }

    /** All of a project. */
    @Schema(name = "SavedViewList")
    public record SavedViewList(List<SavedView> data) {
    }

    @GET
    @Operation(summary = "The project's saved views, by name")
    @APIResponse(responseCode = "200", description = "All of them, whole")
    public SavedViewList list() {
        return new SavedViewList(views.list(caller.project()));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @Operation(summary = "Save a view")
    @RequestBody(content = @Content(schema = @Schema(implementation = SavedView.Content.class)))
    @APIResponse(responseCode = "403", description = "Viewers may read only")
    @APIResponse(responseCode = "201", description = "The view with its id",
            content = @Content(schema = @Schema(implementation = SavedView.class)))
    @APIResponse(responseCode = "400", description = "Something is wrong, the name is taken, or the project has as many "
            + "views as it may; `field` names it")
    public SavedView create(String body) {
        ProjectScope scope = caller.projectToAnnotate();
        return views.create(scope, caller.actor(), read(body));
    }

    @PUT
    @Path("{viewId}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Replace a saved view, its name too", description = "Whoever writes last is right.")
    @RequestBody(content = @Content(schema = @Schema(implementation = SavedView.Content.class)))
    @APIResponse(responseCode = "403", description = "Viewers may read only")
    @APIResponse(responseCode = "200", description = "The view as it is now")
    @APIResponse(responseCode = "400", description = "Something is wrong, or the name is taken; `field` names it. Nothing "
            + "was changed")
    @APIResponse(responseCode = "404", description = "The project has no such view")
    public SavedView replace(@PathParam("viewId") String id, String body) {
        return views.replace(caller.projectToAnnotate(), id, read(body));
    }

    @DELETE
    @Path("{viewId}")
    @ResponseStatus(204)
    @Operation(summary = "Delete a saved view, for everybody")
    @APIResponse(responseCode = "403", description = "Viewers may read only")
    @APIResponse(responseCode = "204", description = "It is gone")
    @APIResponse(responseCode = "404", description = "The project has no such view")
    public void delete(@PathParam("viewId") String id) {
        views.delete(caller.projectToAnnotate(), id);
    }

    private SavedView.Content read(String body) {
        return json.read(body, SavedView.Content.class, "a saved view").checked();
    }
}
