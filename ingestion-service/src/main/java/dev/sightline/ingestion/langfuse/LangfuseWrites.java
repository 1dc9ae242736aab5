package dev.sightline.ingestion.langfuse;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.ingestion.Admission;
import dev.sightline.ingestion.Role;
import dev.sightline.ingestion.auth.ApiKeys;
import dev.sightline.ingestion.auth.KeyAccess;
import dev.sightline.ingestion.publish.ScorePublisher;
import dev.sightline.ingestion.publish.SpanPublisher;
import dev.sightline.proto.control.v1.Access;
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
    private final SpanPublisher spans;
    private final ScorePublisher scores;
    private final Batch.Reader batches;
    private final ScoreReader scoreReader;
    private final Admission admission;
    private final MeterRegistry metrics;
    private final Clock clock = Clock.systemUTC();

    public LangfuseWrites(LangfuseConfig config, Role.Config roles, ApiKeys apiKeys, SpanPublisher spans,
                          ScorePublisher scores, MeterRegistry metrics) {
        this.config = config;
        this.roles = roles;
        this.apiKeys = apiKeys;
        this.spans = spans;
        this.scores = scores;
        this.batches = new Batch.Reader(config);
        this.scoreReader = new ScoreReader(config.scoreBytesMax());
        this.admission = new Admission(config.inFlightBytesMax(), config.admissionWait(),
                metrics.counter("sightline.ingest.requests.refused"));
        this.metrics = metrics;
    }

    /** The HTTP status and body of an answer. */
    record Written(int status, Object answer) {
    }

    /** The id of a stored score. */
    record ScoreId(String id) {
    }

    /** Stores the events of a batch that can be stored and answers for each. */
    Batch.Answer batch(String authorization, byte[] request) {
        KeyAccess key = caller(authorization);
        return admitted(request.length, now -> {
            Batch batch = batches.read(request, key.access(), now);
            spans.publish(key.projectId(), now, List.of(), batch.patches());
            scores.publish(key.projectId(), batch.scores());
            count("langfuse-ingestion", batch.patches().size() + batch.scores().size(),
                    batch.answer().errors().size(), batch.dropped());
            return batch.answer();
        });
    }

    /**
     * Stores one score and answers {@code {id}}, or the scores of an array that can be stored and answers a result for
     * each, in their order.
     */
    Written scores(String authorization, byte[] request) {
        KeyAccess key = caller(authorization);
        return admitted(request.length, now -> RequestJson.isArray(request)
                ? many(key, request, now) : one(key, request, now));
    }

    private Written one(KeyAccess key, byte[] request, long now) {
        Fields body = RequestJson.objects(request, 1).getFirst();
        Score score = scoreReader.read(body, UUID.randomUUID().toString(), key.access(), now, now,
                EventTimes.of(config, now));
        scores.publish(key.projectId(), List.of(score));
        count("scores", 1, 0, 0);
        return new Written(200, new ScoreId(score.getId()));
    }

    private Written many(KeyAccess key, byte[] request, long now) {
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
        count("scores", stored.size(), results.size() - stored.size(), 0);
        return new Written(stored.size() == results.size() ? 200 : 207, results);
    }

    /** Removes the project's score with this id as far as it was written before now; no score is no error. */
    void deleteScore(String authorization, String id) {
        KeyAccess key = caller(authorization);
        if (key.access() != Access.FULL) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED,
                    "a public key alone may only write scores; send the secret key too");
        }
        if (id.length() > ExternalIds.CHARS_MAX) {
            throw ServiceException.invalid("scoreId", "has more than " + ExternalIds.CHARS_MAX + " characters");
        }
        scores.delete(key.projectId(), id, now());
    }

    private KeyAccess caller(String authorization) {
        if (!roles.roles().contains(Role.EDGE)) {
            throw ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE, "this process does not have the role edge");
        }
        return apiKeys.access(authorization);
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

    /** The one place where what became of events and scores is counted. */
    private void count(String source, int accepted, int rejected, int dropped) {
        metrics.counter("sightline.ingest.events", "source", source, "outcome", "accepted").increment(accepted);
        metrics.counter("sightline.ingest.events", "source", source, "outcome", "rejected").increment(rejected);
        metrics.counter("sightline.ingest.events", "source", source, "outcome", "dropped").increment(dropped);
    }
}
