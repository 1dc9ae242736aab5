package dev.sightline.query.langfuse;

import static dev.sightline.query.trace.TraceQueries.TIME;

import com.google.protobuf.ByteString;
import dev.sightline.proto.query.v1.TraceSummary;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.TraceQueries;
import dev.sightline.query.trace.TraceQueries.Found;
import dev.sightline.storage.score.ScoreTable;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scores as Langfuse's lists define them, newest first: by page, counted, or behind a cursor. Langfuse knows no score
 * without a value, so failed evaluations are left out.
 */
@Singleton
public class LangfuseScoreQueries {
    private static final String TABLE = ScoreTable.SCORES.name() + " FINAL";
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

    private record Counted(Score score, long totalItems) {
    }

    /** @param ofTracesOnly without those of sessions and dataset runs */
    Page page(ProjectScope scope, LangfuseFilter filter, LangfusePage page, boolean ofTracesOnly) {
        List<Counted> counted = reads.list(page.cut(matching(scope, filter, "count() OVER (), "
                        + ScoreTable.SCORES.selectList(), ofTracesOnly).then("ORDER BY timestamp DESC, id DESC")),
                row -> new Counted(score(row, 2), row.getLong(1)));
        long total = !counted.isEmpty() ? counted.getFirst().totalItems : page.page() == 1 ? 0
                : reads.list(matching(scope, filter, "count()", ofTracesOnly), row -> row.getLong(1)).getFirst();
        return new Page(counted.stream().map(Counted::score).toList(), total);
    }

    Slice after(ProjectScope scope, LangfuseFilter filter, Optional<LangfuseCursor> cursor, int limit) {
        ProjectQuery query = matching(scope, filter, ScoreTable.SCORES.selectList(), false);
        cursor.ifPresent(behind -> query.and("(timestamp, id) < (" + TIME + ", ?)", behind.unixNano(), behind.key()));
        List<Score> scores = reads.list(query.then("ORDER BY timestamp DESC, id DESC LIMIT ?", limit + 1),
                row -> score(row, 1));
        boolean more = scores.size() > limit;
        List<Score> slice = more ? scores.subList(0, limit) : scores;
        return new Slice(slice, more ? Optional.of(new LangfuseCursor(slice.getLast().getTimestampUnixNano(),
                slice.getLast().getId())) : Optional.empty());
    }

    Optional<Score> get(ProjectScope scope, String id) {
        return reads.list(new ProjectQuery(scope, ScoreTable.SCORES.selectList(), TABLE).and("id = ?", id)
                .and(HAS_SHAPE).then("ORDER BY updated_at DESC LIMIT 1"), row -> score(row, 1)).stream().findFirst();
    }

    /** What is known of the traces of these scores. */
    Map<ByteString, TraceSummary.Builder> traces(ProjectScope scope, List<Score> scores) {
        List<Found> ofTraces = scores.stream().filter(score -> !score.getTraceId().isEmpty())
                .map(score -> new Found(score.getTraceId(), score.getTimestampUnixNano(),
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

    private static Score score(ResultSet row, int firstIndex) throws SQLException {
        Score.Builder score = Score.newBuilder();
        ScoreTable.SCORES.read(row, firstIndex, score);
        return score.build();
    }
}
