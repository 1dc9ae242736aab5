package dev.sightline.query.export;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.http.ByteRange;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.FileAnswer;
import dev.sightline.query.http.StrictJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Files of a project's rows, made in the background. */
@Path("/api/v1/exports")
@RunOnVirtualThread
@Tag(name = "Exports", description = "Files of the project's traces, observations, their inputs and outputs, scores or sessions.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class ExportResource {
    private final RestCaller caller;
    private final Exports exports;
    private final ExportFiles files;
    private final StrictJson bodies;

    ExportResource(RestCaller caller, Exports exports, ExportFiles files, StrictJson bodies) {
        this.caller = caller;
        this.exports = exports;
        this.files = files;
        this.bodies = bodies;
    }

    /**
     * An export and how far it is.
     *
     * @param state queued, running, done, failed or expired
     * @param rows written so far; a Parquet file tells them when it is done
     * @param rowsTotal there were when it began; null: not counted yet
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "Export")
    record Body(UUID id, @Schema(enumeration = {"queued", "running", "done", "failed", "expired"}) String state,
            @Schema(enumeration = {"traces", "observations", "content", "scores", "sessions"}) String table,
            @Nullable String query, @Nullable String from, @Nullable String to,
            @Schema(enumeration = {"csv", "jsonl", "parquet"}) String format, long rows, @Nullable Long rowsTotal,
            long bytes, @Nullable String error, Instant createdAt, @Nullable Instant finishedAt,
            @Nullable Instant expiresAt) {
        static Body of(Export export, ExportRequest request) {
            return new Body(export.id, export.state, request.table(), request.query(), request.from(), request.to(),
                    request.format(), export.rowCount, export.rowTotal, export.byteCount,
                    export.error.isEmpty() ? null : export.error, export.createdAt, export.finishedAt,
                    export.expiresAt);
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "ExportPage")
    record Page(List<Body> data, @Nullable String nextCursor) {
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Begin an export", description = "It goes on when you leave. Its columns are those of the "
            + "view of the same name in GET /api/v1/sql/schema.")
    @RequestBody(content = @Content(schema = @Schema(implementation = ExportRequest.class)))
    @APIResponse(responseCode = "202", description = "It waits for its turn",
            content = @Content(schema = @Schema(implementation = Body.class)))
    @APIResponse(responseCode = "400", description = "A field is wrong; `field` names it")
    @APIResponse(responseCode = "429", description = "Too many exports of the project are not finished")
    public Response create(String body) {
        ProjectScope scope = caller.project();
        Export export = exports.create(scope, bodies.read(body, ExportRequest.class, "an export"));
        // Not by location(), which makes it absolute with the name this process has behind the gateway.
        return Response.accepted(body(export)).header(HttpHeaders.LOCATION, "/api/v1/exports/" + export.id).build();
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The project's exports, newest first")
    @APIResponse(responseCode = "200", description = "The newest 100")
    public Page list() {
        return new Page(exports.list(caller.project()).stream().map(this::body).toList(), null);
    }

    @GET
    @Path("{exportId}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "An export and how far it is")
    @APIResponse(responseCode = "200", description = "The export")
    @APIResponse(responseCode = "404", description = "The project has no such export")
    public Body get(@PathParam("exportId") String id) {
        return body(find(id));
    }

    @GET
    @Path("{exportId}/content")
    @Produces({"text/csv", "application/x-ndjson", "application/vnd.apache.parquet"})
    @Operation(summary = "The file of an export that is done",
            description = "A broken download goes on with the header Range.")
    @APIResponse(responseCode = "200", description = "The file",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "206", description = "The part that Range asks for",
            content = @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "404", description = "No such export, or it is not done, or its time is over")
    @APIResponse(responseCode = "416", description = "No byte of the file is in the range")
    public Response content(@PathParam("exportId") String id, @HeaderParam("Range") String range,
            @HeaderParam("If-Range") String ifRange, @Context HttpServerRequest http) {
        Export export = find(id);
        if (!export.state.equals(Export.DONE)) {
            throw ServiceException.of(ErrorCode.NOT_FOUND, export.state.equals(Export.EXPIRED)
                    ? "the file's time is over; begin a new export" : "the export is " + export.state);
        }
        String tag = "\"" + export.id + "\"";
        ByteRange part = ByteRange.parse(ifRange == null || ifRange.equals(tag) ? range : null, export.byteCount);
        if (part == null) {
            return Response.status(416).header("Content-Range", "bytes */" + export.byteCount).build();
        }
        // Of HEAD nobody would read and close it.
        InputStream content = http.method() == HttpMethod.HEAD ? InputStream.nullInputStream()
                : files.read(export.id, part.from(), part.length()).orElseThrow(() -> ServiceException.of(
                        ErrorCode.NOT_FOUND, "the file is gone; begin a new export"));
        ExportRequest request = exports.request(export);
        String name = request.table() + "-" + export.createdAt.toString().substring(0, 19).replaceAll("[^0-9]", "")
                + "." + request.fileFormat().extension();
        Response.ResponseBuilder answer = FileAnswer.of(content, request.fileFormat().mediaType, name, http)
                .header("Accept-Ranges", "bytes").header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CONTENT_LENGTH, part.length());
        return part.isAll() ? answer.build() : answer.status(206).header("Content-Range", part.header()).build();
    }

    private Export find(String id) {
        ProjectScope scope = caller.project();
        UUID known;
        try {
            known = UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid("exportId", "is not an export's id");
        }
        return exports.find(scope, known).orElseThrow(() ->
                ServiceException.of(ErrorCode.NOT_FOUND, "this project has no such export"));
    }

    private Body body(Export export) {
        return Body.of(export, exports.request(export));
    }
}
