package dev.sightline.query.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * SQL that is true or false of a row, never null, with a value for every question mark in it. Text of a caller is only
 * ever among the values.
 */
public record Condition(String sql, List<Object> values) {
    public static final Condition TRUE = of("1");
    public static final Condition FALSE = of("0");

    public Condition {
        values = List.copyOf(values);
    }

    public static Condition of(String sql, Object... values) {
        return new Condition(sql, Arrays.asList(values));
    }

    /** True where all are; without any, always. */
    public static Condition all(List<Condition> conditions) {
        return join(conditions, " AND ", TRUE);
    }

    /** True where at least one is; without any, never. */
    public static Condition any(List<Condition> conditions) {
        return join(conditions, " OR ", FALSE);
    }

    public Condition and(Condition other) {
        return all(List.of(this, other));
    }

    public Condition not() {
        return new Condition("NOT (" + sql + ")", values);
    }

    /** This condition's values in other SQL. */
    public Condition within(String before, String after) {
        return new Condition(before + sql + after, values);
    }

    private static Condition join(List<Condition> conditions, String operator, Condition none) {
        if (conditions.isEmpty()) {
            return none;
        }
        if (conditions.size() == 1) {
            return conditions.getFirst();
        }
        List<Object> values = new ArrayList<>();
        conditions.forEach(condition -> values.addAll(condition.values));
        return new Condition(conditions.stream().map(Condition::sql)
                .collect(Collectors.joining(operator, "(", ")")), values);
    }
}
