package dev.sightline.query.langfuse;

import dev.sightline.query.langfuse.LangfuseDatasetJson.DatasetJson;
import dev.sightline.query.langfuse.LangfuseDatasetResource.NewDataset;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where the JavaScript SDK up to version 3 creates a dataset; it reads them at {@link LangfuseDatasetResource} too. */
@Path("/api/public/datasets")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
public class LangfuseNewDatasetResource {
    private final LangfuseDatasetResource datasets;

    LangfuseNewDatasetResource(LangfuseDatasetResource datasets) {
        this.datasets = datasets;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Create a dataset, or change the one of that name",
            description = "The same as at `/api/public/v2/datasets`, for older clients.")
    @APIResponse(responseCode = "200", description = "The dataset")
    @APIResponse(responseCode = "400", description = "A field is wrong; `message` names it")
    @APIResponse(responseCode = "401", description = "No or wrong credentials")
    public DatasetJson create(NewDataset asked) {
        return datasets.create(asked);
    }
}
