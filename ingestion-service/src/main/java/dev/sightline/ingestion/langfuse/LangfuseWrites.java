package dev.sightline.ingestion.langfuse;

import dev.sightline.base.auth.ApiKeys;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.base.ingest.IngestReason;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.ingestion.Admission;
import dev.sightline.ingestion.Role;
import dev.sightline.ingestion.limit.IngestLimits;
import dev.sightline.ingestion.media.MediaParts;
import dev.sightline.ingestion.outcome.IngestOutcomes;
import dev.sightline.ingestion.publish.ScorePublisher;
import dev.sightline.ingestion.publish.SpanPublisher;
import dev.sightline.ingestion.redact.Redacted;
import dev.sightline.ingestion.redact.Redactor;
import dev.sightline.ingestion.sample.TraceSampler;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.control.v1.ModelPrice;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.proto.observation.v1.Outcome;
import dev.sightline.proto.score.v1.Score;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What Langfuse's write API does with a request: find whose it is, understand it, put it on Kafka, and only then answer.
 * Requests being worked on are bounded in bytes; beyond that a request waits shortly and is then told to come back.
 * Everything here may be sent again: patches and scores carry the same ids and merge into what is there. Blocking,
 * thread-safe.
 */
@Singleton
public final class LangfuseWrites {
    private final LangfuseConfig config;
    private final Role.Config roles;
    private final ApiKeys apiKeys;
    private final MediaParts media;
    private final Redactor redactor;
    private final IngestLimits limits;
    private final TraceSampler sampler;
    private final IngestOutcomes outcomes;
    private final SpanPublisher spans;
    private final ScorePublisher scores;
    private final DatasetRunItems runItems;
    private final Batch.Reader batches;
    private final ScoreReader scoreReader;
    private final Admission admission;
    private final Clock clock = Clock.systemUTC();

    public LangfuseWrites(LangfuseConfig config, Role.Config roles, ApiKeys apiKeys, MediaParts media,
                          Redactor redactor, IngestLimits limits, TraceSampler sampler, IngestOutcomes outcomes,
                          SpanPublisher spans, ScorePublisher scores, DatasetRunItems runItems,
                          MeterRegistry metrics) {
        this.sampler = sampler;
        this.media = media;
        this.redactor = redactor;
        this.limits = limits;
        this.outcomes = outcomes;
        this.config = config;
        this.roles = roles;
        this.apiKeys = apiKeys;
        this.spans = spans;
        this.scores = scores;
        this.runItems = runItems;
        this.batches = new Batch.Reader(config);
        this.scoreReader = new ScoreReader(config.scoreBytesMax());
        this.admission = new Admission(config.inFlightBytesMax(), config.inFlightBytesMax(), config.admissionWait(),
                metrics.counter("sightline.ingest.requests.refused"));
    }

    /** The HTTP status and body of an answer. */
    record Written(int status, Object answer) {
    }

    /** The id of a stored score. */
    record ScoreId(String id) {
    }

    /** Stores the events of a batch that can be stored and answers for each. */
    Batch.Answer batch(String authorization, byte[] request) {
        ApiKeys.Key key = caller(authorization);
        return admitted(request.length, now -> {
            MediaParts.Request mediaRequest = media.request(key.projectId());
            Batch batch = batches.read(request, key.access(), now,
                    patch -> prepared(key, mediaRequest, patch), item -> runItems.add(key.projectId(), item));
            limits.check(key, batch.patches().size(), request.length).ifPresent(refusal -> {
                throw refusal.counted(outcomes, key, IngestSource.LANGFUSE_INGESTION, batch.patches().size(),
                        request.length);
            });
            long eventBytes = batch.patches().isEmpty() ? 0 : request.length / batch.patches().size();
            TraceSampler.Selection selection = sampler.select(key.projectId(), key.ingest().getSampling(),
                    IngestSource.LANGFUSE_INGESTION, eventBytes, List.of(), batch.patches());
            spans.publish(key.projectId(), now, selection.observations(), selection.patches());
            selection.published();
            limits.stored(key, selection.observations().size() + selection.patches().size());
            scores.publish(key.projectId(), batch.scores());
            count(key, IngestSource.LANGFUSE_INGESTION, selection.ownCount() + batch.scores().size() + batch.runItems(),
                    selection.ownCount() * eventBytes, batch.answer().errors().stream().map(Batch.Failure::message).toList());
            return batch.answer();
        });
    }

    /**
     * Stores one score and answers {@code {id}}, or the scores of an array that can be stored and answers a result for
     * each, in their order.
     */
    Written scores(String authorization, byte[] request) {
        ApiKeys.Key key = caller(authorization);
        return admitted(request.length, now -> RequestJson.isArray(request)
                ? many(key, request, now) : one(key, request, now));
    }

    private Written one(ApiKeys.Key key, byte[] request, long now) {
        Fields body = RequestJson.objects(request, 1).getFirst();
        Score score = scoreReader.read(body, UUID.randomUUID().toString(), key.access(), now, now,
                EventTimes.of(config, now));
        scores.publish(key.projectId(), List.of(score));
        count(key, IngestSource.SCORES, 1, request.length, List.of());
        return new Written(200, new ScoreId(score.getId()));
    }

    private Written many(ApiKeys.Key key, byte[] request, long now) {
        List<Score> stored = new ArrayList<>();
        List<Object> results = new ArrayList<>();
        for (Fields body : RequestJson.objects(request, config.eventsMax())) {
            String id = UUID.randomUUID().toString();
            try {
                if (body == null) {
                    throw ServiceException.invalid("[]", "a score must be an object");
                }
                Score score = scoreReader.read(body, id, key.access(), now, now + stored.size(),
                        EventTimes.of(config, now));
                stored.add(score);
                results.add(new Batch.Success(score.getId(), 201));
            } catch (ServiceException e) {
                Fields.Value named = body == null ? null : body.get("id");
                results.add(Batch.Failure.of(named == null ? null : named.text(), e));
            }
        }
        scores.publish(key.projectId(), stored);
        count(key, IngestSource.SCORES, stored.size(), request.length, results.stream()
                .filter(Batch.Failure.class::isInstance).map(result -> ((Batch.Failure) result).message()).toList());
        return new Written(stored.size() == results.size() ? 200 : 207, results);
    }

    /** Removes the project's score with this id as far as it was written before now; no score is no error. */
    void deleteScore(String authorization, String id) {
        ApiKeys.Key key = caller(authorization);
        if (key.access() != Access.FULL) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED,
                    "a public key alone may only write scores; send the secret key too");
        }
        if (id.length() > ExternalIds.CHARS_MAX) {
            throw ServiceException.invalid("scoreId", "has more than " + ExternalIds.CHARS_MAX + " characters");
        }
        scores.delete(key.projectId(), id, now());
    }

    private ApiKeys.Key caller(String authorization) {
        if (!roles.roles().contains(Role.EDGE)) {
            throw ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE, "this process does not have the role edge");
        }
        return apiKeys.resolve(authorization);
    }

    private <T> T admitted(int requestBytes, Function<Long, T> work) {
        try (Admission.Permit _ = admission.admit(requestBytes)) {
            return work.apply(now());
        }
    }

    private long now() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /** Media moved out, personal data replaced or noted, findings counted. */
    private ObservationPatch prepared(ApiKeys.Key key, MediaParts.Request mediaRequest, ObservationPatch patch) {
        Observation moved = mediaRequest.moveOut(patch.getObservation());
        ObservationPatch light = moved == patch.getObservation() ? patch
                : patch.toBuilder().setObservation(moved).build();
        Redacted<ObservationPatch> redacted = redactor.apply(key.ingest(), light);
        outcomes.countFindings(key.projectId(), redacted.mode(), IngestSource.LANGFUSE_INGESTION, redacted.findings());
        List<ModelPrice> prices = key.ingest().getModelPricesList();
        return prices.isEmpty() ? redacted.value()
                : redacted.value().toBuilder().addAllModelPrices(prices).build();
    }

    /** The one place where what became of events and scores is counted. */
    private void count(ApiKeys.Key key, IngestSource source, int accepted, long acceptedBytes, List<String> rejected) {
        outcomes.count(key.projectId(), Outcome.ACCEPTED, IngestReason.NONE, source, accepted, acceptedBytes, "");
        rejected.forEach(message -> outcomes.count(key.projectId(), Outcome.REJECTED, IngestReason.UNREADABLE_SPAN,
                source, 1, 0, message));
    }
}
