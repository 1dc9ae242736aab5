package dev.sightline.query.metrics;

import java.util.List;
import java.util.function.Function;

/**
 * Something the rows of a group add up to, that measures are made of. It is reckoned in two steps: {@code raw} or
 * {@code rolledUp} of the rows of one group and {@code key}, then {@code merge} over keys and tables. Every step adds
 * up by sign, so that a row that was taken out counts nothing. ADR 0006.
 *
 * @param key      by what the first step groups beside the dimensions: SQL of a source row; null where by nothing
 * @param keyOf    the same of a roll-up, of the same type; a null result: the roll-up has no such column
 * @param raw      the first step over source rows; {@code %k} stands for the key's alias
 * @param values   for the question marks in {@code raw} and in what {@code rolledUp} returns
 * @param rolledUp the first step over a roll-up's rows, or null where it has not got the columns
 * @param merge    the second step; {@code %p} stands for the first step's alias, {@code %k} for the key's
 */
record Part(String key, Function<RollUp, String> keyOf, String raw, List<Object> values,
        Function<RollUp, String> rolledUp, String merge) {

    /** A sum of integers or decimals. */
    static Part sum(String raw, Function<RollUp, String> rolledUp, Object... values) {
        return new Part(null, _ -> null, raw, List.of(values), rolledUp, "sum(%p)");
    }

    /** How often each value came up: a map from {@code key} to a count, then two arrays, sorted. */
    static Part counts(String key, String weight, Function<RollUp, String> rolledUp) {
        return new Part(key, _ -> "toInt16(0)", "map(%k, " + weight + ")", List.of(), rolledUp, "sumMap(%p)");
    }

    /** How many values of {@code key} there are that at least one row still has. */
    static Part distinct(String key, Function<RollUp, String> keyOf, String weight, String present) {
        return new Part(key, keyOf, weight, List.of(), rollUp -> keyOf.apply(rollUp) == null ? null
                : "sum(observation_count)", "toInt64(uniqExactIf(%k, %p > 0" + present + "))");
    }

    /** Two parts with the same name are the same. */
    String name() {
        return key + " | " + raw + " | " + values + " | " + merge;
    }

    boolean isCounts() {
        return merge.startsWith("sumMap");
    }
}
