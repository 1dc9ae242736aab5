package dev.sightline.query.filter;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.Condition;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.Window;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which values fields have in a project: what the search bar offers, and how many traces have each. */
@Singleton
class FieldValues {
    static final int LIMIT_DEFAULT = 20;
    static final int LIMIT_MAX = 200;
    private static final int FACET_VALUES_MAX = 20;
    /** Of content so many rows are looked at: its attributes lie beside the bodies. */
    private static final int CONTENT_ROWS_MAX = 20_000;
    private static final Map<FilterField, String> FACETS = facets();

    private final ClickHouseReads reads;

    FieldValues(ClickHouseReads reads) {
        this.reads = reads;
    }

    /** {@code count}: of observations or scores, of traces in facets. */
    record Counted(String value, long count) {
    }

    private static Map<FilterField, String> facets() {
        Map<FilterField, String> facets = new LinkedHashMap<>();
        for (FilterField field : List.of(FilterField.ENVIRONMENT, FilterField.TRACE_NAME, FilterField.LEVEL,
                FilterField.TYPE, FilterField.MODEL, FilterField.PROVIDER, FilterField.USER, FilterField.RELEASE,
                FilterField.VERSION, FilterField.SERVICE, FilterField.TOOL, FilterField.AGENT, FilterField.PROMPT,
                FilterField.ERROR, FilterField.FINISH_REASON)) {
            facets.put(field, "toString(" + field.column() + ")");
        }
        return facets;
    }

    /**
     * The most frequent values that begin with {@code prefix}, whatever its capitals. {@code name}: a field; of a map
     * without a key its keys, with one the values under it. Fields without a list of values (numbers, times, ids, bodies)
     * have none. Throws INVALID_ARGUMENT naming {@code field}.
     */
    List<Counted> values(ProjectScope scope, String name, String prefix, Window window, int limit) {
        int dot = name.indexOf('.');
        Optional<FilterField> whole = FilterField.named(name);
        FilterField field = whole.or(() -> dot < 0 ? Optional.empty()
                        : FilterField.named(name.substring(0, dot)).filter(FilterField::isKeyed))
                .orElseThrow(() -> ServiceException.invalid("field", "is no field of the filter language; "
                        + "GET /api/v1/query/fields lists them"));
        String key = whole.isPresent() ? "" : name.substring(dot + 1);
        return switch (field.kind()) {
            case COUNT, DURATION, MONEY, TIME, ID, CONTENT -> List.of();
            case FLAG -> List.of("true", "false").stream().filter(value -> value.startsWith(prefix))
                    .map(value -> new Counted(value, 0)).toList();
            case TAGS -> observed(scope, Condition.of("arrayJoin(tags)"), prefix, window, limit);
            case CHOICE, TEXT -> field == FilterField.EVALUATOR || field == FilterField.SCORE_SOURCE
                    ? scored(scope, field.column(), Condition.TRUE, prefix, window, limit)
                    : observed(scope, Condition.of(column(field)), prefix, window, limit);
            case SCORE -> key.isEmpty() ? scored(scope, "name", Condition.TRUE, prefix, window, limit)
                    : scored(scope, "string_value", Condition.of("name = ?", key), prefix, window, limit);
            case KEYED_TEXT -> {
                Condition value = key.isEmpty() ? Condition.of("arrayJoin(mapKeys(" + field.column() + "))")
                        : Condition.of(field.column() + "[?]", key);
                yield field == FilterField.METADATA ? observed(scope, value, prefix, window, limit)
                        : sent(scope, field.column(), value, prefix, window, limit);
            }
        };
    }

    private static String column(FilterField field) {
        return switch (field) {
            case NAME -> "name";
            case EXPERIMENT -> "experiment_name";
            default -> "toString(" + field.column() + ")";
        };
    }

    private List<Counted> observed(ProjectScope scope, Condition value, String prefix, Window window, int limit) {
        return counted(new ProjectQuery(scope, value, " AS value", ObservationTable.CURRENT)
                .and(during("start_time", window)), prefix, limit);
    }

    private List<Counted> sent(ProjectScope scope, String map, Condition value, String prefix, Window window,
            int limit) {
        return counted(new ProjectQuery(scope, map, ObservationTable.CONTENT.name()).and(during("start_time", window))
                .then("LIMIT ?", CONTENT_ROWS_MAX).within(value.within("", " AS value")), prefix, limit);
    }

    private List<Counted> scored(ProjectScope scope, String column, Condition condition, String prefix, Window window,
            int limit) {
        return counted(new ProjectQuery(scope, column + " AS value", ScoreTable.SCORES.name() + " FINAL")
                .and(condition).and(during("timestamp", window)), prefix, limit);
    }

    private List<Counted> counted(ProjectQuery values, String prefix, int limit) {
        values.within("value, count() AS n").then("WHERE value != ''");
        if (!prefix.isEmpty()) {
            values.and("positionCaseInsensitiveUTF8(value, ?) = 1", prefix);
        }
        return reads.list(values.then("GROUP BY value ORDER BY n DESC, value LIMIT ?", limit),
                row -> new Counted(row.getString(1), row.getLong(2)));
    }

    /** By field, the most frequent values first: how many of the traces that the filter means have each. */
    Map<String, List<Counted>> facets(ProjectScope scope, Filter filter, Window window) {
        String pairs = FACETS.entrySet().stream()
                .map(facet -> "('" + facet.getKey().title() + "', " + facet.getValue() + ")")
                .collect(Collectors.joining(", ", "[", "]"));
        ProjectQuery query = new ProjectQuery(scope, "arrayJoin(arrayConcat(" + pairs
                + ", arrayMap(t -> ('tag', toString(t)), tags))) AS facet, uniq(trace_id) AS traces",
                ObservationTable.CURRENT).and(during("start_time", window));
        if (!filter.isAll()) {
            query.and(filter.onTraces(scope, window.from(), window.end()));
        }
        query.then("GROUP BY facet").within("facet.1 AS field, facet.2 AS value, traces")
                .then("WHERE value != '' ORDER BY traces DESC, value LIMIT ? BY field", FACET_VALUES_MAX);
        Map<String, List<Counted>> facets = new LinkedHashMap<>();
        Stream.concat(FACETS.keySet().stream(), Stream.of(FilterField.TAG))
                .forEach(field -> facets.put(field.title(), new ArrayList<>()));
        reads.list(query, row -> Map.entry(row.getString(1), new Counted(row.getString(2), row.getLong(3))))
                .forEach(facet -> facets.get(facet.getKey()).add(facet.getValue()));
        return facets;
    }

    private static Condition during(String column, Window window) {
        Condition after = Condition.of(column + " >= " + TIME, unixNano(window.from()));
        return window.to().map(to -> after.and(Condition.of(column + " < " + TIME, unixNano(to)))).orElse(after);
    }
}
