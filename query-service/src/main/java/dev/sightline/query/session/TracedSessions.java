package dev.sightline.query.session;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.nanos;
import static dev.sightline.query.trace.TraceQueries.texts;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.Condition;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.PageCursor;
import dev.sightline.query.trace.TraceSql;
import dev.sightline.query.trace.Window;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sessions (what groups traces) and users (whose traces they are), as sums over their traces. */
@Singleton
public class TracedSessions {
    public static final int LIMIT_DEFAULT = 50;
    public static final int LIMIT_MAX = 200;
    private static final int SCORES_MAX = 200;
    private static final String SUMS = String.join(", ", "count()", "sum(trace_observations)",
            "sum(trace_errors)", "sum(trace_input)", "sum(trace_output)", "sum(trace_tokens)", "sum(trace_cost)",
            nanos("min(trace_start)"), nanos("max(trace_last)"), nanos("max(trace_end)"),
            "arraySort(groupUniqArrayIf(20)(trace_other, trace_other != ''))",
            "arraySort(groupUniqArrayIf(20)(trace_env, trace_env != ''))");

    private final ClickHouseReads reads;

    TracedSessions(ClickHouseReads reads) {
        this.reads = reads;
    }

    /** What traces are grouped by. */
    public enum By {
        SESSION("session_id", "user_id", PageCursor.Kind.SESSIONS), USER("user_id", "session_id", PageCursor.Kind.USERS);

        private final String column;
        private final String other;
        private final PageCursor.Kind cursorKind;

        By(String column, String other, PageCursor.Kind cursorKind) {
            this.column = column;
            this.other = other;
            this.cursorKind = cursorKind;
        }

        public PageCursor.Kind cursorKind() {
            return cursorKind;
        }
    }

    /** A session or a user. {@code others}: a session's users, a user's sessions, of which there may be 20. */
    public record Group(String id, long traceCount, long observationCount, long errorCount, long inputTokens,
            long outputTokens, long totalTokens, BigDecimal totalCost, long firstStartUnixNano, long lastStartUnixNano,
            long lastEndUnixNano, List<String> others, List<String> environments) {
    }

    /** The last active first. {@code next} is empty on the last page. */
    public record Page(List<Group> groups, Optional<PageCursor> next) {
    }

    private record Active(String id, long lastStartUnixNano) {
    }

    /**
     * Those with traces that the filter means, the last active in the window first. A session is summed up whole, a user
     * by what happened in the window.
     */
    public Page list(ProjectScope scope, By by, Filter filter, Window window, int limit, Optional<PageCursor> cursor) {
        ProjectQuery query = new ProjectQuery(scope, by.column + ", " + nanos("max(start_time)") + " AS last_active",
                ObservationTable.CURRENT).and(by.column + " != ''").and(in(window));
        if (!filter.isAll()) {
            query.and(filter.onTraces(scope, window.from(), window.end()));
        }
        query.then("GROUP BY " + by.column);
        cursor.ifPresent(after -> query.then("HAVING (last_active, " + by.column + ") < (?, ?)", after.unixNano(), after.key()));
        List<Active> active = reads.list(query.then("ORDER BY last_active DESC, " + by.column + " DESC LIMIT ?", limit + 1),
                row -> new Active(row.getString(1), row.getLong(2)));
        boolean more = active.size() > limit;
        List<Active> page = more ? active.subList(0, limit) : active;
        if (page.isEmpty()) {
            return new Page(List.of(), Optional.empty());
        }
        Condition rows = switch (by) {
            case SESSION -> Condition.TRUE;
            case USER -> filter.isAll() ? in(window)
                    : in(window).and(filter.onTraces(scope, window.from(), window.end()));
        };
        Map<String, Group> groups = sum(scope, by, page.stream().map(Active::id).toList(), rows);
        Active last = page.getLast();
        return new Page(page.stream().map(Active::id).filter(groups::containsKey).map(groups::get).toList(),
                more ? Optional.of(new PageCursor(by.cursorKind, last.lastStartUnixNano, last.id)) : Optional.empty());
    }

    /** One session over all its traces. */
    Optional<Group> session(ProjectScope scope, String id) {
        return Optional.ofNullable(sum(scope, By.SESSION, List.of(id), Condition.TRUE).get(id));
    }

    /** Judgements on the session itself, the newest. */
    List<Score> scores(ProjectScope scope, String sessionId) {
        return reads.list(new ProjectQuery(scope, ScoreTable.SCORES.selectList(), ScoreTable.SCORES.name() + " FINAL")
                .and("trace_id = toFixedString('', 16)").and("session_id = ?", sessionId)
                .then("ORDER BY timestamp DESC, id LIMIT ?", SCORES_MAX), row -> {
                    Score.Builder score = Score.newBuilder();
                    ScoreTable.SCORES.read(row, 1, score);
                    return score.build();
                });
    }

    private Map<String, Group> sum(ProjectScope scope, By by, Collection<String> ids, Condition rows) {
        String perTrace = String.join(", ", by.column + " AS group_id", TraceSql.START + " AS trace_start",
                "max(start_time) AS trace_last", TraceSql.END + " AS trace_end",
                "countIf(NOT trace_record) AS trace_observations", "countIf(level = 'ERROR') AS trace_errors",
                TraceSql.INPUT_TOKENS + " AS trace_input", TraceSql.OUTPUT_TOKENS + " AS trace_output",
                TraceSql.TOTAL_TOKENS + " AS trace_tokens", TraceSql.TOTAL_COST + " AS trace_cost",
                "max(" + by.other + ") AS trace_other", "max(toString(environment)) AS trace_env");
        Map<String, Group> groups = new HashMap<>();
        reads.list(new ProjectQuery(scope, perTrace, ObservationTable.CURRENT).andIn(by.column, "?", ids).and(rows)
                        .then("GROUP BY " + by.column + ", trace_id").within("group_id, " + SUMS).then("GROUP BY group_id"),
                row -> groups.put(row.getString(1), new Group(row.getString(1), row.getLong(2), row.getLong(3),
                        row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7), row.getBigDecimal(8),
                        row.getLong(9), row.getLong(10), row.getLong(11), texts(row, 12), texts(row, 13))));
        return groups;
    }

    private static Condition in(Window window) {
        Condition after = Condition.of("start_time >= " + TIME, unixNano(window.from()));
        return window.to().map(to -> after.and(Condition.of("start_time < " + TIME, unixNano(to)))).orElse(after);
    }
}
