package dev.sightline.evaluator.activity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.activity.WaitingTraces.Due;
import dev.sightline.evaluator.testing.MovableClock;
import dev.sightline.evaluator.trace.TraceKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitingTracesTest {
    private static final TraceKey A = new TraceKey("p", ByteString.copyFromUtf8("aaaaaaaaaaaaaaaa"));
    private static final TraceKey B = new TraceKey("p", ByteString.copyFromUtf8("bbbbbbbbbbbbbbbb"));
    private static final TraceKey C = new TraceKey("q", ByteString.copyFromUtf8("aaaaaaaaaaaaaaaa"));

    private final MovableClock clock = new MovableClock();
    private final WaitingTraces traces = new WaitingTraces(new WaitingTraces.Settling(
            Duration.ofSeconds(10), Duration.ofSeconds(4), Duration.ofSeconds(60)), 2, clock);
    private final AtomicInteger acknowledged = new AtomicInteger();

    private ActivityRecord record() {
        return new ActivityRecord(acknowledged::incrementAndGet);
    }

    private void seconds(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void aTraceIsDueOnceItHasBeenQuiet() {
        traces.touch(A, false, record());
        seconds(9);
        assertThat(traces.takeDue()).isEmpty();
        traces.touch(A, false, record());
        seconds(9);
        assertThat(traces.takeDue()).isEmpty();
        assertThat(traces.untilDue()).contains(Duration.ofSeconds(1));
        seconds(1);
        Optional<Due> due = traces.takeDue();
        assertThat(due.map(Due::key)).contains(A);
        assertThat(due.orElseThrow().records()).hasSize(2);
        assertThat(traces.takeDue()).isEmpty();
    }

    @Test
    void aStoredRootShortensTheWaitAlsoForLaterActivity() {
        traces.touch(A, true, record());
        seconds(3);
        traces.touch(A, false, record());
        seconds(3);
        assertThat(traces.takeDue()).isEmpty();
        seconds(1);
        assertThat(traces.takeDue()).isPresent();
    }

    @Test
    void aLongerWaitAfterTheRootNeverCounts() {
        WaitingTraces short1 = new WaitingTraces(new WaitingTraces.Settling(
                Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(60)), 2, clock);
        short1.touch(A, true, record());
        seconds(1);
        assertThat(short1.takeDue()).isPresent();
    }

    @Test
    void aTraceThatNeverFallsQuietIsDueAtLatest() {
        for (int i = 0; i < 12; i++) {
            traces.touch(A, false, record());
            assertThat(traces.takeDue()).isEmpty();
            seconds(5);
        }
        assertThat(traces.takeDue()).isPresent();
    }

    @Test
    void whenFullNewTracesAreRefusedAndKnownOnesAreNot() {
        assertThat(traces.touch(A, false, record())).isTrue();
        assertThat(traces.touch(B, false, record())).isTrue();
        ActivityRecord refused = record();
        assertThat(traces.touch(C, false, refused)).isFalse();
        refused.release();
        assertThat(acknowledged).hasValue(1);
        assertThat(traces.touch(A, false, record())).isTrue();
        seconds(10);
        Due due = traces.takeDue().orElseThrow();
        assertThat(traces.touch(C, false, record())).as("a running trace keeps its place").isFalse();
        assertThat(traces.touch(due.key(), false, record())).as("it may come again itself").isTrue();
        traces.finished(due.key());
        assertThat(traces.touch(C, false, record())).as("its second wait keeps the place").isFalse();
    }

    @Test
    void activityDuringTheEvaluationMeansAnotherOneAfterwards() {
        traces.touch(A, false, record());
        seconds(10);
        Due first = traces.takeDue().orElseThrow();
        traces.touch(A, false, record());
        seconds(20);
        assertThat(traces.takeDue()).as("never twice at once").isEmpty();
        assertThat(traces.untilDue()).isEmpty();
        traces.finished(A);
        Due second = traces.takeDue().orElseThrow();
        assertThat(second.key()).isEqualTo(A);
        assertThat(second.records()).hasSize(1).doesNotContainAnyElementsOf(first.records());
    }

    @Test
    void aTraceThatIsMissingComesAgainWithAllItsRecords() {
        traces.touch(A, false, record());
        seconds(10);
        Due first = traces.takeDue().orElseThrow();
        traces.touch(A, false, record());
        traces.missing(first, Duration.ofSeconds(2));
        seconds(1);
        assertThat(traces.takeDue()).isEmpty();
        seconds(1);
        Due second = traces.takeDue().orElseThrow();
        assertThat(second.records()).hasSize(2).containsAll(first.records());
        assertThat(second.firstActivity()).isEqualTo(first.firstActivity());
        assertThat(first.missingSince()).isEmpty();
        assertThat(second.missingSince()).contains(clock.instant().minusSeconds(2));
        seconds(1);
        traces.missing(second, Duration.ofSeconds(2));
        seconds(2);
        assertThat(traces.takeDue().orElseThrow().missingSince()).isEqualTo(second.missingSince());
    }

    @Test
    void tellsTheOldestAge() {
        assertThat(traces.oldestAge()).isZero();
        traces.touch(A, false, record());
        seconds(10);
        traces.takeDue();
        traces.touch(B, false, record());
        seconds(5);
        assertThat(traces.oldestAge()).isEqualTo(Duration.ofSeconds(15));
    }

    /** Whatever happens in whatever order: each record is acknowledged once, and not before all its traces are done. */
    @Test
    void everyRecordIsAcknowledgedExactlyOnceAfterItsTraces() {
        Random random = new Random(11);
        WaitingTraces table = new WaitingTraces(new WaitingTraces.Settling(
                Duration.ofSeconds(10), Duration.ofSeconds(4), Duration.ofSeconds(60)), 20, clock);
        Map<Integer, AtomicInteger> acks = new HashMap<>();
        Map<ActivityRecord, List<TraceKey>> open = new HashMap<>();
        List<Due> running = new ArrayList<>();
        int finishedTraces = 0;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(3) == 0 && step < 18_000) {
                AtomicInteger count = new AtomicInteger();
                acks.put(step, count);
                ActivityRecord record = new ActivityRecord(count::incrementAndGet);
                for (int i = random.nextInt(4); i > 0; i--) {
                    TraceKey key = new TraceKey("p", ByteString.copyFromUtf8("t" + random.nextInt(40)));
                    if (table.touch(key, random.nextBoolean(), record)) {
                        open.computeIfAbsent(record, r -> new ArrayList<>()).add(key);
                    }
                }
                record.release();
                assertThat(count.get()).isEqualTo(open.containsKey(record) ? 0 : 1);
            }
            table.takeDue().ifPresent(running::add);
            assertThat(table.size()).isLessThanOrEqualTo(20);
            if (!running.isEmpty() && random.nextInt(2) == 0) {
                Due due = running.remove(random.nextInt(running.size()));
                if (random.nextInt(5) == 0 && step < 18_000) {
                    table.missing(due, Duration.ofSeconds(1));
                } else {
                    table.finished(due.key());
                    due.records().forEach(ActivityRecord::release);
                    finishedTraces++;
                }
            }
            clock.advance(Duration.ofMillis(random.nextInt(2000)));
        }
        assertThat(table.size()).isZero();
        assertThat(finishedTraces).isGreaterThan(500);
        assertThat(acks.values()).hasSizeGreaterThan(1000).allSatisfy(count -> assertThat(count.get()).isEqualTo(1));
    }
}
