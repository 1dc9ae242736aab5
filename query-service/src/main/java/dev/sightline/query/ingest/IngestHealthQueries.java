package dev.sightline.query.ingest;

import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.storage.outcome.IngestOutcomeTable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads a project's ingest outcomes, and how fresh its stored spans are. Blocks its (virtual) thread. */
@Singleton
public class IngestHealthQueries {
    /** Outcomes, reasons and sources are fixed lists: there are never so many. */
    private static final int ROWS_MAX = 2_000;
    private static final int POINTS_MAX = 400;
    private static final int[] STEP_MINUTES = {1, 5, 15, 60, 360, 1_440};
    private static final Duration NEWEST_WITHIN = Duration.ofHours(24);
    private static final String TABLE = IngestOutcomeTable.INGEST_OUTCOMES.name();
    private static final String FROM = "minute >= toDateTime(?, 'UTC')";
    private static final String TO = "minute < toDateTime(?, 'UTC')";

    private final ClickHouseReads reads;

    IngestHealthQueries(ClickHouseReads reads) {
        this.reads = reads;
    }

    /** The sums of one outcome, reason and source. */
    record Sum(String outcome, String reason, String source, long count, long bytes, Instant lastMinute,
            String example) {
    }

    List<Sum> sums(ProjectScope scope, Instant from, Instant to) {
        return reads.list(new ProjectQuery(scope, "outcome, reason, source, sum(count), sum(bytes), "
                        + "toUnixTimestamp(max(minute)), argMaxIf(example, minute, example != '')", TABLE)
                        .and(FROM, from.getEpochSecond()).and(TO, to.getEpochSecond())
                        .then("GROUP BY outcome, reason, source ORDER BY sum(count) DESC, outcome, reason, source"
                                + " LIMIT ?", ROWS_MAX),
                row -> new Sum(row.getString(1), row.getString(2), row.getString(3), row.getLong(4), row.getLong(5),
                        Instant.ofEpochSecond(row.getLong(6)), row.getString(7)));
    }

    /** At most {@value #POINTS_MAX} points, each of the same number of whole minutes. */
    IngestHealth.Series series(ProjectScope scope, Instant from, Instant to) {
        int stepSeconds = stepSeconds(Duration.between(from, to));
        Map<Long, Map<String, Long>> counts = new HashMap<>();
        reads.list(new ProjectQuery(scope, "intDiv(toUnixTimestamp(minute), " + stepSeconds + ") * " + stepSeconds
                        + " AS step, outcome, sum(count)", TABLE)
                        .and(FROM, from.getEpochSecond()).and(TO, to.getEpochSecond())
                        .then("GROUP BY step, outcome"),
                row -> counts.computeIfAbsent(row.getLong(1), _ -> new TreeMap<>())
                        .put(row.getString(2), row.getLong(3)));
        List<IngestHealth.Point> points = new ArrayList<>();
        for (long at = from.getEpochSecond() / stepSeconds * stepSeconds; at < to.getEpochSecond(); at += stepSeconds) {
            points.add(new IngestHealth.Point(Instant.ofEpochSecond(at), counts.getOrDefault(at, Map.of())));
        }
        return new IngestHealth.Series(stepSeconds, points);
    }

    private static int stepSeconds(Duration range) {
        for (int minutes : STEP_MINUTES) {
            if (range.toMinutes() / minutes < POINTS_MAX) {
                return minutes * 60;
            }
        }
        throw new IllegalArgumentException("no step for " + range);
    }

    IngestHealth.Storage storage(ProjectScope scope, Instant now) {
        long since = now.minus(NEWEST_WITHIN).getEpochSecond();
        Optional<Instant> stored = newest(new ProjectQuery(scope, "toUnixTimestamp64Nano(max(received_at))",
                "observations").and("toStartOfMinute(start_time) >= toDateTime(?, 'UTC')", since), 1);
        Optional<Instant> accepted = newest(new ProjectQuery(scope, "toUnixTimestamp(max(minute))", TABLE)
                .and(FROM, since).and("outcome = 'accepted'"), 1_000_000_000L);
        // A minute that has just begun tells nothing yet: its spans may be on their way.
        boolean behind = accepted.isPresent() && now.isAfter(accepted.get().plusSeconds(60))
                && stored.map(newest -> newest.isBefore(accepted.get())).orElse(true);
        return new IngestHealth.Storage(stored.orElse(null),
                stored.map(newest -> Math.max(0, Duration.between(newest, now).toMillis()) / 1000.0).orElse(null),
                accepted.orElse(null), behind);
    }

    /** ClickHouse's max of nothing is 1970. */
    private Optional<Instant> newest(ProjectQuery query, long unitNanos) {
        return reads.list(query, row -> row.getLong(1)).stream().filter(value -> value > 0)
                .map(value -> Instant.ofEpochSecond(0, Math.multiplyExact(value, unitNanos))).findFirst();
    }
}
