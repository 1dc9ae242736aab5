package dev.sightline.query.langfuse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.dataset.Dataset;
import dev.sightline.query.dataset.DatasetRun;
import dev.sightline.query.dataset.DatasetRunItem;
import dev.sightline.query.dataset.Datasets;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.langfuse.LangfuseDatasetJson.RunItemJson;
import dev.sightline.query.langfuse.LangfuseDatasetJson.RunItemPage;
import dev.sightline.query.trace.Parameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What came of datasets' items in runs, as Langfuse's public API serves it. */
@Path("/api/public/dataset-run-items")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A field or parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseDatasetRunItemResource {
    private final RestCaller caller;
    private final Datasets datasets;

    LangfuseDatasetRunItemResource(RestCaller caller, Datasets datasets) {
        this.caller = caller;
        this.datasets = datasets;
    }

    /** What came of an item: its trace. */
    @Schema(name = "LangfuseNewDatasetRunItem")
    record NewRunItem(String runName, String runDescription, @Schema(implementation = Object.class) JsonNode metadata,
            String datasetItemId, String traceId, String observationId) {
    }

    @GET
    @Operation(summary = "List what came of items in a run, by page")
    @APIResponse(responseCode = "200", description = "A page")
    @APIResponse(responseCode = "404", description = "The project has no such dataset or run")
    public RunItemPage list(@Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit,
            @QueryParam("datasetId") String datasetId, @QueryParam("runName") String runName) {
        ProjectScope scope = caller.project();
        LangfusePage wanted = LangfusePage.of(page, limit);
        Dataset dataset = datasets.byId(scope, required("datasetId", datasetId)).orElseThrow(() ->
                ServiceException.of(ErrorCode.NOT_FOUND, "Dataset " + datasetId + " not found within authorized project"));
        DatasetRun run = datasets.run(scope, dataset, required("runName", runName));
        Datasets.Page<DatasetRunItem> found = datasets.runItems(scope, run, wanted.offset(), wanted.limit());
        return new RunItemPage(found.entries().stream().map(item -> RunItemJson.of(item, run.name)).toList(),
                wanted.meta(found.totalItems()));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Say which trace came of an item in a run")
    @APIResponse(responseCode = "200", description = "The run's item")
    @APIResponse(responseCode = "404", description = "The project has no such item")
    public RunItemJson create(NewRunItem asked) {
        ProjectScope scope = caller.projectToAnnotate();
        StrictJson.present(asked);
        return RunItemJson.of(datasets.addRunItem(scope, new Datasets.NewRunItem(null, asked.runName, asked.runDescription,
                LangfuseDatasetJson.text(asked.metadata), asked.datasetItemId, asked.traceId, asked.observationId)),
                asked.runName);
    }

    private static String required(String parameter, String value) {
        return Parameters.text(value).orElseThrow(() -> ServiceException.invalid(parameter, "is missing"));
    }
}
