package dev.sightline.evaluator.guard;

import dev.sightline.evaluator.rpc.ServiceCalls;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.DeletePolicyResponse;
import dev.sightline.proto.guard.v1.ListPoliciesRequest;
import dev.sightline.proto.guard.v1.ListPoliciesResponse;
import dev.sightline.proto.guard.v1.PoliciesGrpc;
import dev.sightline.proto.guard.v1.Policy;
import dev.sightline.proto.guard.v1.PolicyRequest;
import dev.sightline.proto.guard.v1.PutPolicyRequest;
import dev.sightline.proto.guard.v1.TryRequest;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;

/** {@code sightline.guard.v1.Policies}, for query-service, which has asked who may do what. */
@GrpcService
@RegisterInterceptor(ServiceCalls.class)
public class PoliciesService extends PoliciesGrpc.PoliciesImplBase {
    private final PolicyStore policies;
    private final GuardCheck guard;
    private final GuardConfig config;

    PoliciesService(PolicyStore policies, GuardCheck guard, GuardConfig config) {
        this.policies = policies;
        this.guard = guard;
        this.config = config;
    }

    @Override
    public void listPolicies(ListPoliciesRequest request, StreamObserver<ListPoliciesResponse> observer) {
        ServiceCalls.answer(observer, () -> ListPoliciesResponse.newBuilder()
                .addAllData(policies.list(request.getProjectId())).build());
    }

    @Override
    public void getPolicy(PolicyRequest request, StreamObserver<Policy> observer) {
        ServiceCalls.answer(observer, () -> policies.get(request));
    }

    @Override
    public void putPolicy(PutPolicyRequest request, StreamObserver<Policy> observer) {
        ServiceCalls.answer(observer, () -> policies.put(request.getProjectId(), request.getPolicy()));
    }

    @Override
    public void deletePolicy(PolicyRequest request, StreamObserver<DeletePolicyResponse> observer) {
        ServiceCalls.answer(observer, () -> {
            policies.delete(request);
            return DeletePolicyResponse.getDefaultInstance();
        });
    }

    @Override
    public void try_(TryRequest request, StreamObserver<CheckResponse> observer) {
        ServiceCalls.answer(observer, () -> guard.check(Caller.of(request.getProjectId(), null, false),
                request.getCheck(), config.deadline()));
    }
}
