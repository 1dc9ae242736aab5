package dev.sightline.query.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.proto.control.v1.AddRunItemRequest;
import dev.sightline.proto.control.v1.AddRunItemResponse;
import dev.sightline.proto.control.v1.DatasetRunsGrpc;
import dev.sightline.proto.control.v1.LinkedItem;
import dev.sightline.proto.control.v1.ListRunItemsRequest;
import dev.sightline.proto.control.v1.ListRunItemsResponse;
import dev.sightline.query.auth.GrpcAnswer;
import dev.sightline.query.auth.GrpcCaller;
import dev.sightline.query.auth.ProjectScope;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs of datasets for services only: takes from the ingestion edge what Langfuse's batches say about them, and tells
 * evaluator-service which items a trace came of.
 */
@GrpcService
@RegisterInterceptor(GrpcCaller.class)
public class DatasetRunsService extends DatasetRunsGrpc.DatasetRunsImplBase {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRACE_ID_BYTES = 16;
    private static final int ITEMS_MAX = 1_000;

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

    @Override
    public void listRunItems(ListRunItemsRequest request, StreamObserver<ListRunItemsResponse> answer) {
        GrpcAnswer.unary(answer, () -> {
            caller.requireService();
            if (request.getTraceId().size() != TRACE_ID_BYTES) {
                throw ServiceException.invalid("trace_id", "must have " + TRACE_ID_BYTES + " bytes");
            }
            if (request.getItemIdsCount() > ITEMS_MAX) {
                throw ServiceException.invalid("item_ids", "has more than " + ITEMS_MAX + " entries");
            }
            ProjectScope scope = caller.project(request.getProjectId());
            List<DatasetRunItem> linked = datasets.linked(scope, request.getTraceId());
            Map<String, String> expected = datasets.known(scope, Stream.concat(request.getItemIdsList().stream(),
                    linked.stream().map(item -> item.itemId)).distinct().toList()).stream()
                    .filter(item -> item.expectedOutput != null)
                    .collect(Collectors.toMap(item -> item.id.itemId(), item -> text(item.expectedOutput)));
            ListRunItemsResponse.Builder found = ListRunItemsResponse.newBuilder();
            for (DatasetRunItem item : linked) {
                found.addLinked(LinkedItem.newBuilder().setItemId(item.itemId)
                        .setSpanId(item.observationId == null ? ByteString.EMPTY
                                : ExternalIds.observationId(item.observationId))
                        .setExpectedOutput(expected.getOrDefault(item.itemId, "")));
            }
            request.getItemIdsList().stream().filter(expected::containsKey)
                    .forEach(id -> found.putExpectedOutput(id, expected.get(id)));
            return found.build();
        });
    }

    /** What a JSON string says; other JSON as it is written. */
    private static String text(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            return node.isTextual() ? node.textValue() : json;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what is stored of an item is JSON", e);
        }
    }
}
