package dev.sightline.evaluator.backfill;

import com.google.protobuf.Timestamp;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.store.Database;
import dev.sightline.proto.evaluator.v1.Backfill;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Backfills in PostgreSQL. Found by project and id together. Blocking, thread-safe. */
@Singleton
public class BackfillStore {
    private static final String COLUMNS = "id, rule_id, state, from_time, to_time, listed, scheduled, done, failed, error, "
            + "created_at, updated_at, project_id, cursor";

    private final Database database;

    BackfillStore(Database database) {
        this.database = database;
    }

    /** A backfill with what only the worker needs. */
    record Stored(Backfill backfill, String projectId, String cursor) {
    }

    public Backfill create(String projectId, String ruleId, Instant from, Instant to) {
        String id = UUID.randomUUID().toString();
        database.sql("INSERT INTO evaluator.backfills (id, project_id, rule_id, state, from_time, to_time) "
                + "VALUES ($1, $2, $3, 'running', $4, $5)", id, projectId, ruleId, utc(from), utc(to));
        return get(projectId, id);
    }

    /** Throws NOT_FOUND. */
    public Backfill get(String projectId, String id) {
        for (Row row : database.sql("SELECT " + COLUMNS + " FROM evaluator.backfills WHERE project_id = $1 AND id = $2",
                projectId, id)) {
            return stored(row).backfill;
        }
        throw ServiceException.of(ErrorCode.NOT_FOUND, "the project has no backfill " + id);
    }

    /** Newest first, at most 100. */
    public List<Backfill> ofRule(String projectId, String ruleId) {
        List<Backfill> all = new ArrayList<>();
        for (Row row : database.sql("SELECT " + COLUMNS + " FROM evaluator.backfills "
                + "WHERE project_id = $1 AND rule_id = $2 ORDER BY created_at DESC LIMIT 100", projectId, ruleId)) {
            all.add(stored(row).backfill);
        }
        return all;
    }

    /** How many of a project are not over. */
    public int open(String projectId) {
        return database.sql("SELECT count(*) FROM evaluator.backfills WHERE project_id = $1 "
                + "AND state IN ('running', 'paused')", projectId).iterator().next().getLong(0).intValue();
    }

    /** Changes the state unless the backfill is over; gives whether it did. */
    public boolean state(String projectId, String id, String state) {
        return database.sql("UPDATE evaluator.backfills SET state = $3, updated_at = now() WHERE project_id = $1 AND id = $2 "
                + "AND state IN ('running', 'paused')", projectId, id, state).rowCount() > 0;
    }

    List<Stored> running() {
        List<Stored> all = new ArrayList<>();
        for (Row row : database.sql("SELECT " + COLUMNS + " FROM evaluator.backfills WHERE state = 'running' "
                + "ORDER BY updated_at LIMIT 100")) {
            all.add(stored(row));
        }
        return all;
    }

    /** Moves on from the page that began at the cursor, unless another process did, or nobody wants it any more. */
    void move(Stored from, String cursor, boolean listed) {
        database.sql("UPDATE evaluator.backfills SET cursor = $3, listed = $4, updated_at = now() "
                + "WHERE id = $1 AND cursor = $2 AND state = 'running'", from.backfill.getId(), from.cursor, cursor, listed);
    }

    /** Done once all is listed and nothing of it waits. */
    void finish() {
        database.sql("UPDATE evaluator.backfills b SET state = 'done', updated_at = now() WHERE state = 'running' AND listed "
                + "AND NOT EXISTS (SELECT 1 FROM evaluator.runs r WHERE r.backfill_id = b.id AND r.state <> 'dead')");
    }

    void fail(Stored backfill, String error) {
        database.sql("UPDATE evaluator.backfills SET state = 'failed', error = $2, updated_at = now() WHERE id = $1 "
                + "AND state = 'running'", backfill.backfill.getId(), error.substring(0, Math.min(error.length(), 500)));
    }

    private static Stored stored(Row row) {
        return new Stored(Backfill.newBuilder().setId(row.getString(0)).setRuleId(row.getString(1))
                .setState(row.getString(2)).setFrom(time(row.getOffsetDateTime(3))).setTo(time(row.getOffsetDateTime(4)))
                .setListed(row.getBoolean(5)).setScheduled(row.getLong(6).intValue()).setDone(row.getLong(7).intValue())
                .setFailed(row.getLong(8).intValue()).setError(row.getString(9))
                .setCreatedAt(time(row.getOffsetDateTime(10))).setUpdatedAt(time(row.getOffsetDateTime(11))).build(),
                row.getString(12), row.getString(13));
    }

    private static Timestamp time(OffsetDateTime time) {
        return Timestamp.newBuilder().setSeconds(time.toEpochSecond()).setNanos(time.getNano()).build();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
