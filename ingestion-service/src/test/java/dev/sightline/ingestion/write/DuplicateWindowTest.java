package dev.sightline.ingestion.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DuplicateWindowTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aSetOfHashesAnswersLikeAHashSet() {
        Random random = new Random(42);
        SpanIds ids = new SpanIds();
        Set<Long> expected = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            long hash = i % 3 == 0 ? random.nextInt(5_000) : random.nextLong();
            assertThat(ids.add(hash)).isEqualTo(expected.add(hash));
            if (i % 5 == 0) {
                long gone = random.nextInt(5_000);
                ids.remove(gone);
                expected.remove(gone);
            }
        }
        assertThat(ids.size()).isEqualTo(expected.size());
        for (int i = 0; i < 10_000; i++) {
            assertThat(ids.contains(i)).isEqualTo(expected.contains((long) i));
        }
        ids.clear();
        assertThat(ids.size()).isZero();
        assertThat(ids.contains(0)).isFalse();
    }

    @Test
    void everythingSinceTheMomentItNamesIsKnown() {
        Random random = new Random(7);
        DuplicateWindow window = new DuplicateWindow(Duration.ofMinutes(20), 10_000, START);
        Instant now = START;
        java.util.TreeMap<Instant, Long> added = new java.util.TreeMap<>();
        for (int i = 0; i < 30_000; i++) {
            now = now.plusMillis(random.nextInt(300) + 1);
            long hash = random.nextLong();
            window.add(hash, now);
            added.put(now, hash);
            if (i % 500 == 0) {
                assertThat(added.tailMap(window.since(), true).values()).allMatch(window::contains);
            }
        }
        assertThat(window.contains(added.firstEntry().getValue())).isFalse();
        assertThat(Duration.between(window.since(), now)).isLessThanOrEqualTo(Duration.ofMinutes(21));
    }

    @Test
    void whatIsRemovedIsNewAgain() {
        DuplicateWindow window = new DuplicateWindow(Duration.ofMinutes(20), 1_000, START);
        window.add(7, START);
        window.add(0, START);
        window.add(8, START.plus(Duration.ofMinutes(11)));
        window.remove(7);
        window.remove(8);
        window.remove(0);
        assertThat(window.contains(7) || window.contains(8) || window.contains(0)).isFalse();
    }

    @Test
    void manySpansShortenItRatherThanFillTheMemory() {
        DuplicateWindow window = new DuplicateWindow(Duration.ofMinutes(20), 1_000, START);
        for (int i = 1; i <= 10_000; i++) {
            window.add(i, START.plusMillis(i));
        }
        long known = java.util.stream.LongStream.rangeClosed(1, 10_000).filter(window::contains).count();
        assertThat(known).isBetween(500L, 1_000L);
        assertThat(window.since()).isAfter(START.plusMillis(8_000));
        assertThat(window.contains(10_000)).isTrue();
    }
}
