package dev.sightline.query.metrics;

import dev.sightline.base.error.ServiceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Something of observations, traces or scores that can be counted, and how.
 *
 * @param unit         of all aggregations but {@code count} and {@code histogram}
 * @param aggregations what can be asked of it; the first is meant where none is named. A measure with one only is a
 *                     number of its own, such as a count, and its column has its name
 * @param sql          makes the parts it needs and says the expression over them
 */
record Measure(String name, String unit, String description, List<Aggregation> aggregations, Sql sql) {
    static final String USAGE = "usage.";
    static final String COST = "cost.";
    private static final Pattern KIND = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
    private static final List<Aggregation> ONE = List.of(Aggregation.SUM);
    private static final String GAMMA = "(1.01 / 0.99)";
    private static final double MILLIS = 1e-6;
    // What is rolled up is written like the roll-ups' views, so that both give the same numbers.
    private static final String NOT_RECORD = "NOT trace_record";
    private static final String LATENCY = "(toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time))";
    private static final String HAS_END = "toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record";
    private static final String HAS_FIRST_TOKEN = "toUnixTimestamp64Nano(completion_start_time) > 0";
    private static final String FIRST_TOKEN =
            "(toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time))";
    private static final String ANSWERING =
            "(toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(completion_start_time))";

    /** How many observations: the part that every query has, since it tells which groups there still are. */
    static final Part OBSERVATIONS = Part.sum("toInt64(sumIf(sign, " + NOT_RECORD + "))", column("observation_count"));
    /** How many traces or scores: one for each source row. */
    static final Part ROWS = Part.sum("toInt64(count())", _ -> null);
    private static final Part ROOTS =
            Part.sum("toInt64(sumIf(sign, parent_span_id = toFixedString('', 8)))", column("root_count"));
    private static final Part ERRORS = Part.sum("toInt64(sumIf(sign, level = 'ERROR'))", column("error_count"));

    private static final Map<View, Map<String, Measure>> BY_VIEW =
            Map.of(View.OBSERVATIONS, observations(), View.TRACES, traces(), View.SCORES, scores());

    /** The expression over the parts, of type Int64 or Float64, or NULL where there is nothing to say. */
    @FunctionalInterface
    interface Sql {
        String of(Aggregation aggregation, Parts parts);
    }

    /** Throws INVALID_ARGUMENT naming {@code field}. */
    static Measure of(View view, String name, String field) {
        Map<String, Measure> known = BY_VIEW.get(view);
        Measure measure = name == null ? null : known.get(name);
        if (measure == null && name != null && view == View.OBSERVATIONS) {
            if (name.startsWith(USAGE) && KIND.matcher(name.substring(USAGE.length())).matches()) {
                return usage(name, name.substring(USAGE.length()));
            }
            if (name.startsWith(COST) && KIND.matcher(name.substring(COST.length())).matches()) {
                return cost(name, name.substring(COST.length()));
            }
        }
        if (measure == null) {
            throw ServiceException.invalid(field, (name == null ? "is missing" : "'" + name + "' is no measure of "
                    + view.title()) + "; they are " + String.join(", ", known.keySet())
                    + (view == View.OBSERVATIONS ? ", usage.KIND and cost.KIND" : ""));
        }
        return measure;
    }

    static List<Measure> all(View view) {
        List<Measure> all = new ArrayList<>(BY_VIEW.get(view).values());
        if (view == View.OBSERVATIONS) {
            all.add(usage(USAGE + "KIND", "KIND"));
            all.add(cost(COST + "KIND", "KIND"));
        }
        return all;
    }

    /** Throws INVALID_ARGUMENT naming {@code field}; null means the measure's first. */
    Aggregation aggregation(String title, String field) {
        if (title == null) {
            return aggregations.getFirst();
        }
        return Aggregation.named(title).filter(aggregations::contains).orElseThrow(() -> ServiceException.invalid(field,
                "must be " + aggregations.stream().map(Aggregation::title).collect(Collectors.joining(" or "))
                        + " for " + name));
    }

    boolean isOne() {
        return aggregations.size() == 1;
    }

    // Observations.

    private static Map<String, Measure> observations() {
        Builder m = new Builder();
        m.one("count", "observations", "How many observations", parts -> parts.of(OBSERVATIONS));
        m.one("root_count", "observations", "Observations without a parent: one for each complete trace",
                parts -> parts.of(ROOTS));
        m.one("error_count", "observations", "Observations of level ERROR", parts -> parts.of(ERRORS));
        m.one("error_rate", "ratio", "Errors among the observations, 0 to 1",
                parts -> parts.of(ERRORS) + " / nullIf(" + parts.of(OBSERVATIONS) + ", 0)");
        m.one("throughput", "observations/s", "Observations in a second",
                parts -> parts.of(OBSERVATIONS) + " / " + parts.seconds());
        m.one("trace_count", "traces", "Traces that have an observation here", parts -> parts.of(Part.distinct(
                "trace_id", _ -> null, "toInt64(sum(sign))", "")));
        m.one("session_count", "sessions", "Sessions that have an observation here", parts -> parts.of(Part.distinct(
                "session_id", _ -> null, "toInt64(sumIf(sign, " + NOT_RECORD + "))", " AND %k != ''")));
        m.one("user_count", "users", "Users who have an observation here", parts -> parts.of(Part.distinct(
                "user_id", rollUp -> rollUp.has("user_id") ? "user_id" : null,
                "toInt64(sumIf(sign, " + NOT_RECORD + "))", " AND %k != ''")));
        m.spread("latency", "ms", "From start to end", parts -> new Spread(LATENCY, HAS_END, MILLIS, false,
                "latency_nanos_sum", rollUp -> rollUp.has("latency_count") ? "sum(latency_count)"
                        : "sum(arraySum(mapValues(latency_buckets)))", "latency_buckets"));
        m.spread("time_to_first_token", "ms", "From start to the first token of the answer", parts -> new Spread(
                FIRST_TOKEN, HAS_FIRST_TOKEN, MILLIS, false, "time_to_first_token_nanos_sum",
                rollUp -> rollUp.has("time_to_first_token_count") ? "sum(time_to_first_token_count)"
                        : rollUp.has("time_to_first_token_buckets")
                                ? "sum(arraySum(mapValues(time_to_first_token_buckets)))" : null,
                "time_to_first_token_buckets"));
        m.spread("streaming_latency", "ms", "From the first token of the answer to its end", _ -> new Spread(ANSWERING,
                HAS_FIRST_TOKEN + " AND " + HAS_END, MILLIS, false, null, _ -> null, null));
        m.spread("input_tokens", "tokens", "Tokens of the input, cached ones included",
                parts -> tokens("input_tokens", parts));
        m.spread("output_tokens", "tokens", "Tokens of the output, reasoning included",
                parts -> tokens("output_tokens", parts));
        m.spread("total_tokens", "tokens", "Tokens in all", parts -> tokens("total_tokens", parts));
        m.spread("tokens_per_second", "tokens/s", "Tokens by time from start to end", parts -> new Spread(
                "toInt64(total_tokens * 1e12 / greatest(1, " + LATENCY + "))",
                HAS_END + " AND " + LATENCY + " > 0 AND total_tokens > 0 AND " + parts.calls(), 1e-3, false, null,
                _ -> null, null));
        m.spread("output_tokens_per_second", "tokens/s", "Output tokens by time from the first token to the end",
                parts -> new Spread("toInt64(output_tokens * 1e12 / greatest(1, " + ANSWERING + "))",
                        HAS_FIRST_TOKEN + " AND " + ANSWERING + " > 0 AND output_tokens > 0 AND " + parts.calls(),
                        1e-3, false, null, _ -> null, null));
        m.add("input_cost", "USD", "Cost of all kinds of input", List.of(Aggregation.SUM, Aggregation.AVG),
                (aggregation, parts) -> costs(aggregation, parts, "input"));
        m.add("output_cost", "USD", "Cost of all kinds of output", List.of(Aggregation.SUM, Aggregation.AVG),
                (aggregation, parts) -> costs(aggregation, parts, "output"));
        m.add("total_cost", "USD", "Cost in all", Aggregation.ALL, (aggregation, parts) -> {
            Part sum = Part.sum("sumIf(sign * CAST(total_cost, 'Decimal(38, 12)'), " + parts.calls() + ")",
                    sumOfCalls("total_cost", parts));
            Spread spread = new Spread("toInt64(toFloat64(total_cost) * 1e12)", "total_cost != 0 AND " + parts.calls(),
                    1e-12, false, null, _ -> null, null);
            return switch (aggregation) {
                case SUM -> "toFloat64(" + parts.of(sum) + ")";
                case AVG -> "toFloat64(" + parts.of(sum) + ") / nullIf(" + parts.of(calls(parts)) + ", 0)";
                case COUNT, MIN, MAX, P50, P75, P90, P95, P99, HISTOGRAM -> spread.sql(aggregation, parts);
            };
        });
        return m.measures;
    }

    private static Spread tokens(String column, Parts parts) {
        return new Spread("toInt64(" + column + ")", NOT_RECORD + " AND " + parts.calls(), 1, true,
                null, _ -> null, null) {
            @Override
            Part sum() {
                return Part.sum("sumIf(sign * toInt64(" + column + "), " + parts.calls() + ")",
                        sumOfCalls(column, parts));
            }

            @Override
            Part count() {
                return calls(parts);
            }
        };
    }

    /** How many observations that are not left out of sums of tokens. */
    private static Part calls(Parts parts) {
        return Part.sum("toInt64(sumIf(sign, " + NOT_RECORD + " AND " + parts.calls() + "))",
                rollUp -> rollUp.has("call_count") ? "sum(call_count)"
                        : "sumIf(observation_count, " + parts.calls() + ")");
    }

    private static Function<RollUp, String> sumOfCalls(String column, Parts parts) {
        // Whoever tells agents apart asks for a dimension that the roll-up without them has not got.
        return rollUp -> rollUp.has("call_" + column) ? "sum(call_" + column + ")"
                : rollUp.has(column) ? "sumIf(" + column + ", " + parts.calls() + ")" : null;
    }

    private static String costs(Aggregation aggregation, Parts parts, String side) {
        String ofSide = "arraySum(mapValues(mapFilter((kind, usd) -> startsWith(kind, '" + side + "'), %s)))";
        Part sum = Part.sum("sumIf(sign * " + ofSide.formatted("CAST(cost, 'Map(String, Decimal(38, 12))')") + ", "
                + parts.calls() + ")", rollUp -> rollUp.has("cost")
                        ? "sumIf(" + ofSide.formatted("cost") + ", " + parts.calls() + ")" : null);
        String usd = "toFloat64(" + parts.of(sum) + ")";
        return aggregation == Aggregation.SUM ? usd : usd + " / nullIf(" + parts.of(calls(parts)) + ", 0)";
    }

    private static Measure usage(String name, String kind) {
        return new Measure(name, "units", "Units of one kind of usage, such as usage.input_cached_tokens", ONE,
                (_, parts) -> parts.of(Part.sum("sumIf(sign * toInt64(usage[?]), " + parts.calls() + ")",
                        rollUp -> rollUp.has("usage") ? "sumIf(usage[?], " + parts.calls() + ")" : null, kind)));
    }

    private static Measure cost(String name, String kind) {
        return new Measure(name, "USD", "Cost of one kind of usage, such as cost.output", ONE,
                (_, parts) -> "toFloat64(" + parts.of(Part.sum(
                        "sumIf(sign * CAST(cost[?], 'Decimal(38, 12)'), " + parts.calls() + ")",
                        rollUp -> rollUp.has("cost") ? "sumIf(cost[?], " + parts.calls() + ")" : null, kind)) + ")");
    }

    // Traces: a source row is a trace, see MetricsSql.

    private static Map<String, Measure> traces() {
        Builder m = new Builder();
        m.one("count", "traces", "How many traces", parts -> parts.of(ROWS));
        Part errors = Part.sum("toInt64(countIf(trace_level = 'ERROR'))", _ -> null);
        m.one("error_count", "traces", "Traces with an observation of level ERROR", parts -> parts.of(errors));
        m.one("error_rate", "ratio", "Traces with an error among all, 0 to 1",
                parts -> parts.of(errors) + " / nullIf(" + parts.of(ROWS) + ", 0)");
        m.one("throughput", "traces/s", "Traces in a second", parts -> parts.of(ROWS) + " / " + parts.seconds());
        m.one("user_count", "users", "Users who have a trace here", parts -> parts.of(Part.distinct("trace_user_id",
                _ -> null, "toInt64(count())", " AND %k != ''")));
        m.one("session_count", "sessions", "Sessions that have a trace here", parts -> parts.of(Part.distinct(
                "trace_session_id", _ -> null, "toInt64(count())", " AND %k != ''")));
        m.spread("latency", "ms", "From the first start to the last end", _ -> ofRow("trace_latency_nanos", MILLIS,
                false));
        m.spread("observation_count", "observations", "Observations of a trace", _ -> ofRow("trace_observations", 1,
                true));
        m.spread("input_tokens", "tokens", "Tokens of a trace's input", _ -> ofRow("trace_input_tokens", 1, true));
        m.spread("output_tokens", "tokens", "Tokens of a trace's output", _ -> ofRow("trace_output_tokens", 1, true));
        m.spread("total_tokens", "tokens", "Tokens of a trace", _ -> ofRow("trace_total_tokens", 1, true));
        m.spread("total_cost", "USD", "Cost of a trace", _ -> ofRow("trace_total_cost", 1e-12, false));
        return m.measures;
    }

    private static Spread ofRow(String expression, double factor, boolean whole) {
        return new Spread(expression, "1", factor, whole, null, _ -> null, null) {
            @Override
            Part sum() {
                return Part.sum("sum(" + expression + ")", _ -> null);
            }

            @Override
            Part count() {
                return ROWS;
            }

            @Override
            Part counts() {
                return Part.counts(bucket(expression), "toInt64(count())", _ -> null);
            }
        };
    }

    // Scores.

    private static Map<String, Measure> scores() {
        Builder m = new Builder();
        Part valued = Part.sum("toInt64(countIf(error = ''))", _ -> null);
        Part failed = Part.sum("toInt64(countIf(error != ''))", _ -> null);
        m.one("count", "scores", "How many scores, failed evaluations left out", parts -> parts.of(valued));
        m.one("error_count", "scores", "Evaluations that failed", parts -> parts.of(failed));
        m.one("error_rate", "ratio", "Failed evaluations among all, 0 to 1",
                parts -> parts.of(failed) + " / nullIf(" + parts.of(ROWS) + ", 0)");
        m.one("trace_count", "traces", "Traces that have a score here", parts -> parts.of(Part.distinct(
                "if(error = '', hex(trace_id), '')", _ -> null, "toInt64(count())",
                " AND %k NOT IN ('', '00000000000000000000000000000000')")));
        String has = "error = '' AND value IS NOT NULL";
        Part sum = Part.sum("sumIf(ifNull(value, 0), " + has + ")", _ -> null);
        Part count = Part.sum("toInt64(countIf(" + has + "))", _ -> null);
        // Exact to a millionth: ClickHouse has no sums by floating point keys.
        Part counts = Part.counts("toInt64(round(ifNull(ifNotFinite(value, 0), 0) * 1e6))",
                "toInt64(countIf(" + has + "))", _ -> null);
        m.add("value", "value", "The number; 0 or 1 of a boolean score", List.of(Aggregation.AVG, Aggregation.SUM,
                Aggregation.COUNT, Aggregation.MIN, Aggregation.MAX, Aggregation.P50, Aggregation.P75, Aggregation.P90,
                Aggregation.P95, Aggregation.P99, Aggregation.HISTOGRAM), (aggregation, parts) -> switch (aggregation) {
                    case SUM -> parts.of(sum);
                    case COUNT -> parts.of(count);
                    case AVG -> parts.of(sum) + " / nullIf(" + parts.of(count) + ", 0)";
                    case HISTOGRAM -> histogram(parts.of(counts), "x / 1e6");
                    case MIN, MAX, P50, P75, P90, P95, P99 -> quantile(parts.of(counts), aggregation, "%s / 1e6");
                });
        return m.measures;
    }

    /** The value at the aggregation's place in what {@link Part#counts} counted, or NULL. */
    private static String quantile(String counts, Aggregation aggregation, String valueOfKey) {
        String key = counts + "_k[arrayFirstIndex(x -> x >= " + aggregation.rank(counts + "_c[-1]") + ", " + counts
                + "_c)]";
        return "if(empty(" + counts + "_c) OR " + counts + "_c[-1] <= 0, NULL, " + valueOfKey.formatted(key, key) + ")";
    }

    /** All values and how often they came up, as a text: what {@link Histogram} reads. */
    private static String histogram(String counts, String valueOfX) {
        return "arrayStringConcat(arrayMap(x -> toString(" + valueOfX + "), " + counts + "_k), ',') || ';' || "
                + "arrayStringConcat(arrayMap(x -> toString(x), " + counts + "_c), ',')";
    }

    /** The bucket of the roll-ups' logarithmic scale that a whole number lies in. ADR 0003. */
    private static String bucket(String value) {
        return "toInt16(if(" + value + " <= 0, 0, ceil(log(" + value + ") / log(1.01 / 0.99))))";
    }

    /**
     * Values of which sum, mean and quantiles are asked, the latter by buckets, within 1 %.
     *
     * @param value     SQL of a whole number
     * @param has       whether a row has one
     * @param factor    makes the measure's unit of it
     * @param whole     the measure's values are whole numbers
     * @param sumColumn of roll-ups, or null
     * @param countOf   SQL over a roll-up
     * @param buckets   column of roll-ups, or null
     */
    private static class Spread {
        private final String value;
        private final String has;
        private final double factor;
        private final boolean whole;
        private final String sumColumn;
        private final Function<RollUp, String> countOf;
        private final String buckets;

        Spread(String value, String has, double factor, boolean whole, String sumColumn,
                Function<RollUp, String> countOf, String buckets) {
            this.value = value;
            this.has = has;
            this.factor = factor;
            this.whole = whole;
            this.sumColumn = sumColumn;
            this.countOf = countOf;
            this.buckets = buckets;
        }

        Part sum() {
            return Part.sum("sumIf(sign * " + value + ", " + has + ")", column(sumColumn));
        }

        Part count() {
            return Part.sum("toInt64(sumIf(sign, " + has + "))", countOf);
        }

        Part counts() {
            return Part.counts(bucket("if(" + has + ", " + value + ", 0)"), "toInt64(sumIf(sign, " + has + "))",
                    rollUp -> buckets != null && rollUp.has(buckets) ? "sumMap(" + buckets + ")" : null);
        }

        String sql(Aggregation aggregation, Parts parts) {
            String scaled = factor == 1 ? "" : " * " + factor;
            String middle = "if(%s = 0, 0, 2 * pow(" + GAMMA + ", %s) / (" + GAMMA + " + 1))";
            String middleOf = whole ? "round(" + middle + ")" : middle + scaled;
            return switch (aggregation) {
                case SUM -> parts.of(sum()) + scaled;
                case COUNT -> parts.of(count());
                case AVG -> parts.of(sum()) + scaled + " / nullIf(" + parts.of(count()) + ", 0)";
                case MIN, MAX, P50, P75, P90, P95, P99 -> quantile(parts.of(counts()), aggregation, middleOf);
                case HISTOGRAM -> histogram(parts.of(counts()), middleOf.formatted("x", "x"));
            };
        }
    }

    private static Function<RollUp, String> column(String name) {
        return rollUp -> name != null && rollUp.has(name) ? "sum(" + name + ")" : null;
    }

    private static final class Builder {
        private final Map<String, Measure> measures = new LinkedHashMap<>();

        void one(String name, String unit, String description, Function<Parts, String> sql) {
            add(name, unit, description, ONE, (_, parts) -> sql.apply(parts));
        }

        void spread(String name, String unit, String description, Function<Parts, Spread> spread) {
            boolean time = unit.equals("ms") || unit.endsWith("/s");
            List<Aggregation> aggregations = new ArrayList<>(Aggregation.ALL);
            if (time) {
                aggregations.remove(Aggregation.AVG);
                aggregations.addFirst(Aggregation.AVG);
            }
            add(name, unit, description, aggregations,
                    (aggregation, parts) -> spread.apply(parts).sql(aggregation, parts));
        }

        void add(String name, String unit, String description, List<Aggregation> aggregations, Sql sql) {
            measures.put(name, new Measure(name, unit, description, aggregations, sql));
        }
    }
}
