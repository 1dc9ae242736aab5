package dev.sightline.query.guard;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.guard.v1.CheckRequest;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.ListPoliciesRequest;
import dev.sightline.proto.guard.v1.PoliciesGrpc;
import dev.sightline.proto.guard.v1.Policy;
import dev.sightline.proto.guard.v1.PolicyRequest;
import dev.sightline.proto.guard.v1.PutPolicyRequest;
import dev.sightline.proto.guard.v1.TryRequest;
import dev.sightline.query.auth.ProjectScope;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcClient;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The guard of evaluator-service, asked by gRPC for a project. Errors come back as they were, with the field; away or too
 * slow is DEPENDENCY_UNAVAILABLE. Blocking, thread-safe.
 */
@Singleton
class GuardPolicies {
    private static final long TIMEOUT_SECONDS = 10;

    private final PoliciesGrpc.PoliciesBlockingStub stub;

    GuardPolicies(@GrpcClient("evaluator") PoliciesGrpc.PoliciesBlockingStub stub, ServiceToken token) {
        this.stub = stub.withCallCredentials(token.credentials());
    }

    List<Policy> list(ProjectScope project) {
        return ask(guard -> guard.listPolicies(
                ListPoliciesRequest.newBuilder().setProjectId(project.projectId()).build())).getDataList();
    }

    Policy get(ProjectScope project, String name, String environment, int version) {
        return ask(guard -> guard.getPolicy(request(project, name, environment).setVersion(version).build()));
    }

    Policy put(ProjectScope project, Policy policy) {
        return ask(guard -> guard.putPolicy(
                PutPolicyRequest.newBuilder().setProjectId(project.projectId()).setPolicy(policy).build()));
    }

    void delete(ProjectScope project, String name, String environment) {
        ask(guard -> guard.deletePolicy(request(project, name, environment).build()));
    }

    CheckResponse tryOut(ProjectScope project, CheckRequest check) {
        return ask(guard -> guard.try_(
                TryRequest.newBuilder().setProjectId(project.projectId()).setCheck(check).build()));
    }

    private static PolicyRequest.Builder request(ProjectScope project, String name, String environment) {
        return PolicyRequest.newBuilder().setProjectId(project.projectId()).setName(name)
                .setEnvironment(environment == null ? "" : environment);
    }

    private <T> T ask(Function<PoliciesGrpc.PoliciesBlockingStub, T> question) {
        try {
            return question.apply(stub.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        } catch (StatusRuntimeException e) {
            throw error(e.getStatus());
        }
    }

    private static ServiceException error(Status status) {
        String said = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        return switch (status.getCode()) {
            case INVALID_ARGUMENT -> {
                int colon = said.indexOf(": ");
                yield colon > 0 ? ServiceException.invalid(said.substring(0, colon), said.substring(colon + 2))
                        : ServiceException.of(ErrorCode.INVALID_ARGUMENT, said);
            }
            case NOT_FOUND -> ServiceException.of(ErrorCode.NOT_FOUND, said);
            case RESOURCE_EXHAUSTED -> ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE, said);
            default -> ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE,
                    "evaluator-service, which has the guard, gave no answer (" + status.getCode() + ")");
        };
    }
}
