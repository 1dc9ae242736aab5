package dev.sightline.query.deletion;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.hex;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import com.google.protobuf.ByteString;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.TraceQueries;
import dev.sightline.query.trace.TraceQueries.Found;
import dev.sightline.query.trace.TraceQueries.Located;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import dev.sightline.storage.table.Column;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the traces of a {@link Selection}, a page at a time in the order of their ids. */
@Singleton
class SelectedTraces {
    private static final String OBSERVATIONS = "countIf(NOT trace_record)";

    private final ClickHouseReads reads;
    private final TraceQueries traces;

    SelectedTraces(ClickHouseReads reads, TraceQueries traces) {
        this.reads = reads;
        this.traces = traces;
    }

    /** Up to {@code limit} traces behind {@code cursor} (a trace id in hexadecimal), with their observations' count. */
    Map<ByteString, Long> page(ProjectScope scope, Selection selection, String cursor, int limit) {
        if (selection.traceIds() != null) {
            return byIds(scope, selection.traceIds().stream().map(ExternalIds::traceId).distinct()
                    .filter(id -> hex(id).compareToIgnoreCase(cursor) > 0)
                    .sorted(ByteString.unsignedLexicographicalComparator()).limit(limit).toList());
        }
        ProjectQuery query = new ProjectQuery(scope, "hex(trace_id), " + OBSERVATIONS, ObservationTable.CURRENT);
        if (!cursor.isEmpty()) {
            query.and("trace_id > toFixedString(unhex(?), 16)", cursor);
        }
        if (selection.userId() != null) {
            return counts(query.then("GROUP BY trace_id HAVING max(user_id = ?) ORDER BY trace_id LIMIT ?",
                    selection.userId(), limit));
        }
        // All rows of a trace, so that its start is known for certain: what began before is not to be deleted.
        query.and(Filter.parse(selection.query()).onTraces(scope, null, null)).then("GROUP BY trace_id HAVING 1");
        if (selection.from() != null) {
            query.and("min(start_time) >= " + TIME, unixNano(selection.from()));
        }
        if (selection.to() != null) {
            query.and("min(start_time) < " + TIME, unixNano(selection.to()));
        }
        return counts(query.then("ORDER BY trace_id LIMIT ?", limit));
    }

    /** Those of the traces that the project has; one of which only scores are known counts too. */
    Map<ByteString, Long> byIds(ProjectScope scope, List<ByteString> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        Map<ByteString, Long> known = new LinkedHashMap<>();
        reads.list(new ProjectQuery(scope, "DISTINCT hex(trace_id)", ScoreTable.SCORES.name())
                        .andIn("trace_id", "unhex(?)", ids.stream().map(TraceQueries::hex).toList()),
                row -> known.put(Column.idFromHex(row.getString(1)), 0L));
        known.putAll(stored(scope, ids));
        return known;
    }

    /** Those of the traces, at least one, that have rows. */
    Map<ByteString, Long> stored(ProjectScope scope, List<ByteString> ids) {
        Located located = traces.locate(scope, ids.stream().map(id -> new Found(id, Long.MAX_VALUE, 0)).toList());
        return located.firstStartUnixNano() == Long.MAX_VALUE ? Map.of()
                : counts(traces.rowsOf(scope, "hex(trace_id), " + OBSERVATIONS, located).then("GROUP BY trace_id"));
    }

    private Map<ByteString, Long> counts(ProjectQuery query) {
        Map<ByteString, Long> counts = new LinkedHashMap<>();
        reads.list(query, row -> counts.put(Column.idFromHex(row.getString(1)), row.getLong(2)));
        return counts;
    }
}
