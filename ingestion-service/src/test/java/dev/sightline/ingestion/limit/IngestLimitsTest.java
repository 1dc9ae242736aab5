package dev.sightline.ingestion.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.base.auth.ApiKeys;
import dev.sightline.base.ingest.IngestReason;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.control.v1.IngestSettings;
import dev.sightline.proto.control.v1.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IngestLimitsTest {
    private static final Instant NOW = Instant.parse("2026-11-30T23:00:00Z");
    private final AtomicLong nanoTime = new AtomicLong();
    private final IngestLimits limits = limitsAt(NOW);

    private IngestLimits limitsAt(Instant now) {
        LimitConfig config = new LimitConfig() {
            @Override
            public Duration burst() {
                return Duration.ofSeconds(5);
            }

            @Override
            public int followedMax() {
                return 100;
            }
        };
        return new IngestLimits(config, nanoTime::get, Clock.fixed(now, ZoneOffset.UTC));
    }

    private static ApiKeys.Key key(String publicKey, Limits.Builder ofProject, Limits.Builder ofKey, Instant resolved) {
        return new ApiKeys.Key(publicKey, "p", Access.FULL, IngestSettings.newBuilder()
                .setLimits(ofProject).setKeyLimits(ofKey).build(), resolved);
    }

    private static Limits.Builder none() {
        return Limits.newBuilder();
    }

    private IngestReason refused(ApiKeys.Key key, int spans, long bytes) {
        return limits.check(key, spans, bytes).orElseThrow().reason();
    }

    @Test
    void withoutLimitsEverythingPasses() {
        ApiKeys.Key key = key("a", none(), none(), NOW);
        assertThat(limits.check(key, Integer.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
        assertThat(limits.check(key, Integer.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void theKeysOfAProjectShareItsLimitAndEachHasItsOwn() {
        ApiKeys.Key a = key("a", none().setSpansPerSecond(10), none().setSpansPerSecond(6), NOW);
        ApiKeys.Key b = key("b", none().setSpansPerSecond(10), none(), NOW);
        assertThat(limits.check(a, 30, 1)).isEmpty();
        assertThat(refused(a, 1, 1)).isEqualTo(IngestReason.KEY_SPANS_PER_SECOND);
        assertThat(limits.check(b, 20, 1)).as("what a was refused was given back").isEmpty();
        assertThat(refused(b, 1, 1)).isEqualTo(IngestReason.PROJECT_SPANS_PER_SECOND);
        nanoTime.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(limits.check(b, 1, 1)).isEmpty();
    }

    @Test
    void bytesAreLimitedBesideSpans() {
        ApiKeys.Key key = key("a", none().setBytesPerSecond(1_000), none().setBytesPerSecond(500), NOW);
        assertThat(limits.check(key, 1, 2_500)).isEmpty();
        IngestLimits.Refusal refusal = limits.check(key, 1, 1_000).orElseThrow();
        assertThat(refusal.reason()).isEqualTo(IngestReason.KEY_BYTES_PER_SECOND);
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThat(refusal.message()).contains("key_limits.bytes_per_second").contains("500");
    }

    @Test
    void theMonthsSpansAreThoseKnownAndThoseStoredSince() {
        Limits.Builder month = none().setSpansPerMonth(100).setSpansThisMonth(90);
        ApiKeys.Key key = key("a", month, none(), NOW.minusSeconds(10));
        limits.stored(key, 9);
        assertThat(limits.check(key, 50, 1)).as("one is left, and a request passes whole").isEmpty();
        limits.stored(key, 50);
        IngestLimits.Refusal refusal = limits.check(key, 1, 1).orElseThrow();
        assertThat(refusal.reason()).isEqualTo(IngestReason.PROJECT_SPANS_PER_MONTH);
        assertThat(refusal.retryAfter()).as("until December").isEqualTo(Duration.ofHours(1));
        ApiKeys.Key later = key("a", none().setSpansPerMonth(200).setSpansThisMonth(149), none(), NOW);
        assertThat(limits.check(later, 1, 1)).as("resolved anew, with those stored in between").isEmpty();
    }

    @Test
    void aNewMonthBeginsAtNothing() {
        ApiKeys.Key key = key("a", none().setSpansPerMonth(100).setSpansThisMonth(100), none(), NOW);
        assertThat(limits.check(key, 1, 1)).isPresent();
        assertThat(limitsAt(NOW.plus(Duration.ofHours(1))).check(key, 1, 1)).isEmpty();
    }
}
