package dev.sightline.query.dataset;

import dev.sightline.proto.control.v1.AddRunItemRequest;
import dev.sightline.proto.control.v1.AddRunItemResponse;
import dev.sightline.proto.control.v1.DatasetRunsGrpc;
import dev.sightline.query.auth.GrpcAnswer;
import dev.sightline.query.auth.GrpcCaller;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;

/** Takes from the ingestion edge what Langfuse's batches say about runs of datasets. For services only. */
@GrpcService
@RegisterInterceptor(GrpcCaller.class)
public class DatasetRunsService extends DatasetRunsGrpc.DatasetRunsImplBase {
    private final GrpcCaller caller;
    private final Datasets datasets;

    DatasetRunsService(GrpcCaller caller, Datasets datasets) {
        this.caller = caller;
        this.datasets = datasets;
    }

    @Override
    public void addRunItem(AddRunItemRequest request, StreamObserver<AddRunItemResponse> answer) {
        GrpcAnswer.unary(answer, () -> {
            caller.requireService();
            datasets.addRunItem(caller.project(request.getProjectId()), new Datasets.NewRunItem(request.getId(),
                    request.getRunName(), request.getRunDescription(), request.getMetadata(),
                    request.getDatasetItemId(), request.getTraceId(), request.getObservationId()));
            return AddRunItemResponse.getDefaultInstance();
        });
    }
}
