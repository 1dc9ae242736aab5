package dev.sightline.query.langfuse;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.hex;
import static dev.sightline.query.trace.TraceQueries.nanos;
import static dev.sightline.query.trace.TraceQueries.texts;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.TraceSummary;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.langfuse.LangfuseTraceFilter.FieldGroup;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.TraceConfig;
import dev.sightline.query.trace.TraceQueries;
import dev.sightline.query.trace.TraceQueries.Found;
import dev.sightline.query.trace.TraceQueries.Located;
import dev.sightline.query.trace.TraceSql;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.table.Column;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pages of traces as Langfuse's list defines them: counted, by number, in an order of the caller's choice. Finds the
 * page's traces first and reads the rest for those only; bodies just where the caller wants {@code io}.
 */
@Singleton
public class LangfuseTraceQueries {
    private static final int SCORES_PER_TRACE_MAX = 200;
    private static final int OBSERVATION_IDS_PER_TRACE_MAX = 1_000;

    private final ClickHouseReads reads;
    private final TraceQueries traces;
    private final TraceConfig config;

    LangfuseTraceQueries(ClickHouseReads reads, TraceQueries traces, TraceConfig config) {
        this.reads = reads;
        this.traces = traces;
        this.config = config;
    }

    /** One page and how many traces there are on all of them. */
    record Page(List<Entry> entries, long totalItems) {
    }

    /** A trace of a page. {@code root} holds the content and is empty where that was not asked for. */
    record Entry(TraceSummary summary, boolean isPublic, List<String> observationIds, Optional<Observation> root) {
    }

    private record Counted(Found trace, long totalItems) {
    }

    private record Rest(boolean isPublic, String rootSpanId, List<String> observationIds) {
    }

    Page list(ProjectScope scope, LangfuseTraceFilter filter) {
        String direction = filter.order().descending() ? " DESC" : " ASC";
        List<Counted> counted = reads.list(matching(scope, filter)
                        .then("ORDER BY " + filter.order().expression() + direction + ", trace_id" + direction
                                + " LIMIT ? OFFSET ?", filter.limit(), (filter.page() - 1L) * filter.limit()),
                row -> new Counted(new Found(Column.idFromHex(row.getString(1)), row.getLong(2), row.getLong(3)),
                        row.getLong(4)));
        if (counted.isEmpty()) {
            return new Page(List.of(), filter.page() == 1 ? 0
                    : reads.list(matching(scope, filter).within("count()"), row -> row.getLong(1)).getFirst());
        }
        Located found = traces.locate(scope, counted.stream().map(Counted::trace).toList());
        Map<ByteString, TraceSummary.Builder> summaries = traces.summarize(scope, found);
        if (filter.fields().contains(FieldGroup.SCORES)) {
            traces.scoresOf(scope, TraceQueries.SCORE_SUMMARIES, summaries.keySet(), SCORES_PER_TRACE_MAX)
                    .forEach(score -> summaries.get(score.getTraceId()).addScores(score));
        }
        Map<ByteString, Rest> rest = rest(scope, found);
        Map<ByteString, Observation> roots = filter.fields().contains(FieldGroup.IO)
                ? roots(scope, found, rest) : Map.of();
        List<Entry> entries = counted.stream().map(each -> each.trace.traceId()).filter(summaries::containsKey)
                .map(id -> new Entry(summaries.get(id).build(), rest.get(id).isPublic, rest.get(id).observationIds,
                        Optional.ofNullable(roots.get(id)))).toList();
        return new Page(entries, counted.getFirst().totalItems);
    }

    private ProjectQuery matching(ProjectScope scope, LangfuseTraceFilter filter) {
        long margin = config.listMargin().toNanos();
        ProjectQuery query = new ProjectQuery(scope, String.join(", ", "hex(trace_id)", nanos(TraceSql.START),
                nanos("max(start_time)"), "count() OVER ()"), ObservationTable.CURRENT);
        filter.from().ifPresent(from -> query.and("start_time >= " + TIME, Math.max(0, unixNano(from) - margin)));
        filter.to().ifPresent(to -> query.and("start_time < " + TIME, unixNano(to) + margin));
        query.then("GROUP BY trace_id HAVING count() > 0");
        filter.from().ifPresent(from -> query.and(TraceSql.START + " >= " + TIME, unixNano(from)));
        filter.to().ifPresent(to -> query.and(TraceSql.START + " < " + TIME, unixNano(to)));
        equal(query, TraceSql.NAME, filter.name());
        equal(query, TraceSql.USER_ID, filter.userId());
        equal(query, TraceSql.SESSION_ID, filter.sessionId());
        equal(query, TraceSql.VERSION, filter.version());
        equal(query, TraceSql.RELEASE, filter.release());
        filter.tags().forEach(tag -> query.and("max(has(tags, ?))", tag));
        if (!filter.environments().isEmpty()) {
            query.andIn(TraceSql.ENVIRONMENT, "?", filter.environments());
        }
        return query;
    }

    private static void equal(ProjectQuery query, String expression, String value) {
        if (!value.isEmpty()) {
            query.and(expression + " = ?", value);
        }
    }

    private Map<ByteString, Rest> rest(ProjectScope scope, Located found) {
        String observationIds = "groupArray(" + OBSERVATION_IDS_PER_TRACE_MAX + ")(lower(hex(span_id)))";
        Map<ByteString, Rest> rest = new HashMap<>();
        reads.list(traces.rowsOf(scope, String.join(", ", "hex(trace_id)", TraceSql.PUBLIC,
                        "hex(" + TraceSql.ROOT_SPAN_ID + ")", observationIds), found).then("GROUP BY trace_id"),
                row -> rest.put(Column.idFromHex(row.getString(1)),
                        new Rest(row.getBoolean(2), row.getString(3), texts(row, 4))));
        return rest;
    }

    private Map<ByteString, Observation> roots(ProjectScope scope, Located found, Map<ByteString, Rest> rest) {
        List<String> spanIds = rest.values().stream().map(Rest::rootSpanId).toList();
        long bytes = reads.list(new ProjectQuery(scope, "sum(" + TraceQueries.CONTENT_BYTES + ")",
                        ObservationTable.CURRENT_CONTENT)
                        .andIn("trace_id", "unhex(?)", found.traceIds())
                        .andIn("span_id", "unhex(?)", spanIds), row -> row.getLong(1)).getFirst();
        if (bytes > config.contentBytesMax()) {
            throw ServiceException.invalid("limit", "asks for more than " + config.contentBytesMax()
                    + " bytes of input and output; lower it, or leave 'io' out of 'fields'");
        }
        Map<ByteString, Observation> roots = new HashMap<>();
        for (Observation observation : traces.observations(scope, found, spanIds, bytes)) {
            if (hex(observation.getSpanId()).equalsIgnoreCase(rest.get(observation.getTraceId()).rootSpanId)) {
                roots.put(observation.getTraceId(), observation);
            }
        }
        return roots;
    }
}
