package dev.sightline.query.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.error.ServiceException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeStepsTest {
    private static final int MAX = 100;

    private static TimeSteps steps(String from, String to, Granularity granularity, String zone) {
        return TimeSteps.of(Instant.parse(from), Instant.parse(to), granularity, ZoneId.of(zone), MAX);
    }

    private static List<Instant> starts(TimeSteps steps) {
        return steps.starts().stream().map(Instant::ofEpochSecond).toList();
    }

    @Test
    void aDayWithoutAnHourIsAStepToo() {
        TimeSteps steps = steps("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", Granularity.DAY, "Europe/Berlin");
        assertThat(starts(steps)).containsExactly(Instant.parse("2026-03-27T23:00:00Z"),
                Instant.parse("2026-03-28T23:00:00Z"), Instant.parse("2026-03-29T22:00:00Z"));
        assertThat(steps.sql("s")).isEqualTo("toInt64(roundDown(s, [1774652400, 1774738800, 1774821600]))");
        assertThat(steps.fit(3_600)).isTrue();
        assertThat(starts(steps.previous())).containsExactly(Instant.parse("2026-03-24T23:00:00Z"),
                Instant.parse("2026-03-25T23:00:00Z"), Instant.parse("2026-03-26T23:00:00Z"));
        assertThat(steps.previous().from()).isEqualTo(Instant.parse("2026-03-25T12:00:00Z"));
        assertThat(steps.secondsSql("t")).contains("39600.0, 82800.0, 50400.0");
    }

    @Test
    void stepsOfOneLengthAreReckoned() {
        assertThat(steps("2026-01-01T00:00:01Z", "2026-01-01T03:00:00Z", Granularity.HOUR, "UTC").sql("s"))
                .isEqualTo("toInt64(intDiv(s, 3600) * 3600)");
        TimeSteps india = steps("2026-01-01T00:00:00Z", "2026-01-01T03:00:00Z", Granularity.HOUR, "Asia/Kolkata");
        assertThat(india.sql("s")).isEqualTo("toInt64(intDiv((s - 1800), 3600) * 3600 + 1800)");
        assertThat(india.fit(3_600)).isFalse();
        assertThat(india.fit(60)).isTrue();
    }

    @Test
    void weeksBeginOnMondayAndMonthsHaveTheirLength() {
        assertThat(starts(steps("2026-11-26T00:00:00Z", "2026-12-02T00:00:00Z", Granularity.WEEK, "UTC")))
                .containsExactly(Instant.parse("2026-11-23T00:00:00Z"), Instant.parse("2026-11-30T00:00:00Z"));
        TimeSteps months = steps("2026-03-15T00:00:00Z", "2026-05-01T00:00:01Z", Granularity.MONTH, "UTC");
        assertThat(starts(months)).containsExactly(Instant.parse("2026-03-01T00:00:00Z"),
                Instant.parse("2026-04-01T00:00:00Z"), Instant.parse("2026-05-01T00:00:00Z"));
        assertThat(starts(months.previous())).first().isEqualTo(Instant.parse("2025-12-01T00:00:00Z"));
    }

    @Test
    void withoutGranularityThePreviousSpanIsAsLong() {
        TimeSteps whole = steps("2026-01-10T00:00:00Z", "2026-01-12T00:00:00Z", null, "UTC");
        assertThat(whole.previous().from()).isEqualTo(Instant.parse("2026-01-08T00:00:00Z"));
        assertThat(whole.previous().to()).isEqualTo(whole.from());
    }

    @Test
    void tooManyStepsAreRefused() {
        assertThatThrownBy(() -> steps("2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z", Granularity.MINUTE, "UTC"))
                .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.field()).isEqualTo("granularity"));
    }
}
