package dev.sightline.evaluator.queue;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.store.Database;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.RuleActivity;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The evaluations that wait, in PostgreSQL: at least once over crashes (leases), once by the score's id. Every method is
 * one transaction. Blocking, thread-safe; several processes share the queue.
 */
@Singleton
public class RunStore {
    private static final String INSERT = """
            INSERT INTO evaluator.runs AS r (score_id, project_id, rule_id, evaluator_id, backfill_id, trace_id, span_id,
                session_id, state, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', now() + $9 * interval '1 millisecond')
            ON CONFLICT (score_id) DO UPDATE SET
                asked = r.asked + 1,
                trace_id = excluded.trace_id,
                backfill_id = coalesce(r.backfill_id, excluded.backfill_id),
                due_at = CASE WHEN r.state = 'dead' THEN excluded.due_at ELSE greatest(r.due_at, excluded.due_at) END,
                attempts = CASE WHEN r.state = 'dead' THEN 0 ELSE r.attempts END,
                state = CASE WHEN r.state = 'dead' THEN 'waiting' ELSE r.state END
            RETURNING (xmax = 0) AS is_new""";
    private static final String CLAIM = """
            UPDATE evaluator.runs SET state = 'running', attempts = attempts + 1,
                lease_until = now() + $3 * interval '1 millisecond'
            WHERE score_id IN (SELECT r.score_id FROM evaluator.runs r
                LEFT JOIN evaluator.backfills b ON b.id = r.backfill_id
                WHERE r.evaluator_id = $1 AND r.state = 'waiting' AND r.due_at <= now() AND r.rule_id <> ALL ($4)
                    AND (b.state IS NULL OR b.state <> 'paused')
                ORDER BY r.due_at LIMIT $2 FOR UPDATE OF r SKIP LOCKED)
            RETURNING score_id, project_id, rule_id, evaluator_id, trace_id, span_id, session_id, asked, attempts""";

    private final Database database;

    RunStore(Database database) {
        this.database = database;
    }

    /** What is to be done once the delay is over. */
    public record NewRun(String scoreId, String evaluatorId, ByteString traceId, ByteString spanId, String sessionId,
            Duration delay) {
    }

    /** An evaluator that is not paused and has something due. */
    public record Ready(String projectId, String evaluatorId) {
    }

    /** Thrown inside a transaction so that it is undone. */
    private static final class OverBudget extends RuntimeException {
        OverBudget() {
            super("over the rule's budget", null, false, false);
        }
    }

    /**
     * Puts runs of one rule into the queue. One that waits already is only asked for again. False: the rule's budget of
     * the day does not suffice; then none of them is taken, and they are counted as left out unless a backfill asks.
     */
    public boolean add(String projectId, Rule rule, List<NewRun> runs, Optional<String> backfillId) {
        try {
            database.transaction(connection -> insert(connection, projectId, rule, runs, backfillId));
            return true;
        } catch (RuntimeException e) {
            if (!isOverBudget(e)) {
                throw e;
            }
            if (backfillId.isEmpty()) {
                leftOut(rule.getId(), runs.size());
            }
            return false;
        }
    }

    private static boolean isOverBudget(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof OverBudget) {
                return true;
            }
        }
        return false;
    }

    private static Uni<Void> insert(SqlConnection connection, String projectId, Rule rule, List<NewRun> runs,
            Optional<String> backfillId) {
        List<Tuple> rows = runs.stream().map(run -> Tuple.from(Arrays.asList(run.scoreId, projectId,
                rule.getId(), run.evaluatorId, backfillId.orElse(null), buffer(run.traceId), buffer(run.spanId),
                run.sessionId, (double) run.delay.toMillis()))).toList();
        return connection.preparedQuery(INSERT).executeBatch(rows).chain(result -> {
            int added = 0;
            for (RowSet<Row> set = result; set != null; set = set.next()) {
                added += set.iterator().next().getBoolean("is_new") ? 1 : 0;
            }
            Uni<?> counted = added == 0 ? Uni.createFrom().voidItem() : charge(connection, rule, added);
            int asked = runs.size();
            return counted.chain(() -> backfillId.isEmpty() ? Uni.createFrom().voidItem() : connection.preparedQuery(
                    "UPDATE evaluator.backfills SET scheduled = scheduled + $2, updated_at = now() WHERE id = $1")
                    .execute(Tuple.of(backfillId.get(), asked)).replaceWithVoid());
        });
    }

    private static Uni<Void> charge(SqlConnection connection, Rule rule, int added) {
        int budget = rule.getBudgetPerDay() == 0 ? Integer.MAX_VALUE : rule.getBudgetPerDay();
        if (added > budget) {
            return Uni.createFrom().failure(new OverBudget());
        }
        return connection.preparedQuery("""
                INSERT INTO evaluator.rule_days AS d (rule_id, day, scheduled) VALUES ($1, $2, $3)
                ON CONFLICT (rule_id, day) DO UPDATE SET scheduled = d.scheduled + $3 WHERE d.scheduled + $3 <= $4""")
                .execute(Tuple.of(rule.getId(), today(), (long) added, (long) budget)).invoke(result -> {
                    if (result.rowCount() == 0) {
                        throw new OverBudget();
                    }
                }).replaceWithVoid();
    }

    public void leftOut(String ruleId, int count) {
        count(ruleId, "left_out", count);
    }

    private void count(String ruleId, String column, int count) {
        database.sql("INSERT INTO evaluator.rule_days AS d (rule_id, day, " + column + ") "
                + "SELECT CAST($1 AS text), CAST($2 AS date), CAST($3 AS bigint) WHERE EXISTS (SELECT 1 FROM evaluator.rules WHERE id = $1) ON CONFLICT (rule_id, day) DO UPDATE SET "
                + column + " = d." + column + " + $3", ruleId, today(), (long) count);
    }

    /** How many evaluations of a rule wait or are under way. */
    public int waiting(String ruleId) {
        return database.sql("SELECT count(*) FROM evaluator.runs WHERE rule_id = $1 AND state <> 'dead'", ruleId)
                .iterator().next().getLong(0).intValue();
    }

    public RuleActivity activity(String ruleId) {
        RuleActivity.Builder activity = RuleActivity.newBuilder();
        for (Row row : database.sql("SELECT scheduled, left_out, failed FROM evaluator.rule_days "
                + "WHERE rule_id = $1 AND day = $2", ruleId, today())) {
            activity.setScheduledToday(row.getLong(0).intValue()).setLeftOutToday(row.getLong(1).intValue())
                    .setFailedToday(row.getLong(2).intValue());
        }
        for (Row row : database.sql("SELECT count(*) FILTER (WHERE state <> 'dead'), count(*) FILTER (WHERE state = 'dead') "
                + "FROM evaluator.runs WHERE rule_id = $1", ruleId)) {
            activity.setWaiting(row.getLong(0).intValue()).setDead(row.getLong(1).intValue());
        }
        return activity.build();
    }

    List<Ready> ready() {
        List<Ready> ready = new ArrayList<>();
        for (Row row : database.sql("""
                SELECT e.project_id, e.id FROM evaluator.evaluators e WHERE e.paused_reason = '' AND EXISTS (
                    SELECT 1 FROM evaluator.runs r WHERE r.evaluator_id = e.id AND r.state = 'waiting'
                        AND r.due_at <= now())""")) {
            ready.add(new Ready(row.getString(0), row.getString(1)));
        }
        return ready;
    }

    /** Takes due runs of one evaluator, none of the rules that are to be left alone now. */
    List<Run> claim(String evaluatorId, int countMax, Duration lease, Collection<String> heldRules) {
        List<Run> claimed = new ArrayList<>();
        for (Row row : database.sql(CLAIM, evaluatorId, countMax, (double) lease.toMillis(),
                heldRules.toArray(String[]::new))) {
            claimed.add(new Run(row.getString(0), row.getString(1), row.getString(2), row.getString(3),
                    bytes(row.getBuffer(4)), bytes(row.getBuffer(5)), row.getString(6), row.getInteger(7),
                    row.getInteger(8)));
        }
        return claimed;
    }

    /** Puts a run back. {@code counts}: whether this try was one. */
    void again(Run run, Duration delay, boolean counts, String error) {
        database.sql("""
                UPDATE evaluator.runs SET state = 'waiting', lease_until = NULL, error = $4,
                    attempts = greatest(0, attempts - $3), due_at = now() + $2 * interval '1 millisecond'
                WHERE score_id = $1""", run.scoreId(), (double) delay.toMillis(), counts ? 0 : 1, error);
    }

    /** Its score is on Kafka, or none is to be made. One that was asked for again meanwhile waits again. */
    void done(Run run) {
        database.transaction(connection -> connection.preparedQuery(
                "DELETE FROM evaluator.runs WHERE score_id = $1 AND asked = $2 RETURNING backfill_id")
                .execute(Tuple.of(run.scoreId(), run.asked())).chain(deleted -> {
                    if (deleted.rowCount() == 0) {
                        return connection.preparedQuery("UPDATE evaluator.runs SET state = 'waiting', attempts = 0, "
                                + "lease_until = NULL WHERE score_id = $1").execute(Tuple.of(run.scoreId()))
                                .replaceWithVoid();
                    }
                    return progress(connection, deleted.iterator().next().getString(0), "done");
                }));
    }

    /** Given up: kept for a while so that it can be seen. */
    void dead(Run run, String error) {
        database.transaction(connection -> connection.preparedQuery("UPDATE evaluator.runs SET state = 'dead', "
                + "lease_until = NULL, error = $2 WHERE score_id = $1 RETURNING backfill_id")
                .execute(Tuple.of(run.scoreId(), error)).chain(changed -> changed.rowCount() == 0
                        ? Uni.createFrom().voidItem()
                        : progress(connection, changed.iterator().next().getString(0), "failed")));
        count(run.ruleId(), "failed", 1);
    }

    private static Uni<Void> progress(SqlConnection connection, String backfillId, String column) {
        return backfillId == null ? Uni.createFrom().voidItem() : connection.preparedQuery("UPDATE evaluator.backfills SET "
                + column + " = " + column + " + 1, updated_at = now() WHERE id = $1").execute(Tuple.of(backfillId))
                .replaceWithVoid();
    }

    /** This process lives and works on these. */
    void renew(Collection<String> scoreIds, Duration lease) {
        if (!scoreIds.isEmpty()) {
            database.sql("UPDATE evaluator.runs SET lease_until = now() + $2 * interval '1 millisecond' "
                    + "WHERE score_id = ANY ($1) AND state = 'running'", scoreIds.toArray(String[]::new),
                    (double) lease.toMillis());
        }
    }

    /** What processes that died have left behind waits again; old dead runs go. */
    void tidy(Duration deadKept) {
        database.sql("UPDATE evaluator.runs SET state = 'waiting', lease_until = NULL "
                + "WHERE state = 'running' AND lease_until < now()");
        database.sql("DELETE FROM evaluator.runs WHERE state = 'dead' AND created_at < now() - $1 * interval '1 second'",
                (double) deadKept.toSeconds());
    }

    /** Takes the runs of a backfill that have not begun out of the queue. */
    public void cancel(String backfillId) {
        database.sql("DELETE FROM evaluator.runs WHERE backfill_id = $1 AND state = 'waiting'", backfillId);
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    /** The client wants its own class where a value goes in, and gives a wrapped one where it comes out. */
    private static io.vertx.core.buffer.Buffer buffer(ByteString bytes) {
        return io.vertx.core.buffer.Buffer.buffer(bytes.toByteArray());
    }

    private static ByteString bytes(Buffer buffer) {
        return ByteString.copyFrom(buffer.getBytes());
    }
}
