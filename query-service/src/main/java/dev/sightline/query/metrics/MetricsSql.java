package dev.sightline.query.metrics;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.nanos;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.metrics.MetricsQuery.Column;
import dev.sightline.query.metrics.MetricsQuery.Order;
import dev.sightline.query.metrics.MetricsQuery.Term;
import dev.sightline.query.store.Condition;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.TraceSql;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The SQL of a metrics query, in three steps. The first adds up rows by step of time and dimensions, of each table that
 * has a piece of the span of time: a roll-up for its whole units, the raw rows for the ends. Where the query asks for
 * top groups and others, it makes the others one at once: thousands of groups would cost more than their rows. The
 * second adds the pieces up. The third makes the measures of the sums.
 *
 * <p>Sums go by sign, so nothing here needs FINAL of `observations` but the view of traces. ADR 0006, 0010.
 */
final class MetricsSql {
    private static final long NANOS = 1_000_000_000L;
    /** Shorter spans have few units by hour. */
    private static final Duration SHORT = Duration.ofHours(6);
    private static final String SECONDS = "intDiv(toUnixTimestamp64Nano(%s), 1000000000)";

    private static final String SCORE_COLUMNS = String.join(", ", "trace_id", "span_id", "session_id", "name",
            "data_type", "value", "string_value", "source", "environment", "timestamp", "metadata", "config_id",
            "author_user_id", "evaluator_name", "evaluator_version", "model", "error");

    /** What a trace says, under names that no column of `observations` has. */
    private static final String TRACE_COLUMNS = String.join(", ",
            TraceSql.NAME + " AS trace_title", TraceSql.USER_ID + " AS trace_user_id",
            TraceSql.SESSION_ID + " AS trace_session_id", TraceSql.ENVIRONMENT + " AS trace_environment",
            TraceSql.RELEASE + " AS trace_release", TraceSql.VERSION + " AS trace_version",
            TraceSql.TAGS + " AS trace_tags");
    private static final String TRACE_SUMS = String.join(", ",
            TraceSql.MODELS + " AS trace_models", "toString(" + TraceSql.LEVEL + ") AS trace_level",
            "argMin(service_name, start_time) AS trace_service",
            "argMinIf(metadata, start_time, parent_span_id = toFixedString('', 8)) AS trace_metadata",
            nanos(TraceSql.END) + " - " + nanos(TraceSql.START) + " AS trace_latency_nanos",
            "toInt64(countIf(NOT trace_record)) AS trace_observations",
            "toInt64(" + TraceSql.INPUT_TOKENS + ") AS trace_input_tokens",
            "toInt64(" + TraceSql.OUTPUT_TOKENS + ") AS trace_output_tokens",
            "toInt64(" + TraceSql.TOTAL_TOKENS + ") AS trace_total_tokens",
            "toInt64(toFloat64(" + TraceSql.TOTAL_COST + ") * 1e12) AS trace_total_cost");

    private final ProjectScope scope;
    private final MetricsQuery query;
    private final Duration traceMargin;
    private final TimeSteps steps;
    private final boolean series;
    private final List<Column> columns;
    private final List<String> measures;
    private final List<Part> parts;
    private final Optional<RollUp> rollUp;

    /**
     * @param steps   of which span of time
     * @param series  whether the answer is cut into the steps
     * @param columns which of the query's
     */
    MetricsSql(ProjectScope scope, MetricsQuery query, TimeSteps steps, boolean series, List<Column> columns,
            Duration traceMargin) {
        this.scope = scope;
        this.query = query;
        this.traceMargin = traceMargin;
        this.steps = steps;
        this.series = series;
        this.columns = columns;
        boolean tellsAgentsApart = query.dimensions().stream()
                .anyMatch(dimension -> Set.of("type", "agent_name").contains(dimension.rolledUp().orElse("")));
        Parts collected = new Parts(tellsAgentsApart, (series ? steps : whole(steps)).secondsSql("t"));
        collected.of(presence());
        this.measures = columns.stream().map(column -> sql(column, collected)).toList();
        this.parts = collected.all();
        this.rollUp = chooseRollUp();
    }

    /** The table that most of the numbers come from. */
    String source() {
        return rollUp.map(RollUp::table).orElse(switch (query.view()) {
            case OBSERVATIONS, TRACES -> ObservationTable.OBSERVATIONS.name();
            case SCORES -> ScoreTable.SCORES.name();
        });
    }

    /** The best groups by the first column: rows as below, best first. */
    ProjectQuery ranking(int n, boolean descending) {
        return outer(added(Optional.empty(), Optional.empty()), false).then("ORDER BY m0 " + (descending ? "DESC" : "ASC")
                + " NULLS LAST" + dimensionOrder() + " LIMIT ?", n);
    }

    /**
     * Rows of: the step's start in seconds, whether it is all others, the dimensions, the columns.
     *
     * @param top    only these groups, and with {@code others} all others as one
     * @param rows   at most so many
     */
    ProjectQuery rows(Optional<List<List<String>>> top, boolean others, int rows) {
        ProjectQuery added = others ? added(top, Optional.empty()) : added(Optional.empty(), top);
        return outer(added, top.isPresent() && others).then("ORDER BY " + order() + " LIMIT ?", rows);
    }

    private static TimeSteps whole(TimeSteps steps) {
        return new TimeSteps(steps.from(), steps.to(), null, steps.zone(), List.of());
    }

    private Part presence() {
        return query.view() == View.OBSERVATIONS ? Measure.OBSERVATIONS : Measure.ROWS;
    }

    private static String sql(Column column, Parts parts) {
        String above = sql(column.numerator(), parts);
        return column.denominator()
                .map(below -> "(" + above + ") / nullIf(" + sql(below, parts) + ", 0)").orElse(above);
    }

    private static String sql(Term term, Parts parts) {
        return term.measure().sql().of(term.aggregation(), parts);
    }

    // Which table.

    private Optional<RollUp> chooseRollUp() {
        if (query.view() != View.OBSERVATIONS || query.rawOnly()) {
            return Optional.empty();
        }
        boolean isShort = Duration.between(steps.from(), steps.to()).compareTo(SHORT) < 0;
        List<RollUp> candidates = isShort
                ? List.of(RollUp.BY_MINUTE, RollUp.BY_HOUR, RollUp.BY_USER_HOUR, RollUp.BY_NAME_HOUR)
                : List.of(RollUp.BY_HOUR, RollUp.BY_USER_HOUR, RollUp.BY_NAME_HOUR, RollUp.BY_MINUTE);
        return candidates.stream().filter(this::canAnswer).findFirst();
    }

    private boolean canAnswer(RollUp candidate) {
        Set<String> asked = new HashSet<>();
        for (Dimension dimension : query.dimensions()) {
            if (dimension.rolledUp().isEmpty()) {
                return false;
            }
            asked.add(dimension.rolledUp().get());
        }
        Optional<Set<String>> filtered = query.filter().columns();
        if (filtered.isEmpty() || query.where().stream().anyMatch(where -> where.columns().isEmpty())) {
            return false;
        }
        asked.addAll(filtered.get());
        query.where().forEach(where -> asked.addAll(where.columns().get()));
        return candidate.dimensions().containsAll(asked)
                && parts.stream().allMatch(part -> part.rolledUp().apply(candidate) != null)
                && (!series || steps.fit(candidate.unitSeconds()))
                && firstUnit(candidate) < lastUnit(candidate);
    }

    private long firstUnit(RollUp table) {
        return Math.ceilDiv(unixNano(steps.from()), table.unitSeconds() * NANOS);
    }

    private long lastUnit(RollUp table) {
        return Math.floorDiv(unixNano(steps.to()), table.unitSeconds() * NANOS);
    }

    // The first step.

    private ProjectQuery summed(Optional<List<List<String>>> beside) {
        return switch (query.view()) {
            case OBSERVATIONS -> rollUp.map(table -> pieces(table, beside))
                    .orElseGet(() -> raw(unixNano(steps.from()), unixNano(steps.to()), beside));
            case TRACES -> traces(beside);
            case SCORES -> scores(beside);
        };
    }

    private ProjectQuery pieces(RollUp table, Optional<List<List<String>>> beside) {
        long begin = firstUnit(table) * table.unitSeconds() * NANOS;
        long end = lastUnit(table) * table.unitSeconds() * NANOS;
        ProjectQuery query = rolledUp(table, begin / NANOS, end / NANOS, beside);
        if (unixNano(steps.from()) < begin) {
            query.unionAll(raw(unixNano(steps.from()), begin, beside));
        }
        return end < unixNano(steps.to()) ? query.unionAll(raw(end, unixNano(steps.to()), beside)) : query;
    }

    private ProjectQuery rolledUp(RollUp table, long fromSeconds, long toSeconds, Optional<List<List<String>>> beside) {
        List<Condition> selected = keys("toInt64(toUnixTimestamp(" + table.time() + "))", beside);
        List<String> by = groupedBy(beside);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.key() != null) {
                selected.add(Condition.of(part.keyOf().apply(table) + " AS k" + i));
                if (!part.isCounts()) {
                    by.add("k" + i);
                }
            }
            selected.add(new Condition(part.rolledUp().apply(table) + " AS p" + i, part.values()));
        }
        ProjectQuery piece = new ProjectQuery(scope, list(selected), table.table())
                .and(table.time() + " >= toDateTime(?, 'UTC')", fromSeconds)
                .and(table.time() + " < toDateTime(?, 'UTC')", toSeconds);
        return grouped(conditions(piece, Instant.ofEpochSecond(fromSeconds), Instant.ofEpochSecond(toSeconds)), by);
    }

    private ProjectQuery raw(long fromNanos, long toNanos, Optional<List<List<String>>> beside) {
        ProjectQuery piece = new ProjectQuery(scope, list(selected("start_time", beside)), ObservationTable.OBSERVATIONS.name())
                .and("start_time >= " + TIME, fromNanos).and("start_time < " + TIME, toNanos);
        return grouped(conditions(piece, Instant.ofEpochSecond(0, fromNanos), Instant.ofEpochSecond(0, toNanos)),
                groupedByWithKeys(beside));
    }

    private ProjectQuery conditions(ProjectQuery piece, Instant from, Instant to) {
        if (!query.filter().isAll()) {
            piece.and(query.filter().onObservations(scope, from, to));
        }
        query.where().forEach(where -> piece.and(where.condition()));
        return piece;
    }

    private ProjectQuery traces(Optional<List<List<String>>> beside) {
        Instant from = steps.from().minus(traceMargin);
        Instant to = steps.to().plus(traceMargin);
        ProjectQuery rows = new ProjectQuery(scope, "trace_id, min(start_time) AS trace_start, " + TRACE_COLUMNS + ", "
                + TRACE_SUMS, ObservationTable.CURRENT)
                .and("start_time >= " + TIME, Math.max(0, unixNano(from))).and("start_time < " + TIME, unixNano(to));
        if (!query.filter().isAll()) {
            rows.and(query.filter().onTraces(scope, from, to));
        }
        rows.then("GROUP BY trace_id HAVING min(start_time) >= " + TIME, unixNano(steps.from()))
                .and("min(start_time) < " + TIME, unixNano(steps.to()));
        query.where().forEach(where -> rows.and(where.condition()));
        return grouped(rows.within(list(selected("trace_start", beside))), groupedByWithKeys(beside));
    }

    private ProjectQuery scores(Optional<List<List<String>>> beside) {
        boolean joined = query.dimensions().stream().anyMatch(Dimension::ofTrace);
        ProjectQuery rows = scoresOfSpan(joined ? Condition.of(SCORE_COLUMNS) : list(selected("timestamp", beside)), " FINAL");
        if (!query.filter().isAll()) {
            rows.and(query.filter().onScores(scope, null, null));
        }
        query.where().forEach(where -> rows.and(where.condition()));
        if (!joined) {
            return grouped(rows, groupedByWithKeys(beside));
        }
        ProjectQuery traces = new ProjectQuery(scope, "trace_id, " + TRACE_COLUMNS, ObservationTable.CURRENT)
                .and(scoresOfSpan(Condition.of("trace_id"), "").contains("trace_id")).then("GROUP BY trace_id");
        return grouped(rows.leftJoin(list(selected("timestamp", beside)), traces, "trace_id"),
                groupedByWithKeys(beside));
    }

    private ProjectQuery scoresOfSpan(Condition columns, String modifier) {
        return new ProjectQuery(scope, columns, ScoreTable.SCORES.name() + modifier)
                .and("timestamp >= " + TIME, unixNano(steps.from())).and("timestamp < " + TIME, unixNano(steps.to()));
    }

    private List<Condition> selected(String time, Optional<List<List<String>>> beside) {
        List<Condition> selected = keys(SECONDS.formatted(time), beside);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.key() != null) {
                selected.add(Condition.of(part.key() + " AS k" + i));
            }
            selected.add(new Condition(part.raw().replace("%k", "k" + i) + " AS p" + i, part.values()));
        }
        return selected;
    }

    private List<Condition> keys(String seconds, Optional<List<List<String>>> beside) {
        List<Condition> keys = new ArrayList<>();
        if (series) {
            keys.add(Condition.of(steps.sql(seconds) + " AS t"));
        }
        List<Condition> dimensions = query.dimensions().stream()
                .map(dimension -> dimension.expression().within("toString(", ")")).toList();
        beside.ifPresent(top -> keys.add(isTop(list(dimensions), top).within("", " AS is_top")));
        boolean others = beside.isPresent();
        for (int i = 0; i < dimensions.size(); i++) {
            keys.add(dimensions.get(i).within(others ? "if(is_top, " : "", (others ? ", '')" : "") + " AS d" + i));
        }
        return keys;
    }

    private String dimensions() {
        return IntStream.range(0, query.dimensions().size()).mapToObj(i -> "d" + i).collect(Collectors.joining(", "));
    }

    private List<String> groupedBy(Optional<List<List<String>>> beside) {
        List<String> by = new ArrayList<>();
        if (series) {
            by.add("t");
        }
        if (beside.isPresent()) {
            by.add("is_top");
        }
        IntStream.range(0, query.dimensions().size()).forEach(i -> by.add("d" + i));
        return by;
    }

    private List<String> groupedByWithKeys(Optional<List<List<String>>> beside) {
        List<String> by = groupedBy(beside);
        IntStream.range(0, parts.size()).filter(i -> parts.get(i).key() != null).forEach(i -> by.add("k" + i));
        return by;
    }

    private static ProjectQuery grouped(ProjectQuery query, List<String> by) {
        return by.isEmpty() ? query : query.then("GROUP BY " + String.join(", ", by));
    }

    private static Condition isTop(Condition names, List<List<String>> top) {
        String one = "(" + String.join(", ", Collections.nCopies(top.isEmpty() ? 0 : top.getFirst().size(), "?")) + ")";
        List<Object> values = new ArrayList<>(names.values());
        top.forEach(values::addAll);
        return top.isEmpty() ? Condition.FALSE : new Condition("(" + names.sql() + ") IN ("
                + String.join(", ", Collections.nCopies(top.size(), one)) + ")", values);
    }

    private static Condition list(List<Condition> columns) {
        return new Condition(columns.stream().map(Condition::sql).collect(Collectors.joining(", ")),
                columns.stream().flatMap(column -> column.values().stream()).toList());
    }

    // The second step.

    /**
     * @param beside the top groups that all others stand beside as one
     * @param only   the groups that are all there is
     */
    private ProjectQuery added(Optional<List<List<String>>> beside, Optional<List<List<String>>> only) {
        List<String> by = groupedBy(beside);
        List<String> selected = new ArrayList<>(by);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            String merged = part.merge().replace("%p", "p" + i).replace("%k", "k" + i);
            selected.add(part.isCounts()
                    ? "mapSort(" + merged + ") AS q" + i + "_m, mapKeys(q" + i + "_m) AS q" + i
                            + "_k, arrayCumSum(mapValues(q" + i + "_m)) AS q" + i + "_c"
                    : merged + " AS q" + i);
        }
        ProjectQuery added = summed(beside).within(String.join(", ", selected));
        only.map(top -> isTop(Condition.of(dimensions()), top))
                .ifPresent(isTop -> added.then("WHERE " + isTop.sql(), isTop.values().toArray()));
        return by.isEmpty() ? added
                : added.then("GROUP BY " + String.join(", ", by) + "\nHAVING " + present());
    }

    /** A group whose rows were all taken out again is none. */
    private String present() {
        return IntStream.range(0, parts.size())
                .filter(i -> parts.get(i).key() == null && parts.get(i).merge().equals("sum(%p)")
                        && (i == 0 || parts.get(i).raw().contains("parent_span_id")))
                .mapToObj(i -> "q" + i + " != 0").collect(Collectors.joining(" OR "));
    }

    // The third step.

    private ProjectQuery outer(ProjectQuery added, boolean others) {
        List<String> selected = new ArrayList<>();
        selected.add(series ? "t" : "toInt64(0) AS t");
        selected.add(others ? "NOT is_top AS is_others" : "0 AS is_others");
        IntStream.range(0, query.dimensions().size()).forEach(i -> selected.add("d" + i));
        for (int i = 0; i < measures.size(); i++) {
            selected.add(measures.get(i).replaceAll("\\bp(\\d+)", "q$1") + " AS m" + i);
        }
        return added.within(String.join(", ", selected));
    }

    private String order() {
        List<String> order = new ArrayList<>();
        List<Order> asked = new ArrayList<>(query.orderBy());
        if (asked.isEmpty()) {
            if (series) {
                asked.add(new Order(MetricsQuery.TIME, false));
            }
            columns.stream().filter(column -> !column.isHistogram()).findFirst()
                    .ifPresent(column -> asked.add(new Order(column.name(), true)));
        }
        for (Order each : asked) {
            order.add(alias(each.field()) + (each.descending() ? " DESC" : " ASC") + " NULLS LAST");
        }
        order.add("t");
        return String.join(", ", order) + dimensionOrder();
    }

    private String alias(String field) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(field)) {
                return "m" + i;
            }
        }
        for (int i = 0; i < query.dimensions().size(); i++) {
            if (query.dimensions().get(i).name().equals(field)) {
                return "d" + i;
            }
        }
        return "t";
    }

    private String dimensionOrder() {
        return IntStream.range(0, query.dimensions().size()).mapToObj(i -> ", d" + i).collect(Collectors.joining());
    }
}
