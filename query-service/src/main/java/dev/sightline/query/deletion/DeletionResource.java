package dev.sightline.query.deletion;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.RestCaller;
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
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Deletions of traces: ordered here, answered at once, and told about until they are done. */
@Path("/api/v1/deletions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Deletions", description = "Traces are deleted with their observations, content, media that no other trace "
        + "uses, scores, and their share of every sum.")
@APIResponse(responseCode = "400", description = "A field or parameter is wrong; `field` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class DeletionResource {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 200;

    private final RestCaller caller;
    private final Deletions deletions;

    DeletionResource(RestCaller caller, Deletions deletions) {
        this.caller = caller;
        this.deletions = deletions;
    }

    /** How far a deletion is. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "Deletion")
    record DeletionJson(String id,
            @Schema(enumeration = {"running", "done", "failed"}) String state,
            @Schema(description = "Traces found so far; 0 at the end: there was nothing to delete") long traces,
            @Schema(description = "Their observations") long observations,
            @Schema(description = "Why it failed, or does not get on now") @Nullable String problem,
            String createdAt, @Nullable String finishedAt) {
        static DeletionJson of(Deletion deletion) {
            return new DeletionJson(deletion.id.toString(), deletion.state, deletion.traces, deletion.observations,
                    deletion.problem.isEmpty() ? null : deletion.problem, deletion.createdAt.toString(),
                    deletion.finishedAt == null ? null : deletion.finishedAt.toString());
        }
    }

    /** Newest first. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "DeletionPage")
    record DeletionPage(List<DeletionJson> data, @Nullable String nextCursor) {
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Delete traces", description = "By ids, by end user, or by a query. What arrives of a deleted "
            + "trace later is a new trace.")
    @APIResponse(responseCode = "202", description = "It is under way", content = @Content(
            schema = @Schema(implementation = DeletionJson.class)))
    @APIResponse(responseCode = "403", description = "Only owners and admins may delete")
    public Response order(Selection selection) {
        if (selection == null) {
            throw ServiceException.invalid("body", "must name exactly one of trace_ids, user_id and query");
        }
        return Response.accepted(DeletionJson.of(deletions.order(caller.projectToManage(), selection.checked())))
                .build();
    }

    @GET
    @Operation(summary = "List deletions, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public DeletionPage list(@Parameter(description = "1 to 200, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "next_cursor of the page before") @QueryParam("cursor") String cursor) {
        int count = Parameters.number("limit", limit, LIMIT_DEFAULT, 1, LIMIT_MAX);
        List<Deletion> found = deletions.list(caller.project(), Parameters.time("cursor", cursor)
                .orElseGet(() -> Instant.now().plusSeconds(60)), count + 1);
        boolean more = found.size() > count;
        List<Deletion> page = more ? found.subList(0, count) : found;
        return new DeletionPage(page.stream().map(DeletionJson::of).toList(),
                more ? page.getLast().createdAt.toString() : null);
    }

    @GET
    @Path("{id}")
    @Operation(summary = "How far a deletion is")
    @APIResponse(responseCode = "200", description = "The deletion")
    @APIResponse(responseCode = "404", description = "The project has no such deletion")
    public DeletionJson get(@PathParam("id") String id) {
        var scope = caller.project();
        try {
            return deletions.get(scope, UUID.fromString(id)).map(DeletionJson::of).orElseThrow(() -> unknown(id));
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private static ServiceException unknown(String id) {
        return ServiceException.of(ErrorCode.NOT_FOUND, "this project has no deletion " + id);
    }
}
