package dev.sightline.query.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.filter.QueryLanguageResource;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.metrics.MetricsCatalog;
import dev.sightline.query.metrics.MetricsConfig;
import dev.sightline.query.metrics.MetricsQueries;
import dev.sightline.query.metrics.MetricsQuery;
import dev.sightline.query.metrics.MetricsRequest;
import dev.sightline.query.sql.SqlQueries;
import dev.sightline.query.sql.SqlView;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceJson;
import dev.sightline.query.trace.TraceQueries;
import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolArg;
import io.quarkiverse.mcp.server.ToolResponse;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** What a model may ask about a project: the same reads as by REST, for the project of the call's API key. */
@ApplicationScoped
@RunOnVirtualThread
public class McpTools {
    private static final Logger LOG = Logger.getLogger(McpTools.class);
    private static final int TRACE_CHARS_MAX = 400_000;
    private static final String QUERY = "What to look for, in the query language; see describe_query_language. "
            + "Example: level:ERROR model:gpt-4o latency:>2s";
    private static final String LANGUAGE = "Terms side by side must all hold; OR and brackets combine them; NOT or a "
            + "minus before a term turns it around. A term is field:value, field:>value (also >=, <, <=), "
            + "field:from..to, field:(one,another), has:field, or a word or \"quoted text\" to be found in inputs, "
            + "outputs and names. * stands for any text in a value. Values with blanks stand in quotes. A trace "
            + "matches when its observations fulfil the terms.";
    private static final String FROM = "Began at or after, ISO-8601. Default: 24 hours ago";
    private static final String TO = "Began before, ISO-8601. Default: now";
    private static final String LIMIT = "1 to 100, default 20";

    private final CurrentVertxRequest request;
    private final McpReads reads;
    private final TraceQueries traces;
    private final SqlQueries sql;
    private final MetricsQueries metrics;
    private final MetricsConfig metricsConfig;
    private final StrictJson bodies;
    private final ObjectMapper json;

    McpTools(CurrentVertxRequest request, McpReads reads, TraceQueries traces, SqlQueries sql, MetricsQueries metrics,
            MetricsConfig metricsConfig, StrictJson bodies, ObjectMapper json) {
        this.request = request;
        this.reads = reads;
        this.traces = traces;
        this.sql = sql;
        this.metrics = metrics;
        this.metricsConfig = metricsConfig;
        this.bodies = bodies;
        this.json = json;
    }

    @Tool(name = "list_traces", description = "The newest traces: name, time, latency, level, tokens, cost, user, "
            + "session, models. No inputs and outputs; get_trace has them.",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse listTraces(@ToolArg(description = QUERY, required = false) String query,
            @ToolArg(description = FROM, required = false) String from,
            @ToolArg(description = TO, required = false) String to,
            @ToolArg(description = LIMIT, required = false) Integer limit) {
        return answer(scope -> reads.newest(scope, SqlView.TRACES, query, from, to, limit));
    }

    @Tool(name = "get_trace", description = "One trace with its observations, their inputs and outputs, and its scores",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse getTrace(@ToolArg(description = "32 hexadecimal digits") String trace_id) {
        return answer(scope -> {
            String text = text(traces.get(scope, Parameters.traceId("trace_id", trace_id)).map(TraceJson::detail)
                    .orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                            "this project has no trace " + trace_id)));
            if (text.length() > TRACE_CHARS_MAX) {
                throw ServiceException.invalid("trace_id", "is a trace of " + text.length() + " characters, too many "
                        + "to show at once; use list_observations with the query trace_id:" + trace_id);
            }
            return text;
        });
    }

    @Tool(name = "list_observations", description = "The newest observations (model calls, tools, spans) with their "
            + "numbers; no inputs and outputs",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse listObservations(@ToolArg(description = QUERY, required = false) String query,
            @ToolArg(description = FROM, required = false) String from,
            @ToolArg(description = TO, required = false) String to,
            @ToolArg(description = LIMIT, required = false) Integer limit) {
        return answer(scope -> reads.newest(scope, SqlView.OBSERVATIONS, query, from, to, limit));
    }

    @Tool(name = "list_scores", description = "The newest scores; the query chooses the traces they are about",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse listScores(@ToolArg(description = QUERY, required = false) String query,
            @ToolArg(description = "Given at or after, ISO-8601. Default: 24 hours ago", required = false) String from,
            @ToolArg(description = "Given before, ISO-8601. Default: now", required = false) String to,
            @ToolArg(description = LIMIT, required = false) Integer limit) {
        return answer(scope -> reads.newest(scope, SqlView.SCORES, query, from, to, limit));
    }

    @Tool(name = "list_sessions", description = "The newest sessions, summed up over their traces",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse listSessions(@ToolArg(description = QUERY, required = false) String query,
            @ToolArg(description = FROM, required = false) String from,
            @ToolArg(description = TO, required = false) String to,
            @ToolArg(description = LIMIT, required = false) Integer limit) {
        return answer(scope -> reads.newest(scope, SqlView.SESSIONS, query, from, to, limit));
    }

    @Tool(name = "run_metrics", description = "Counts, sums, rates and percentiles over time and by dimension, from "
            + "roll-ups where they can answer; describe_metrics tells the measures and dimensions",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse runMetrics(@ToolArg(description = "A metrics query as JSON text, such as {\"view\":\"observations\","
            + "\"query\":\"type:generation\",\"from\":\"2026-11-25T00:00:00Z\",\"to\":\"2026-11-26T00:00:00Z\","
            + "\"measures\":[{\"measure\":\"latency\",\"aggregation\":\"p95\"},{\"measure\":\"count\"}],"
            + "\"dimensions\":[\"model\"],\"granularity\":\"hour\"}") String metrics_query) {
        return answer(scope -> text(metrics.run(scope, MetricsQuery.of(
                bodies.read(metrics_query, MetricsRequest.class, "a metrics query"), metricsConfig, Instant.now()))));
    }

    @Tool(name = "describe_metrics", description = "The measures and dimensions that run_metrics knows, by view",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse describeMetrics() {
        return answer(scope -> text(MetricsCatalog.all()));
    }

    @Tool(name = "run_sql", description = "Runs one read-only ClickHouse SELECT over the views observations, traces, "
            + "sessions and scores of this project; describe_sql tells their columns. For counts, sums, percentiles.",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse runSql(@ToolArg(description = "The statement, such as SELECT model, count() FROM observations "
            + "WHERE start_time > now() - INTERVAL 1 DAY GROUP BY model") String sql) {
        return answer(scope -> new String(this.sql.json(scope, new SqlQueries.Query(sql, Map.of(), Optional.empty(),
                Optional.empty(), Optional.of(1_000), Optional.empty())), StandardCharsets.UTF_8));
    }

    @Tool(name = "describe_sql", description = "The views that run_sql can read, with their columns",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse describeSql() {
        return answer(scope -> text(Map.of("views", SqlView.ALL)));
    }

    @Tool(name = "describe_query_language", description = "How a query is written, and the fields it can ask about",
            annotations = @Tool.Annotations(readOnlyHint = true, destructiveHint = false, openWorldHint = false))
    ToolResponse describeQueryLanguage() {
        return answer(scope -> text(Map.of("how", LANGUAGE, "fields", QueryLanguageResource.described().fields())));
    }

    private ToolResponse answer(Function<ProjectScope, String> work) {
        try {
            return ToolResponse.success(work.apply(McpGate.scope(request.getCurrent())));
        } catch (ServiceException e) {
            if (e.code().type() == ErrorCode.Type.INTERNAL) {
                LOG.error("a tool failed", e);
            }
            return ToolResponse.error(e.field() == null ? e.getMessage() : e.field() + ": " + e.getMessage());
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, "an answer can't be written", e);
        }
    }
}
