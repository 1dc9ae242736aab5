package dev.sightline.query.deletion;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.hex;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import com.google.protobuf.ByteString;
import dev.sightline.proto.score.v1.ScoreDeletion;
import dev.sightline.proto.score.v1.ScoreSource;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.storage.score.ScoreTable;
import dev.sightline.storage.table.Column;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds scores that were stored behind the deletion of their trace. Such a score goes when its trace is not there, and
 * when an evaluator gave it for what it had read before the deletion was ordered: the change of an evaluator's score is
 * dated when the trace was fetched, by our own clock. Every other score of a trace that was sent again is the new
 * trace's. ADR 0011.
 */
@Singleton
class LateScores {
    /** Of a page's traces at a time. */
    private static final int SCORES_MAX = 10_000;

    private final ClickHouseReads reads;
    private final SelectedTraces selected;

    LateScores(ClickHouseReads reads, SelectedTraces selected) {
        this.reads = reads;
        this.selected = selected;
    }

    /**
     * What takes them out.
     *
     * @param ordered when the deletion was
     * @param until   a score that was changed later is left alone: its trace may be on its way
     */
    List<ScoreDeletion> of(ProjectScope scope, List<ByteString> deleted, Instant ordered, Instant until) {
        Set<ByteString> scored = new HashSet<>(reads.list(in(new ProjectQuery(scope, "DISTINCT hex(trace_id)",
                ScoreTable.SCORES.name()), deleted), row -> Column.idFromHex(row.getString(1))));
        if (scored.isEmpty()) {
            return List.of();
        }
        Set<ByteString> there = selected.stored(scope, List.copyOf(scored)).keySet();
        scored.removeAll(there);
        List<ScoreDeletion> late = new ArrayList<>();
        if (!scored.isEmpty()) {
            late.addAll(deletions(in(scores(scope), scored).and("updated_at <= " + TIME, unixNano(until))));
        }
        if (!there.isEmpty()) {
            late.addAll(deletions(in(scores(scope), there).and("updated_at <= " + TIME, unixNano(ordered))
                    .and("source = ?", ScoreTable.sourceName(ScoreSource.EVALUATOR))));
        }
        return late;
    }

    private static ProjectQuery scores(ProjectScope scope) {
        return new ProjectQuery(scope, "id, toUnixTimestamp64Nano(max(updated_at))", ScoreTable.SCORES.name());
    }

    private static ProjectQuery in(ProjectQuery query, Collection<ByteString> traceIds) {
        return query.andIn("trace_id", "unhex(?)", traceIds.stream().map(id -> hex(id)).toList());
    }

    private List<ScoreDeletion> deletions(ProjectQuery scores) {
        return reads.list(scores.then("GROUP BY id LIMIT ?", SCORES_MAX), row -> ScoreDeletion.newBuilder()
                .setId(row.getString(1)).setTimeUnixNano(row.getLong(2)).build());
    }
}
