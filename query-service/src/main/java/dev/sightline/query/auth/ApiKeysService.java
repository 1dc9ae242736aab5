package dev.sightline.query.auth;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.control.v1.ApiKeysGrpc;
import dev.sightline.proto.control.v1.IngestSettings;
import dev.sightline.proto.control.v1.ResolveApiKeyRequest;
import dev.sightline.proto.control.v1.ResolveApiKeyResponse;
import dev.sightline.query.settings.SettingsStore;
import dev.sightline.query.settings.SpansThisMonth;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;

/** Tells the ingestion edge whose key it was sent, and what to do with what came with it. For services only. */
@GrpcService
@RegisterInterceptor(GrpcCaller.class)
public class ApiKeysService extends ApiKeysGrpc.ApiKeysImplBase {
    private final GrpcCaller caller;
    private final ApiKeyLookup keys;
    private final SettingsStore settings;
    private final SpansThisMonth spansThisMonth;

    ApiKeysService(GrpcCaller caller, ApiKeyLookup keys, SettingsStore settings, SpansThisMonth spansThisMonth) {
        this.caller = caller;
        this.keys = keys;
        this.settings = settings;
        this.spansThisMonth = spansThisMonth;
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
                            .setProjectId(key.projectId()).setAccess(key.access())
                            .setIngest(ingest(request.getPublicKey(), new ProjectScope(key.projectId()))).build())
                    .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                            "public_key: is unknown or has expired, or secret_key is wrong"));
        });
    }

    /** The month's spans are counted only for who has a budget: keys without one do not depend on ClickHouse. */
    private IngestSettings ingest(String publicKey, ProjectScope scope) {
        dev.sightline.query.settings.IngestSettings ofProject = settings.of(scope);
        long spans = ofProject.limits().spansPerMonth() == null ? 0 : spansThisMonth.of(scope);
        return ofProject.toProto(publicKey, spans);
    }
}
