package dev.sightline.evaluator.trace;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.proto.control.v1.DatasetRunsGrpc;
import dev.sightline.proto.control.v1.ListRunItemsRequest;
import dev.sightline.proto.control.v1.ListRunItemsResponse;
import dev.sightline.proto.query.v1.GetTraceRequest;
import dev.sightline.proto.query.v1.GetTraceResponse;
import dev.sightline.proto.query.v1.ListTracesRequest;
import dev.sightline.proto.query.v1.ListTracesResponse;
import dev.sightline.proto.query.v1.TracesGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.quarkus.grpc.GrpcClient;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Traces with content, from query-service by gRPC with the service token. While query-service is away or refuses our
 * token a fetch goes on trying with growing pauses, so that nothing is lost by an outage and the callers, being few,
 * hold the flow back. Errors that belong to the one trace are tried a few times and then told.
 */
@Singleton
public class TraceSource {
    /** The earliest time that query-service takes, to ask for all that is stored: the beginning of 1971. */
    public static final long EARLIEST_UNIX_NANO = 31_536_000_000_000_000L;
    /** An hour: what the roots of a trace and their clocks may differ by. */
    private static final long CLOCK_NANOS = 3_600_000_000_000L;
    /** As query-service takes them in one request. */
    private static final int ITEM_IDS_MAX = 1_000;
    private static final Logger LOG = Logger.getLogger(TraceSource.class);

    private final TracesGrpc.TracesBlockingStub traces;
    private final DatasetRunsGrpc.DatasetRunsBlockingStub datasetRuns;
    private final ServiceToken token;
    private final TraceConfig config;
    private final Backoff backoff;

    public TraceSource(@GrpcClient("query") TracesGrpc.TracesBlockingStub traces,
            @GrpcClient("query") DatasetRunsGrpc.DatasetRunsBlockingStub datasetRuns, ServiceToken token,
            TraceConfig config) {
        this.traces = traces;
        this.datasetRuns = datasetRuns;
        this.token = token;
        this.config = config;
        this.backoff = new Backoff(config.backoff(), config.backoffMax());
    }

    /** What came of a fetch. */
    public sealed interface Fetch {
        record Found(GetTraceResponse trace) implements Fetch {
        }

        /** Query-service knows no such trace, or not yet. */
        record NotFound() implements Fetch {
        }

        /** This trace can't be fetched; the reason is fit for people. */
        record Failed(String reason) implements Fetch {
        }
    }

    /** Blocks until there is an answer. Interrupting the thread ends the waiting with InterruptedException. */
    public Fetch fetch(TraceKey key) throws InterruptedException {
        GetTraceRequest request = GetTraceRequest.newBuilder()
                .setProjectId(key.projectId()).setTraceId(key.traceId()).build();
        int failures = 0;
        for (int attempt = 1; ; attempt++) {
            try {
                return new Fetch.Found(within(traces).getTrace(request));
            } catch (StatusRuntimeException e) {
                Status.Code code = e.getStatus().getCode();
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped while fetching a trace");
                }
                switch (code) {
                    case NOT_FOUND -> {
                        return new Fetch.NotFound();
                    }
                    case INVALID_ARGUMENT, UNIMPLEMENTED, FAILED_PRECONDITION, OUT_OF_RANGE, ALREADY_EXISTS -> {
                        return new Fetch.Failed("query-service refused the request: " + code);
                    }
                    case UNAVAILABLE, UNAUTHENTICATED, PERMISSION_DENIED -> warn(code, attempt);
                    case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL,
                         DATA_LOSS -> {
                        if (isTooLarge(e.getStatus()) || ++failures >= config.attemptsMax()) {
                            return new Fetch.Failed("the trace could not be read: " + code + ", "
                                    + e.getStatus().getDescription());
                        }
                    }
                }
            }
            Thread.sleep(backoff.after(attempt));
        }
    }

    /**
     * The traces that match a query, newest first. Blocks and tries again as {@link #fetch} does while query-service is
     * away; throws {@link QueryRefused} where it will never answer.
     */
    public ListTracesResponse list(ListTracesRequest request) throws InterruptedException {
        return persistently(() -> within(traces).listTraces(request));
    }

    /**
     * What is known of the items of dataset runs that a trace came of. Blocks, tries again and throws as {@link #list}
     * does.
     *
     * @param itemIds of the items of which more is to be known; the first 1,000 count
     */
    public ListRunItemsResponse runItems(TraceKey key, List<String> itemIds) throws InterruptedException {
        ListRunItemsRequest request = ListRunItemsRequest.newBuilder().setProjectId(key.projectId())
                .setTraceId(key.traceId()).addAllItemIds(itemIds.stream().limit(ITEM_IDS_MAX).toList()).build();
        return persistently(() -> within(datasetRuns).listRunItems(request));
    }

    private <S extends AbstractStub<S>> S within(S stub) {
        return stub.withCallCredentials(token.credentials())
                .withDeadlineAfter(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private <T> T persistently(Supplier<T> call) throws InterruptedException {
        int failures = 0;
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (StatusRuntimeException e) {
                Status.Code code = e.getStatus().getCode();
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped while asking query-service");
                }
                if (code == Status.Code.UNAVAILABLE || code == Status.Code.UNAUTHENTICATED
                        || code == Status.Code.PERMISSION_DENIED) {
                    warn(code, attempt);
                } else if (code == Status.Code.INVALID_ARGUMENT || ++failures >= config.attemptsMax()) {
                    throw new QueryRefused(String.valueOf(e.getStatus().getDescription()));
                }
            }
            Thread.sleep(backoff.after(attempt));
        }
    }

    /** Whether a trace that began at that time matches a query of the trace list. */
    public boolean matches(TraceKey key, long startUnixNano, String query) throws InterruptedException {
        return list(ListTracesRequest.newBuilder().setProjectId(key.projectId()).addTraceIds(key.traceId())
                .setFromUnixNano(Math.max(EARLIEST_UNIX_NANO, startUnixNano - CLOCK_NANOS)).setQuery(query)
                .setLimit(1).build())
                .getTracesCount() > 0;
    }

    /** A query that query-service does not take; the message is its own. */
    public static final class QueryRefused extends RuntimeException {
        QueryRefused(String message) {
            super(message);
        }
    }

    // Our own bound on a message, told by the gRPC library in words only.
    private static boolean isTooLarge(Status status) {
        return status.getDescription() != null && status.getDescription().contains("exceeds maximum size");
    }

    private static void warn(Status.Code code, int attempt) {
        if (Integer.bitCount(attempt) == 1) {
            LOG.warnf("query-service answers %s (try %d); evaluations wait until it is back", code, attempt);
        }
    }
}
