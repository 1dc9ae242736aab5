package dev.sightline.query.metrics;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** How long a step of a time series is, by the calendar of its time zone. Weeks begin on Monday. */
public enum Granularity {
    MINUTE(ChronoUnit.MINUTES), HOUR(ChronoUnit.HOURS), DAY(ChronoUnit.DAYS), WEEK(ChronoUnit.WEEKS),
    MONTH(ChronoUnit.MONTHS);

    private final ChronoUnit unit;

    Granularity(ChronoUnit unit) {
        this.unit = unit;
    }

    /** Gives a span of time some dozens of steps. */
    public static Granularity of(Duration range) {
        long hours = range.toHours();
        if (hours < 2) {
            return MINUTE;
        }
        if (hours < 72) {
            return HOUR;
        }
        if (hours < 24 * 60) {
            return DAY;
        }
        return hours < 24 * 365 ? WEEK : MONTH;
    }

    /** As it is written in requests. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The beginning of the step that the time lies in. */
    ZonedDateTime start(ZonedDateTime time) {
        return switch (this) {
            case MINUTE, HOUR, DAY -> time.truncatedTo(unit);
            case WEEK -> time.truncatedTo(ChronoUnit.DAYS).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
        };
    }

    /** So many steps later. */
    ZonedDateTime plus(ZonedDateTime time, long steps) {
        return time.plus(steps, unit);
    }

    Duration shortest() {
        return this == MONTH ? Duration.ofDays(28) : unit.getDuration();
    }
}
