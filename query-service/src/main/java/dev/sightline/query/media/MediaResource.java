package dev.sightline.query.media;

import dev.sightline.base.error.ServiceException;
import dev.sightline.base.media.MediaUrls;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Where the UI's images and sounds come from. A page can't give an image an API key, but its cookie; so this checks the
 * cookie and passes on to the signed address under the same base URL, where ingestion-service hands out the content.
 */
@Path("/api/v1/media")
@RunOnVirtualThread
@Tag(name = "Media", description = "Images, sounds and files that traces refer to.")
public class MediaResource {
    private static final String MEDIA_ID = "[A-Za-z0-9_-]{22}";

    private final RestCaller caller;
    private final MediaUrls urls;

    MediaResource(RestCaller caller, MediaUrls urls) {
        this.caller = caller;
        this.urls = urls;
    }

    @GET
    @Path("{mediaId}")
    @Operation(summary = "Go to a medium's content", description = "The address is good for a while without a key.")
    @APIResponse(responseCode = "302", description = "The content's address; 404 there when nothing is stored")
    @APIResponse(responseCode = "400", description = "Not the id of a medium")
    @APIResponse(responseCode = "401", description = "No or wrong credentials")
    @APIResponse(responseCode = "404", description = "No such project")
    public Response content(
            @Parameter(description = "22 characters, as in @@@langfuseMedia:type=…|id=…|source=…@@@")
            @PathParam("mediaId") String mediaId) {
        String projectId = caller.project().projectId();
        if (!mediaId.matches(MEDIA_ID)) {
            throw ServiceException.invalid("mediaId", "is not the 22 characters of a medium's id");
        }
        return Response.status(Response.Status.FOUND)
                .header(HttpHeaders.LOCATION, urls.download(projectId, mediaId, urls.expiry())).build();
    }
}
