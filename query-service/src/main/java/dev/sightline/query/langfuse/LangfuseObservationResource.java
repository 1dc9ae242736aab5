package dev.sightline.query.langfuse;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
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

/** Observations as Langfuse's public API serves them up to its version 3: by page and by id, JSON as JSON. */
@Path("/api/public/observations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseObservationResource {
    private final RestCaller caller;
    private final LangfuseObservationQueries queries;

    LangfuseObservationResource(RestCaller caller, LangfuseObservationQueries queries) {
        this.caller = caller;
        this.queries = queries;
    }

    /** A page by number. */
    @Schema(name = "LangfuseObservationPage")
    record ObservationPage(List<LangfuseJson.Observation> data, LangfuseJson.Meta meta) {
    }

    @GET
    @Operation(summary = "List observations by page, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public ObservationPage list(
            @Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit,
            @BeanParam LangfuseObservationParameters asked) {
        ProjectScope scope = caller.project();
        LangfusePage wanted = LangfusePage.of(page, limit);
        LangfuseObservationQueries.Page found = queries.page(scope, asked.filter(), wanted);
        return new ObservationPage(found.observations().stream()
                .map(each -> LangfuseJson.Observation.of(each, scope.projectId())).toList(),
                wanted.meta(found.totalItems()));
    }

    @GET
    @Path("{observationId}")
    @Operation(summary = "An observation")
    @APIResponse(responseCode = "200", description = "The observation")
    @APIResponse(responseCode = "404", description = "The project has no such observation")
    public LangfuseJson.Observation observation(@PathParam("observationId") String id) {
        ProjectScope scope = caller.project();
        return queries.get(scope, id).map(found -> LangfuseJson.Observation.of(found, scope.projectId()))
                .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                        "Observation " + id + " not found within authorized project"));
    }
}
