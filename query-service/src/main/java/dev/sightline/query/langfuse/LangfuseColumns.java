package dev.sightline.query.langfuse;

import dev.sightline.base.id.ExternalIds;
import dev.sightline.query.langfuse.LangfuseColumn.Body;
import dev.sightline.query.langfuse.LangfuseColumn.Flag;
import dev.sightline.query.langfuse.LangfuseColumn.Id;
import dev.sightline.query.langfuse.LangfuseColumn.Keyed;
import dev.sightline.query.langfuse.LangfuseColumn.Number;
import dev.sightline.query.langfuse.LangfuseColumn.OfTrace;
import dev.sightline.query.langfuse.LangfuseColumn.Scores;
import dev.sightline.query.langfuse.LangfuseColumn.Text;
import dev.sightline.query.langfuse.LangfuseColumn.Texts;
import dev.sightline.query.langfuse.LangfuseColumn.Time;
import dev.sightline.query.trace.TraceSql;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** By Langfuse's names: what its lists can be filtered by. */
final class LangfuseColumns {
    private static final String TRACE_ID =
            "if(external_trace_id != '', external_trace_id, lower(hex(trace_id)))";
    private static final String HAS_END = "toUnixTimestamp64Nano(end_time) > 0";
    private static final String LATENCY =
            "if(" + HAS_END + ", " + seconds("end_time", "start_time") + ", NULL)";
    /** The trace's own record is nobody's parent observation. */
    private static final String PARENT_ID = "if(parent_span_id = toFixedString('', 8) OR parent_span_id = "
            + "toFixedString(substring(SHA256(concat('trace-record', trace_id)), 1, 8), 8), '', "
            + "if(external_parent_id != '', external_parent_id, lower(hex(parent_span_id))))";

    /** Rows of `observations`. */
    static final Map<String, LangfuseColumn> OBSERVATIONS = observations();
    /** Rows of `observations`, grouped by trace. */
    static final Map<String, LangfuseColumn> TRACES = traces();
    /** Rows of `scores`. */
    static final Map<String, LangfuseColumn> SCORES = scores();

    private LangfuseColumns() {
    }

    private static Map<String, LangfuseColumn> observations() {
        Map<String, LangfuseColumn> columns = new TreeMap<>();
        columns.put("id", new Id("if(external_id != '', external_id, lower(hex(span_id)))", "span_id",
                ExternalIds::observationId));
        columns.put("traceId", new Id(TRACE_ID, "trace_id", ExternalIds::traceId));
        columns.put("parentObservationId", new Text(PARENT_ID));
        columns.put("isRootObservation", new Flag("app_root OR " + PARENT_ID + " = ''"));
        columns.put("type", new Text("upper(type)"));
        columns.put("level", new Text("toString(level)"));
        columns.put("startTime", new Time("start_time"));
        columns.put("endTime", new Time("end_time"));
        columns.put("latency", new Number(LATENCY));
        columns.put("timeToFirstToken", new Number("if(toUnixTimestamp64Nano(completion_start_time) > 0, "
                + seconds("completion_start_time", "start_time") + ", NULL)"));
        columns.put("tokensPerSecond", new Number("output_tokens / nullIf(" + LATENCY + ", 0)"));
        columns.put("inputTokens", new Number("input_tokens"));
        columns.put("outputTokens", new Number("output_tokens"));
        both(columns, "totalTokens", "tokens", new Number("total_tokens"));
        columns.put("inputCost", new Number(cost("input")));
        columns.put("outputCost", new Number(cost("output")));
        columns.put("totalCost", new Number("toFloat64(total_cost)"));
        both(columns, "model", "providedModelName", new Text("model"));
        columns.put("promptVersion", new Number("nullIf(prompt_version, 0)"));
        both(columns, "tags", "traceTags", new Texts("tags"));
        both(columns, "environment", "traceEnvironment", new Text("environment"));
        Map.of("name", "name", "statusMessage", "status_message", "version", "version", "release", "release",
                "userId", "user_id", "sessionId", "session_id", "traceName", "trace_name", "promptName", "prompt_name")
                .forEach((name, column) -> columns.put(name, new Text(column)));
        columns.put("public", new Flag("public"));
        columns.put("metadata", new Keyed("metadata"));
        columns.put("input", new Body("input", "trace_id, span_id"));
        columns.put("output", new Body("output", "trace_id, span_id"));
        scores(columns, "trace_id, span_id");
        return Collections.unmodifiableMap(columns);
    }

    private static Map<String, LangfuseColumn> traces() {
        Map<String, LangfuseColumn> columns = new TreeMap<>();
        columns.put("id", new Id("if(max(external_trace_id) != '', max(external_trace_id), lower(hex(trace_id)))",
                "trace_id", ExternalIds::traceId));
        columns.put("timestamp", new Time(TraceSql.START));
        columns.put("name", new Text(TraceSql.NAME));
        columns.put("userId", new Text(TraceSql.USER_ID));
        columns.put("sessionId", new Text(TraceSql.SESSION_ID));
        columns.put("environment", new Text(TraceSql.ENVIRONMENT));
        columns.put("release", new Text(TraceSql.RELEASE));
        columns.put("version", new Text(TraceSql.VERSION));
        both(columns, "tags", "traceTags", new Texts("groupUniqArrayArray(tags)"));
        columns.put("public", new Flag(TraceSql.PUBLIC));
        columns.put("bookmarked", new Flag("false"));
        columns.put("level", new Text("toString(" + TraceSql.LEVEL + ")"));
        columns.put("latency", new Number(seconds(TraceSql.END, TraceSql.START)));
        columns.put("inputTokens", new Number(TraceSql.INPUT_TOKENS));
        columns.put("outputTokens", new Number(TraceSql.OUTPUT_TOKENS));
        both(columns, "totalTokens", "tokens", new Number(TraceSql.TOTAL_TOKENS));
        columns.put("totalCost", new Number("toFloat64(" + TraceSql.TOTAL_COST + ")"));
        columns.put("errorCount", new Number("countIf(level = 'ERROR')"));
        columns.put("warningCount", new Number("countIf(level = 'WARNING')"));
        columns.put("defaultCount", new Number("countIf(level = 'DEFAULT' AND NOT trace_record)"));
        columns.put("debugCount", new Number("countIf(level = 'DEBUG')"));
        columns.put("metadata", new Keyed(TraceSql.ROOT_METADATA));
        columns.put("input", new Body("input", "trace_id"));
        columns.put("output", new Body("output", "trace_id"));
        scores(columns, "trace_id");
        return Collections.unmodifiableMap(columns);
    }

    private static Map<String, LangfuseColumn> scores() {
        Map<String, LangfuseColumn> columns = new TreeMap<>();
        Map.of("id", "id", "name", "name", "comment", "comment", "configId", "config_id", "queueId", "queue_id",
                "authorUserId", "author_user_id", "sessionId", "session_id", "dataType", "data_type",
                "datasetRunId", "dataset_run_id", "experimentId", "dataset_run_id")
                .forEach((name, column) -> columns.put(name, new Text(column)));
        columns.put("environment", new Text("if(environment = '', 'default', environment)"));
        columns.put("traceId", new Id("if(trace_id = toFixedString('', 16), '', " + TRACE_ID + ")", "trace_id",
                ExternalIds::traceId));
        columns.put("observationId", new Id("if(span_id = toFixedString('', 8), '', if(external_observation_id != '', "
                + "external_observation_id, lower(hex(span_id))))", "span_id", ExternalIds::observationId));
        columns.put("source", new Text("multiIf(source = 'evaluator', 'EVAL', source = 'annotation', 'ANNOTATION', "
                + "'API')"));
        columns.put("value", new Number("value"));
        columns.put("stringValue", new Text("multiIf(data_type != 'BOOLEAN', string_value, "
                + "value = 0, 'False', 'True')"));
        columns.put("timestamp", new Time("timestamp"));
        columns.put("metadata", new Keyed("metadata"));
        columns.put("userId", new OfTrace(TRACES.get("userId")));
        columns.put("traceName", new OfTrace(TRACES.get("name")));
        both(columns, "tags", "traceTags", new OfTrace(TRACES.get("tags")));
        return Collections.unmodifiableMap(columns);
    }

    private static void scores(Map<String, LangfuseColumn> columns, String keys) {
        for (String name : new String[] {"scores", "scores_avg", "score_categories", "score_booleans"}) {
            columns.put(name, new Scores(keys));
        }
    }

    private static void both(Map<String, LangfuseColumn> columns, String name, String alias, LangfuseColumn column) {
        columns.put(name, column);
        columns.put(alias, column);
    }

    private static String cost(String side) {
        return "toFloat64(arraySum(mapValues(mapFilter((kind, usd) -> startsWith(kind, '" + side + "'), "
                + "CAST(cost, 'Map(String, Decimal(38, 12))')))))";
    }

    private static String seconds(String end, String start) {
        return "((toUnixTimestamp64Nano(" + end + ") - toUnixTimestamp64Nano(" + start + ")) / 1e9)";
    }
}
