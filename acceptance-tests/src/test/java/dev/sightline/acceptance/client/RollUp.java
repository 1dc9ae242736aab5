package dev.sightline.acceptance.client;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares the roll-up {@code observations_by_minute} with the raw rows, key by key, every sum exactly. The measures
 * are written here a second time, from what they mean, and not taken from the view.
 */
public final class RollUp {
    private static final String KEY = "project_id, minute, environment, type, name, model, prompt_name, prompt_version";
    private static final int KEY_COLUMNS = 8;
    private static final List<String> MEASURES = List.of("observation_count", "root_count", "error_count",
            "latency_nanos_sum", "latency_buckets", "time_to_first_token_nanos_sum", "time_to_first_token_buckets",
            "input_tokens", "output_tokens", "total_tokens", "usage", "total_cost", "cost");
    private static final Set<String> NOTHING = Set.of("0", "{}");
    private static final String HAS_END = "toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record";
    private static final String LATENCY = "toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)";
    private static final String FIRST_TOKEN =
            "toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time)";
    private static final String HAS_FIRST_TOKEN = "toUnixTimestamp64Nano(completion_start_time) > 0";

    private RollUp() {
    }

    /**
     * What differs, in words; empty when the two are equal.
     *
     * @param condition SQL on columns that both tables have, such as {@code environment = 'x'}
     */
    public static List<String> differences(ClickHouseClient clickHouse, String condition) {
        Map<String, List<String>> raw = rows(clickHouse, rawSql(condition));
        Map<String, List<String>> rolledUp = rows(clickHouse, rolledUpSql(condition));
        TreeSet<String> keys = new TreeSet<>(raw.keySet());
        keys.addAll(rolledUp.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            List<String> expected = raw.get(key);
            List<String> actual = rolledUp.get(key);
            if (expected == null && NOTHING.containsAll(actual)) {
                // Every row that was counted here has been taken out again.
                continue;
            }
            if (expected == null || actual == null) {
                differences.add(key + (expected == null ? " is only in the roll-up: " + actual
                        : " is missing in the roll-up: " + expected));
                continue;
            }
            for (int i = 0; i < MEASURES.size(); i++) {
                if (!expected.get(i).equals(actual.get(i))) {
                    differences.add(key + " " + MEASURES.get(i) + ": raw " + expected.get(i)
                            + ", rolled up " + actual.get(i));
                }
            }
        }
        return differences;
    }

    private static Map<String, List<String>> rows(ClickHouseClient clickHouse, String sql) {
        Map<String, List<String>> rows = new TreeMap<>();
        clickHouse.each(sql, row -> rows.put(texts(row, 1, KEY_COLUMNS).toString(),
                texts(row, KEY_COLUMNS + 1, MEASURES.size())));
        return rows;
    }

    private static List<String> texts(ResultSet row, int first, int count) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(row.getString(first + i));
        }
        return texts;
    }

    private static String rawSql(String condition) {
        return "SELECT project_id, toString(toStartOfMinute(start_time)) AS minute, environment, type, name, model,"
                + " prompt_name, prompt_version, toString(countIf(NOT trace_record)),"
                + " toString(countIf(parent_span_id = toFixedString('', 8))), toString(countIf(level = 'ERROR')),"
                + " toString(sumIf(" + LATENCY + ", " + HAS_END + ")), " + buckets(LATENCY, HAS_END) + ","
                + " toString(sumIf(" + FIRST_TOKEN + ", " + HAS_FIRST_TOKEN + ")), "
                + buckets(FIRST_TOKEN, HAS_FIRST_TOKEN) + ","
                + " toString(sum(input_tokens)), toString(sum(output_tokens)), toString(sum(total_tokens)),"
                + " toString(" + nonZero("sumMap(CAST(usage, 'Map(String, Int64)'))")
                + "), toString(sum(total_cost)),"
                + " toString(" + nonZero("sumMap(CAST(cost, 'Map(String, Decimal(38, 12))'))") + ")"
                + " FROM observations FINAL WHERE " + condition + " GROUP BY " + KEY;
    }

    /** How many values fall into each bucket (gamma^(i-1), gamma^i], gamma = 1.01 / 0.99. */
    private static String buckets(String nanos, String condition) {
        return "toString(sumMapIf(map(toInt16(if(" + nanos + " <= 0, 0, ceil(log(" + nanos
                + ") / log(1.01 / 0.99)))), toInt64(1)), " + condition + "))";
    }

    private static String nonZero(String map) {
        return "mapFilter((k, v) -> v != 0, " + map + ")";
    }

    private static String rolledUpSql(String condition) {
        StringBuilder sql = new StringBuilder("SELECT project_id, toString(minute) AS minute, environment, type, name,"
                + " model, prompt_name, prompt_version");
        for (String measure : MEASURES) {
            boolean isMap = measure.endsWith("buckets") || measure.equals("usage") || measure.equals("cost");
            sql.append(", toString(").append(isMap ? nonZero("sumMap(" + measure + ")") : "sum(" + measure + ")")
                    .append(')');
        }
        return sql + " FROM observations_by_minute WHERE " + condition + " GROUP BY " + KEY;
    }
}
