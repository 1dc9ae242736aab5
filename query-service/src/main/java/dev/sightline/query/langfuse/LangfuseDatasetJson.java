package dev.sightline.query.langfuse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sightline.query.dataset.Dataset;
import dev.sightline.query.dataset.DatasetItem;
import dev.sightline.query.dataset.DatasetRun;
import dev.sightline.query.dataset.DatasetRunItem;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Datasets in the shape of Langfuse's public API. */
final class LangfuseDatasetJson {
    private LangfuseDatasetJson() {
    }

    /** A dataset. */
    @Schema(name = "LangfuseDataset")
    record DatasetJson(String id, String name, String description, Object metadata, Object inputSchema,
            Object expectedOutputSchema, String projectId, String createdAt, String updatedAt) {
        static DatasetJson of(Dataset dataset) {
            return new DatasetJson(dataset.id, dataset.name, dataset.description, raw(dataset.metadata), null, null,
                    dataset.projectId, LangfuseJson.time(dataset.createdAt), LangfuseJson.time(dataset.updatedAt));
        }
    }

    /** A page of datasets. */
    @Schema(name = "LangfuseDatasetPage")
    record DatasetPage(List<DatasetJson> data, LangfuseJson.Meta meta) {
    }

    /** An item. */
    @Schema(name = "LangfuseDatasetItem")
    record ItemJson(String id, String status, Object input, Object expectedOutput, Object metadata,
            String sourceTraceId, String sourceObservationId, String datasetId, String datasetName, String createdAt,
            String updatedAt, List<String> mediaReferences) {
        static ItemJson of(DatasetItem item, String datasetName) {
            return new ItemJson(item.id.itemId(), item.status, raw(item.input), raw(item.expectedOutput),
                    raw(item.metadata), item.sourceTraceId, item.sourceObservationId, item.datasetId, datasetName,
                    LangfuseJson.time(item.createdAt), LangfuseJson.time(item.updatedAt), List.of());
        }
    }

    /** A page of items. */
    @Schema(name = "LangfuseDatasetItemPage")
    record ItemPage(List<ItemJson> data, LangfuseJson.Meta meta) {
    }

    /** A run. */
    @Schema(name = "LangfuseDatasetRun")
    record RunJson(String id, String name, String description, Object metadata, String datasetId, String datasetName,
            String createdAt, String updatedAt) {
        static RunJson of(DatasetRun run, Dataset dataset) {
            return new RunJson(run.id, run.name, run.description, raw(run.metadata), dataset.id, dataset.name,
                    LangfuseJson.time(run.createdAt), LangfuseJson.time(run.updatedAt));
        }
    }

    /** A page of runs. */
    @Schema(name = "LangfuseDatasetRunPage")
    record RunPage(List<RunJson> data, LangfuseJson.Meta meta) {
    }

    /** A run with what came of the items. */
    @Schema(name = "LangfuseFullDatasetRun")
    record FullRun(String id, String name, String description, Object metadata, String datasetId, String datasetName,
            String createdAt, String updatedAt, List<RunItemJson> datasetRunItems) {
        static FullRun of(DatasetRun run, Dataset dataset, List<DatasetRunItem> items) {
            RunJson json = RunJson.of(run, dataset);
            return new FullRun(json.id, json.name, json.description, json.metadata, json.datasetId, json.datasetName,
                    json.createdAt, json.updatedAt,
                    items.stream().map(item -> RunItemJson.of(item, run.name)).toList());
        }
    }

    /** What came of an item in a run. */
    @Schema(name = "LangfuseDatasetRunItem")
    record RunItemJson(String id, String datasetRunId, String datasetRunName, String datasetItemId, String traceId,
            String observationId, String createdAt, String updatedAt) {
        static RunItemJson of(DatasetRunItem item, String runName) {
            return new RunItemJson(item.id, item.runId, runName, item.itemId, item.traceId, item.observationId,
                    LangfuseJson.time(item.createdAt), LangfuseJson.time(item.updatedAt));
        }
    }

    /** A page of what came of items. */
    @Schema(name = "LangfuseDatasetRunItemPage")
    record RunItemPage(List<RunItemJson> data, LangfuseJson.Meta meta) {
    }

    /** JSON as text; null where nothing was sent. */
    static String text(JsonNode json) {
        return json == null || json.isNull() ? null : json.toString();
    }

    private static Object raw(String json) {
        return json == null ? null : new RawValue(json);
    }
}
