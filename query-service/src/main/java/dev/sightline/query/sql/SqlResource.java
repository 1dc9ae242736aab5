package dev.sightline.query.sql;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.FileAnswer;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceFilter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** SQL over the project's own rows. */
@Path("/api/v1/sql")
@RunOnVirtualThread
@Tag(name = "SQL", description = "Read-only ClickHouse SQL over documented views of the project's own rows.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class SqlResource {
    private final RestCaller caller;
    private final SqlQueries queries;
    private final StrictJson bodies;

    SqlResource(RestCaller caller, SqlQueries queries, StrictJson bodies) {
        this.caller = caller;
        this.queries = queries;
        this.bodies = bodies;
    }

    /**
     * What to run.
     *
     * @param parameters for <code>{name:Type}</code> in the SQL
     * @param from the views hold only what began at or after; ISO-8601
     * @param to the views hold only what began before; ISO-8601
     */
    @Schema(name = "SqlRequest")
    record Request(@Schema(required = true, examples = "SELECT model, count() FROM observations GROUP BY model")
            String sql,
            @Schema(description = "Goes before the header Accept", defaultValue = "json",
                    enumeration = {"json", "csv", "jsonl", "arrow", "parquet"})
            @Nullable String format,
            @Schema(description = "Values of {name:Type} in the SQL") @Nullable Map<String, String> parameters,
            @Schema(description = "The views hold only what began at or after; ISO-8601") @Nullable String from,
            @Schema(description = "The views hold only what began before; ISO-8601") @Nullable String to,
            @Nullable Limits limits) {
    }

    /** Lower bounds than the configured ones. */
    @Schema(name = "SqlLimits")
    record Limits(@Nullable Integer rows, @Nullable Integer seconds) {
    }

    /** A result; each row has a value for each column. */
    @Schema(name = "SqlResult")
    record Result(List<ResultColumn> columns, List<List<Object>> data, long rows, boolean truncated,
            @Schema(name = "elapsed_ms") long elapsedMs) {
    }

    /** A column of a result. */
    @Schema(name = "SqlResultColumn")
    record ResultColumn(String name, String type) {
    }

    /** What can be read. */
    @Schema(name = "SqlSchema")
    public record Views(List<SqlView> views) {
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces({MediaType.APPLICATION_JSON, "text/csv", "application/x-ndjson", "application/vnd.apache.arrow.stream",
            "application/vnd.apache.parquet"})
    @Operation(summary = "Run a SELECT over the project's rows", description = "One SELECT over the views that GET "
            + "/api/v1/sql/schema tells. JSON by default and cut at a number of rows; other formats by Accept or "
            + "`format`, streamed, whole or an error.")
    @RequestBody(content = @Content(schema = @Schema(implementation = Request.class)))
    @APIResponse(responseCode = "200", description = "The result",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Result.class)))
    @APIResponse(responseCode = "400", description = "The statement cannot be run here, or is past a bound; the answer "
            + "says why. Nothing of what was refused was executed")
    @APIResponse(responseCode = "503", description = "Too many queries at once, or ClickHouse is away")
    public Response run(String body, @Context HttpHeaders headers, @Context HttpServerRequest http) {
        ProjectScope scope = caller.project();
        Request request = bodies.read(body, Request.class, "an SQL request");
        SqlFormat format = SqlFormat.of(request.format(), headers.getAcceptableMediaTypes());
        SqlQueries.Query query = query(request);
        return format == SqlFormat.JSON
                ? Response.ok(queries.json(scope, query), MediaType.APPLICATION_JSON).build()
                : FileAnswer.of(queries.file(scope, query, format), format.mediaType,
                        "result." + format.name().toLowerCase(Locale.ROOT), http).build();
    }

    @GET
    @Path("schema")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The views and their columns")
    @APIResponse(responseCode = "200", description = "What SQL can read")
    public Views schema() {
        caller.project();
        return new Views(SqlView.ALL);
    }

    private static SqlQueries.Query query(Request request) {
        Limits limits = request.limits() == null ? new Limits(null, null) : request.limits();
        return new SqlQueries.Query(request.sql(),
                request.parameters() == null ? Map.of() : request.parameters(),
                time("from", request.from()), time("to", request.to()),
                positive("limits.rows", limits.rows()),
                positive("limits.seconds", limits.seconds()).map(Duration::ofSeconds));
    }

    private static Optional<Instant> time(String field, String value) {
        Optional<Instant> time = Parameters.time(field, value);
        time.ifPresent(known -> TraceFilter.requireKnown(field, known));
        return time;
    }

    private static Optional<Integer> positive(String field, Integer value) {
        if (value != null && value < 1) {
            throw ServiceException.invalid(field, "must be at least 1");
        }
        return Optional.ofNullable(value);
    }
}
