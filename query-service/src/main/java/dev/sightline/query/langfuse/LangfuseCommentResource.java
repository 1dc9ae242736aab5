package dev.sightline.query.langfuse;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.comment.Comment;
import dev.sightline.query.comment.Comments;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.trace.Parameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Comments as Langfuse's public API serves them. */
@Path("/api/public/comments")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A field or parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseCommentResource {
    private final RestCaller caller;
    private final Comments comments;

    LangfuseCommentResource(RestCaller caller, Comments comments) {
        this.caller = caller;
        this.comments = comments;
    }

    /** A comment in Langfuse's shape. */
    @Schema(name = "LangfuseComment")
    record CommentJson(String id, String projectId, String createdAt, String updatedAt, String objectType,
            String objectId, String content, String authorUserId) {
        static CommentJson of(Comment comment) {
            return new CommentJson(comment.id, comment.projectId, LangfuseJson.time(comment.createdAt),
                    LangfuseJson.time(comment.updatedAt), comment.objectType, comment.objectId, comment.content,
                    comment.authorUserId);
        }
    }

    /** A page by number. */
    @Schema(name = "LangfuseCommentPage")
    record CommentPage(List<CommentJson> data, LangfuseJson.Meta meta) {
    }

    /** A comment that is to be. */
    @Schema(name = "LangfuseNewComment")
    record NewComment(String projectId, String objectType, String objectId, String content, String authorUserId) {
    }

    /** What was made. */
    @Schema(name = "LangfuseCreated")
    record Created(String id) {
    }

    @GET
    @Operation(summary = "List comments by page, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public CommentPage list(@Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "TRACE, OBSERVATION, SESSION, PROMPT") @QueryParam("objectType") String objectType,
            @Parameter(description = "With objectType") @QueryParam("objectId") String objectId,
            @QueryParam("authorUserId") String authorUserId) {
        ProjectScope scope = caller.project();
        LangfusePage wanted = LangfusePage.of(page, limit);
        Comments.Page found = comments.page(scope, new Comments.Asked(Parameters.text(objectType).orElse(""),
                Parameters.text(objectId).orElse(""), Parameters.text(authorUserId).orElse("")), wanted.offset(),
                wanted.limit());
        return new CommentPage(found.comments().stream().map(CommentJson::of).toList(),
                wanted.meta(found.totalItems()));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Comment on a trace, an observation, a session or a prompt",
            description = "Signed in, the author is the user, whatever authorUserId says.")
    @APIResponse(responseCode = "200", description = "The comment's id")
    public Created create(NewComment asked) {
        ProjectScope scope = caller.projectToAnnotate();
        StrictJson.present(asked);
        if (asked.projectId != null && !asked.projectId.equals(scope.projectId())) {
            throw ServiceException.invalid("projectId", "is not the project of the API key");
        }
        String author = caller.signedIn().map(user -> user.user().id.toString()).orElse(asked.authorUserId);
        return new Created(comments.create(scope, asked.objectType, asked.objectId, asked.content, author).id);
    }

    @GET
    @Path("{commentId}")
    @Operation(summary = "A comment")
    @APIResponse(responseCode = "200", description = "The comment")
    @APIResponse(responseCode = "404", description = "The project has no such comment")
    public CommentJson get(@PathParam("commentId") String id) {
        ProjectScope scope = caller.project();
        return comments.get(scope, id).map(CommentJson::of).orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                "Comment " + id + " not found within authorized project"));
    }
}
