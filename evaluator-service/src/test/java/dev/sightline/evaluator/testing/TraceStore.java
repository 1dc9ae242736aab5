package dev.sightline.evaluator.testing;

import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.GetTraceRequest;
import dev.sightline.proto.query.v1.GetTraceResponse;
import dev.sightline.proto.query.v1.TracesGrpc;
import dev.sightline.proto.score.v1.Score;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * Query-service as the evaluator sees it: a real gRPC server of our proto on a port of its own, with traces and scores
 * that the test put in.
 */
public final class TraceStore extends TracesGrpc.TracesImplBase implements AutoCloseable {
    public static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private final Map<TraceKey, List<Observation>> traces = new ConcurrentHashMap<>();
    private final Map<TraceKey, AtomicInteger> reads = new ConcurrentHashMap<>();
    private final int port;
    private volatile BiFunction<TraceKey, Integer, Status> fault = (key, read) -> Status.OK;
    private volatile BiFunction<TraceKey, String, Score> scores = (key, name) -> null;
    private Server server;

    public TraceStore() throws IOException {
        port = KafkaBroker.freePort();
    }

    public TraceStore start() throws IOException {
        ServerInterceptor token = new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
                    ServerCallHandler<Q, A> next) {
                String given = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
                if (!("Bearer " + TOKEN).equals(given)) {
                    call.close(Status.UNAUTHENTICATED, new Metadata());
                    return new ServerCall.Listener<>() { };
                }
                return next.startCall(call, headers);
            }
        };
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(ServerInterceptors.intercept(this, token)).build().start();
        return this;
    }

    public int port() {
        return port;
    }

    public void put(TraceKey key, List<Observation> observations) {
        traces.put(key, List.copyOf(observations));
    }

    /** What a read answers instead of the trace; reads of one trace count from 1. */
    public void fault(BiFunction<TraceKey, Integer, Status> fault) {
        this.fault = fault;
    }

    /** Where stored scores come from, by trace and evaluator name. */
    public void scores(BiFunction<TraceKey, String, Score> scores) {
        this.scores = scores;
    }

    public int reads(TraceKey key) {
        AtomicInteger count = reads.get(key);
        return count == null ? 0 : count.get();
    }

    @Override
    public void getTrace(GetTraceRequest request, StreamObserver<GetTraceResponse> answer) {
        TraceKey key = new TraceKey(request.getProjectId(), request.getTraceId());
        int read = reads.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
        Status status = fault.apply(key, read);
        List<Observation> observations = traces.get(key);
        if (status.isOk() && observations == null) {
            status = Status.NOT_FOUND;
        }
        if (!status.isOk()) {
            answer.onError(status.asRuntimeException());
            return;
        }
        GetTraceResponse.Builder response = GetTraceResponse.newBuilder().addAllObservations(observations);
        for (String name : List.of("answer-relevance", "helpfulness")) {
            Score score = scores.apply(key, name);
            if (score != null) {
                response.addScores(score);
            }
        }
        answer.onNext(response.build());
        answer.onCompleted();
    }

    @Override
    public void close() {
        if (server != null) {
            server.shutdownNow();
        }
    }
}
