package dev.sightline.query.langfuse;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.dataset.Dataset;
import dev.sightline.query.dataset.DatasetRun;
import dev.sightline.query.dataset.Datasets;
import dev.sightline.query.langfuse.LangfuseDatasetJson.FullRun;
import dev.sightline.query.langfuse.LangfuseDatasetJson.RunJson;
import dev.sightline.query.langfuse.LangfuseDatasetJson.RunPage;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Runs over datasets as Langfuse's public API serves them. */
@Path("/api/public/datasets")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A field or parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseDatasetRunResource {
    private final RestCaller caller;
    private final Datasets datasets;

    LangfuseDatasetRunResource(RestCaller caller, Datasets datasets) {
        this.caller = caller;
        this.datasets = datasets;
    }

    /** The items of one run have no pages. */
    private static final int ITEMS_MAX = 10_000;

    /** What deletions answer. */
    @Schema(name = "LangfuseRunMessage")
    record Message(String message) {
    }

    @GET
    @Path("{datasetName}/runs")
    @Operation(summary = "List a dataset's runs by page, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    @APIResponse(responseCode = "404", description = "The project has no such dataset")
    public RunPage list(@PathParam("datasetName") String datasetName,
            @Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit) {
        ProjectScope scope = caller.project();
        LangfusePage wanted = LangfusePage.of(page, limit);
        Dataset dataset = datasets.get(scope, datasetName);
        Datasets.Page<DatasetRun> found = datasets.runs(scope, dataset, wanted.offset(), wanted.limit());
        return new RunPage(found.entries().stream().map(run -> RunJson.of(run, dataset)).toList(),
                wanted.meta(found.totalItems()));
    }

    @GET
    @Path("{datasetName}/runs/{runName}")
    @Operation(summary = "A run with what came of the items")
    @APIResponse(responseCode = "200", description = "The run")
    @APIResponse(responseCode = "404", description = "The project has no such dataset or run")
    public FullRun get(@PathParam("datasetName") String datasetName, @PathParam("runName") String runName) {
        ProjectScope scope = caller.project();
        Dataset dataset = datasets.get(scope, datasetName);
        DatasetRun run = datasets.run(scope, dataset, runName);
        return FullRun.of(run, dataset, datasets.runItems(scope, run, 0, ITEMS_MAX).entries());
    }

    @DELETE
    @Path("{datasetName}/runs/{runName}")
    @Operation(summary = "Delete a run; its traces stay")
    @APIResponse(responseCode = "200", description = "It is gone")
    @APIResponse(responseCode = "404", description = "The project has no such dataset or run")
    public Message delete(@PathParam("datasetName") String datasetName, @PathParam("runName") String runName) {
        ProjectScope scope = caller.projectToAnnotate();
        datasets.deleteRun(scope, datasets.get(scope, datasetName), runName);
        return new Message("Dataset run " + runName + " deleted");
    }
}
