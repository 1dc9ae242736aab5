package dev.sightline.query.score;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreBatch;
import dev.sightline.proto.score.v1.ScoreDeletion;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.publish.RecordPublisher;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.storage.score.ScoreTable;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Scores that people give. They travel like all others, so they can be read a moment later. */
@Path("/api/v1/scores")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Scores")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "403", description = "Viewers may read only, and keys don't score here")
public class AnnotationResource {
    private final RestCaller caller;
    private final ScoreConfigs configs;
    private final ClickHouseReads reads;
    private final RecordPublisher publisher;

    AnnotationResource(RestCaller caller, ScoreConfigs configs, ClickHouseReads reads, RecordPublisher publisher) {
        this.caller = caller;
        this.configs = configs;
        this.reads = reads;
        this.publisher = publisher;
    }

    /** Which score the answer is about. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "ScoreReference")
    record ScoreReference(String id) {
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Score a trace, an observation or a session",
            description = "For people who are signed in: the source is `annotation`, the user the author. Applications "
                    + "send scores to `/api/public/scores`. A score with the id of another takes its place.")
    @APIResponse(responseCode = "202", description = "It is accepted for good, and readable in a moment", content =
            @Content(schema = @Schema(implementation = ScoreReference.class)))
    @APIResponse(responseCode = "400", description = "A field is wrong; `field` names it")
    public Response create(NewScore asked) {
        ProjectScope scope = caller.projectToAnnotate();
        String author = caller.signedIn().map(user -> user.user().id.toString()).orElseThrow(() ->
                ServiceException.of(ErrorCode.PERMISSION_DENIED,
                        "only people who are signed in score here; with an API key use POST /api/public/scores"));
        StrictJson.present(asked);
        Score score = asked.toScore(author, configs, scope);
        publisher.scores(score.getId(), ScoreBatch.newBuilder().setProjectId(scope.projectId()).addScores(score)
                .build());
        return Response.accepted(new ScoreReference(score.getId())).build();
    }

    @DELETE
    @Path("{scoreId}")
    @Operation(summary = "Delete a score")
    @APIResponse(responseCode = "202", description = "It is accepted for good, and takes effect in a moment", content =
            @Content(schema = @Schema(implementation = ScoreReference.class)))
    @APIResponse(responseCode = "404", description = "The project has no such score")
    public Response delete(@PathParam("scoreId") String id) {
        ProjectScope scope = caller.projectToAnnotate();
        boolean isThere = !reads.list(new ProjectQuery(scope, "1", ScoreTable.SCORES.name()).and("id = ?", id)
                .then("LIMIT 1"), row -> row.getInt(1)).isEmpty();
        if (!isThere) {
            throw ServiceException.of(ErrorCode.NOT_FOUND, "this project has no score " + id);
        }
        publisher.scores(id, ScoreBatch.newBuilder().setProjectId(scope.projectId()).addDeletions(
                ScoreDeletion.newBuilder().setId(id).setTimeUnixNano(RecordPublisher.now())).build());
        return Response.accepted(new ScoreReference(id)).build();
    }
}
