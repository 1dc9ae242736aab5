package dev.sightline.ingestion.otlp;

import dev.sightline.base.auth.ApiKeys;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.ingest.IngestReason;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.base.price.Prices;
import dev.sightline.base.price.ProjectPrices;
import dev.sightline.ingestion.Admission;
import dev.sightline.ingestion.Role;
import dev.sightline.ingestion.limit.IngestLimits;
import dev.sightline.ingestion.mapping.ObservationMapper;
import dev.sightline.ingestion.mapping.ResourceContext;
import dev.sightline.ingestion.mapping.Result;
import dev.sightline.ingestion.mapping.SpanLimits;
import dev.sightline.ingestion.media.MediaParts;
import dev.sightline.ingestion.outcome.IngestOutcomes;
import dev.sightline.ingestion.publish.SpanPublisher;
import dev.sightline.ingestion.redact.Redacted;
import dev.sightline.ingestion.redact.Redactor;
import dev.sightline.ingestion.sample.TraceSampler;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What both OTLP transports do with a request: find the project, hold it to its limits, map the spans, move their media
 * out, redact them, leave out what sampling leaves out, publish the rest, and only then answer. What became of the spans
 * is counted by reason.
 * Requests being worked on are bounded in bytes; beyond that a request waits shortly and is then told to come back.
 * Answers follow the OTLP specification 1.x, sections "Partial Success" and "Failures". Blocking, thread-safe.
 */
@Singleton
public final class TraceExport {
    private static final Logger LOG = Logger.getLogger(TraceExport.class);
    private static final int REASONS_MAX = 10;

    private final OtlpConfig config;
    private final Role.Config roles;
    private final ApiKeys apiKeys;
    private final MediaParts media;
    private final SpanPublisher publisher;
    private final Redactor redactor;
    private final IngestLimits limits;
    private final TraceSampler sampler;
    private final IngestOutcomes outcomes;
    private final ObservationMapper mapper;
    private final Admission admission;
    private final Clock clock = Clock.systemUTC();

    public TraceExport(OtlpConfig config, Role.Config roles, ApiKeys apiKeys, MediaParts media,
                       SpanPublisher publisher, Redactor redactor, IngestLimits limits, TraceSampler sampler,
                       IngestOutcomes outcomes, MeterRegistry metrics) {
        this.config = config;
        this.roles = roles;
        this.apiKeys = apiKeys;
        this.media = media;
        this.publisher = publisher;
        this.redactor = redactor;
        this.limits = limits;
        this.sampler = sampler;
        this.outcomes = outcomes;
        SpanLimits standard = SpanLimits.DEFAULT;
        this.mapper = new ObservationMapper(new SpanLimits(config.spanBytesMax(), config.spanBytesMax(),
                config.spanAttributesMax(), standard.eventCountMax(), standard.linkCountMax(),
                standard.indexedSlotMax(), config.startedBeforeMax(), config.startsAheadMax()), Prices.shipped());
        this.admission = new Admission(config.inFlightBytesMax(), config.waitingBytesMax(), config.admissionWait(),
                metrics.counter("sightline.ingest.requests.refused"));
    }

    /**
     * Stores the spans of one request.
     *
     * @param requestBytes the request's size after decompression, for the bound on memory
     * @throws ServiceException UNAUTHENTICATED, PERMISSION_DENIED, INVALID_ARGUMENT; TOO_MANY_REQUESTS over a limit;
     *                          OVERLOADED and DEPENDENCY_UNAVAILABLE when the client shall send the same again
     */
    ExportTraceServiceResponse export(String authorization, IngestSource source, int requestBytes,
                                      Supplier<DecodedExport> decode) {
        if (!roles.roles().contains(Role.EDGE)) {
            throw ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE, "this process does not have the role edge");
        }
        ApiKeys.Key key = key(authorization, source);
        try (Admission.Permit _ = admit(key, source, requestBytes)) {
            return store(key, source, requestBytes, decoded(key, source, requestBytes, decode));
        } catch (ServiceException e) {
            throw e;
        } catch (RuntimeException e) {
            outcomes.count(key.projectId(), Outcome.REJECTED, IngestReason.INTERNAL_ERROR, source, 1, requestBytes,
                    IngestReason.INTERNAL_ERROR.advice());
            throw e;
        }
    }

    private Admission.Permit admit(ApiKeys.Key key, IngestSource source, int requestBytes) {
        try {
            return admission.admit(requestBytes);
        } catch (ServiceException e) {
            count(key, source, e, 1, requestBytes);
            throw e;
        }
    }

    /** Counts a request that was refused before {@link #export}, for the project of its key where it has a good one. */
    void countRefused(String authorization, IngestSource source, ServiceException refusal) {
        try {
            count(apiKeys.resolve(authorization), source, refusal, 1, 0);
        } catch (ServiceException unknown) {
            IngestReason reason = reason(refusal.code());
            outcomes.countWithoutProject(outcome(reason), reason, source, 1);
        }
    }

    private ApiKeys.Key key(String authorization, IngestSource source) {
        ApiKeys.Key key;
        try {
            key = apiKeys.resolve(authorization);
        } catch (ServiceException e) {
            IngestReason reason = reason(e.code());
            outcomes.countWithoutProject(outcome(reason), reason, source, 1);
            throw e;
        }
        try {
            ApiKeys.requireFull(key);
            return key;
        } catch (ServiceException e) {
            count(key, source, e, 1, 0);
            throw e;
        }
    }

    private DecodedExport decoded(ApiKeys.Key key, IngestSource source, int requestBytes,
                                  Supplier<DecodedExport> decode) {
        try {
            return decode.get();
        } catch (ServiceException e) {
            count(key, source, e, 1, requestBytes);
            throw e;
        }
    }

    private void count(ApiKeys.Key key, IngestSource source, ServiceException refusal, int spans, int bytes) {
        IngestReason reason = reason(refusal.code());
        // The parser's own words may quote the body.
        String example = reason == IngestReason.UNREADABLE_REQUEST ? reason.advice() : refusal.getMessage();
        outcomes.count(key.projectId(), outcome(reason), reason, source, spans, bytes, example);
    }

    private static Outcome outcome(IngestReason reason) {
        return reason == IngestReason.OVERLOADED ? Outcome.LIMITED : Outcome.REJECTED;
    }

    private static IngestReason reason(ErrorCode code) {
        return switch (code) {
            case INVALID_ARGUMENT, NOT_FOUND, METHOD_NOT_ALLOWED, CONFLICT -> IngestReason.UNREADABLE_REQUEST;
            case UNAUTHENTICATED -> IngestReason.UNAUTHENTICATED;
            case PERMISSION_DENIED -> IngestReason.KEY_MAY_NOT_WRITE;
            case PAYLOAD_TOO_LARGE -> IngestReason.REQUEST_TOO_LARGE;
            case UNSUPPORTED_MEDIA_TYPE -> IngestReason.UNSUPPORTED_MEDIA_TYPE;
            case TOO_MANY_REQUESTS, OVERLOADED, DEPENDENCY_UNAVAILABLE, TIMED_OUT -> IngestReason.OVERLOADED;
            case INTERNAL -> IngestReason.INTERNAL_ERROR;
        };
    }

    private ExportTraceServiceResponse store(ApiKeys.Key key, IngestSource source, int requestBytes,
                                             DecodedExport export) {
        int spanCount = export.rejected().size() + spanCount(export.request());
        limits.check(key, spanCount, requestBytes).ifPresent(refusal -> {
            throw refusal.counted(outcomes, key, source, spanCount, requestBytes);
        });
        Instant now = clock.instant();
        long nowUnixNano = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        List<Result.Rejected> rejected = new ArrayList<>();
        export.rejected().forEach(text -> rejected.add(new Result.Rejected(IngestReason.UNREADABLE_SPAN, text)));
        Map<String, Integer> findings = new HashMap<>();
        List<Observation> observations = map(key, export, nowUnixNano, rejected, findings);
        long spanBytes = spanCount == 0 ? 0 : requestBytes / spanCount;
        TraceSampler.Selection selection =
                sampler.select(key.projectId(), key.ingest().getSampling(), source, spanBytes, observations, List.of());
        try {
            publisher.publish(key.projectId(), nowUnixNano, selection.observations(), selection.patches());
        } catch (ServiceException e) {
            count(key, source, e, spanCount, requestBytes);
            throw e;
        }
        selection.published();
        limits.stored(key, selection.observations().size() + selection.patches().size());
        outcomes.count(key.projectId(), Outcome.ACCEPTED, IngestReason.NONE, source, selection.ownCount(),
                selection.ownCount() * spanBytes, "");
        outcomes.countFindings(key.projectId(), key.ingest().getRedaction().getMode(), source, findings);
        rejected.forEach(span -> outcomes.count(
                key.projectId(), Outcome.REJECTED, span.slug(), source, 1, spanBytes, span.reason()));
        return answer(rejected.stream().map(Result.Rejected::reason).toList(), export.warnings());
    }

    private static int spanCount(ExportTraceServiceRequest request) {
        int count = 0;
        for (ResourceSpans resourceSpans : request.getResourceSpansList()) {
            for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
                count += scopeSpans.getSpansCount();
            }
        }
        return count;
    }

    private List<Observation> map(ApiKeys.Key key, DecodedExport export, long nowUnixNano,
                                  List<Result.Rejected> rejected, Map<String, Integer> findings) {
        List<Observation> observations = new ArrayList<>();
        MediaParts.Request request = media.request(key.projectId());
        ProjectPrices prices = ProjectPrices.of(key.ingest().getModelPricesList());
        for (ResourceSpans resourceSpans : export.request().getResourceSpansList()) {
            ResourceContext resource = mapper.resource(resourceSpans.getResource());
            for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
                for (Span span : scopeSpans.getSpansList()) {
                    switch (mapper.map(resource, scopeSpans.getScope(), span, nowUnixNano, prices)) {
                        case Result.Mapped mapped -> {
                            switch (redact(key, request.moveOut(mapped.observation()), findings)) {
                                case Result.Mapped redacted -> observations.add(redacted.observation());
                                case Result.Rejected refusal -> rejected.add(refusal);
                            }
                        }
                        case Result.Rejected refusal -> rejected.add(refusal);
                    }
                }
            }
        }
        return observations;
    }

    /** A span that can't be redacted, or is too large after it, is not stored at all. */
    private Result redact(ApiKeys.Key key, Observation observation, Map<String, Integer> findings) {
        try {
            Redacted<Observation> redacted = redactor.apply(key.ingest(), observation);
            int bytes = redacted.value() == observation ? 0 : redacted.value().getSerializedSize();
            if (bytes > config.spanBytesMax()) {
                return new Result.Rejected(IngestReason.SPAN_TOO_LARGE, "span: has " + bytes + " bytes after redaction,"
                        + " at most " + config.spanBytesMax() + " are taken; " + id(observation)
                        + "; send less content or split the span");
            }
            redacted.findings().forEach((kind, count) -> findings.merge(kind, count, Integer::sum));
            return new Result.Mapped(redacted.value());
        } catch (RuntimeException e) {
            // Neither the exception's words nor its causes: they may quote the content.
            LOG.errorf("redaction failed: %s at %s", e.getClass().getName(), e.getStackTrace()[0]);
            return new Result.Rejected(IngestReason.INTERNAL_ERROR, "span: could not be redacted; " + id(observation));
        }
    }

    private static String id(Observation observation) {
        return "span " + HexFormat.of().formatHex(observation.getSpanId().toByteArray());
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
