package dev.sightline.query.evaluator;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.evaluator.v1.EvaluatorsGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcClient;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls of evaluator-service, which owns evaluators, rules and LLM connections: with the service token and a deadline. Its
 * errors become ours, with the field they name. Blocking, thread-safe.
 */
@Singleton
public class EvaluatorAdmin {
    private static final Pattern FIELD = Pattern.compile("([a-z][A-Za-z0-9_.\\[\\]]{0,99}): (.+)", Pattern.DOTALL);

    private final EvaluatorsGrpc.EvaluatorsBlockingStub evaluators;
    private final ServiceToken token;
    private final EvaluatorConfig config;

    EvaluatorAdmin(@GrpcClient("evaluator") EvaluatorsGrpc.EvaluatorsBlockingStub evaluators, ServiceToken token,
            EvaluatorConfig config) {
        this.evaluators = evaluators;
        this.token = token;
        this.config = config;
    }

    /** Throws {@link ServiceException} with what evaluator-service says, DEPENDENCY_UNAVAILABLE where it is away. */
    public <T> T call(Function<EvaluatorsGrpc.EvaluatorsBlockingStub, T> work) {
        try {
            return work.apply(evaluators.withCallCredentials(token.credentials())
                    .withDeadlineAfter(config.timeout().toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus(), e);
        }
    }

    private static ServiceException failure(Status status, StatusRuntimeException e) {
        String said = status.getDescription() == null ? "" : status.getDescription();
        return switch (status.getCode()) {
            case INVALID_ARGUMENT -> {
                Matcher field = FIELD.matcher(said);
                yield field.matches() ? ServiceException.invalid(field.group(1), field.group(2))
                        : ServiceException.of(ErrorCode.INVALID_ARGUMENT, said);
            }
            case NOT_FOUND -> ServiceException.of(ErrorCode.NOT_FOUND, said);
            case DEADLINE_EXCEEDED -> ServiceException.of(ErrorCode.TIMED_OUT, "evaluator-service took too long");
            case RESOURCE_EXHAUSTED -> ServiceException.of(ErrorCode.OVERLOADED, said);
            case UNAVAILABLE -> ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE,
                    "evaluator-service gives no answer", e);
            case UNIMPLEMENTED -> ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE,
                    "what answers in place of evaluator-service does not know evaluators; is it an older one?", e);
            case OK, CANCELLED, UNKNOWN, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE,
                    INTERNAL, DATA_LOSS, UNAUTHENTICATED ->
                    ServiceException.of(ErrorCode.INTERNAL, "evaluator-service failed; see its log", e);
        };
    }
}
