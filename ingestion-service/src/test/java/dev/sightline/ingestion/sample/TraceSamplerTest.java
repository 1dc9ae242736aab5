package dev.sightline.ingestion.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.base.ingest.IngestReason;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.proto.control.v1.Sampling;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.proto.observation.v1.Outcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TraceSamplerTest {
    private static final int TEN_PERCENT = 100_000;
    private static final Sampling SAMPLING = Sampling.newBuilder().setKeepPpm(TEN_PERCENT).build();

    private final AtomicLong nanoTime = new AtomicLong();
    private final Map<Outcome, Long> counted = new EnumMap<>(Outcome.class);
    private final Map<IngestReason, Long> reasons = new EnumMap<>(IngestReason.class);

    private TraceSampler sampler(long heldBytesMax) {
        SamplingConfig config = new SamplingConfig() {
            @Override
            public long heldBytesMax() {
                return heldBytesMax;
            }

            @Override
            public Duration holdFor() {
                return Duration.ofSeconds(60);
            }

            @Override
            public int keptTracesMax() {
                return 1_000;
            }

            @Override
            public Duration keptFor() {
                return Duration.ofMinutes(10);
            }
        };
        return new TraceSampler(config, (projectId, outcome, reason, source, count, bytes, example) -> {
            counted.merge(outcome, count, Long::sum);
            reasons.merge(reason, count, Long::sum);
        }, nanoTime::get);
    }

    private static ByteString traceId(long number) {
        return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(1).putLong(number).flip());
    }

    /** A trace outside of the share. */
    private static ByteString outside() {
        long number = 0;
        while (TraceSampler.isInShare(traceId(number), TEN_PERCENT)) {
            number++;
        }
        return traceId(number);
    }

    private static Observation span(ByteString traceId, int number, Level level) {
        return Observation.newBuilder().setTraceId(traceId).setLevel(level).setName("span " + number)
                .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(number + 1).flip())).build();
    }

    private static Observation span(ByteString traceId, int number) {
        return span(traceId, number, Level.DEFAULT);
    }

    private static TraceSampler.Selection select(TraceSampler sampler, Observation... observations) {
        return sampler.select("p", SAMPLING, IngestSource.OTLP_GRPC, 100, List.of(observations), List.of());
    }

    @Test
    void changesAreHeldAndReleasedWithTheSpansOfTheirTrace() {
        TraceSampler sampler = sampler(1 << 20);
        ByteString trace = outside();
        ObservationPatch made = ObservationPatch.newBuilder().setCreate(true).setObservation(span(trace, 1)).build();
        ObservationPatch failed = ObservationPatch.newBuilder().setObservation(span(trace, 1, Level.ERROR)).build();
        TraceSampler.Selection first = sampler.select("p", SAMPLING, IngestSource.LANGFUSE_INGESTION, 100, List.of(),
                List.of(made));
        assertThat(first.patches()).isEmpty();
        assertThat(first.ownCount()).isZero();
        assertThat(select(sampler, span(trace, 2)).observations()).isEmpty();
        TraceSampler.Selection second = sampler.select("p", SAMPLING, IngestSource.LANGFUSE_INGESTION, 100, List.of(),
                List.of(failed));
        assertThat(second.patches()).containsExactly(made, failed);
        assertThat(second.observations()).containsExactly(span(trace, 2));
        assertThat(second.ownCount()).isEqualTo(1);
        second.published();
        assertThat(sampler.heldBytes()).isZero();
    }

    @Test
    void theShareIsTheOneAskedForAndALargerOneHoldsASmallerOne() {
        long seed = System.nanoTime();
        System.out.println("TraceSamplerTest seed " + seed);
        Random random = new Random(seed);
        int traces = 200_000;
        for (int ppm : new int[] {1_000, TEN_PERCENT, 500_000, 990_000}) {
            int counting = 0;
            int drawn = 0;
            for (int i = 0; i < traces; i++) {
                byte[] id = new byte[16];
                random.nextBytes(id);
                ByteString randomId = ByteString.copyFrom(id);
                counting += TraceSampler.isInShare(traceId(i), ppm) ? 1 : 0;
                if (TraceSampler.isInShare(randomId, ppm)) {
                    drawn++;
                    assertThat(TraceSampler.isInShare(randomId, ppm + 5_000)).isTrue();
                }
            }
            double expected = traces * (ppm / 1e6);
            double sixSigma = 6 * Math.sqrt(expected * (1 - ppm / 1e6));
            assertThat((double) drawn).as("random ids, %s ppm", ppm).isBetween(expected - sixSigma, expected + sixSigma);
            assertThat((double) counting).as("ids that count up, %s ppm", ppm)
                    .isBetween(expected - sixSigma, expected + sixSigma);
        }
    }

    @Test
    void withoutSamplingNothingIsTouched() {
        TraceSampler sampler = sampler(1 << 20);
        List<Observation> all = List.of(span(outside(), 1), span(outside(), 2));
        for (int ppm : new int[] {0, 1_000_000}) {
            TraceSampler.Selection selection = sampler.select("p", Sampling.newBuilder().setKeepPpm(ppm).build(),
                    IngestSource.OTLP_GRPC, 1, all, List.of());
            assertThat(selection.observations()).isEqualTo(all);
            assertThat(selection.ownCount()).isEqualTo(2);
        }
    }

    @Test
    void anErrorBringsTheWholeTraceBack() {
        TraceSampler sampler = sampler(1 << 20);
        ByteString trace = outside();
        assertThat(select(sampler, span(trace, 1), span(trace, 2)).observations()).isEmpty();
        TraceSampler.Selection selection = select(sampler, span(trace, 3, Level.ERROR));
        assertThat(selection.observations()).extracting(Observation::getName)
                .containsExactly("span 1", "span 2", "span 3");
        assertThat(selection.ownCount()).isEqualTo(1);
        selection.published();
        assertThat(sampler.heldBytes()).isZero();
        assertThat(select(sampler, span(trace, 4)).observations()).extracting(Observation::getName)
                .containsExactly("span 4");
        assertThat(counted).isEqualTo(Map.of(Outcome.ACCEPTED, 2L));
    }

    @Test
    void aFindingBringsTheTraceBackAsAnErrorDoes() {
        TraceSampler sampler = sampler(1 << 20);
        ByteString trace = outside();
        select(sampler, span(trace, 1));
        Observation found = span(trace, 2).toBuilder()
                .putMetadata(TraceSampler.FINDING_PREFIX + "email_address", "1").build();
        assertThat(select(sampler, found).observations()).hasSize(2);
    }

    @Test
    void whatCouldNotBePublishedGoesWithTheNextSpan() {
        TraceSampler sampler = sampler(1 << 20);
        ByteString trace = outside();
        select(sampler, span(trace, 1));
        assertThat(select(sampler, span(trace, 2, Level.ERROR)).observations()).hasSize(2);
        TraceSampler.Selection again = select(sampler, span(trace, 2, Level.ERROR));
        assertThat(again.observations()).hasSize(2);
        again.published();
        assertThat(sampler.heldBytes()).isZero();
    }

    @Test
    void theSameTraceIdOfAnotherProjectIsAnotherTrace() {
        TraceSampler sampler = sampler(1 << 20);
        ByteString trace = outside();
        sampler.select("q", SAMPLING, IngestSource.OTLP_GRPC, 1, List.of(span(trace, 1)), List.of());
        assertThat(select(sampler, span(trace, 2, Level.ERROR)).observations()).extracting(Observation::getName)
                .containsExactly("span 2");
    }

    @Test
    void heldSpansAreDroppedAndCountedWhenTheirTimeIsOver() {
        TraceSampler sampler = sampler(1 << 20);
        ByteString trace = outside();
        select(sampler, span(trace, 1), span(trace, 2));
        nanoTime.addAndGet(Duration.ofSeconds(59).toNanos());
        sampler.dropOld();
        assertThat(counted).isEmpty();
        nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
        sampler.dropOld();
        assertThat(counted).isEqualTo(Map.of(Outcome.SAMPLED, 2L));
        assertThat(reasons).containsOnlyKeys(IngestReason.SAMPLED_OUT);
        assertThat(sampler.heldBytes()).isZero();
    }

    @Test
    void memoryIsBounded() {
        int bound = 100_000;
        TraceSampler sampler = sampler(bound);
        String name = "x".repeat(1_000);
        for (int i = 0; i < 10_000; i++) {
            select(sampler, span(traceId(i / 3), i).toBuilder().setName(name).build());
            assertThat(sampler.heldBytes()).isBetween(0L, (long) bound);
        }
        assertThat(reasons.get(IngestReason.SAMPLING_MEMORY_FULL)).isGreaterThan(8_000);
    }

    /**
     * Random traffic: what comes out are whole traces (in the share, or with an error while all of it was held), and
     * every span is published, or dropped and counted, once.
     */
    @Test
    void wholeTracesComeOut() {
        long seed = System.nanoTime();
        System.out.println("TraceSamplerTest seed " + seed);
        Random random = new Random(seed);
        TraceSampler sampler = sampler(1 << 30);
        List<Observation> sent = new ArrayList<>();
        Map<ByteString, Integer> sizes = new HashMap<>();
        Set<ByteString> failed = new HashSet<>();
        for (int trace = 0; trace < 2_000; trace++) {
            int size = 1 + random.nextInt(8);
            int error = random.nextInt(10) == 0 ? random.nextInt(size) : -1;
            sizes.put(traceId(trace), size);
            if (error >= 0) {
                failed.add(traceId(trace));
            }
            for (int i = 0; i < size; i++) {
                sent.add(span(traceId(trace), i, i == error ? Level.ERROR : Level.DEFAULT));
            }
        }
        Collections.shuffle(sent, random);
        Map<ByteString, Set<ByteString>> published = new HashMap<>();
        int own = 0;
        int at = 0;
        while (at < sent.size()) {
            int until = Math.min(sent.size(), at + 1 + random.nextInt(50));
            TraceSampler.Selection selection = select(sampler, sent.subList(at, until).toArray(Observation[]::new));
            if (random.nextInt(10) == 0) {
                continue;  // Kafka was away: the client sends the same again
            }
            selection.observations().forEach(observation -> published.computeIfAbsent(
                    observation.getTraceId(), _ -> new HashSet<>()).add(observation.getSpanId()));
            selection.published();
            own += selection.ownCount();
            at = until;
        }
        published.forEach((trace, spans) -> assertThat(spans).as("trace %s", trace).hasSize(sizes.get(trace)));
        Set<ByteString> expected = new HashSet<>(failed);
        sizes.keySet().stream().filter(id -> TraceSampler.isInShare(id, TEN_PERCENT)).forEach(expected::add);
        assertThat(published.keySet()).isEqualTo(expected);
        assertThat(own).isPositive();
        nanoTime.addAndGet(Duration.ofMinutes(2).toNanos());
        sampler.dropOld();
        assertThat(sampler.heldBytes()).isZero();
    }
}
