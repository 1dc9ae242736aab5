package dev.sightline.query.langfuse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.dataset.Dataset;
import dev.sightline.query.dataset.Datasets;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.langfuse.LangfuseDatasetJson.DatasetJson;
import dev.sightline.query.langfuse.LangfuseDatasetJson.DatasetPage;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
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

/** Datasets as Langfuse's public API serves them. */
@Path("/api/public/v2/datasets")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A field or parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseDatasetResource {
    private final RestCaller caller;
    private final Datasets datasets;

    LangfuseDatasetResource(RestCaller caller, Datasets datasets) {
        this.caller = caller;
        this.datasets = datasets;
    }

    /** A dataset that is to be. */
    @Schema(name = "LangfuseNewDataset")
    record NewDataset(String name, String description, @Schema(implementation = Object.class) JsonNode metadata) {
    }

    @GET
    @Operation(summary = "List datasets by page, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public DatasetPage list(@Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit) {
        LangfusePage wanted = LangfusePage.of(page, limit);
        Datasets.Page<Dataset> found = datasets.list(caller.project(), wanted.offset(), wanted.limit());
        return new DatasetPage(found.entries().stream().map(DatasetJson::of).toList(),
                wanted.meta(found.totalItems()));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Create a dataset, or change the one of that name")
    @APIResponse(responseCode = "200", description = "The dataset")
    public DatasetJson create(NewDataset asked) {
        ProjectScope scope = caller.projectToAnnotate();
        StrictJson.present(asked);
        return DatasetJson.of(datasets.put(scope, asked.name, asked.description,
                LangfuseDatasetJson.text(asked.metadata)));
    }

    @GET
    @Path("{datasetName: .+}")
    @Operation(summary = "A dataset")
    @APIResponse(responseCode = "200", description = "The dataset")
    @APIResponse(responseCode = "404", description = "The project has no such dataset")
    public DatasetJson get(@PathParam("datasetName") String name) {
        return DatasetJson.of(datasets.get(caller.project(), name));
    }
}
