package dev.sightline.query.retention;

import dev.sightline.proto.observation.v1.Expiry;
import dev.sightline.query.settings.IngestSettings.Retention;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What is too old in a project on a day, by its settings and the installation's. */
final class Expiries {
    private final String projectId;
    private final LocalDate today;
    private final List<Expiry> expiries = new ArrayList<>();

    private Expiries(String projectId, LocalDate today) {
        this.projectId = projectId;
        this.today = today;
    }

    /** Empty where everything is kept. */
    static List<Expiry> of(String projectId, Retention retention, RetentionConfig config, LocalDate today) {
        Expiries expiries = new Expiries(projectId, today);
        Optional<Integer> contentDays = Optional.ofNullable(retention.contentDays()).or(config::contentDays);
        Optional<Integer> days = Optional.ofNullable(retention.days()).or(config::days);
        retention.environments().forEach((environment, own) -> expiries.add(Expiry.newBuilder()
                .setEnvironment(environment), ofEnvironment(own.contentDays(), contentDays),
                ofEnvironment(own.days(), days)));
        expiries.add(Expiry.newBuilder().addAllExceptEnvironments(retention.environments().keySet()), contentDays, days);
        return expiries.expiries;
    }

    private static Optional<Integer> ofEnvironment(Integer own, Optional<Integer> project) {
        return Optional.ofNullable(own).or(() -> project);
    }

    /** Bodies never outlive what they belong to. */
    private void add(Expiry.Builder expiry, Optional<Integer> contentDays, Optional<Integer> days) {
        days.ifPresent(kept -> expiry.setBeforeUnixNano(daysAgo(kept)));
        Stream.concat(contentDays.stream(), days.stream()).min(Integer::compare)
                .ifPresent(kept -> expiry.setContentBeforeUnixNano(daysAgo(kept)));
        if (expiry.getContentBeforeUnixNano() > 0) {
            expiries.add(expiry.setProjectId(projectId).build());
        }
    }

    /** Beginnings of days: sums by minute and hour lie on one side of them. */
    private long daysAgo(int days) {
        return Math.max(0, TimeUnit.SECONDS.toNanos(
                today.minusDays(days).atStartOfDay(ZoneOffset.UTC).toEpochSecond()));
    }
}
