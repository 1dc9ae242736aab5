package dev.sightline.query.auth;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.control.v1.ApiKeysGrpc;
import dev.sightline.proto.control.v1.ResolveApiKeyRequest;
import dev.sightline.proto.control.v1.ResolveApiKeyResponse;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Tells the ingestion edge whose key it was sent. For services only. */
@GrpcService
@RegisterInterceptor(GrpcCaller.class)
@RunOnVirtualThread
public class ApiKeysService extends ApiKeysGrpc.ApiKeysImplBase {
    private final GrpcCaller caller;
    private final ApiKeyLookup keys;

    ApiKeysService(GrpcCaller caller, ApiKeyLookup keys) {
        this.caller = caller;
        this.keys = keys;
    }

    @Override
    public void resolveApiKey(ResolveApiKeyRequest request, StreamObserver<ResolveApiKeyResponse> answer) {
        GrpcAnswer.unary(answer, () -> {
            caller.requireService();
            if (request.getPublicKey().isEmpty()) {
                throw ServiceException.invalid("public_key", "is missing");
            }
            return keys.resolve(request.getPublicKey(), request.getSecretKey())
                    .map(key -> ResolveApiKeyResponse.newBuilder()
                            .setProjectId(key.projectId()).setAccess(key.access()).build())
                    .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                            "public_key: is unknown or has expired, or secret_key is wrong"));
        });
    }
}
