package dev.sightline.ingestion.otlp;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.ingestion.Role;
import dev.sightline.ingestion.auth.ApiKeys;
import dev.sightline.ingestion.mapping.ObservationMapper;
import dev.sightline.ingestion.mapping.ResourceContext;
import dev.sightline.ingestion.mapping.Result;
import dev.sightline.ingestion.mapping.SpanLimits;
import dev.sightline.ingestion.price.Prices;
import dev.sightline.ingestion.publish.SpanPublisher;
import dev.sightline.proto.observation.v1.Observation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What both OTLP transports do with a request: find the project, map the spans, publish them, and only then answer.
 * Requests being worked on are bounded in bytes; beyond that a request waits shortly and is then told to come back.
 * Answers follow the OTLP specification 1.x, sections "Partial Success" and "Failures". Blocking, thread-safe.
 */
@Singleton
public final class TraceExport {
    private static final int REASONS_MAX = 10;
    private static final int PERMIT_BYTES = 1024;

    private final OtlpConfig config;
    private final Role.Config roles;
    private final ApiKeys apiKeys;
    private final SpanPublisher publisher;
    private final ObservationMapper mapper;
    private final Semaphore inFlight;
    private final Semaphore waiting;
    private final Counter accepted;
    private final Counter rejected;
    private final Counter refused;
    private final Clock clock = Clock.systemUTC();

    public TraceExport(OtlpConfig config, Role.Config roles, ApiKeys apiKeys, SpanPublisher publisher,
                       MeterRegistry metrics) {
        this.config = config;
        this.roles = roles;
        this.apiKeys = apiKeys;
        this.publisher = publisher;
        SpanLimits standard = SpanLimits.DEFAULT;
        this.mapper = new ObservationMapper(new SpanLimits(config.spanBytesMax(), config.spanBytesMax(),
                config.spanAttributesMax(), standard.eventCountMax(), standard.linkCountMax(),
                standard.indexedSlotMax(), config.startedBeforeMax(), config.startsAheadMax()), Prices.shipped());
        this.inFlight = new Semaphore(permits(config.inFlightBytesMax()), true);
        this.waiting = new Semaphore(permits(config.waitingBytesMax()));
        this.accepted = metrics.counter("sightline.ingest.spans", "outcome", "accepted");
        this.rejected = metrics.counter("sightline.ingest.spans", "outcome", "rejected");
        this.refused = metrics.counter("sightline.ingest.requests.refused");
    }

    /**
     * Stores the spans of one request.
     *
     * @param requestBytes the request's size after decompression, for the bound on memory
     * @throws ServiceException UNAUTHENTICATED, PERMISSION_DENIED, INVALID_ARGUMENT; OVERLOADED and
     *                          DEPENDENCY_UNAVAILABLE when the client shall send the same again
     */
    ExportTraceServiceResponse export(String authorization, int requestBytes, Supplier<DecodedExport> decode) {
        if (!roles.roles().contains(Role.EDGE)) {
            throw ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE, "this process does not have the role edge");
        }
        String projectId = apiKeys.projectOf(authorization);
        int permits = permits(requestBytes);
        admit(permits);
        try {
            return store(projectId, decode.get());
        } finally {
            inFlight.release(permits);
        }
    }

    private static int permits(int bytes) {
        return bytes / PERMIT_BYTES + 1;
    }

    private void admit(int permits) {
        try {
            // In turn: who finds room while others wait does not overtake them.
            if (inFlight.tryAcquire(permits, 0, TimeUnit.NANOSECONDS) || awaitRoom(permits)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refused.increment();
        throw ServiceException.of(ErrorCode.OVERLOADED, "too many requests are being worked on; try again");
    }

    /** A request that waits is in memory, so those that may are bounded as well. */
    private boolean awaitRoom(int permits) throws InterruptedException {
        if (!waiting.tryAcquire(permits)) {
            return false;
        }
        try {
            return inFlight.tryAcquire(permits, config.admissionWait().toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            waiting.release(permits);
        }
    }

    private ExportTraceServiceResponse store(String projectId, DecodedExport export) {
        Instant now = clock.instant();
        long nowUnixNano = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        List<String> reasons = new ArrayList<>(export.rejected());
        List<Observation> observations = map(export, nowUnixNano, reasons);
        publisher.publish(projectId, nowUnixNano, observations);
        accepted.increment(observations.size());
        rejected.increment(reasons.size());
        return answer(reasons, export.warnings());
    }

    private List<Observation> map(DecodedExport export, long nowUnixNano, List<String> reasons) {
        List<Observation> observations = new ArrayList<>();
        for (ResourceSpans resourceSpans : export.request().getResourceSpansList()) {
            ResourceContext resource = mapper.resource(resourceSpans.getResource());
            for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
                for (Span span : scopeSpans.getSpansList()) {
                    switch (mapper.map(resource, scopeSpans.getScope(), span, nowUnixNano)) {
                        case Result.Mapped mapped -> observations.add(mapped.observation());
                        case Result.Rejected refusal -> reasons.add(refusal.reason());
                    }
                }
            }
        }
        return observations;
    }

    private static ExportTraceServiceResponse answer(List<String> reasons, List<String> warnings) {
        if (reasons.isEmpty() && warnings.isEmpty()) {
            return ExportTraceServiceResponse.getDefaultInstance();
        }
        List<String> said = new ArrayList<>(warnings);
        said.addAll(reasons.subList(0, Math.min(REASONS_MAX, reasons.size())));
        if (reasons.size() > REASONS_MAX) {
            said.add("and " + (reasons.size() - REASONS_MAX) + " more");
        }
        return ExportTraceServiceResponse.newBuilder().setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                .setRejectedSpans(reasons.size()).setErrorMessage(String.join("; ", said))).build();
    }
}
