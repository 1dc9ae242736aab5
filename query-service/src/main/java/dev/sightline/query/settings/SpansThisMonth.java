package dev.sightline.query.settings;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;

/**
 * How many spans that started this calendar month (UTC) a project has stored, by the roll-up. Remembered for
 * {@link SettingsConfig#monthCountLifetime}; while ClickHouse is away the last count known this month is told, or 0:
 * a budget must not keep spans out that Kafka can hold. Thread-safe, blocking.
 */
@Singleton
public class SpansThisMonth {
    private static final Logger LOG = Logger.getLogger(SpansThisMonth.class);

    private final ClickHouseReads reads;
    private final SettingsConfig config;
    private final Cache<String, Known> known;

    private record Known(long spans, LocalDate month, Instant at) {
    }

    SpansThisMonth(ClickHouseReads reads, SettingsConfig config) {
        this.reads = reads;
        this.config = config;
        this.known = Caffeine.newBuilder().maximumSize(config.cacheEntriesMax()).build();
    }

    public long of(ProjectScope scope) {
        Instant now = Instant.now();
        LocalDate month = now.atOffset(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1);
        Known last = known.getIfPresent(scope.projectId());
        boolean isOfThisMonth = last != null && last.month.equals(month);
        if (isOfThisMonth && now.isBefore(last.at.plus(config.monthCountLifetime()))) {
            return last.spans;
        }
        try {
            long spans = read(scope, month);
            known.put(scope.projectId(), new Known(spans, month, now));
            return spans;
        } catch (ServiceException e) {
            LOG.warnf("this month's spans of a project can't be counted now: %s", e.getMessage());
            return isOfThisMonth ? last.spans : 0;
        }
    }

    private long read(ProjectScope scope, LocalDate month) {
        return reads.list(new ProjectQuery(scope, "toInt64(sum(observation_count))", "observations_by_hour")
                        .and("hour >= toDateTime(?, 'UTC')", month.atStartOfDay(ZoneOffset.UTC).toEpochSecond()),
                row -> row.getLong(1)).getFirst();
    }
}
