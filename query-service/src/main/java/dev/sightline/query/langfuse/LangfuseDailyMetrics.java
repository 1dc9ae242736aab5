package dev.sightline.query.langfuse;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.metrics.MetricsConfig;
import dev.sightline.query.metrics.MetricsQueries;
import dev.sightline.query.metrics.MetricsQuery;
import dev.sightline.query.metrics.MetricsRequest;
import dev.sightline.query.metrics.MetricsRequest.MeasureRequest;
import dev.sightline.query.metrics.Where;
import dev.sightline.query.store.Condition;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.TraceSql;
import dev.sightline.storage.observation.ObservationTable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Langfuse's daily metrics by ours: finds the days that have observations, then counts the days of the page. Without a
 * beginning it goes back as far as a time series may reach.
 */
@Singleton
public class LangfuseDailyMetrics {
    private final MetricsQueries metrics;
    private final MetricsConfig config;

    LangfuseDailyMetrics(MetricsQueries metrics, MetricsConfig config) {
        this.metrics = metrics;
        this.config = config;
    }

    /** Which traces; empty: all. */
    record Filters(Optional<String> traceName, Optional<String> userId, List<String> tags, List<String> environments) {
        private static final int TEXTS_MAX = 50;

        Filters {
            if (tags.size() > TEXTS_MAX || environments.size() > TEXTS_MAX) {
                throw ServiceException.invalid(tags.size() > TEXTS_MAX ? "tags" : "environment",
                        "is given more than " + TEXTS_MAX + " times");
            }
        }
    }

    /** Newest first. */
    @Schema(name = "LangfuseDailyMetrics")
    record Page(List<Day> data, LangfuseJson.Meta meta) {
    }

    /** A day, by UTC. */
    @Schema(name = "LangfuseDailyMetricsDay")
    record Day(String date, long countTraces, long countObservations, double totalCost, List<Usage> usage) {
    }

    /** What one model did on a day; {@code model} null: all that is no model's. */
    @Schema(name = "LangfuseDailyMetricsUsage")
    record Usage(String model, long inputUsage, long outputUsage, long totalUsage, long countObservations,
            long countTraces, double totalCost) {
    }

    Page page(ProjectScope scope, int page, int limit, Filters filters, Optional<Instant> from, Optional<Instant> to) {
        Instant end = to.orElseGet(Instant::now);
        Instant begin = from.orElseGet(() -> end.truncatedTo(ChronoUnit.DAYS)
                .minus(Duration.ofDays(config.stepsMax() - 2L)));
        if (!begin.isBefore(end)) {
            throw ServiceException.invalid("fromTimestamp", "must be before toTimestamp");
        }
        List<Instant> days = rows(scope, query(begin, end, "observations", List.of(), "count"), filters).stream()
                .filter(row -> count(row, "count") > 0).map(row -> (Instant) row.get("time")).toList().reversed();
        List<Instant> shown = days.subList(Math.min(days.size(), (page - 1) * limit),
                Math.min(days.size(), page * limit));
        long pages = (days.size() + limit - 1L) / limit;
        return new Page(shown.isEmpty() ? List.of() : days(scope, filters, shown, begin, end),
                new LangfuseJson.Meta(page, limit, days.size(), pages));
    }

    private List<Day> days(ProjectScope scope, Filters filters, List<Instant> shown, Instant begin, Instant end) {
        Instant first = shown.getLast().isBefore(begin) ? begin : shown.getLast();
        Instant behind = shown.getFirst().plus(Duration.ofDays(1));
        Instant last = behind.isAfter(end) ? end : behind;
        List<Map<String, Object>> traces = rows(scope, query(first, last, "traces", List.of(), "count"), filters);
        List<Map<String, Object>> models = rows(scope, query(first, last, "observations", List.of("model"), "count",
                "trace_count", "input_tokens", "output_tokens", "total_tokens", "total_cost"), filters);
        return shown.stream().map(day -> {
            List<Usage> usage = models.stream().filter(row -> row.get("time").equals(day) && count(row, "count") > 0)
                    .map(row -> new Usage((String) row.get("model"), count(row, "input_tokens"),
                            count(row, "output_tokens"), count(row, "total_tokens"), count(row, "count"),
                            count(row, "trace_count"), ((Number) row.get("total_cost")).doubleValue())).toList();
            return new Day(day.atZone(ZoneOffset.UTC).toLocalDate().toString(),
                    traces.stream().filter(row -> row.get("time").equals(day))
                            .mapToLong(row -> count(row, "count")).sum(),
                    usage.stream().mapToLong(Usage::countObservations).sum(),
                    usage.stream().mapToDouble(Usage::totalCost).sum(), usage);
        }).toList();
    }

    private static long count(Map<String, Object> row, String column) {
        return ((Number) row.get(column)).longValue();
    }

    private static MetricsRequest query(Instant from, Instant to, String view, List<String> dimensions,
            String... measures) {
        List<MeasureRequest> asked = new ArrayList<>();
        for (String measure : measures) {
            asked.add(new MeasureRequest(measure, "sum", measure, null, null));
        }
        return new MetricsRequest(view, null, from, to, asked, dimensions, "day", null, null, null, null, null, null,
                null);
    }

    private List<Map<String, Object>> rows(ProjectScope scope, MetricsRequest request, Filters filters) {
        MetricsQuery query = MetricsQuery.of(request, config, Instant.now());
        List<Where> where = new ArrayList<>();
        if (!filters.environments.isEmpty()) {
            where.add(new Where(new Condition((request.view().equals("traces") ? "trace_environment" : "environment")
                    + " IN (" + String.join(", ", Collections.nCopies(filters.environments.size(), "?")) + ")",
                    List.copyOf(filters.environments)), Optional.of(Set.of("environment"))));
        }
        if (filters.traceName.isPresent() || filters.userId.isPresent() || !filters.tags.isEmpty()) {
            ProjectQuery traces = new ProjectQuery(scope, "trace_id", ObservationTable.CURRENT)
                    .then("GROUP BY trace_id HAVING 1");
            filters.traceName.ifPresent(name -> traces.and(TraceSql.NAME + " = ?", name));
            filters.userId.ifPresent(user -> traces.and(TraceSql.USER_ID + " = ?", user));
            filters.tags.forEach(tag -> traces.and("max(has(tags, ?))", tag));
            where.add(new Where(traces.contains("trace_id"), Optional.empty()));
        }
        return metrics.run(scope, query.with(where)).data();
    }
}
