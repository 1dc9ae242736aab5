package dev.sightline.query.metrics;

import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.query.v1.MetricsBin;
import dev.sightline.proto.query.v1.MetricsColumn;
import dev.sightline.proto.query.v1.MetricsGrpc;
import dev.sightline.proto.query.v1.MetricsMeasure;
import dev.sightline.proto.query.v1.MetricsRow;
import dev.sightline.proto.query.v1.MetricsValue;
import dev.sightline.proto.query.v1.QueryMetricsRequest;
import dev.sightline.proto.query.v1.QueryMetricsResponse;
import dev.sightline.query.auth.GrpcAnswer;
import dev.sightline.query.auth.GrpcCaller;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.metrics.MetricsRequest.MeasureRequest;
import dev.sightline.query.trace.TraceQueries;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.common.annotation.RunOnVirtualThread;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Metrics over gRPC. */
@GrpcService
@RegisterInterceptor(GrpcCaller.class)
@RunOnVirtualThread
public class MetricsService extends MetricsGrpc.MetricsImplBase {
    private final GrpcCaller caller;
    private final MetricsQueries metrics;
    private final MetricsConfig config;

    MetricsService(GrpcCaller caller, MetricsQueries metrics, MetricsConfig config) {
        this.caller = caller;
        this.metrics = metrics;
        this.config = config;
    }

    @Override
    public void query(QueryMetricsRequest request, StreamObserver<QueryMetricsResponse> answer) {
        GrpcAnswer.unary(answer, () -> {
            ProjectScope scope = caller.project(request.getProjectId());
            return response(metrics.run(scope, MetricsQuery.of(request(request), config, Instant.now())));
        });
    }

    private static MetricsRequest request(QueryMetricsRequest request) {
        return new MetricsRequest(text(request.getView()), request.getQuery(),
                time("from_unix_nano", request.getFromUnixNano()), time("to_unix_nano", request.getToUnixNano()),
                request.getMeasuresList().stream().map(MetricsService::measure).toList(), request.getDimensionsList(),
                text(request.getGranularity()), text(request.getTimeZone()),
                request.hasTop() ? new MetricsRequest.Top(number(request.getTop().getN()), request.getTop().getOthers())
                        : null,
                request.getOrderByList().stream().map(order -> new MetricsRequest.Order(order.getField(),
                        order.getDescending() ? "desc" : "asc")).toList(),
                request.getComparePreviousPeriod() ? "previous_period" : null, number(request.getLimit()),
                number(request.getBins()), request.getRaw() ? "raw" : null);
    }

    private static MeasureRequest measure(MetricsMeasure measure) {
        return new MeasureRequest(text(measure.getMeasure()), text(measure.getAggregation()), text(measure.getName()),
                measure.hasNumerator() ? measure(measure.getNumerator()) : null,
                measure.hasDenominator() ? measure(measure.getDenominator()) : null);
    }

    private static Instant time(String field, long unixNano) {
        if (unixNano < 0) {
            throw ServiceException.invalid(field, "is beyond the year 2262");
        }
        return unixNano == 0 ? null : Instant.ofEpochSecond(0, unixNano);
    }

    private static Integer number(int value) {
        return value == 0 ? null : (Integer) value;
    }

    private static String text(String value) {
        return value.isEmpty() ? null : value;
    }

    private static QueryMetricsResponse response(MetricsAnswer answer) {
        QueryMetricsResponse.Builder response = QueryMetricsResponse.newBuilder().setSource(answer.source())
                .setGranularity(answer.granularity() == null ? "" : answer.granularity())
                .setTruncated(answer.truncated());
        List<String> dimensions = names(answer, "dimension");
        List<String> measures = names(answer, "measure");
        answer.columns().stream().filter(column -> column.kind().equals("measure")).forEach(column ->
                response.addColumns(MetricsColumn.newBuilder().setName(column.name()).setUnit(column.unit())));
        for (Map<String, Object> each : answer.data()) {
            MetricsRow.Builder row = response.addRowsBuilder();
            if (each.get(MetricsQuery.TIME) instanceof Instant start) {
                row.setTimeUnixNano(TraceQueries.unixNano(start));
            }
            dimensions.forEach(name -> row.addDimensions(each.get(name) instanceof String value ? value : ""));
            row.setOthers(Boolean.TRUE.equals(each.get(MetricsQuery.OTHERS)));
            measures.forEach(name -> row.addValues(value(each.get(name))));
            if (each.get(MetricsQuery.PREVIOUS) instanceof Map<?, ?> previous) {
                measures.forEach(name -> row.addPrevious(value(previous.get(name))));
            }
        }
        return response.build();
    }

    private static List<String> names(MetricsAnswer answer, String kind) {
        return answer.columns().stream().filter(column -> column.kind().equals(kind)).map(MetricsAnswer.Column::name)
                .toList();
    }

    private static MetricsValue value(Object value) {
        MetricsValue.Builder built = MetricsValue.newBuilder();
        if (value instanceof Number number) {
            built.setNumber(number.doubleValue());
        } else if (value instanceof List<?> bars) {
            bars.stream().map(Histogram.Bin.class::cast).forEach(bin -> built.addHistogram(MetricsBin.newBuilder()
                    .setFrom(bin.from()).setTo(bin.to()).setCount(bin.count())));
        }
        return built.build();
    }
}
