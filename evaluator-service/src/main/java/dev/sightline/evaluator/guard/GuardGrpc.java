package dev.sightline.evaluator.guard;

import com.google.common.util.concurrent.MoreExecutors;
import dev.sightline.base.auth.ApiKeys;
import dev.sightline.base.auth.ServiceToken;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.score.ScoreId;
import dev.sightline.proto.guard.v1.CheckRequest;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.CheckStreamRequest;
import dev.sightline.proto.guard.v1.CheckStreamResponse;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * {@code sightline.guard.v1.Guard}, for applications with an API key. Each call runs on virtual threads; a stream's
 * pieces are taken one after the other, the next one only when the one before is answered, so that a fast sender waits.
 */
@GrpcService
public class GuardGrpc implements BindableService {
    private static final Logger LOG = Logger.getLogger(GuardGrpc.class);
    private static final Context.Key<Metadata> HEADERS = Context.key("guard-headers");
    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    private final GuardCheck guard;
    private final ApiKeys keys;
    private final GuardRecorder recorder;
    private final GuardConfig config;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("guard-grpc-", 0).factory());

    GuardGrpc(GuardCheck guard, ApiKeys keys, GuardRecorder recorder, GuardConfig config) {
        this.guard = guard;
        this.keys = keys;
        this.recorder = recorder;
        this.config = config;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(new Service(), new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
                    ServerCallHandler<Q, A> next) {
                return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, headers, next);
            }
        });
    }

    private Caller caller(Metadata headers) {
        ApiKeys.Key key = keys.resolve(headers.get(ServiceToken.AUTHORIZATION));
        ApiKeys.requireFull(key);
        return Caller.of(key.projectId(), headers.get(TRACEPARENT), true);
    }

    private Duration left(Deadline deadline) {
        return deadline == null ? config.deadline()
                : Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }

    private static void fail(StreamObserver<?> observer, RuntimeException e) {
        if (e instanceof ServiceException known) {
            if (known.code().type() == ErrorCode.Type.INTERNAL) {
                LOG.error("check failed", known);
            }
            observer.onError(known.toGrpc());
        } else {
            LOG.error("check failed", e);
            observer.onError(ServiceException.of(ErrorCode.INTERNAL, "evaluator-service failed; see its log").toGrpc());
        }
    }

    private final class Service extends dev.sightline.proto.guard.v1.GuardGrpc.GuardImplBase {
        @Override
        public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
            Metadata headers = HEADERS.get();
            Deadline deadline = Context.current().getDeadline();
            threads.execute(() -> {
                CheckResponse answer;
                try {
                    answer = guard.check(caller(headers), request, left(deadline));
                } catch (RuntimeException e) {
                    fail(observer, e);
                    return;
                }
                observer.onNext(answer);
                observer.onCompleted();
            });
        }

        @Override
        public StreamObserver<CheckStreamRequest> checkStream(StreamObserver<CheckStreamResponse> observer) {
            ServerCallStreamObserver<CheckStreamResponse> call = (ServerCallStreamObserver<CheckStreamResponse>) observer;
            call.disableAutoRequest();
            call.setOnCancelHandler(() -> { });
            call.request(1);
            return new Pieces(HEADERS.get(), Context.current().getDeadline(), call);
        }
    }

    /** The pieces of one stream, one after the other. */
    private final class Pieces implements StreamObserver<CheckStreamRequest> {
        private final Metadata headers;
        private final Deadline deadline;
        private final ServerCallStreamObserver<CheckStreamResponse> observer;
        private final Executor inOrder = MoreExecutors.newSequentialExecutor(threads);
        private final Instant start = Instant.now();
        private Caller caller;
        private GuardStream stream;
        private boolean ended;

        Pieces(Metadata headers, Deadline deadline, ServerCallStreamObserver<CheckStreamResponse> observer) {
            this.headers = headers;
            this.deadline = deadline;
            this.observer = observer;
        }

        @Override
        public void onNext(CheckStreamRequest request) {
            inOrder.execute(() -> step(() -> {
                if (stream == null) {
                    begin(request);
                } else if (request.hasStart()) {
                    throw ServiceException.invalid("start", "comes with the first message only");
                }
                answer(request.getText(), false);
                observer.request(1);
            }));
        }

        private void begin(CheckStreamRequest request) {
            if (!request.hasStart()) {
                throw ServiceException.invalid("start", "is missing in the first message");
            }
            if (!request.getStart().getText().isEmpty()) {
                throw ServiceException.invalid("start.text", "send the text beside start, as every piece");
            }
            caller = caller(headers);
            guard.checkRequest(request.getStart());
            stream = new GuardStream(guard, config, guard.policy(caller.projectId(), request.getStart()),
                    request.getStart());
        }

        private void answer(String piece, boolean last) {
            CheckStreamResponse answer = stream.add(piece, last, left(deadline));
            if (answer.getDone()) {
                if (config.recording()) {
                    answer = answer.toBuilder().setTraceId(ScoreId.hex(caller.traceId())).build();
                    recorder.offer(caller, stream.request(), stream.whole(), start, Instant.now());
                }
                ended = true;
                observer.onNext(answer);
                observer.onCompleted();
            } else {
                observer.onNext(answer);
            }
        }

        @Override
        public void onCompleted() {
            inOrder.execute(() -> step(() -> {
                if (stream == null) {
                    throw ServiceException.invalid("start", "is missing: nothing was sent");
                }
                answer("", true);
            }));
        }

        @Override
        public void onError(Throwable cancelled) {
            inOrder.execute(() -> {
                if (stream != null && !ended && config.recording()) {
                    recorder.offer(caller, stream.request(), stream.whole(), start, Instant.now());
                }
                ended = true;
            });
        }

        private void step(Runnable work) {
            if (ended) {
                return;
            }
            try {
                work.run();
            } catch (RuntimeException e) {
                ended = true;
                fail(observer, e);
            }
        }
    }
}
