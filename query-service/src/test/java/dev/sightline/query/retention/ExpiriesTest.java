package dev.sightline.query.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.proto.observation.v1.Expiry;
import dev.sightline.query.settings.IngestSettings.Retention;
import dev.sightline.query.settings.IngestSettings.RetentionDays;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExpiriesTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-03-31");

    private record Installation(Optional<Integer> contentDays, Optional<Integer> days) implements RetentionConfig {
        @Override
        public Duration interval() {
            return Duration.ofMinutes(1);
        }
    }

    private static final Installation FOR_EVER = new Installation(Optional.empty(), Optional.empty());

    @Test
    void withoutAnySettingEverythingIsKept() {
        assertThat(Expiries.of("p", new Retention(null, null, null), FOR_EVER, TODAY)).isEmpty();
    }

    @Test
    void bodiesGoBeforeNumbersAndAtTheBeginningOfADay() {
        Expiry expiry = Expiries.of("p", new Retention(30, 90, null), FOR_EVER, TODAY).getFirst();
        assertThat(expiry.getProjectId()).isEqualTo("p");
        assertThat(at(expiry.getContentBeforeUnixNano())).isEqualTo("2026-03-01T00:00:00Z");
        assertThat(at(expiry.getBeforeUnixNano())).isEqualTo("2025-12-31T00:00:00Z");
    }

    @Test
    void theProjectWinsOverTheInstallationAndTheEnvironmentOverTheProject() {
        List<Expiry> expiries = Expiries.of("p", new Retention(null, 10, Map.of("staging", new RetentionDays(1, null),
                "audit", new RetentionDays(null, 365))), new Installation(Optional.of(20), Optional.of(40)), TODAY);

        assertThat(expiries).extracting(Expiry::getEnvironment).containsExactly("audit", "staging", "");
        assertThat(expiries).extracting(expiry -> daysAgo(expiry.getBeforeUnixNano())).containsExactly(365L, 10L, 10L);
        assertThat(expiries).as("bodies never outlive their observations")
                .extracting(expiry -> daysAgo(expiry.getContentBeforeUnixNano())).containsExactly(20L, 1L, 10L);
        assertThat(expiries.getLast().getExceptEnvironmentsList()).containsExactly("audit", "staging");
    }

    private static String at(long unixNano) {
        return Instant.ofEpochSecond(0, unixNano).toString();
    }

    private static long daysAgo(long unixNano) {
        return TODAY.toEpochDay() - TimeUnit.NANOSECONDS.toDays(unixNano);
    }
}
