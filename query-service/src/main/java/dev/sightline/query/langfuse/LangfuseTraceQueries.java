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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Pages of traces as Langfuse's list defines them: counted, by number, in an order of the caller's choice. Finds the
 * page's traces first and reads the rest for those only; bodies just where the caller wants {@code io}. The first pages,
 * newest first, are looked for in the newest stretch of time; how many there are is counted beside that, over the
 * narrowest columns that tell.
 */
@Singleton
public class LangfuseTraceQueries {
    private static final int SCORES_PER_TRACE_MAX = 200;
    private static final int OBSERVATION_IDS_PER_TRACE_MAX = 1_000;
    /** Pages that end here are looked for among the newest traces: each trace before them is looked up by its key. */
    private static final int NEWEST_MAX = 500;
    /** Traces looked at beyond the page's end, in the place of those that turn out to have begun before the stretch. */
    private static final int NEWEST_SPARE = 50;
    /** Traces of a user or a session that are looked for by their ids. */
    private static final int NAMED_MAX = 1_000;
    private static final String FOUND = String.join(", ", "hex(trace_id)", nanos(TraceSql.START),
            nanos("max(start_time)"));

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

    /** Between which starts content of a trace is stored, and in how many rows, replaced ones among them. */
    private record Stored(Found trace, long rows) {
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
        Optional<List<Found>> ofOne = ofOneSessionOrUser(scope, filter.filter());
        if (ofOne.isPresent() && ofOne.get().isEmpty()) {
            return new Page(List.of(), 0);
        }
        Optional<Located> named = ofOne.map(found -> traces.locate(scope, found));
        Optional<List<Stored>> newest = named.isPresent() ? Optional.empty() : newest(scope, filter);
        if (newest.isPresent()) {
            Supplier<Long> total = reads.beside(() -> count(scope, filter, named));
            return new Page(entries(scope, filter, newest.get().stream().map(Stored::trace).toList(),
                    located(newest.get())), total.get());
        }
        String direction = filter.order().descending() ? " DESC" : " ASC";
        List<Counted> counted = reads.list(filter.page().cut(matching(scope, filter, FOUND + ", count() OVER ()", 0,
                        named).then("ORDER BY " + filter.order().expression() + direction + ", trace_id" + direction)),
                row -> new Counted(found(row), row.getLong(4)));
        if (counted.isEmpty()) {
            return new Page(List.of(), filter.page().page() == 1 ? 0 : count(scope, filter, named));
        }
        List<Found> found = counted.stream().map(Counted::trace).toList();
        return new Page(entries(scope, filter, found, traces.locate(scope, found)), counted.getFirst().totalItems);
    }

    /**
     * The page where rows of the newest time tell it, exactly; empty where it takes more. A trace that began before the
     * stretch may look as if it began in it: what is stored of it, found by its key, tells the two apart. One that began
     * in it has all of its rows there, so its start and whether it matches are right.
     */
    private Optional<List<Stored>> newest(ProjectScope scope, LangfuseTraceFilter filter) {
        long wanted = filter.page().offset() + filter.page().limit();
        if (!filter.order().isNewestFirst() || wanted > NEWEST_MAX) {
            return Optional.empty();
        }
        long first = filter.filter().from(LangfuseTraceFilter.START).map(TraceQueries::unixNano).orElse(0L);
        long end = unixNano(filter.filter().until(LangfuseTraceFilter.START).orElseGet(Instant::now));
        boolean filtered = !filter.filter().isOnlyOn(Set.of(LangfuseTraceFilter.START));
        long stretch = config.listStretch().toNanos() * (filtered ? TraceQueries.FILTERED_STRETCHES : 1);
        while (end - stretch > first) {
            List<Stored> certain = begunSince(scope, filter, end - stretch, wanted + NEWEST_SPARE);
            if (certain.size() >= wanted) {
                return Optional.of(certain.subList((int) filter.page().offset(), (int) wanted));
            }
            // What a filter leaves of a longer stretch nobody knows: all of it at once, not step by step.
            stretch = filtered ? end : stretch * 4;
        }
        return Optional.empty();
    }

    /** The newest of the filter's traces as far as they began at {@code begin} or after it. */
    private List<Stored> begunSince(ProjectScope scope, LangfuseTraceFilter filter, long begin, long limit) {
        List<Found> seen = reads.list(matching(scope, filter, FOUND, begin, Optional.empty())
                .then("ORDER BY " + TraceSql.START + " DESC, trace_id DESC LIMIT ?", limit), LangfuseTraceQueries::found);
        if (seen.isEmpty()) {
            return List.of();
        }
        Map<ByteString, Stored> stored = new HashMap<>();
        reads.list(new ProjectQuery(scope, FOUND + ", count()", ObservationTable.CONTENT.name())
                        .andIn("trace_id", "unhex(?)", seen.stream().map(trace -> hex(trace.traceId())).toList())
                        .then("GROUP BY trace_id"),
                row -> new Stored(found(row), row.getLong(4))).forEach(each -> stored.put(each.trace.traceId(), each));
        return seen.stream().map(trace -> stored.get(trace.traceId())).filter(Objects::nonNull)
                .filter(each -> each.trace.firstStartUnixNano() >= begin).toList();
    }

    private static Located located(List<Stored> page) {
        return new Located(page.stream().map(each -> hex(each.trace.traceId())).toList(),
                page.stream().mapToLong(each -> each.trace.firstStartUnixNano()).min().orElseThrow(),
                page.stream().mapToLong(each -> each.trace.lastStartUnixNano()).max().orElseThrow(),
                page.stream().mapToLong(Stored::rows).sum());
    }

    private long count(ProjectScope scope, LangfuseTraceFilter filter, Optional<Located> named) {
        // Of what was taken out nothing is left in the sum: no FINAL, and two columns.
        ProjectQuery each = filter.filter().isOnlyOn(Set.of())
                ? new ProjectQuery(scope, "1", ObservationTable.OBSERVATIONS.name())
                        .then("GROUP BY trace_id HAVING sum(sign) > 0")
                : matching(scope, filter, "1", 0, named);
        return reads.list(each.within("count()"), row -> row.getLong(1)).getFirst();
    }

    private List<Entry> entries(ProjectScope scope, LangfuseTraceFilter filter, List<Found> page, Located found) {
        Supplier<Map<ByteString, Rest>> others = reads.beside(() -> rest(scope, found));
        Map<ByteString, TraceSummary.Builder> summaries = traces.summarize(scope, found);
        if (filter.fields().contains(FieldGroup.SCORES)) {
            traces.scoresOf(scope, TraceQueries.SCORE_SUMMARIES, summaries.keySet(), SCORES_PER_TRACE_MAX)
                    .forEach(score -> summaries.get(score.getTraceId()).addScores(score));
        }
        Map<ByteString, Rest> rest = others.get();
        Map<ByteString, Observation> roots = filter.fields().contains(FieldGroup.IO)
                ? roots(scope, found, rest) : Map.of();
        return page.stream().map(Found::traceId).filter(summaries::containsKey)
                .map(id -> rest.get(id).entry(summaries.get(id).build(), Optional.ofNullable(roots.get(id)))).toList();
    }

    /**
     * Where the filter names a session or a user: the traces that may be theirs, among them all that are; empty where it
     * names none or there are too many. A trace is a user's because one of its rows says so, and the index knows where
     * such rows are.
     */
    private Optional<List<Found>> ofOneSessionOrUser(ProjectScope scope, LangfuseFilter filter) {
        Optional<String> session = filter.equalTo("sessionId");
        Optional<String> name = session.or(() -> filter.equalTo("userId"));
        return name.map(id -> reads.list(new ProjectQuery(scope, "DISTINCT hex(trace_id)",
                                ObservationTable.OBSERVATIONS.name())
                                .and(session.isPresent() ? "session_id = ?" : "user_id = ?", id)
                                .then("LIMIT ?", NAMED_MAX + 1),
                        row -> new Found(Column.idFromHex(row.getString(1)), Long.MAX_VALUE, 0)))
                .filter(found -> found.size() <= NAMED_MAX);
    }

    /**
     * @param begin rows that started before are not looked at
     * @param named the only traces that can match, where they are known
     */
    private ProjectQuery matching(ProjectScope scope, LangfuseTraceFilter filter, String columns, long begin,
            Optional<Located> named) {
        long margin = config.listMargin().toNanos();
        ProjectQuery query = named.map(located -> traces.rowsOf(scope, columns, located))
                .orElseGet(() -> new ProjectQuery(scope, columns, ObservationTable.CURRENT));
        long from = Math.max(begin, filter.filter().from(LangfuseTraceFilter.START)
                .map(time -> unixNano(time) - margin).orElse(0L));
        if (from > 0) {
            query.and("start_time >= " + TIME, from);
        }
        filter.filter().until(LangfuseTraceFilter.START).ifPresent(
                until -> query.and("start_time <= " + TIME, unixNano(until) + margin));
        return filter.filter().addTo(query.then("GROUP BY trace_id HAVING count() > 0"), scope);
    }

    private static Found found(ResultSet row) throws SQLException {
        return new Found(Column.idFromHex(row.getString(1)), row.getLong(2), row.getLong(3));
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
