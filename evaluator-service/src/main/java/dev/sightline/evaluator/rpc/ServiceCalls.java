package dev.sightline.evaluator.rpc;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.StreamObserver;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * gRPC that only Sightline's own services may call: the interceptor closes a call without the service token as
 * UNAUTHENTICATED before the service sees it. {@link #answer} gives a result or the error's status and message, from a
 * virtual thread of its own. Not by {@code @RunOnVirtualThread}: under load Quarkus 3.33 then delivers a call's end before
 * its message now and then, and the call fails (github.com/quarkusio/quarkus/pull/54084).
 */
@ApplicationScoped
public class ServiceCalls implements ServerInterceptor {
    private static final Logger LOG = Logger.getLogger(ServiceCalls.class);

    private final ServiceToken token;

    ServiceCalls(ServiceToken token) {
        this.token = token;
    }

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

    /** Answers a unary call; returns at once. */
    public static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        Thread.ofVirtual().name("grpc").start(() -> now(observer, work));
    }

    private static <T> void now(StreamObserver<T> observer, Supplier<T> work) {
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
            observer.onError(ServiceException.of(ErrorCode.INTERNAL, "evaluator-service failed; see its log").toGrpc());
            return;
        }
        observer.onNext(result);
        observer.onCompleted();
    }
}
