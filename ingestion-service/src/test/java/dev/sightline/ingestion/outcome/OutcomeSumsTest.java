package dev.sightline.ingestion.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.base.ingest.IngestReason;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.proto.observation.v1.IngestOutcome;
import dev.sightline.proto.observation.v1.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class OutcomeSumsTest {
    private static OutcomeSums.Key key(String projectId, IngestReason reason) {
        return new OutcomeSums.Key(projectId, 60_000_000_000L, Outcome.REJECTED, reason, IngestSource.OTLP_HTTP);
    }

    @Test
    void sumsUpAndKeepsTheLatestExample() {
        OutcomeSums sums = new OutcomeSums(10);
        sums.add(key("p", IngestReason.INVALID_TRACE_ID), 2, 100, "first");
        sums.add(key("p", IngestReason.INVALID_TRACE_ID), 1, 50, "second");
        sums.add(key("p", IngestReason.INVALID_TRACE_ID), 1, 50, "");
        sums.add(key("p", IngestReason.TIME_TOO_OLD), 1, 1, "other");
        assertThat(sums.take()).containsExactlyInAnyOrder(
                IngestOutcome.newBuilder().setProjectId("p").setMinuteUnixNano(60_000_000_000L)
                        .setOutcome(Outcome.REJECTED).setReason("invalid-trace-id").setSource("otlp-http")
                        .setCount(4).setBytes(200).setExample("second").build(),
                IngestOutcome.newBuilder().setProjectId("p").setMinuteUnixNano(60_000_000_000L)
                        .setOutcome(Outcome.REJECTED).setReason("time-too-old").setSource("otlp-http")
                        .setCount(1).setBytes(1).setExample("other").build());
        assertThat(sums.take()).isEmpty();
    }

    @Test
    void isBounded() {
        OutcomeSums sums = new OutcomeSums(2);
        assertThat(sums.add(key("a", IngestReason.NONE), 1, 0, "")).isTrue();
        assertThat(sums.add(key("b", IngestReason.NONE), 1, 0, "")).isTrue();
        assertThat(sums.add(key("c", IngestReason.NONE), 1, 0, "")).isFalse();
        assertThat(sums.add(key("a", IngestReason.NONE), 1, 0, "")).as("what is there goes on counting").isTrue();
        assertThat(sums.take()).hasSize(2);
        assertThat(sums.add(key("c", IngestReason.NONE), 1, 0, "")).isTrue();
    }

    @Test
    void nothingIsLostOrCountedTwiceWhileItIsTaken() throws InterruptedException {
        OutcomeSums sums = new OutcomeSums(1_000);
        List<IngestOutcome> taken = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean done = new AtomicBoolean();
        Thread taker = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                taken.addAll(sums.take());
            }
        });
        List<Thread> counters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            counters.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 50_000; n++) {
                    sums.add(key("p" + n % 3, IngestReason.NONE), 1, 7, "");
                }
            }));
        }
        for (Thread counter : counters) {
            counter.join();
        }
        done.set(true);
        taker.join();
        taken.addAll(sums.take());
        assertThat(taken.stream().mapToLong(IngestOutcome::getCount).sum()).isEqualTo(200_000);
        assertThat(taken.stream().mapToLong(IngestOutcome::getBytes).sum()).isEqualTo(1_400_000);
    }
}
