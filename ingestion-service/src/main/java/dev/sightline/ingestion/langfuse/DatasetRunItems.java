package dev.sightline.ingestion.langfuse;

import dev.sightline.base.auth.QueryServiceChannel;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.control.v1.AddRunItemRequest;
import dev.sightline.proto.control.v1.DatasetRunsGrpc;
import io.grpc.StatusRuntimeException;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the events `dataset-run-item-create`: what came of a dataset's item in a run. Datasets live in query-service,
 * which is asked for each event; an event that comes again changes nothing. Blocking, thread-safe.
 */
@Singleton
public final class DatasetRunItems {
    private final LangfuseConfig config;
    private final DatasetRunsGrpc.DatasetRunsBlockingStub stub;

    public DatasetRunItems(LangfuseConfig config, QueryServiceChannel queryService) {
        this.config = config;
        this.stub = queryService.stub(DatasetRunsGrpc::newBlockingStub);
    }

    /**
     * @param id the item's own
     * @throws ServiceException INVALID_ARGUMENT, naming the field
     */
    static AddRunItemRequest read(Fields body, String id) {
        String description = body.text("runDescription");
        Fields.Value metadata = body.get("metadata");
        String observation = body.id("observationId");
        return AddRunItemRequest.newBuilder().setId(id)
                .setRunName(body.required("runName"))
                .setDatasetItemId(body.required("datasetItemId"))
                .setTraceId(body.required("traceId"))
                .setObservationId(observation == null ? "" : observation)
                .setRunDescription(description == null ? "" : description)
                .setMetadata(metadata == null || metadata.isEmptyObject() ? "" : metadata.json()).build();
    }

    /** @throws ServiceException NOT_FOUND for the item, INVALID_ARGUMENT, or DEPENDENCY_UNAVAILABLE */
    void add(String projectId, AddRunItemRequest item) {
        try {
            stub.withDeadlineAfter(config.runItemTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    .addRunItem(item.toBuilder().setProjectId(projectId).build());
        } catch (StatusRuntimeException e) {
            throw switch (e.getStatus().getCode()) {
                case NOT_FOUND -> ServiceException.of(ErrorCode.NOT_FOUND, e.getStatus().getDescription());
                case INVALID_ARGUMENT -> ServiceException.of(ErrorCode.INVALID_ARGUMENT,
                        "body." + e.getStatus().getDescription());
                default -> ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE,
                        "the dataset's run can't be written now (" + e.getStatus().getCode() + "); try again", e);
            };
        }
    }
}
