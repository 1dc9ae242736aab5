package dev.sightline.query.sql;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.store.ClickHouseStreams;
import dev.sightline.query.store.Condition;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.TraceQueries;
import dev.sightline.query.trace.TraceSql;
import dev.sightline.storage.message.MessageReferences;
import dev.sightline.storage.message.MessageTable;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A table as SQL of callers sees it: the project's own rows, ids in hexadecimal, what was not reported as NULL (times)
 * or as an empty text. The one list of the views' columns: the schema that is told, the SQL that is run and the page
 * docs/sql.md come from it or are held to it by tests, and every column of the stored tables is either here or in
 * {@link #NOT_SHOWN}.
 *
 * @param rows what the columns' expressions select from, without project and time
 */
public record SqlView(String name, String description, List<Column> columns, @JsonIgnore Rows rows) {
    /** Parameters that bound the rows' time, as nanoseconds since 1970. */
    static final String FROM = "sightline_from";
    static final String TO = "sightline_to";
    private static final String PROJECT = "project_id = {" + ClickHouseStreams.PROJECT + ":String}";

    /**
     * A column.
     *
     * @param type ClickHouse's
     * @param aggregate whether the expression is one over the rows of a group
     */
    @Schema(name = "SqlColumn")
    public record Column(String name, String type, String description, @JsonIgnore String expression,
            @JsonIgnore boolean aggregate) {
    }

    /** Where a view's rows come from. */
    enum Rows { OBSERVATIONS, TRACES, SESSIONS, SCORES, CONTENT }

    /** Columns of the stored tables that are about storing and not about what happened. */
    static final Set<String> NOT_SHOWN = Set.of("project_id", "trace_record", "field_clocks", "metadata_clocks",
            "inherited", "sign", "kafka_partition", "kafka_offset", "message_bytes");

    private static final String STRING = "String";
    private static final String LOW = "LowCardinality(String)";
    private static final String TIME = "DateTime64(9, 'UTC')";
    private static final String MAYBE_TIME = "Nullable(DateTime64(9, 'UTC'))";
    private static final String MILLIS = "Nullable(Float64)";
    private static final String USD = "Decimal(18, 12)";
    private static final String SUM_USD = "Decimal(38, 12)";

    public static final SqlView OBSERVATIONS = new SqlView("observations",
            "The steps of the traces: spans, model calls, tools and so on, one row each.", List.of(
            id("trace_id", 16, "The trace, 32 hexadecimal digits"),
            id("span_id", 8, "The observation, 16 hexadecimal digits"),
            id("parent_span_id", 8, "The observation above it; empty: a root"),
            plain("name", STRING, "Its name"),
            plain("type", LOW, "span, generation, event, agent, tool, chain, retriever, evaluator, embedding or "
                    + "guardrail"),
            of("level", STRING, "DEBUG, DEFAULT, WARNING or ERROR", "toString(o.level)"),
            plain("status_message", STRING, "What the sender says of how it ended"),
            plain("start_time", TIME, "When it began"),
            maybeTime("end_time", "When it ended; NULL: not reported"),
            maybeTime("completion_start_time", "When the first token came; NULL: not reported"),
            of("latency_ms", MILLIS, "From start to end", millis("o.end_time")),
            of("time_to_first_token_ms", MILLIS, "From start to the first token",
                    millis("o.completion_start_time")),
            plain("span_kind", LOW, "OpenTelemetry's kind"),
            plain("environment", LOW, "Where it ran"),
            plain("release", LOW, "The application's release"),
            plain("version", LOW, "The version the sender gave it"),
            plain("trace_name", STRING, "The trace's name, where this observation carries it"),
            plain("user_id", STRING, "The application's end user"),
            plain("session_id", STRING, "The session"),
            plain("tags", "Array(LowCardinality(String))", "The trace's tags"),
            plain("public", "Bool", "Whether the trace may be shown without signing in"),
            plain("service_name", LOW, "The service that sent it"),
            plain("scope_name", LOW, "The instrumentation"),
            plain("scope_version", LOW, "The instrumentation's version"),
            plain("sdk_name", LOW, "The SDK that sent it"),
            plain("sdk_version", LOW, "The SDK's version"),
            plain("sdk_language", LOW, "The SDK's language"),
            plain("provider", LOW, "The model's provider"),
            plain("model", LOW, "The model"),
            plain("usage", "Map(LowCardinality(String), UInt64)", "Tokens by kind; kinds do not overlap"),
            plain("usage_estimated", "Bool", "Whether the tokens are our estimate"),
            plain("cost", "Map(LowCardinality(String), Decimal(18, 12))", "US dollars by kind"),
            plain("input_tokens", "UInt64", "Input tokens, cached ones included"),
            plain("output_tokens", "UInt64", "Output tokens, reasoning included"),
            plain("total_tokens", "UInt64", "All tokens"),
            plain("total_cost", USD, "US dollars"),
            plain("prompt_name", LOW, "The prompt it was made from"),
            plain("prompt_version", "UInt32", "The prompt's version; 0: none"),
            plain("agent_name", LOW, "The agent"),
            plain("tool_name", LOW, "The tool"),
            plain("tool_call_id", STRING, "The tool call it answers"),
            plain("error_type", LOW, "The error's type"),
            plain("finish_reason", LOW, "Why the model stopped"),
            plain("experiment_id", STRING, "The experiment it belongs to"),
            plain("experiment_name", LOW, "The experiment's name"),
            plain("experiment_dataset_id", STRING, "The experiment's dataset"),
            plain("experiment_item_id", STRING, "The dataset's item"),
            id("experiment_item_root_span_id", 8, "The root of the item's run"),
            plain("app_root", "Bool", "Whether it is the application's own root"),
            plain("external_id", STRING, "The sender's id where it is not span_id"),
            plain("external_trace_id", STRING, "The sender's id of the trace where it is not trace_id"),
            plain("external_parent_id", STRING, "The sender's id of the parent where it is not parent_span_id"),
            plain("metadata", "Map(LowCardinality(String), String)", "What the sender added"),
            plain("received_at", TIME, "When Sightline accepted it")), Rows.OBSERVATIONS);

    public static final SqlView TRACES = new SqlView("traces",
            "One row for each trace, summed up over its observations.", List.of(
                    of("trace_id", STRING, "32 hexadecimal digits", "lower(hex(o.trace_id))"),
                    group("name", STRING, "Its name, else its root's", TraceSql.NAME),
                    group("start_time", TIME, "When its first observation began", TraceSql.START),
                    group("end_time", TIME, "When its last observation ended", TraceSql.END),
                    group("latency_ms", "Float64", "From start to end", "(toUnixTimestamp64Nano(" + TraceSql.END
                            + ") - toUnixTimestamp64Nano(" + TraceSql.START + ")) / 1e6"),
                    group("level", STRING, "The worst level of its observations", "toString(" + TraceSql.LEVEL + ")"),
                    group("observation_count", "UInt64", "Its observations", "countIf(NOT trace_record)"),
                    group("error_count", "UInt64", "Its observations of level ERROR", "countIf(level = 'ERROR')"),
                    group("environment", STRING, "Where it ran", TraceSql.ENVIRONMENT),
                    group("release", STRING, "The application's release", TraceSql.RELEASE),
                    group("version", STRING, "The version the sender gave it", TraceSql.VERSION),
                    group("user_id", STRING, "The application's end user", TraceSql.USER_ID),
                    group("session_id", STRING, "The session", TraceSql.SESSION_ID),
                    group("tags", "Array(String)", "Its tags", TraceSql.TAGS),
                    group("models", "Array(String)", "The models it used", TraceSql.MODELS),
                    group("public", "Bool", "Whether it may be shown without signing in", TraceSql.PUBLIC),
                    group("input_tokens", "UInt64", "Input tokens", TraceSql.INPUT_TOKENS),
                    group("output_tokens", "UInt64", "Output tokens", TraceSql.OUTPUT_TOKENS),
                    group("total_tokens", "UInt64", "All tokens", TraceSql.TOTAL_TOKENS),
                    group("total_cost", SUM_USD, "US dollars", TraceSql.TOTAL_COST),
                    group("usage_estimated", "Bool", "Whether some of the tokens are our estimate",
                            TraceSql.USAGE_ESTIMATED)), Rows.TRACES);

    public static final SqlView SESSIONS = new SqlView("sessions",
            "One row for each session, summed up over its traces.", List.of(
                    of("session_id", STRING, "The session", "o.t_session_id"),
                    group("start_time", TIME, "When its first trace began", "min(t_start_time)"),
                    group("end_time", TIME, "When its last trace ended", "max(t_end_time)"),
                    group("trace_count", "UInt64", "Its traces", "count()"),
                    group("observation_count", "UInt64", "Their observations", "sum(t_observation_count)"),
                    group("error_count", "UInt64", "Their observations of level ERROR", "sum(t_error_count)"),
                    group("user_ids", "Array(String)", "The end users, at most 100",
                            "arraySort(groupUniqArrayIf(100)(t_user_id, t_user_id != ''))"),
                    group("environments", "Array(String)", "Where it ran, at most 20",
                            "arraySort(groupUniqArray(20)(t_environment))"),
                    group("input_tokens", "UInt64", "Input tokens", "sum(t_input_tokens)"),
                    group("output_tokens", "UInt64", "Output tokens", "sum(t_output_tokens)"),
                    group("total_tokens", "UInt64", "All tokens", "sum(t_total_tokens)"),
                    group("total_cost", SUM_USD, "US dollars", "sum(t_total_cost)")), Rows.SESSIONS);

    public static final SqlView SCORES = new SqlView("scores",
            "Judgements on traces, observations, sessions and dataset runs.", List.of(
            plain("id", STRING, "The score"),
            id("trace_id", 16, "The trace; empty: the score of a session or a dataset run"),
            of("observation_id", STRING, "The observation, a span_id; empty: not about one",
                    hex("span_id", 8)),
            plain("session_id", STRING, "The session"),
            plain("name", LOW, "What is judged"),
            plain("data_type", LOW, "NUMERIC, BOOLEAN, CATEGORICAL or TEXT"),
            plain("value", "Nullable(Float64)", "The number; NULL where it has none"),
            plain("string_value", STRING, "The category or text"),
            plain("comment", STRING, "Why"),
            plain("source", LOW, "feedback, evaluator, annotation or api"),
            plain("environment", LOW, "Where it was given"),
            plain("timestamp", TIME, "When it was given"),
            plain("updated_at", TIME, "When it was last changed"),
            plain("metadata", "Map(LowCardinality(String), String)", "What the sender added"),
            plain("config_id", STRING, "The score config"),
            plain("queue_id", STRING, "The annotation queue"),
            plain("author_user_id", STRING, "Who gave it"),
            plain("evaluator_name", LOW, "The evaluator"),
            plain("evaluator_version", LOW, "The evaluator's version"),
            plain("evaluator_config", STRING, "The evaluator's settings"),
            id("evaluator_trace_id", 16, "The trace of the evaluator's run"),
            plain("model", LOW, "The judge's model"),
            plain("error", STRING, "Why there is no value"),
            plain("external_trace_id", STRING, "The sender's id of the trace where it is not trace_id"),
            plain("external_observation_id", STRING, "The sender's id of the observation where it is not "
                    + "observation_id"),
            plain("dataset_run_id", STRING, "The dataset run that is scored as a whole")), Rows.SCORES);

    public static final SqlView CONTENT = new SqlView("content",
            "What was said and done: the long texts of the observations, one row each. A trace's own input and output, "
                    + "where a client gave it some, stand in a row whose span_id is that of no observation.", List.of(
            id("trace_id", 16, "The trace"),
            id("span_id", 8, "The observation"),
            plain("start_time", TIME, "When the observation began"),
            said("input", "Input as it was sent"),
            said("output", "Output as it was sent"),
            said("tool_definitions", "The tools that the model could call, JSON"),
            plain("model_parameters", STRING, "The model's parameters, JSON"),
            plain("attributes", "Map(LowCardinality(String), String)", "The span's attributes that stand in no column"),
            plain("resource_attributes", "Map(LowCardinality(String), String)", "The resource's attributes"),
            plain("event_names", "Array(LowCardinality(String))", "Names of the span's events"),
            plain("event_times", "Array(DateTime64(9, 'UTC'))", "When they happened"),
            plain("event_attributes", "Array(Map(String, String))", "Their attributes"),
            of("link_trace_ids", "Array(String)", "Traces that the span links to",
                    "arrayMap(i -> lower(hex(i)), o.link_trace_ids)"),
            of("link_span_ids", "Array(String)", "Spans that it links to",
                    "arrayMap(i -> lower(hex(i)), o.link_span_ids)"),
            plain("link_attributes", "Array(Map(String, String))", "The links' attributes"),
            plain("experiment_expected_output", STRING, "What the dataset's item expects")), Rows.CONTENT);

    public static final List<SqlView> ALL = List.of(OBSERVATIONS, TRACES, SESSIONS, SCORES, CONTENT);

    /** {@code name AS (SELECT …)} over our tables in {@code database}, bound to project and time by parameters. */
    String with(String database) {
        return name + " AS (SELECT " + selectList() + " FROM " + switch (rows) {
            case OBSERVATIONS -> "`" + database + "`.observations AS o FINAL WHERE " + bound("o.start_time")
                    + " AND NOT o.trace_record";
            case SCORES -> "`" + database + "`.scores AS o FINAL WHERE " + bound("o.timestamp");
            case TRACES -> "(" + traces(database) + ") AS o";
            case SESSIONS -> "(SELECT t_session_id, " + aggregates() + " FROM (" + traces(database)
                    + ") WHERE t_session_id != '' GROUP BY t_session_id) AS o";
            case CONTENT -> "(SELECT c.*, m.hashes AS hashes, m.bodies AS bodies FROM `" + database
                    + "`.observation_content AS c FINAL LEFT JOIN (SELECT trace_id, "
                    + MessageReferences.HASHES_AND_BODIES + " FROM (SELECT trace_id, hash, body FROM `" + database
                    + "`.messages WHERE " + PROJECT + " AND trace_id IN (SELECT trace_id FROM `" + database
                    + "`.observation_content WHERE " + bound("start_time") + " AND message_bytes > 0) "
                    + "LIMIT 1 BY trace_id, hash) GROUP BY trace_id) AS m ON m.trace_id = c.trace_id WHERE "
                    + bound("c.start_time") + ") AS o";
        } + ")";
    }

    /**
     * All the view's rows, for a file. A trace is summed up over what lies within the time.
     *
     * @param filter on observations for their view and their content, on the column trace_id for the others
     */
    public ProjectQuery query(ProjectScope scope, Instant from, Instant to, Filter filter) {
        return switch (rows) {
            case OBSERVATIONS -> within(new ProjectQuery(scope, "*", ObservationTable.CURRENT)
                    .and("NOT trace_record"), "start_time", from, to)
                    .and(filter.onObservations(scope, from, to)).within(selectList()).then("AS o");
            case SCORES -> within(new ProjectQuery(scope, "*", ScoreTable.SCORES.name() + " FINAL"), "timestamp", from,
                    to).and(filter.onTraces(scope, from, to)).within(selectList()).then("AS o");
            case TRACES -> traces(scope, from, to, filter).within(selectList()).then("AS o");
            case SESSIONS -> traces(scope, from, to, filter).within("t_session_id, " + aggregates())
                    .then("WHERE t_session_id != '' GROUP BY t_session_id").within(selectList()).then("AS o");
            case CONTENT -> content(scope, from, to, filter).within(selectList()).then("AS o");
        };
    }

    private static ProjectQuery content(ProjectScope scope, Instant from, Instant to, Filter filter) {
        ProjectQuery said = within(new ProjectQuery(scope, "*", ObservationTable.CURRENT_CONTENT), "start_time", from, to);
        ProjectQuery referring = within(new ProjectQuery(scope, "trace_id", ObservationTable.CONTENT.name())
                .and("message_bytes > 0"), "start_time", from, to);
        if (!filter.isAll()) {
            ProjectQuery meant = within(new ProjectQuery(scope, "trace_id, span_id", ObservationTable.CURRENT),
                    "start_time", from, to).and(filter.onObservations(scope, from, to));
            said.andIn("(trace_id, span_id)", meant);
            referring.andIn("(trace_id, span_id)", meant);
        }
        return said.leftJoin(Condition.of("base.*, joined.hashes AS hashes, joined.bodies AS bodies"),
                new ProjectQuery(scope, "trace_id, hash, body", MessageTable.MESSAGES.name())
                        .andIn("trace_id", referring).then("LIMIT 1 BY trace_id, hash")
                        .within("trace_id, " + MessageReferences.HASHES_AND_BODIES).then("GROUP BY trace_id"),
                "trace_id");
    }

    /** By name, or empty. */
    public static Optional<SqlView> named(String name) {
        return ALL.stream().filter(view -> view.name.equals(name)).findFirst();
    }

    private static ProjectQuery traces(ProjectScope scope, Instant from, Instant to, Filter filter) {
        return within(new ProjectQuery(scope, "trace_id, " + TRACES.aggregates(), ObservationTable.CURRENT),
                "start_time", from, to).and(filter.onTraces(scope, from, to)).then("GROUP BY trace_id");
    }

    private static ProjectQuery within(ProjectQuery query, String time, Instant from, Instant to) {
        if (from != null) {
            query.and(time + " >= " + TraceQueries.TIME, TraceQueries.unixNano(from));
        }
        if (to != null) {
            query.and(time + " < " + TraceQueries.TIME, TraceQueries.unixNano(to));
        }
        return query;
    }

    private String selectList() {
        return columns.stream().map(column -> (column.aggregate ? "o.t_" + column.name : column.expression)
                + " AS " + column.name).collect(Collectors.joining(", "));
    }

    private static String traces(String database) {
        return "SELECT trace_id, " + TRACES.aggregates() + " FROM `" + database + "`.observations FINAL WHERE "
                + bound("start_time") + " GROUP BY trace_id";
    }

    /** Named apart from the column, which an aggregate of the same name would stand for in its neighbours. */
    private String aggregates() {
        return columns.stream().filter(Column::aggregate).map(column -> column.expression + " AS t_" + column.name)
                .collect(Collectors.joining(", "));
    }

    private static String bound(String time) {
        return PROJECT + " AND " + time
                + " >= fromUnixTimestamp64Nano({" + FROM + ":Int64}, 'UTC') AND " + time
                + " < fromUnixTimestamp64Nano({" + TO + ":Int64}, 'UTC')";
    }

    private static Column plain(String name, String type, String description) {
        return of(name, type, description, "o." + name);
    }

    private static Column id(String name, int bytes, String description) {
        return of(name, STRING, description, hex(name, bytes));
    }

    private static Column said(String name, String description) {
        return of(name, STRING, description, MessageReferences.assembled("o", name));
    }

    private static Column maybeTime(String name, String description) {
        return of(name, MAYBE_TIME, description, "if(toUnixTimestamp64Nano(o." + name + ") = 0, NULL, o." + name + ")");
    }

    private static Column of(String name, String type, String description, String expression) {
        return new Column(name, type, description, expression, false);
    }

    private static Column group(String name, String type, String description, String expression) {
        return new Column(name, type, description, expression, true);
    }

    private static String hex(String column, int bytes) {
        return "if(o." + column + " = toFixedString('', " + bytes + "), '', lower(hex(o." + column + ")))";
    }

    private static String millis(String end) {
        return "if(toUnixTimestamp64Nano(" + end + ") = 0, NULL, (toUnixTimestamp64Nano(" + end
                + ") - toUnixTimestamp64Nano(o.start_time)) / 1e6)";
    }
}
