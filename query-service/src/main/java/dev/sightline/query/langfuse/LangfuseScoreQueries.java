package dev.sightline.query.langfuse;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.hex;
import static dev.sightline.query.trace.TraceQueries.nanos;

import com.google.protobuf.ByteString;
import dev.sightline.proto.query.v1.TraceSummary;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.TraceQueries;
import dev.sightline.storage.score.ScoreTable;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Scores as Langfuse's lists define them, newest first: by page, counted, or behind a cursor. Finds the keys of a page
 * first and reads the rest for those only. Langfuse knows no score without a value, so failed evaluations are left out.
 */
@Singleton
public class LangfuseScoreQueries {
    private static final String TABLE = ScoreTable.SCORES.name() + " FINAL";
    private static final String KEY = "lower(hex(trace_id)), id, " + nanos("timestamp");
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NEWEST_FIRST = "ORDER BY timestamp DESC, id DESC";
    private static final String HAS_SHAPE = "error = '' AND (value IS NOT NULL OR string_value != '')";

    private final ClickHouseReads reads;
    private final TraceQueries traces;

    LangfuseScoreQueries(ClickHouseReads reads, TraceQueries traces) {
        this.reads = reads;
        this.traces = traces;
    }

    /** One page, and how many scores there are on all of them. */
    record Page(List<Score> scores, long totalItems) {
    }

    /** What follows a cursor; {@code next} is empty at the end. */
    record Slice(List<Score> scores, Optional<LangfuseCursor> next) {
    }

    private record Key(String traceId, String id) {
    }

    private record Found(Key key, long timestampUnixNano, long totalItems) {
    }

    /** @param ofTracesOnly without those of sessions and dataset runs */
    Page page(ProjectScope scope, LangfuseFilter filter, LangfusePage page, boolean ofTracesOnly) {
        List<Found> found = reads.list(page.cut(matching(scope, filter, KEY + ", count() OVER ()", ofTracesOnly)
                .then(NEWEST_FIRST)), LangfuseScoreQueries::found);
        long total = !found.isEmpty() ? found.getFirst().totalItems : page.page() == 1 ? 0
                : reads.list(matching(scope, filter, "count()", ofTracesOnly), row -> row.getLong(1)).getFirst();
        return new Page(load(scope, found), total);
    }

    Slice after(ProjectScope scope, LangfuseFilter filter, Optional<LangfuseCursor> cursor, int limit) {
        ProjectQuery query = matching(scope, filter, KEY + ", 0", false);
        cursor.ifPresent(behind -> query.and("(timestamp, id) < (" + TIME + ", ?)", behind.unixNano(), behind.key()));
        List<Found> found = reads.list(query.then(NEWEST_FIRST + " LIMIT ?", limit + 1), LangfuseScoreQueries::found);
        boolean more = found.size() > limit;
        List<Found> slice = more ? found.subList(0, limit) : found;
        return new Slice(load(scope, slice), more ? Optional.of(new LangfuseCursor(slice.getLast().timestampUnixNano,
                slice.getLast().key.id)) : Optional.empty());
    }

    /** In this order. By their key: only what is on a page is read with its comment, metadata and so on. */
    private List<Score> load(ProjectScope scope, List<Found> found) {
        if (found.isEmpty()) {
            return List.of();
        }
        List<Key> keys = found.stream().map(Found::key).toList();
        Map<Key, Score> scores = new HashMap<>();
        reads.list(new ProjectQuery(scope, ScoreTable.SCORES.selectList(), TABLE)
                .andIn("trace_id", "unhex(?)", keys.stream().map(Key::traceId).distinct().toList())
                .andIn("id", "?", keys.stream().map(Key::id).distinct().toList()), row -> score(row, 1))
                .forEach(score -> scores.put(new Key(traceId(score), score.getId()), score));
        return keys.stream().map(scores::get).filter(Objects::nonNull).toList();
    }

    private static String traceId(Score score) {
        return score.getTraceId().isEmpty() ? NO_TRACE : hex(score.getTraceId());
    }

    Optional<Score> get(ProjectScope scope, String id) {
        return reads.list(new ProjectQuery(scope, ScoreTable.SCORES.selectList(), TABLE).and("id = ?", id)
                .and(HAS_SHAPE).then("ORDER BY updated_at DESC LIMIT 1"), row -> score(row, 1)).stream().findFirst();
    }

    /** What is known of the traces of these scores. */
    Map<ByteString, TraceSummary.Builder> traces(ProjectScope scope, List<Score> scores) {
        List<TraceQueries.Found> ofTraces = scores.stream().filter(score -> !score.getTraceId().isEmpty())
                .map(score -> new TraceQueries.Found(score.getTraceId(), score.getTimestampUnixNano(),
                        score.getTimestampUnixNano())).distinct().toList();
        return ofTraces.isEmpty() ? Map.of() : traces.summarize(scope, traces.locate(scope, ofTraces));
    }

    private static ProjectQuery matching(ProjectScope scope, LangfuseFilter filter, String columns,
            boolean ofTracesOnly) {
        ProjectQuery query = new ProjectQuery(scope, columns, TABLE).and(HAS_SHAPE);
        if (ofTracesOnly) {
            query.and("trace_id != toFixedString('', 16)");
        }
        return filter.addTo(query, scope);
    }

    private static Found found(ResultSet row) throws SQLException {
        return new Found(new Key(row.getString(1), row.getString(2)), row.getLong(3), row.getLong(4));
    }

    private static Score score(ResultSet row, int firstIndex) throws SQLException {
        Score.Builder score = Score.newBuilder();
        ScoreTable.SCORES.read(row, firstIndex, score);
        return score.build();
    }
}
