package dev.sightline.query.trace;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.GetTraceRequest;
import dev.sightline.proto.query.v1.GetTraceResponse;
import dev.sightline.proto.query.v1.ListObservationsRequest;
import dev.sightline.proto.query.v1.ListTracesRequest;
import dev.sightline.proto.query.v1.ListTracesResponse;
import dev.sightline.proto.query.v1.TracesGrpc;
import dev.sightline.query.auth.GrpcAnswer;
import dev.sightline.query.auth.GrpcCaller;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.observation.ObservationQueries;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Traces over gRPC, for the evaluator and for callers with an API key. */
@GrpcService
@RegisterInterceptor(GrpcCaller.class)
public class TracesService extends TracesGrpc.TracesImplBase {
    private static final int TRACE_ID_BYTES = 16;

    private final GrpcCaller caller;
    private final TraceQueries traces;
    private final ObservationQueries observations;
    private final TraceConfig config;

    TracesService(GrpcCaller caller, TraceQueries traces, ObservationQueries observations, TraceConfig config) {
        this.caller = caller;
        this.traces = traces;
        this.observations = observations;
        this.config = config;
    }

    @Override
    public void getTrace(GetTraceRequest request, StreamObserver<GetTraceResponse> answer) {
        GrpcAnswer.unary(answer, () -> {
            ProjectScope scope = caller.project(request.getProjectId());
            if (request.getTraceId().size() != TRACE_ID_BYTES) {
                throw ServiceException.invalid("trace_id", "must have " + TRACE_ID_BYTES + " bytes");
            }
            TraceQueries.Trace trace = traces.get(scope, request.getTraceId())
                    .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                            "trace_id: the project has no trace " + TraceQueries.hex(request.getTraceId())));
            return GetTraceResponse.newBuilder().addAllObservations(trace.observations())
                    .addAllScores(trace.scores()).setTruncated(trace.truncated()).build();
        });
    }

    @Override
    public void listTraces(ListTracesRequest request, StreamObserver<ListTracesResponse> answer) {
        GrpcAnswer.unary(answer, () -> {
            ProjectScope scope = caller.project(request.getProjectId());
            TraceQueries.Page page = traces.list(scope, filter(request));
            return ListTracesResponse.newBuilder().addAllTraces(page.traces())
                    .setNextCursor(page.next().map(TraceCursor::encode).orElse("")).build();
        });
    }

    @Override
    public void listObservations(ListObservationsRequest request, StreamObserver<Observation> answer) {
        GrpcAnswer.stream(answer, out -> {
            ProjectScope scope = caller.project(request.getProjectId());
            Instant from = time("from_unix_nano", request.getFromUnixNano())
                    .orElseGet(() -> Instant.now().minus(config.listWindow()));
            Window window = new Window(from, time("to_unix_nano", request.getToUnixNano()));
            Filter filter = Filter.parse(request.getQuery());
            long left = request.getLimit() == 0 ? Long.MAX_VALUE : Integer.toUnsignedLong(request.getLimit());
            Optional<PageCursor> cursor = PageCursor.parse(PageCursor.Kind.OBSERVATIONS, request.getCursor());
            boolean more = true;
            while (more && left > 0) {
                ObservationQueries.Page page = observations.list(scope, filter, window,
                        (int) Math.min(left, ObservationQueries.LIMIT_MAX), cursor);
                List<Observation> found = request.getContent()
                        ? traces.withContent(scope, page.observations()) : page.observations();
                found.forEach(out);
                left -= found.size();
                cursor = page.next();
                more = cursor.isPresent();
            }
        });
    }

    private TraceFilter filter(ListTracesRequest request) {
        Set<Level> levels = EnumSet.noneOf(Level.class);
        for (Level level : request.getLevelsList()) {
            if (level == Level.LEVEL_UNSPECIFIED || level == Level.UNRECOGNIZED) {
                throw ServiceException.invalid("levels", "holds a level that is not known");
            }
            levels.add(level);
        }
        for (ByteString traceId : request.getTraceIdsList()) {
            if (traceId.size() != TRACE_ID_BYTES) {
                throw ServiceException.invalid("trace_ids", "must have " + TRACE_ID_BYTES + " bytes each");
            }
        }
        // Traces that are named are found wherever in time they are.
        Instant from = time("from_unix_nano", request.getFromUnixNano()).orElseGet(() -> request.getTraceIdsCount() > 0
                ? TraceFilter.EARLIEST : Instant.now().minus(config.listWindow()));
        return new TraceFilter(from, time("to_unix_nano", request.getToUnixNano()), Filter.parse(request.getQuery()),
                request.getSearch(), levels, request.getEnvironment(), request.getTraceIdsList(), request.getLimit() == 0 ? TraceFilter.LIMIT_DEFAULT : request.getLimit(),
                Parameters.text(request.getCursor()).map(TraceCursor::decode));
    }

    private static Optional<Instant> time(String field, long unixNano) {
        if (unixNano < 0) {
            throw ServiceException.invalid(field, "is beyond the year 2262");
        }
        return unixNano == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(0, unixNano));
    }
}
