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
 * Compares the roll-ups with the raw rows, key by key, every sum exactly. The measures are written here a second time,
 * from what they mean, and not taken from the views.
 */
public final class RollUp {
    private static final Set<String> NOTHING = Set.of("0", "{}");
    private static final String HAS_END = "toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record";
    private static final String LATENCY = "toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)";
    private static final String FIRST_TOKEN =
            "toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time)";
    private static final String HAS_FIRST_TOKEN = "toUnixTimestamp64Nano(completion_start_time) > 0";
    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("observation_count", "countIf(NOT trace_record)"),
            Map.entry("root_count", "countIf(parent_span_id = toFixedString('', 8))"),
            Map.entry("error_count", "countIf(level = 'ERROR')"),
            Map.entry("latency_count", "countIf(" + HAS_END + ")"),
            Map.entry("latency_nanos_sum", "sumIf(" + LATENCY + ", " + HAS_END + ")"),
            Map.entry("latency_buckets", buckets(LATENCY, HAS_END)),
            Map.entry("time_to_first_token_count", "countIf(" + HAS_FIRST_TOKEN + ")"),
            Map.entry("time_to_first_token_nanos_sum", "sumIf(" + FIRST_TOKEN + ", " + HAS_FIRST_TOKEN + ")"),
            Map.entry("time_to_first_token_buckets", buckets(FIRST_TOKEN, HAS_FIRST_TOKEN)),
            Map.entry("input_tokens", "sum(input_tokens)"), Map.entry("output_tokens", "sum(output_tokens)"),
            Map.entry("total_tokens", "sum(total_tokens)"), Map.entry("total_cost", "sum(total_cost)"),
            Map.entry("usage", "sumMap(CAST(usage, 'Map(String, Int64)'))"),
            Map.entry("cost", "sumMap(CAST(cost, 'Map(String, Decimal(38, 12))'))"),
            Map.entry("call_count", "countIf(NOT trace_record AND type != 'agent')"),
            Map.entry("call_input_tokens", "sumIf(input_tokens, type != 'agent')"),
            Map.entry("call_output_tokens", "sumIf(output_tokens, type != 'agent')"),
            Map.entry("call_total_tokens", "sumIf(total_tokens, type != 'agent')"),
            Map.entry("call_total_cost", "sumIf(total_cost, type != 'agent')"));
    private static final List<Table> TABLES = List.of(
            new Table("observations_by_minute", "minute", "toStartOfMinute", List.of("environment", "type", "name",
                    "model", "prompt_name", "prompt_version")),
            new Table("observations_by_hour", "hour", "toStartOfHour",
                    List.of("environment", "type", "level", "provider", "model")),
            new Table("observations_by_name_hour", "hour", "toStartOfHour", List.of("environment", "type", "name",
                    "level", "provider", "model", "trace_name", "release", "version", "service_name", "prompt_name",
                    "prompt_version", "agent_name", "tool_name")),
            new Table("observations_by_user_hour", "hour", "toStartOfHour", List.of("user_id", "environment")));

    private RollUp() {
    }

    /** A roll-up, its unit of time, and what it groups by; its other columns are measures. */
    private record Table(String name, String time, String startOf, List<String> dimensions) {
        String key() {
            return "project_id, " + time + ", " + String.join(", ", dimensions);
        }

        int keyColumns() {
            return 2 + dimensions.size();
        }
    }

    /**
     * What differs, in words; empty when all are equal.
     *
     * @param condition SQL on columns that all tables have, such as {@code environment = 'x'}
     */
    public static List<String> differences(ClickHouseClient clickHouse, String condition) {
        return TABLES.stream().flatMap(table -> differences(clickHouse, table, condition).stream()).toList();
    }

    private static List<String> differences(ClickHouseClient clickHouse, Table table, String condition) {
        List<String> measures = new ArrayList<>();
        clickHouse.each("SELECT name FROM system.columns WHERE database = currentDatabase() AND table = '" + table.name
                + "' ORDER BY position", row -> measures.add(row.getString(1)));
        measures.retainAll(MEANINGS.keySet());
        Map<String, List<String>> raw = rows(clickHouse, table, measures, rawSql(table, measures, condition));
        Map<String, List<String>> rolledUp = rows(clickHouse, table, measures, rolledUpSql(table, measures, condition));
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
                differences.add(table.name + " " + key + (expected == null ? " is only in the roll-up: " + actual
                        : " is missing in the roll-up: " + expected));
                continue;
            }
            for (int i = 0; i < measures.size(); i++) {
                if (!expected.get(i).equals(actual.get(i))) {
                    differences.add(table.name + " " + key + " " + measures.get(i) + ": raw " + expected.get(i)
                            + ", rolled up " + actual.get(i));
                }
            }
        }
        return differences;
    }

    private static Map<String, List<String>> rows(ClickHouseClient clickHouse, Table table, List<String> measures,
            String sql) {
        Map<String, List<String>> rows = new TreeMap<>();
        clickHouse.each(sql, row -> rows.put(texts(row, 1, table.keyColumns()).toString(),
                texts(row, table.keyColumns() + 1, measures.size())));
        return rows;
    }

    private static List<String> texts(ResultSet row, int first, int count) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(row.getString(first + i));
        }
        return texts;
    }

    private static String rawSql(Table table, List<String> measures, String condition) {
        StringBuilder sql = new StringBuilder("SELECT project_id, toString(" + table.startOf + "(start_time)) AS "
                + table.time + ", " + String.join(", ", table.dimensions));
        measures.forEach(measure -> sql.append(", toString(").append(shown(measure, MEANINGS.get(measure))).append(')'));
        return sql + " FROM observations FINAL WHERE " + condition + " GROUP BY " + table.key();
    }

    private static String rolledUpSql(Table table, List<String> measures, String condition) {
        StringBuilder sql = new StringBuilder("SELECT project_id, toString(" + table.time + ") AS " + table.time + ", "
                + String.join(", ", table.dimensions));
        measures.forEach(measure -> sql.append(", toString(").append(shown(measure, (isMap(measure) ? "sumMap("
                : "sum(") + "rolled_up." + measure + ")")).append(')'));
        return sql + " FROM " + table.name + " AS rolled_up WHERE " + condition + " GROUP BY " + table.key();
    }

    private static boolean isMap(String measure) {
        return measure.endsWith("buckets") || measure.equals("usage") || measure.equals("cost");
    }

    private static String shown(String measure, String sql) {
        return isMap(measure) ? "mapSort(mapFilter((k, v) -> v != 0, " + sql + "))" : sql;
    }

    /** How many values fall into each bucket (gamma^(i-1), gamma^i], gamma = 1.01 / 0.99. */
    private static String buckets(String nanos, String condition) {
        return "sumMapIf(map(toInt16(if(" + nanos + " <= 0, 0, ceil(log(" + nanos
                + ") / log(1.01 / 0.99)))), toInt64(1)), " + condition + ")";
    }
}
