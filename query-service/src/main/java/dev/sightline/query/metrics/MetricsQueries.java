package dev.sightline.query.metrics;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.metrics.MetricsQuery.Column;
import dev.sightline.query.metrics.MetricsQuery.Top;
import dev.sightline.query.store.ClickHouseReads;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Answers metrics queries. First the top groups, where they are asked for; then the rows; then, with a comparison, the
 * same of the span of time before. Fills the gaps of time series. Blocks its (virtual) thread.
 */
@Singleton
public class MetricsQueries {
    private final ClickHouseReads reads;
    private final MetricsConfig config;

    MetricsQueries(ClickHouseReads reads, MetricsConfig config) {
        this.reads = reads;
        this.config = config;
    }

    /** A group in a step of time; {@code values} null where the dimension has none. */
    private record Key(long start, boolean others, List<String> values) {
        Key at(long other) {
            return new Key(other, others, values);
        }
    }

    /** What was found, in its order: {@code previous} has the same keys as far as it has them. */
    private record Found(Map<Key, List<Object>> rows, boolean truncated) {
    }

    /**
     * Throws INVALID_ARGUMENT where the answer would have too many rows, and says how to ask for fewer; else what
     * {@link ClickHouseReads} throws.
     */
    public MetricsAnswer run(ProjectScope scope, MetricsQuery query) {
        Optional<List<List<String>>> top = query.top().map(asked -> topGroups(scope, query, asked));
        MetricsSql sql = sql(scope, query, query.steps(), query.columns(), query.steps().isSeries());
        Found found = read(query, sql, top);
        Map<Key, List<Object>> rows = query.steps().isSeries() ? filled(query, found.rows) : found.rows;
        Map<Key, List<Object>> previous = query.compare() ? previous(scope, query, top, rows.keySet()) : Map.of();
        List<Map<String, Object>> data = new ArrayList<>();
        for (Map.Entry<Key, List<Object>> row : rows.entrySet()) {
            if (data.size() == query.limit()) {
                break;
            }
            data.add(row(query, row.getKey(), row.getValue(), previous.get(row.getKey())));
        }
        return new MetricsAnswer(data, query.steps().isSeries() ? query.steps().granularity().title() : null,
                query.steps().from(), query.steps().to(), query.steps().zone().getId(), columns(query), sql.source(),
                found.truncated || rows.size() > data.size());
    }

    private MetricsSql sql(ProjectScope scope, MetricsQuery query, TimeSteps steps, List<Column> columns,
            boolean series) {
        return new MetricsSql(scope, query, steps, series, columns, config.traceMargin());
    }

    private List<List<String>> topGroups(ProjectScope scope, MetricsQuery query, Top top) {
        return reads.list(sql(scope, query, query.steps(), List.of(top.by()), false).ranking(top.n(), top.descending()),
                row -> texts(query, row));
    }

    private Found read(MetricsQuery query, MetricsSql sql, Optional<List<List<String>>> top) {
        boolean series = query.steps().isSeries();
        int max = series ? config.rowsMax() : query.limit();
        Map<Key, List<Object>> rows = new LinkedHashMap<>();
        boolean others = query.top().map(Top::others).orElse(false);
        reads.list(sql.rows(top, others, max + 1), row -> rows.put(
                new Key(row.getLong(1), row.getBoolean(2), texts(query, row)), values(query, row)));
        if (rows.size() <= max) {
            return new Found(rows, false);
        }
        if (series) {
            throw tooMany();
        }
        Key last = null;
        for (Key key : rows.keySet()) {
            last = key;
        }
        rows.remove(last);
        return new Found(rows, true);
    }

    private ServiceException tooMany() {
        return ServiceException.invalid("dimensions", "make more than " + config.rowsMax() + " rows; ask for the 'top'"
                + " groups, fewer dimensions, a longer 'granularity' or a shorter span of time");
    }

    private static List<String> texts(MetricsQuery query, ResultSet row) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < query.dimensions().size(); i++) {
            texts.add(row.getString(3 + i));
        }
        return texts;
    }

    private static List<Object> values(MetricsQuery query, ResultSet row) throws SQLException {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < query.columns().size(); i++) {
            int index = 3 + query.dimensions().size() + i;
            values.add(query.columns().get(i).isHistogram() ? Histogram.of(row.getString(index), query.bins())
                    : number(row.getObject(index)));
        }
        return values;
    }

    private static Object number(Object value) {
        return switch (value) {
            case null -> null;
            case Double number when !Double.isFinite(number) -> null;
            case BigDecimal number -> number.doubleValue();
            default -> value;
        };
    }

    /** Every group in every step, in the order of the rows where that is by time, else after them. */
    private Map<Key, List<Object>> filled(MetricsQuery query, Map<Key, List<Object>> rows) {
        Set<Key> groups = new LinkedHashSet<>();
        rows.keySet().stream().map(key -> key.at(0)).forEach(groups::add);
        if (groups.isEmpty() && query.dimensions().isEmpty()) {
            groups.add(new Key(0, false, List.of()));
        }
        if ((long) groups.size() * query.steps().starts().size() > config.rowsMax()) {
            throw tooMany();
        }
        List<Object> nothing = query.columns().stream().map(MetricsQueries::nothing).toList();
        List<Key> missing = new ArrayList<>();
        for (Long start : query.steps().starts()) {
            groups.stream().map(group -> group.at(start)).filter(key -> !rows.containsKey(key)).forEach(missing::add);
        }
        missing.forEach(key -> rows.put(key, nothing));
        boolean byTime = query.orderBy().isEmpty() || query.orderBy().getFirst().field().equals(MetricsQuery.TIME);
        if (missing.isEmpty() || !byTime) {
            return rows;
        }
        boolean descending = !query.orderBy().isEmpty() && query.orderBy().getFirst().descending();
        Comparator<Map.Entry<Key, List<Object>>> byStart = Comparator.comparingLong(row -> row.getKey().start);
        Map<Key, List<Object>> sorted = new LinkedHashMap<>();
        rows.entrySet().stream().sorted(descending ? byStart.reversed() : byStart)
                .forEach(row -> sorted.put(row.getKey(), row.getValue()));
        return sorted;
    }

    private static Object nothing(Column column) {
        return column.isHistogram() ? List.of() : column.isSum() ? (Object) 0L : null;
    }

    /** By the keys of this span: of a series, the step that is as many steps earlier as the series is long. */
    private Map<Key, List<Object>> previous(ProjectScope scope, MetricsQuery query, Optional<List<List<String>>> top,
            Set<Key> keys) {
        TimeSteps before = query.steps().previous();
        MetricsSql sql = sql(scope, query, before, query.columns(), query.steps().isSeries());
        Optional<List<List<String>>> groups = top.isPresent() || query.steps().isSeries()
                || query.dimensions().isEmpty() ? top : Optional.of(keys.stream().map(Key::values).toList());
        Map<Key, List<Object>> rows = read(query, sql, groups).rows;
        Map<Long, Long> startsNow = new HashMap<>();
        for (int i = 0; i < before.starts().size(); i++) {
            startsNow.put(before.starts().get(i), query.steps().starts().get(i));
        }
        List<Object> nothing = query.columns().stream().map(MetricsQueries::nothing).toList();
        Map<Key, List<Object>> previous = new HashMap<>();
        keys.forEach(key -> previous.put(key, nothing));
        rows.forEach((key, values) -> previous.put(key.at(startsNow.getOrDefault(key.start, 0L)), values));
        return previous;
    }

    private static Map<String, Object> row(MetricsQuery query, Key key, List<Object> values, List<Object> previous) {
        Map<String, Object> row = new LinkedHashMap<>();
        if (query.steps().isSeries()) {
            row.put(MetricsQuery.TIME, Instant.ofEpochSecond(key.start));
        }
        for (int i = 0; i < query.dimensions().size(); i++) {
            String value = key.values.get(i);
            row.put(query.dimensions().get(i).name(), value.isEmpty() ? null : value);
        }
        if (key.others) {
            row.put(MetricsQuery.OTHERS, true);
        }
        put(row, query, values);
        if (previous != null) {
            Map<String, Object> earlier = new LinkedHashMap<>();
            put(earlier, query, previous);
            row.put(MetricsQuery.PREVIOUS, earlier);
        }
        return row;
    }

    private static void put(Map<String, Object> row, MetricsQuery query, List<Object> values) {
        for (int i = 0; i < query.columns().size(); i++) {
            row.put(query.columns().get(i).name(), values.get(i));
        }
    }

    private static List<MetricsAnswer.Column> columns(MetricsQuery query) {
        List<MetricsAnswer.Column> columns = new ArrayList<>();
        if (query.steps().isSeries()) {
            columns.add(new MetricsAnswer.Column(MetricsQuery.TIME, "time", null));
        }
        query.dimensions().forEach(each -> columns.add(new MetricsAnswer.Column(each.name(), "dimension", null)));
        query.columns().forEach(each -> columns.add(new MetricsAnswer.Column(each.name(), "measure", each.unit())));
        return columns;
    }
}
