package dev.sightline.query.langfuse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.metrics.Granularity;
import dev.sightline.query.metrics.MetricsAnswer;
import dev.sightline.query.metrics.MetricsConfig;
import dev.sightline.query.metrics.MetricsQuery;
import dev.sightline.query.metrics.MetricsRequest;
import dev.sightline.query.metrics.MetricsRequest.MeasureRequest;
import dev.sightline.query.metrics.Where;
import dev.sightline.query.trace.Parameters;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A metrics query as Langfuse writes it, made into one of ours. {@link #of} throws INVALID_ARGUMENT that names the
 * place in {@code query}; {@link #rows} puts the answer into Langfuse's shape.
 */
record LangfuseMetricsQuery(LangfuseMetricsView view, List<String> dimensions, boolean isSeries, MetricsQuery query) {
    private static final String TIME = "time_dimension";
    private static final int ROW_LIMIT_MAX = 1_000;
    private static final int ROW_LIMIT_DEFAULT = 100;
    private static final int TOP_MAX = 100;
    private static final Set<String> GRANULARITIES = Set.of("auto", "minute", "hour", "day", "week", "month");
    /** There may be as many of these as observations, so a series shows the first ones only. */
    private static final Set<String> MANY = Set.of("id", "traceId", "userId", "sessionId", "parentObservationId",
            "observationId");

    /** The parameter's object; Langfuse knows {@code config} as {@code chartConfig} too. */
    record Body(String view, List<Field> dimensions, List<Metric> metrics, List<JsonNode> filters,
            TimeDimension timeDimension, String fromTimestamp, String toTimestamp, List<Order> orderBy, Config config,
            Config chartConfig) {
        Body {
            dimensions = dimensions == null ? List.of() : dimensions;
            metrics = metrics == null ? List.of() : metrics;
            filters = filters == null ? List.of() : filters;
            orderBy = orderBy == null ? List.of() : orderBy;
            config = config == null ? chartConfig : config;
        }
    }

    /** What to group by. */
    record Field(String field) {
    }

    /** What to count. */
    record Metric(String measure, String aggregation) {
    }

    /** How long a step is. */
    record TimeDimension(String granularity) {
    }

    /** A row key, asc or desc. */
    record Order(String field, String direction) {
    }

    /** Bounds of the answer. */
    record Config(Integer bins, Integer row_limit) {
    }

    static LangfuseMetricsQuery of(ProjectScope scope, Body body, boolean v2, MetricsConfig config) {
        LangfuseMetricsView view = LangfuseMetricsView.of(body.view, v2);
        List<String> dimensions = new ArrayList<>();
        for (Field field : body.dimensions) {
            dimensions.add(field == null ? null : field.field);
        }
        boolean series = body.timeDimension != null;
        if (series && !GRANULARITIES.contains(String.valueOf(body.timeDimension.granularity))) {
            throw ServiceException.invalid("query.timeDimension.granularity",
                    "must be auto, minute, hour, day, week or month");
        }
        Optional<Integer> rowLimit = rowLimit(body);
        boolean many = dimensions.stream().anyMatch(MANY::contains);
        MetricsRequest request = new MetricsRequest(view.view().title(), null,
                time("fromTimestamp", body.fromTimestamp),
                time("toTimestamp", body.toTimestamp), measures(view, body.metrics),
                dimensions(view, dimensions), series ? body.timeDimension.granularity : null, null,
                series && many ? new MetricsRequest.Top(Math.min(TOP_MAX, rowLimit.orElse(10)), false) : null,
                orders(view, body.orderBy, dimensions, body.metrics), null,
                series && many ? null : rowLimit.or(() -> series || !v2 ? Optional.empty()
                        : Optional.of(ROW_LIMIT_DEFAULT)).orElse(series ? null : config.rowsMax()),
                body.config == null ? null : body.config.bins, null);
        MetricsQuery query = MetricsQuery.of(request, config, Instant.now());
        List<Where> where = new ArrayList<>(view.segment());
        for (int i = 0; i < body.filters.size(); i++) {
            where.add(LangfuseMetricsFilter.of(scope, view, body.filters.get(i), "query.filters[" + i + "]"));
        }
        return new LangfuseMetricsQuery(view, dimensions, series, query.with(where));
    }

    /** The rows with Langfuse's keys and values. */
    List<Map<String, Object>> rows(MetricsAnswer answer) {
        return answer.data().stream().map(row -> {
            Map<String, Object> shaped = new LinkedHashMap<>();
            for (String dimension : dimensions) {
                shaped.put(dimension, view.value(dimension, row.get(view.dimension(dimension))));
            }
            if (row.get("time") instanceof Instant start) {
                shaped.put(TIME, time(start, answer.granularity()));
            }
            answer.columns().stream().filter(column -> column.kind().equals("measure")).forEach(column ->
                    shaped.put(column.name(), LangfuseMetricsView.bars(row.get(column.name()))));
            return shaped;
        }).toList();
    }

    private static String time(Instant start, String granularity) {
        boolean isDate = !Set.of(Granularity.MINUTE.title(), Granularity.HOUR.title()).contains(granularity);
        return isDate ? start.atZone(ZoneOffset.UTC).toLocalDate().toString()
                : start.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static Instant time(String field, String value) {
        return Parameters.time("query." + field, value)
                .orElseThrow(() -> ServiceException.invalid("query." + field, "is missing"));
    }

    private static Optional<Integer> rowLimit(Body body) {
        Optional<Integer> limit = Optional.ofNullable(body.config).map(Config::row_limit);
        if (limit.isPresent() && (limit.get() < 1 || limit.get() > ROW_LIMIT_MAX)) {
            throw ServiceException.invalid("query.config.row_limit", "must be 1 to " + ROW_LIMIT_MAX);
        }
        return limit;
    }

    private static List<MeasureRequest> measures(LangfuseMetricsView view, List<Metric> metrics) {
        List<MeasureRequest> measures = new ArrayList<>();
        for (int i = 0; i < metrics.size(); i++) {
            Metric metric = metrics.get(i);
            if (metric == null || metric.measure == null || metric.aggregation == null) {
                throw ServiceException.invalid("query.metrics[" + i + "]", "must have a measure and an aggregation");
            }
            measures.add(view.measure(metric.measure, metric.aggregation, "query.metrics[" + i + "]"));
        }
        if (measures.isEmpty()) {
            // Langfuse counts rows then.
            measures.add(new MeasureRequest("count", null, "count", null, null));
        }
        return measures;
    }

    private static List<String> dimensions(LangfuseMetricsView view, List<String> fields) {
        List<String> dimensions = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            if (!view.hasDimension(fields.get(i))) {
                throw ServiceException.invalid("query.dimensions[" + i + "].field", "must be one of "
                        + String.join(", ", view.dimensionNames()));
            }
            dimensions.add(view.dimension(fields.get(i)));
        }
        return dimensions;
    }

    private static List<MetricsRequest.Order> orders(LangfuseMetricsView view, List<Order> orders,
            List<String> dimensions, List<Metric> metrics) {
        List<MetricsRequest.Order> ours = new ArrayList<>();
        for (int i = 0; i < orders.size(); i++) {
            Order order = orders.get(i);
            String field = order == null || order.field == null ? "" : order.field;
            String name = field.equals(TIME) ? "time" : dimensions.contains(field) ? view.dimension(field)
                    : metrics.stream().filter(each -> each.measure.equals(field)).findFirst()
                            .map(each -> each.aggregation + "_" + each.measure).orElse(field);
            String direction = order == null || order.direction == null ? "asc"
                    : order.direction.toLowerCase(Locale.ROOT);
            if (!Set.of("asc", "desc").contains(direction)) {
                throw ServiceException.invalid("query.orderBy[" + i + "].direction", "must be asc or desc");
            }
            ours.add(new MetricsRequest.Order(name, direction));
        }
        return ours;
    }
}
