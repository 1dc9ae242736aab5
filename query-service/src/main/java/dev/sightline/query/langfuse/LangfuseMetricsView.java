package dev.sightline.query.langfuse;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.metrics.Histogram;
import dev.sightline.query.metrics.MetricsRequest.MeasureRequest;
import dev.sightline.query.metrics.View;
import dev.sightline.query.metrics.Where;
import dev.sightline.query.store.Condition;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A view of Langfuse's metrics: its names for our measures and dimensions, and the rows it has. */
enum LangfuseMetricsView {
    TRACES(View.TRACES, ""), OBSERVATIONS(View.OBSERVATIONS, ""),
    SCORES_NUMERIC(View.SCORES, "data_type IN ('NUMERIC', 'BOOLEAN')"),
    SCORES_NUMERIC_ONLY(View.SCORES, "data_type = 'NUMERIC'"), SCORES_BOOLEAN(View.SCORES, "data_type = 'BOOLEAN'"),
    SCORES_CATEGORICAL(View.SCORES, "data_type = 'CATEGORICAL'");

    private static final Set<String> COUNTING = Set.of("sum", "count", "uniq");
    private static final Map<View, Map<String, String>> MEASURES = Map.of(
            View.TRACES, ordered("count", "count", "observationsCount", "observation_count", "uniqueUserIds",
                    "user_count", "uniqueSessionIds", "session_count", "latency", "latency", "totalTokens",
                    "total_tokens", "totalCost", "total_cost"),
            View.OBSERVATIONS, ordered("count", "count", "latency", "latency", "streamingLatency", "streaming_latency",
                    "inputTokens", "input_tokens", "outputTokens", "output_tokens", "totalTokens", "total_tokens",
                    "outputTokensPerSecond", "output_tokens_per_second", "tokensPerSecond", "tokens_per_second",
                    "inputCost", "input_cost", "outputCost", "output_cost", "totalCost", "total_cost",
                    "timeToFirstToken", "time_to_first_token"),
            View.SCORES, ordered("count", "count", "value", "value"));
    private static final Map<View, Map<String, String>> DIMENSIONS = Map.of(
            View.TRACES, ordered("id", "trace_id", "name", "name", "tags", "tag", "userId", "user_id", "sessionId",
                    "session_id", "release", "release", "version", "version", "environment", "environment",
                    "timestampMonth", "month"),
            View.OBSERVATIONS, ordered("id", "observation_id", "traceId", "trace_id", "traceName", "trace_name",
                    "environment", "environment", "parentObservationId", "parent_id", "type", "type", "name", "name",
                    "level", "level", "version", "version", "tags", "tag", "release", "release", "traceRelease",
                    "release", "traceVersion", "version", "providedModelName", "model", "promptName", "prompt_name",
                    "promptVersion", "prompt_version", "userId", "user_id", "sessionId", "session_id",
                    "isRootObservation", "is_root", "startTimeMonth", "month"),
            View.SCORES, ordered("name", "name", "environment", "environment", "source", "source", "dataType",
                    "data_type", "traceId", "trace_id", "observationId", "observation_id", "configId", "config_id",
                    "timestampMonth", "month", "timestampDay", "day", "value", "value", "stringValue", "value",
                    "traceName", "trace_name", "tags", "tag", "userId", "user_id", "sessionId", "session_id",
                    "release", "release", "traceRelease", "release", "traceVersion", "version"));

    private final View view;
    private final String segment;

    LangfuseMetricsView(View view, String segment) {
        this.view = view;
        this.segment = segment;
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    static LangfuseMetricsView of(String name, boolean v2) {
        String views = v2 ? "observations, scores-numeric, scores-boolean or scores-categorical"
                : "traces, observations, scores-numeric or scores-categorical";
        return switch (String.valueOf(name) + (v2 ? "" : " v1")) {
            case "traces v1" -> TRACES;
            case "observations", "observations v1" -> OBSERVATIONS;
            case "scores-numeric v1" -> SCORES_NUMERIC;
            case "scores-numeric" -> SCORES_NUMERIC_ONLY;
            case "scores-boolean" -> SCORES_BOOLEAN;
            case "scores-categorical", "scores-categorical v1" -> SCORES_CATEGORICAL;
            default -> throw ServiceException.invalid("query.view", "must be " + views);
        };
    }

    View view() {
        return view;
    }

    List<Where> segment() {
        return segment.isEmpty() ? List.of() : List.of(new Where(Condition.of(segment), Optional.empty()));
    }

    MeasureRequest measure(String name, String aggregation, String field) {
        String ours = MEASURES.get(view).get(name);
        if (ours == null) {
            throw ServiceException.invalid(field + ".measure",
                    "must be one of " + String.join(", ", MEASURES.get(view).keySet()));
        }
        String column = aggregation + "_" + name;
        boolean counts = ours.equals("count") || ours.equals("user_count") || ours.equals("session_count");
        if (counts && !COUNTING.contains(aggregation)) {
            throw ServiceException.invalid(field + ".aggregation", "must be sum or count for " + name);
        }
        return new MeasureRequest(ours, counts ? null : aggregation, column, null, null);
    }

    Collection<String> dimensionNames() {
        return DIMENSIONS.get(view).keySet();
    }

    boolean hasDimension(String name) {
        return name != null && DIMENSIONS.get(view).containsKey(name);
    }

    /** Our name for it. */
    String dimension(String name) {
        return DIMENSIONS.get(view).get(name);
    }

    /** Our value as Langfuse writes it. */
    Object value(String dimension, Object ours) {
        String text = ours == null ? "" : ours.toString();
        return switch (dimension) {
            case "environment" -> text.isEmpty() ? "default" : text;
            case "type" -> text.toUpperCase(Locale.ROOT);
            case "isRootObservation" -> Boolean.valueOf(text);
            case "source" -> switch (text) {
                case "evaluator" -> "EVAL";
                case "annotation" -> "ANNOTATION";
                default -> "API";
            };
            default -> ours;
        };
    }

    /** What a filter asks for as we store it. */
    String stored(String dimension, String value) {
        return switch (dimension) {
            case "type" -> value.toLowerCase(Locale.ROOT);
            case "source" -> switch (value) {
                case "EVAL" -> "evaluator";
                case "ANNOTATION" -> "annotation";
                default -> value.toLowerCase(Locale.ROOT);
            };
            default -> value;
        };
    }

    /** A histogram as [from, to, count], other numbers as they are. */
    static Object bars(Object value) {
        return value instanceof List<?> bars ? bars.stream().map(Histogram.Bin.class::cast)
                .map(bin -> List.of(bin.from(), bin.to(), bin.count())).toList() : value;
    }
}
