package dev.sightline.query.auth;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Answers a gRPC call with a result or many or, when one is thrown, with the error's status and message. The work runs on
 * a virtual thread of its own, with the call's context. Not by {@code @RunOnVirtualThread}: under load Quarkus 3.33 then
 * delivers a call's end before its message now and then, and the call fails with "Half-closed without a request"
 * (github.com/quarkusio/quarkus/pull/54084).
 */
public final class GrpcAnswer {
    private static final Logger LOG = Logger.getLogger(GrpcAnswer.class);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(2);

    private GrpcAnswer() {
    }

    public static <T> void unary(StreamObserver<T> observer, Supplier<T> work) {
        stream(observer, out -> out.accept(work.get()));
    }

    /**
     * The same for a stream: what the work gives out is sent as fast as the client takes it. A client that takes nothing
     * for {@link #PATIENCE}, or has gone, ends the work.
     */
    public static <T> void stream(StreamObserver<T> observer, Consumer<Consumer<T>> work) {
        Thread.ofVirtual().name("grpc").start(Context.current().wrap(() -> answer(observer, work)));
    }

    private static <T> void answer(StreamObserver<T> observer, Consumer<Consumer<T>> work) {
        try {
            work.accept(result -> {
                awaitRoom(observer);
                observer.onNext(result);
            });
        } catch (CancellationException e) {
            return;
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
        observer.onCompleted();
    }

    private static void awaitRoom(StreamObserver<?> observer) {
        if (!(observer instanceof ServerCallStreamObserver<?> call)) {
            return;
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!call.isReady()) {
            if (call.isCancelled()) {
                throw new CancellationException();
            }
            if (System.nanoTime() > end) {
                throw ServiceException.of(ErrorCode.TIMED_OUT, "the answer was not taken");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
