package dev.sightline.evaluator.testing;

import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.evaluator.trace.TraceSource;
import dev.sightline.proto.control.v1.DatasetRunsGrpc;
import dev.sightline.proto.control.v1.ListRunItemsRequest;
import dev.sightline.proto.control.v1.ListRunItemsResponse;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.GetTraceRequest;
import dev.sightline.proto.query.v1.GetTraceResponse;
import dev.sightline.proto.query.v1.ListTracesRequest;
import dev.sightline.proto.query.v1.ListTracesResponse;
import dev.sightline.proto.query.v1.TraceSummary;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;

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
    private volatile BiPredicate<String, List<Observation>> query = (text, trace) -> true;
    private volatile Function<TraceKey, List<Score>> allScores = key -> List.of();
    private volatile Function<ListRunItemsRequest, ListRunItemsResponse> runItems =
            request -> ListRunItemsResponse.getDefaultInstance();
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
                .addService(ServerInterceptors.intercept(this, token))
                .addService(ServerInterceptors.intercept(new DatasetRuns(), token)).build().start();
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
        response.addAllScores(allScores.apply(key));
        answer.onNext(response.build());
        answer.onCompleted();
    }

    private final class DatasetRuns extends DatasetRunsGrpc.DatasetRunsImplBase {
        @Override
        public void listRunItems(ListRunItemsRequest request, StreamObserver<ListRunItemsResponse> answer) {
            answer.onNext(runItems.apply(request));
            answer.onCompleted();
        }
    }

    /** What is known of the items of dataset runs that traces came of; without it nothing is. */
    public void runItems(Function<ListRunItemsRequest, ListRunItemsResponse> runItems) {
        this.runItems = runItems;
    }

    /** All scores of a trace, besides those by name. */
    public void allScores(Function<TraceKey, List<Score>> allScores) {
        this.allScores = allScores;
    }

    /** Which traces a query of the list means; without it every query means all. */
    public void query(BiPredicate<String, List<Observation>> query) {
        this.query = query;
    }

    /** Newest first as query-service does; the cursor is a number of traces to pass over. */
    @Override
    public void listTraces(ListTracesRequest request, StreamObserver<ListTracesResponse> answer) {
        if (request.getQuery().contains("nonsense")) {
            answer.onError(Status.INVALID_ARGUMENT.withDescription("query: there is no field nonsense")
                    .asRuntimeException());
            return;
        }
        if (request.getFromUnixNano() != 0 && request.getFromUnixNano() < TraceSource.EARLIEST_UNIX_NANO) {
            answer.onError(Status.INVALID_ARGUMENT.withDescription("from: is before 1971").asRuntimeException());
            return;
        }
        int skip = request.getCursor().isEmpty() ? 0 : Integer.parseInt(request.getCursor());
        List<TraceSummary> all = traces.entrySet().stream()
                .filter(entry -> entry.getKey().projectId().equals(request.getProjectId()))
                .filter(entry -> request.getTraceIdsCount() == 0
                        || request.getTraceIdsList().contains(entry.getKey().traceId()))
                .filter(entry -> request.getQuery().isEmpty() || query.test(request.getQuery(), entry.getValue()))
                .map(entry -> TraceSummary.newBuilder().setTraceId(entry.getKey().traceId())
                        .setStartUnixNano(entry.getValue().getFirst().getStartUnixNano())
                        .setSessionId(entry.getValue().getFirst().getSessionId())
                        .setEnvironment(entry.getValue().getFirst().getEnvironment()).build())
                .sorted(Comparator.comparingLong(TraceSummary::getStartUnixNano).reversed()
                        .thenComparing(summary -> summary.getTraceId().toStringUtf8())).toList();
        int limit = request.getLimit() == 0 ? 50 : request.getLimit();
        List<TraceSummary> page = all.subList(Math.min(skip, all.size()), Math.min(skip + limit, all.size()));
        answer.onNext(ListTracesResponse.newBuilder().addAllTraces(page)
                .setNextCursor(skip + limit < all.size() ? Integer.toString(skip + limit) : "").build());
        answer.onCompleted();
    }

    @Override
    public void close() {
        if (server != null) {
            server.shutdownNow();
        }
    }
}
