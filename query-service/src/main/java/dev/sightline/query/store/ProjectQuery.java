package dev.sightline.query.store;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.storage.observation.ObservationTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A SELECT about one project: the only kind of query {@link ClickHouseReads} runs, so that no read can leave the
 * project out. Everything that comes from a caller is a bound value, never part of the text.
 */
public final class ProjectQuery {
    private final StringBuilder sql = new StringBuilder();
    private final List<Object> values = new ArrayList<>();
    private final String projectId;

    /** {@code SELECT columns FROM table WHERE project_id = …}; the table must have that column. */
    public ProjectQuery(ProjectScope scope, String columns, String table) {
        this(scope, Condition.of(""), columns, table);
    }

    /** The same with an expression among the columns that has values of its own. */
    public ProjectQuery(ProjectScope scope, Condition column, String columns, String table) {
        projectId = scope.projectId();
        sql.append("SELECT ").append(column.sql()).append(columns).append("\nFROM ").append(table)
                .append("\nWHERE project_id = ?");
        values.addAll(column.values());
        values.add(projectId);
    }

    /** The same with a value for every question mark in the columns. */
    public ProjectQuery(ProjectScope scope, Condition columns, String table) {
        this(scope, columns.sql(), table);
        values.addAll(0, columns.values());
    }

    /** {@code AND condition}, with a value for every question mark. */
    public ProjectQuery and(String condition, Object... bound) {
        return add("\nAND " + condition, bound);
    }

    /** {@code AND condition}. */
    public ProjectQuery and(Condition condition) {
        return add("\nAND " + condition.sql(), condition.values().toArray());
    }

    /** {@code AND column IN (…)}, with {@code element} as the expression of one value, such as {@code unhex(?)}. */
    public ProjectQuery andIn(String column, String element, Collection<?> bound) {
        return add("\nAND " + column + " IN (" + String.join(", ", Collections.nCopies(bound.size(), element)) + ")",
                bound.toArray());
    }

    /** {@code AND expression IN (the rows of these queries)}, which select as many columns as the expression has. */
    public ProjectQuery andIn(String expression, ProjectQuery... rows) {
        add("\nAND " + expression + " IN (" + Arrays.stream(rows).map(ProjectQuery::sql)
                .collect(Collectors.joining("\nUNION ALL ")) + ")");
        Arrays.stream(rows).forEach(each -> values.addAll(each.values));
        return this;
    }

    /** Whatever follows the conditions: GROUP BY, HAVING, ORDER BY, LIMIT. */
    public ProjectQuery then(String clause, Object... bound) {
        return add("\n" + clause, bound);
    }

    /** {@code SELECT columns FROM (this query)}. */
    public ProjectQuery within(String columns) {
        return within(Condition.of(columns));
    }

    /** The same with a value for every question mark in the columns. */
    public ProjectQuery within(Condition columns) {
        sql.insert(0, "SELECT " + columns.sql() + " FROM (\n").append("\n)");
        values.addAll(0, columns.values());
        return this;
    }

    /** {@code SELECT columns FROM (this query) LEFT JOIN (other) USING (…)}; a row without a partner has its defaults. */
    public ProjectQuery leftJoin(Condition columns, ProjectQuery other, String using) {
        within(columns);
        return add(" AS base\nLEFT JOIN (\n" + other.sql + "\n) AS joined USING (" + using + ")", other.values.toArray());
    }

    /** The rows of both, which have the same columns. */
    public ProjectQuery unionAll(ProjectQuery other) {
        return add("\nUNION ALL\n" + other.sql, other.values.toArray());
    }

    /** Whether {@code column} has a value that this query selects. */
    public Condition contains(String column) {
        return new Condition(column + " IN (\n" + sql + "\n)", values);
    }

    String sql() {
        return sql.toString();
    }

    /** The same query with named parameters of ClickHouse's own, which the server fills in. */
    record Named(String sql, Map<String, String> parameters) {
    }

    /** For where a query is not run by JDBC. Values are text, whole numbers, doubles and truth values. */
    Named named() {
        StringBuilder text = new StringBuilder();
        Map<String, String> parameters = new HashMap<>();
        boolean quoted = false;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            quoted ^= c == '\'';
            if (c != '?' || quoted) {
                text.append(c);
                continue;
            }
            String name = "p" + parameters.size();
            Object value = values.get(parameters.size());
            text.append('{').append(name).append(':').append(switch (value) {
                case Long whole -> "Int64";
                case Integer whole -> "Int64";
                case Double number -> "Float64";
                case Boolean flag -> "Bool";
                case String string -> "String";
                default -> throw new IllegalArgumentException("a value of " + value.getClass());
            }).append('}');
            parameters.put(name, value.toString());
        }
        return new Named(text.toString(), parameters);
    }

    /** The same, failing with {@code throwIf} where a row that is read was taken back. The texts are all ours. */
    String sqlWithoutFinal() {
        return sql.toString().replace("FROM " + ObservationTable.CURRENT + "\nWHERE ",
                "FROM " + ObservationTable.OBSERVATIONS.name() + "\nWHERE NOT throwIf(sign < 0, 'taken back') AND ");
    }

    String projectId() {
        return projectId;
    }

    List<Object> values() {
        return values;
    }

    private ProjectQuery add(String text, Object... bound) {
        sql.append(text);
        values.addAll(Arrays.asList(bound));
        return this;
    }
}
