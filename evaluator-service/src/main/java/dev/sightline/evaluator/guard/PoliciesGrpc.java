package dev.sightline.evaluator.guard;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.DeletePolicyResponse;
import dev.sightline.proto.guard.v1.ListPoliciesRequest;
import dev.sightline.proto.guard.v1.ListPoliciesResponse;
import dev.sightline.proto.guard.v1.Policy;
import dev.sightline.proto.guard.v1.PolicyRequest;
import dev.sightline.proto.guard.v1.PutPolicyRequest;
import dev.sightline.proto.guard.v1.TryRequest;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** {@code sightline.guard.v1.Policies}, for query-service, which has asked who may do what. */
@GrpcService
public class PoliciesGrpc implements BindableService {
    private static final Logger LOG = Logger.getLogger(PoliciesGrpc.class);

    private final PolicyStore policies;
    private final GuardCheck guard;
    private final GuardConfig config;
    private final ServiceToken token;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("guard-policies-", 0).factory());

    PoliciesGrpc(PolicyStore policies, GuardCheck guard, GuardConfig config, ServiceToken token) {
        this.policies = policies;
        this.guard = guard;
        this.config = config;
        this.token = token;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(new Service(), new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
                    ServerCallHandler<Q, A> next) {
                if (token.isCarriedBy(headers)) {
                    return next.startCall(call, headers);
                }
                call.close(ErrorCode.UNAUTHENTICATED.grpcCode().toStatus()
                        .withDescription("authorization: only services may ask this"), new Metadata());
                return new ServerCall.Listener<>() { };
            }
        });
    }

    private <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        threads.execute(() -> {
            T result;
            try {
                result = work.get();
            } catch (ServiceException e) {
                if (e.code().type() == ErrorCode.Type.INTERNAL) {
                    LOG.error("call failed", e);
                }
                observer.onError(e.toGrpc());
                return;
            } catch (RuntimeException e) {
                LOG.error("call failed", e);
                observer.onError(ServiceException.of(ErrorCode.INTERNAL, "evaluator-service failed; see its log")
                        .toGrpc());
                return;
            }
            observer.onNext(result);
            observer.onCompleted();
        });
    }

    private final class Service extends dev.sightline.proto.guard.v1.PoliciesGrpc.PoliciesImplBase {
        @Override
        public void listPolicies(ListPoliciesRequest request, StreamObserver<ListPoliciesResponse> observer) {
            answer(observer, () -> ListPoliciesResponse.newBuilder()
                    .addAllData(policies.list(request.getProjectId())).build());
        }

        @Override
        public void getPolicy(PolicyRequest request, StreamObserver<Policy> observer) {
            answer(observer, () -> policies.get(request));
        }

        @Override
        public void putPolicy(PutPolicyRequest request, StreamObserver<Policy> observer) {
            answer(observer, () -> policies.put(request.getProjectId(), request.getPolicy()));
        }

        @Override
        public void deletePolicy(PolicyRequest request, StreamObserver<DeletePolicyResponse> observer) {
            answer(observer, () -> {
                policies.delete(request);
                return DeletePolicyResponse.getDefaultInstance();
            });
        }

        @Override
        public void try_(TryRequest request, StreamObserver<CheckResponse> observer) {
            answer(observer, () -> guard.check(Caller.of(request.getProjectId(), null, false), request.getCheck(),
                    config.deadline()));
        }
    }
}
