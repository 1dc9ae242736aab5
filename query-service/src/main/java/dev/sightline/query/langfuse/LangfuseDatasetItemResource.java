package dev.sightline.query.langfuse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.dataset.DatasetItem;
import dev.sightline.query.dataset.Datasets;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.langfuse.LangfuseDatasetJson.ItemJson;
import dev.sightline.query.langfuse.LangfuseDatasetJson.ItemPage;
import dev.sightline.query.trace.Parameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Items of datasets as Langfuse's public API serves them. */
@Path("/api/public/dataset-items")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A field or parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseDatasetItemResource {
    private final RestCaller caller;
    private final Datasets datasets;

    LangfuseDatasetItemResource(RestCaller caller, Datasets datasets) {
        this.caller = caller;
        this.datasets = datasets;
    }

    /** An item that is to be. */
    @Schema(name = "LangfuseNewDatasetItem")
    record NewItem(String datasetName, String id, @Schema(implementation = Object.class) JsonNode input,
            @Schema(implementation = Object.class) JsonNode expectedOutput,
            @Schema(implementation = Object.class) JsonNode metadata, String sourceTraceId, String sourceObservationId,
            String status) {
    }

    /** What deletions answer. */
    @Schema(name = "LangfuseItemMessage")
    record Message(String message) {
    }

    @GET
    @Operation(summary = "List items by page, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    @APIResponse(responseCode = "404", description = "The project has no such dataset")
    public ItemPage list(@Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit,
            @QueryParam("datasetName") String datasetName, @QueryParam("sourceTraceId") String sourceTraceId,
            @QueryParam("sourceObservationId") String sourceObservationId) {
        ProjectScope scope = caller.project();
        LangfusePage wanted = LangfusePage.of(page, limit);
        Datasets.Page<DatasetItem> found = datasets.items(scope, new Datasets.AskedItems(
                Parameters.text(datasetName).orElse(""), Parameters.text(sourceTraceId).orElse(""),
                Parameters.text(sourceObservationId).orElse("")), wanted.offset(), wanted.limit());
        Map<String, String> names = new HashMap<>();
        return new ItemPage(found.entries().stream().map(item -> ItemJson.of(item, names.computeIfAbsent(
                item.datasetId, id -> name(scope, id)))).toList(), wanted.meta(found.totalItems()));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Create an item, or change the one with that id")
    @APIResponse(responseCode = "200", description = "The item")
    @APIResponse(responseCode = "404", description = "The project has no such dataset")
    public ItemJson create(NewItem asked) {
        ProjectScope scope = caller.projectToAnnotate();
        StrictJson.present(asked);
        DatasetItem item = datasets.putItem(scope, new Datasets.NewItem(asked.id, asked.datasetName,
                LangfuseDatasetJson.text(asked.input), LangfuseDatasetJson.text(asked.expectedOutput),
                LangfuseDatasetJson.text(asked.metadata), asked.sourceTraceId, asked.sourceObservationId,
                asked.status));
        return ItemJson.of(item, asked.datasetName);
    }

    @GET
    @Path("{itemId}")
    @Operation(summary = "An item")
    @APIResponse(responseCode = "200", description = "The item")
    @APIResponse(responseCode = "404", description = "The project has no such item")
    public ItemJson get(@PathParam("itemId") String id) {
        ProjectScope scope = caller.project();
        DatasetItem item = datasets.item(scope, id);
        return ItemJson.of(item, name(scope, item.datasetId));
    }

    @DELETE
    @Path("{itemId}")
    @Operation(summary = "Delete an item, and what came of it in runs")
    @APIResponse(responseCode = "200", description = "It is gone")
    @APIResponse(responseCode = "404", description = "The project has no such item")
    public Message delete(@PathParam("itemId") String id) {
        datasets.deleteItem(caller.projectToAnnotate(), id);
        return new Message("Dataset item " + id + " deleted");
    }

    private String name(ProjectScope scope, String datasetId) {
        return datasets.byId(scope, datasetId).map(dataset -> dataset.name).orElse("");
    }
}
