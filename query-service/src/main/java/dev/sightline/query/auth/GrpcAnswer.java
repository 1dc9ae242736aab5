package dev.sightline.query.auth;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Answers a unary gRPC call with a result or, when one is thrown, with the error's status and message. */
public final class GrpcAnswer {
    private static final Logger LOG = Logger.getLogger(GrpcAnswer.class);

    private GrpcAnswer() {
    }

    public static <T> void unary(StreamObserver<T> observer, Supplier<T> work) {
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
            observer.onError(ServiceException.of(ErrorCode.INTERNAL, "query-service failed; see its log").toGrpc());
            return;
        }
        observer.onNext(result);
        observer.onCompleted();
    }
}
