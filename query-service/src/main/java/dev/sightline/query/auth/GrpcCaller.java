package dev.sightline.query.auth;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Who sent this gRPC call, told by its metadata {@code authorization}: another service (its token) or the holder of an
 * API key. The interceptor only keeps the metadata; the service asks on its own thread, since a key may have to be
 * looked up. Messages name the field that is wrong.
 */
@ApplicationScoped
public class GrpcCaller implements ServerInterceptor {
    private static final Context.Key<Metadata> HEADERS = Context.key("sightline-headers");

    private final ServiceToken token;
    private final ApiKeyLookup keys;

    GrpcCaller(ServiceToken token, ApiKeyLookup keys) {
        this.token = token;
        this.keys = keys;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
            ServerCallHandler<Q, A> next) {
        return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, headers, next);
    }

    /** Throws UNAUTHENTICATED without a credential, PERMISSION_DENIED with any other than the service token. */
    public void requireService() {
        Metadata headers = HEADERS.get();
        if (token.isCarriedBy(headers)) {
            return;
        }
        throw headers.containsKey(ServiceToken.AUTHORIZATION)
                ? ServiceException.of(ErrorCode.PERMISSION_DENIED, "authorization: only services may ask this")
                : unauthenticated();
    }

    /**
     * The project a call may read: {@code projectId} for a service, the key's own for an API key, which may name no
     * other. Throws UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND, and INVALID_ARGUMENT when a service names none.
     */
    public ProjectScope project(String projectId) {
        Metadata headers = HEADERS.get();
        if (token.isCarriedBy(headers)) {
            if (projectId.isEmpty()) {
                throw ServiceException.invalid("project_id", "is needed with the service token");
            }
            return new ProjectScope(projectId);
        }
        String authorization = headers.get(ServiceToken.AUTHORIZATION);
        if (authorization == null) {
            throw unauthenticated();
        }
        ProjectScope scope = RestCaller.ofKey(keys, Credentials.parse(authorization));
        if (!projectId.isEmpty() && !projectId.equals(scope.projectId())) {
            throw ServiceException.of(ErrorCode.NOT_FOUND, "project_id: you have no such project");
        }
        return scope;
    }

    private static ServiceException unauthenticated() {
        return ServiceException.of(ErrorCode.UNAUTHENTICATED, "authorization: is missing; send the service token as "
                + "'Bearer <token>' or an API key as 'Basic base64(public:secret)'");
    }
}
