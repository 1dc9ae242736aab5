package dev.sightline.query.langfuse;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.trace.Parameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Observations as Langfuse's public API serves them from its version 4 on: behind a cursor, in groups of fields. */
@Path("/api/public/v2/observations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseObservationV2Resource {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 1_000;
    /** Trace and span id. */
    private static final Pattern KEY = Pattern.compile("[0-9A-Fa-f]{48}");

    private final RestCaller caller;
    private final LangfuseObservationQueries queries;

    LangfuseObservationV2Resource(RestCaller caller, LangfuseObservationQueries queries) {
        this.caller = caller;
        this.queries = queries;
    }

    /** What follows the cursor. The observations have the fields that were asked for, and no others. */
    @Schema(name = "LangfuseObservationSlice")
    record Slice(List<Map<String, Object>> data, CursorMeta meta) {
    }

    /** Where the list goes on; nothing at its end. */
    @Schema(name = "LangfuseCursorMeta")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CursorMeta(Integer limit, String cursor) {
    }

    @GET
    @Operation(summary = "List observations behind a cursor, newest first, with the fields that are asked for")
    @APIResponse(responseCode = "200", description = "Up to `limit` observations")
    public Slice list(
            @Parameter(description = "Comma list of core, basic, time, io, metadata, model, usage, prompt, metrics, "
                    + "trace_context; default core and basic") @QueryParam("fields") String fields,
            @Parameter(description = "Comma list of metadata keys to give in full; others are cut at 200 characters")
            @QueryParam("expandMetadata") String expandMetadata,
            @Parameter(description = "1 to 1000, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "meta.cursor of the page before") @QueryParam("cursor") String cursor,
            @Parameter(description = "Only false: input and output are always text")
            @QueryParam("parseIoAsJson") String parseIoAsJson,
            @BeanParam LangfuseObservationParameters asked) {
        ProjectScope scope = caller.project();
        if (Parameters.text(parseIoAsJson).map(text -> LangfuseParameters.flag("parseIoAsJson", text)).orElse(false)) {
            throw ServiceException.invalid("parseIoAsJson",
                    "is not supported: input and output are always raw strings; leave it out and parse them yourself");
        }
        LangfuseObservationV2 shape = LangfuseObservationV2.of(fields, expandMetadata);
        LangfuseObservationQueries.Slice found = queries.after(scope, asked.filter(),
                Parameters.text(cursor).map(text -> LangfuseCursor.decode(text, KEY)),
                Parameters.number("limit", limit, LIMIT_DEFAULT, 1, LIMIT_MAX), shape.needsContent());
        return new Slice(found.observations().stream().map(each -> shape.json(each, scope.projectId())).toList(),
                new CursorMeta(null, found.next().map(LangfuseCursor::encode).orElse(null)));
    }
}
