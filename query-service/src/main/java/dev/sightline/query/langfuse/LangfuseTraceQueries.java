package dev.sightline.query.langfuse;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.hex;
import static dev.sightline.query.trace.TraceQueries.nanos;
import static dev.sightline.query.trace.TraceQueries.texts;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import com.google.protobuf.ByteString;
import dev.sightline.base.id.ExternalIds;
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
import dev.sightline.query.trace.TraceQueries.ObservationKey;
import dev.sightline.query.trace.TraceSql;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.table.Column;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

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
    private final LangfuseObservationQueries observations;
    private final TraceConfig config;

    LangfuseTraceQueries(ClickHouseReads reads, TraceQueries traces, LangfuseObservationQueries observations,
            TraceConfig config) {
        this.reads = reads;
        this.traces = traces;
        this.observations = observations;
        this.config = config;
    }

    /** One page and how many traces there are on all of them. */
    record Page(List<Entry> entries, long totalItems) {
    }

    /** A trace of a page. {@code id} and ids of observations are as their sender knows them. {@code root} holds the content and is empty where that was not asked for. */
    record Entry(TraceSummary summary, String id, long startUnixNano, boolean isPublic, List<String> observationIds,
            Optional<Observation> root) {
    }

    private record Counted(Found trace, long totalItems) {
    }

    private record Rest(boolean isPublic, String rootSpanId, List<String> observationIds, String externalTraceId,
            long recordStartUnixNano) {
        Entry entry(TraceSummary summary, Optional<Observation> root) {
            return new Entry(summary, ExternalIds.name(externalTraceId, summary.getTraceId()),
                    recordStartUnixNano == 0 ? summary.getStartUnixNano() : recordStartUnixNano, isPublic,
                    observationIds, root);
        }
    }

    Page list(ProjectScope scope, LangfuseTraceFilter filter) {
        String direction = filter.order().descending() ? " DESC" : " ASC";
        List<Counted> counted = reads.list(filter.page().cut(matching(scope, filter)
                        .then("ORDER BY " + filter.order().expression() + direction + ", trace_id" + direction)),
                row -> new Counted(new Found(Column.idFromHex(row.getString(1)), row.getLong(2), row.getLong(3)),
                        row.getLong(4)));
        if (counted.isEmpty()) {
            return new Page(List.of(), filter.page().page() == 1 ? 0
                    : reads.list(matching(scope, filter).within("count()"), row -> row.getLong(1)).getFirst());
        }
        Located found = traces.locate(scope, counted.stream().map(Counted::trace).toList());
        Supplier<Map<ByteString, Rest>> others = reads.beside(() -> rest(scope, found));
        Map<ByteString, TraceSummary.Builder> summaries = traces.summarize(scope, found);
        if (filter.fields().contains(FieldGroup.SCORES)) {
            traces.scoresOf(scope, TraceQueries.SCORE_SUMMARIES, summaries.keySet(), SCORES_PER_TRACE_MAX)
                    .forEach(score -> summaries.get(score.getTraceId()).addScores(score));
        }
        Map<ByteString, Rest> rest = others.get();
        Map<ByteString, Observation> roots = filter.fields().contains(FieldGroup.IO)
                ? roots(scope, found, rest) : Map.of();
        List<Entry> entries = counted.stream().map(each -> each.trace.traceId()).filter(summaries::containsKey)
                .map(id -> rest.get(id).entry(summaries.get(id).build(), Optional.ofNullable(roots.get(id)))).toList();
        return new Page(entries, counted.getFirst().totalItems);
    }

    private ProjectQuery matching(ProjectScope scope, LangfuseTraceFilter filter) {
        long margin = config.listMargin().toNanos();
        ProjectQuery query = new ProjectQuery(scope, String.join(", ", "hex(trace_id)", nanos(TraceSql.START),
                nanos("max(start_time)"), "count() OVER ()"), ObservationTable.CURRENT);
        filter.filter().from(LangfuseTraceFilter.START).ifPresent(
                from -> query.and("start_time >= " + TIME, Math.max(0, unixNano(from) - margin)));
        filter.filter().until(LangfuseTraceFilter.START).ifPresent(
                until -> query.and("start_time <= " + TIME, unixNano(until) + margin));
        return filter.filter().addTo(query.then("GROUP BY trace_id HAVING count() > 0"), scope);
    }

    private Map<ByteString, Rest> rest(ProjectScope scope, Located found) {
        String observationIds = "groupArrayIf(" + OBSERVATION_IDS_PER_TRACE_MAX
                + ")(if(external_id != '', external_id, lower(hex(span_id))), NOT trace_record)";
        Map<ByteString, Rest> rest = new HashMap<>();
        reads.list(traces.rowsOf(scope, String.join(", ", "hex(trace_id)", TraceSql.PUBLIC,
                        "hex(" + TraceSql.ROOT_SPAN_ID + ")", observationIds, "max(external_trace_id)",
                        nanos("minIf(start_time, trace_record)")), found).then("GROUP BY trace_id"),
                row -> rest.put(Column.idFromHex(row.getString(1)),
                        new Rest(row.getBoolean(2), row.getString(3), texts(row, 4), row.getString(5),
                                row.getLong(6))));
        return rest;
    }

    private Map<ByteString, Observation> roots(ProjectScope scope, Located found, Map<ByteString, Rest> rest) {
        List<ObservationKey> keys = new ArrayList<>();
        rest.forEach((traceId, trace) -> keys.add(new ObservationKey(hex(traceId), trace.rootSpanId)));
        Map<ByteString, Observation> roots = new HashMap<>();
        observations.withContent(scope, found, keys).forEach(root -> roots.put(root.getTraceId(), root));
        return roots;
    }
}
