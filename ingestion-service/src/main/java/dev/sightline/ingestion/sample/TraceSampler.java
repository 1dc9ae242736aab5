package dev.sightline.ingestion.sample;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.base.ingest.IngestReason;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.ingestion.outcome.IngestOutcomes;
import dev.sightline.proto.control.v1.Sampling;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.proto.observation.v1.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Keeps a share of a project's traces, whole. Whether a trace belongs to it is told by its id alone, so every process
 * says the same at any time, and a larger share keeps all that a smaller one kept. The spans of other traces are held
 * here for a while: when one of the trace's spans is an error or carries a finding ({@value #FINDING_PREFIX} in its
 * metadata), those held and all later ones are published too. A held span lives in this one process: it is lost with
 * it, and a process that sees only other spans of the trace does not know of the error. Spans that are dropped at last
 * are counted as SAMPLED, those released as ACCEPTED. Memory is bounded by {@link SamplingConfig}. Thread-safe.
 */
@Singleton
public final class TraceSampler {
    static final String FINDING_PREFIX = "sightline.redaction.";
    private static final int PPM = 1_000_000;
    /** What a held span and a held trace take besides the span's bytes, estimated from above. */
    private static final int SPAN_OVERHEAD_BYTES = 128;
    private static final int TRACE_OVERHEAD_BYTES = 512;
    private static final int BEFORE_OUTCOMES = 1_000;

    private final SamplingConfig config;
    private final Counting outcomes;
    private final LongSupplier nanoTime;
    /** In the order of the traces' first spans. Guarded by this, as is the next. */
    private final LinkedHashMap<TraceKey, HeldTrace> held = new LinkedHashMap<>();
    private long heldBytes;
    private final Cache<TraceKey, Boolean> keptForCause;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("trace-sampler").daemon().factory());

    /** Where the spans that leave are counted: {@link IngestOutcomes#count}. */
    @FunctionalInterface
    interface Counting {
        void count(String projectId, Outcome outcome, IngestReason reason, IngestSource source, long count,
                   long bytes, String example);
    }

    private record TraceKey(String projectId, ByteString traceId) {
    }

    /** A span on its way, or a change of one. */
    private sealed interface Item {
        record Whole(Observation observation) implements Item { }

        record Change(ObservationPatch patch) implements Item { }

        /** What it says of the span. */
        default Observation said() {
            return switch (this) {
                case Whole whole -> whole.observation;
                case Change change -> change.patch.getObservation();
            };
        }
    }

    /** As bytes, so that what it takes is known. */
    private record HeldSpan(byte[] bytes, boolean isChange, IngestSource source, long receivedBytes) {
        static HeldSpan of(Item item, IngestSource source, long receivedBytes) {
            return switch (item) {
                case Item.Whole whole -> new HeldSpan(whole.observation.toByteArray(), false, source, receivedBytes);
                case Item.Change change -> new HeldSpan(change.patch.toByteArray(), true, source, receivedBytes);
            };
        }

        Item item() {
            try {
                return isChange ? new Item.Change(ObservationPatch.parseFrom(bytes))
                        : new Item.Whole(Observation.parseFrom(bytes));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("a span that was written here can't be read", e);
            }
        }

        long memoryBytes() {
            return bytes.length + SPAN_OVERHEAD_BYTES;
        }
    }

    private record HeldTrace(long sinceNanos, List<HeldSpan> spans) {
        long memoryBytes() {
            return TRACE_OVERHEAD_BYTES + spans.stream().mapToLong(HeldSpan::memoryBytes).sum();
        }
    }

    @Inject
    public TraceSampler(SamplingConfig config, IngestOutcomes outcomes, MeterRegistry metrics) {
        this(config, outcomes::count, System::nanoTime);
        metrics.gauge("sightline.sampling.held.bytes", this, TraceSampler::heldBytes);
    }

    TraceSampler(SamplingConfig config, Counting outcomes, LongSupplier nanoTime) {
        this.config = config;
        this.outcomes = outcomes;
        this.nanoTime = nanoTime;
        this.keptForCause = Caffeine.newBuilder().maximumSize(config.keptTracesMax())
                .expireAfterAccess(config.keptFor()).build();
    }

    void onStart(@Observes StartupEvent event) {
        timer.scheduleWithFixedDelay(this::dropOld, 1, 1, TimeUnit.SECONDS);
    }

    void onStop(@Observes @Priority(BEFORE_OUTCOMES) ShutdownEvent event) {
        timer.shutdown();
        dropAll();
    }

    synchronized long heldBytes() {
        return heldBytes;
    }

    /** Whether the trace belongs to the share, in millionths. */
    static boolean isInShare(ByteString traceId, int keepPpm) {
        long hash = 0xcbf29ce484222325L;  // FNV-1a, then MurmurHash3's final mix: ids may differ in few bits only
        for (int i = 0; i < traceId.size(); i++) {
            hash = (hash ^ (traceId.byteAt(i) & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        hash ^= hash >>> 33;
        return ((hash >>> 32) * PPM >>> 32) < keepPpm;
    }

    /**
     * Takes out of a request's observations and patches those that are held, and adds held ones that are released. Publish what it
     * gives, then call {@link Selection#published}; without that the released ones stay held, to go with the next
     * span of their trace.
     *
     * @param receivedBytes of each span, for the counts
     */
    public Selection select(String projectId, Sampling sampling, IngestSource source, long receivedBytes,
                            List<Observation> observations, List<ObservationPatch> patches) {
        int keepPpm = sampling.getKeepPpm();
        if (keepPpm <= 0 || keepPpm >= PPM) {
            return new Selection(projectId, observations, patches, observations.size() + patches.size(), Map.of());
        }
        List<Item> publish = new ArrayList<>();
        Map<TraceKey, List<Item>> outside = new LinkedHashMap<>();
        Stream.<Item>concat(observations.stream().map(Item.Whole::new), patches.stream().map(Item.Change::new))
                .forEach(item -> {
                    ByteString traceId = item.said().getTraceId();
                    if (isInShare(traceId, keepPpm)) {
                        publish.add(item);
                    } else {
                        outside.computeIfAbsent(new TraceKey(projectId, traceId), _ -> new ArrayList<>()).add(item);
                    }
                });
        Map<TraceKey, Integer> released = new LinkedHashMap<>();
        int own = publish.size() + holdOrRelease(outside, source, receivedBytes, publish, released);
        List<Observation> whole = new ArrayList<>();
        List<ObservationPatch> changes = new ArrayList<>();
        for (Item item : publish) {
            switch (item) {
                case Item.Whole(Observation observation) -> whole.add(observation);
                case Item.Change(ObservationPatch patch) -> changes.add(patch);
            }
        }
        return new Selection(projectId, whole, changes, own, released);
    }

    private synchronized int holdOrRelease(Map<TraceKey, List<Item>> traces, IngestSource source,
                                           long receivedBytes, List<Item> publish,
                                           Map<TraceKey, Integer> released) {
        int own = 0;
        for (Map.Entry<TraceKey, List<Item>> entry : traces.entrySet()) {
            TraceKey key = entry.getKey();
            boolean caused = keptForCause.getIfPresent(key) != null;
            if (!caused && entry.getValue().stream().anyMatch(TraceSampler::isCause)) {
                keptForCause.put(key, true);
                caused = true;
            }
            if (!caused) {
                entry.getValue().forEach(item -> hold(key, HeldSpan.of(item, source, receivedBytes)));
                continue;
            }
            HeldTrace trace = held.get(key);
            if (trace != null) {
                trace.spans.forEach(span -> publish.add(span.item()));
                released.put(key, trace.spans.size());
            }
            publish.addAll(entry.getValue());
            own += entry.getValue().size();
        }
        return own;
    }

    private static boolean isCause(Item item) {
        Observation observation = item.said();
        return observation.getLevel() == Level.ERROR
                || observation.getMetadataMap().keySet().stream().anyMatch(key -> key.startsWith(FINDING_PREFIX));
    }

    private void hold(TraceKey key, HeldSpan span) {
        HeldTrace trace = held.get(key);
        if (trace == null) {
            trace = new HeldTrace(nanoTime.getAsLong(), new ArrayList<>());
            held.put(key, trace);
            heldBytes += TRACE_OVERHEAD_BYTES;
        }
        trace.spans.add(span);
        heldBytes += span.memoryBytes();
        while (heldBytes > config.heldBytesMax()) {
            dropEldest(IngestReason.SAMPLING_MEMORY_FULL);
        }
    }

    synchronized void dropOld() {
        long latest = nanoTime.getAsLong() - config.holdFor().toNanos();
        while (!held.isEmpty() && held.firstEntry().getValue().sinceNanos - latest <= 0) {
            dropEldest(IngestReason.SAMPLED_OUT);
        }
    }

    private synchronized void dropAll() {
        while (!held.isEmpty()) {
            dropEldest(IngestReason.SAMPLED_OUT);
        }
    }

    private void dropEldest(IngestReason reason) {
        Map.Entry<TraceKey, HeldTrace> eldest = held.pollFirstEntry();
        heldBytes -= eldest.getValue().memoryBytes();
        count(eldest.getKey().projectId, eldest.getValue().spans, Outcome.SAMPLED, reason);
    }

    private void count(String projectId, List<HeldSpan> spans, Outcome outcome, IngestReason reason) {
        for (HeldSpan span : spans) {
            outcomes.count(projectId, outcome, reason, span.source, 1, span.receivedBytes, "");
        }
    }

    /** What of a request is to be published, and what was held before and is to go with it. */
    public final class Selection {
        private final String projectId;
        private final List<Observation> observations;
        private final List<ObservationPatch> patches;
        private final int ownCount;
        private final Map<TraceKey, Integer> released;

        private Selection(String projectId, List<Observation> observations, List<ObservationPatch> patches, int ownCount,
                          Map<TraceKey, Integer> released) {
            this.projectId = projectId;
            this.observations = observations;
            this.patches = patches;
            this.ownCount = ownCount;
            this.released = released;
        }

        public List<Observation> observations() {
            return observations;
        }

        public List<ObservationPatch> patches() {
            return patches;
        }

        /** How many of them came with this request. */
        public int ownCount() {
            return ownCount;
        }

        /** Kafka has acknowledged them: those that were held are let go and counted as accepted. */
        public void published() {
            if (!released.isEmpty()) {
                letGo();
            }
        }

        private void letGo() {
            synchronized (TraceSampler.this) {
                released.forEach((key, spanCount) -> {
                    HeldTrace trace = held.get(key);
                    if (trace == null) {
                        return;
                    }
                    List<HeldSpan> gone = trace.spans.subList(0, Math.min(spanCount, trace.spans.size()));
                    heldBytes -= gone.stream().mapToLong(HeldSpan::memoryBytes).sum();
                    count(projectId, gone, Outcome.ACCEPTED, IngestReason.NONE);
                    gone.clear();
                    if (trace.spans.isEmpty()) {
                        held.remove(key);
                        heldBytes -= TRACE_OVERHEAD_BYTES;
                    }
                });
            }
        }
    }
}
