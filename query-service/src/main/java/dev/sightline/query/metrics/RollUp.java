package dev.sightline.query.metrics;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tables that hold sums of observations by a unit of time. ADR 0003, 0010. A query may read one that has all
 * columns it asks for; the ends of its span that are no whole units come from the raw rows.
 */
enum RollUp {
    BY_MINUTE("observations_by_minute", "minute", 60,
            List.of("environment", "type", "name", "model", "prompt_name", "prompt_version"),
            List.of("observation_count", "root_count", "error_count", "latency_nanos_sum", "latency_buckets",
                    "time_to_first_token_nanos_sum", "time_to_first_token_buckets", "input_tokens", "output_tokens",
                    "total_tokens", "usage", "total_cost", "cost")),
    /** Of very few values: does not grow with the traffic. */
    BY_HOUR("observations_by_hour", "hour", 3_600, List.of("environment", "type", "level", "provider", "model"),
            Sums.BY_HOUR),
    BY_NAME_HOUR("observations_by_name_hour", "hour", 3_600,
            List.of("environment", "type", "name", "level", "provider", "model", "trace_name", "release", "version",
                    "service_name", "prompt_name", "prompt_version", "agent_name", "tool_name"), Sums.BY_HOUR),
    /** Its sums of tokens and cost leave out agents. */
    BY_USER_HOUR("observations_by_user_hour", "hour", 3_600, List.of("user_id", "environment"),
            List.of("observation_count", "root_count", "error_count", "latency_count", "latency_nanos_sum",
                    "latency_buckets", "time_to_first_token_count", "time_to_first_token_nanos_sum",
                    "time_to_first_token_buckets", "call_count", "call_input_tokens", "call_output_tokens", "call_total_tokens", "call_total_cost"));

    private static final class Sums {
        private static final List<String> BY_HOUR = List.of("observation_count", "root_count", "error_count",
                "latency_count", "latency_nanos_sum", "latency_buckets", "time_to_first_token_count",
                "time_to_first_token_nanos_sum", "time_to_first_token_buckets", "input_tokens", "output_tokens",
                "total_tokens", "usage", "total_cost", "cost");
    }

    private final String table;
    private final String time;
    private final int unitSeconds;
    private final List<String> dimensions;
    private final List<String> sums;
    private final Set<String> columns;

    RollUp(String table, String time, int unitSeconds, List<String> dimensions, List<String> sums) {
        this.table = table;
        this.time = time;
        this.unitSeconds = unitSeconds;
        this.dimensions = dimensions;
        this.sums = sums;
        this.columns = new HashSet<>(dimensions);
        columns.addAll(sums);
    }

    String table() {
        return table;
    }

    /** The column that says which unit of time a row is of. */
    String time() {
        return time;
    }

    int unitSeconds() {
        return unitSeconds;
    }

    List<String> dimensions() {
        return dimensions;
    }

    List<String> sums() {
        return sums;
    }

    boolean has(String column) {
        return columns.contains(column);
    }

    boolean hasAll(Collection<String> asked) {
        return columns.containsAll(asked);
    }
}
