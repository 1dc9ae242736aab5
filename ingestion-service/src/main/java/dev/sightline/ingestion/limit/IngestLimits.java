package dev.sightline.ingestion.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sightline.base.auth.ApiKeys;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.ingest.IngestReason;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.ingestion.outcome.IngestOutcomes;
import dev.sightline.proto.control.v1.Limits;
import dev.sightline.proto.observation.v1.Outcome;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The limits of projects and keys: spans and bytes a second, and the project's spans a month. A request passes whole or
 * not at all. Kept in this process alone: with n edges behind a load balancer a project may send up to n times its
 * limit a second. The month's spans are those query-service knew when the key was resolved plus those stored here
 * since, so all edges together may go over it by the traffic of about two minutes. Bounded memory, thread-safe.
 */
@Singleton
public final class IngestLimits {
    private final double burstSeconds;
    private final Cache<String, Buckets> projects;
    private final Cache<String, Buckets> keys;
    private final Cache<String, StoredSince> stored;
    private final LongSupplier nanoTime;
    private final Clock clock;

    private record Buckets(TokenBucket spans, TokenBucket bytes) {
        Buckets() {
            this(new TokenBucket(), new TokenBucket());
        }
    }

    /** Spans stored by this process since a key of the project was last resolved. */
    private record StoredSince(Instant resolvedAt, long spans) {
    }

    /** Why a request must not pass, what to say, and when the same request can. */
    public record Refusal(IngestReason reason, String message, Duration retryAfter) {
        /** Counts a request that the refusal was given to, and makes its answer. */
        public ServiceException counted(IngestOutcomes outcomes, ApiKeys.Key key, IngestSource source, int spans,
                                        long bytes) {
            outcomes.count(key.projectId(), Outcome.LIMITED, reason, source, spans, bytes, message);
            return ServiceException.tooManyRequests(message, retryAfter);
        }
    }

    /** One limit a second of this request. */
    private record Rate(IngestReason reason, String name, TokenBucket bucket, double amount, long perSecond) {
    }

    @Inject
    public IngestLimits(LimitConfig config) {
        this(config, System::nanoTime, Clock.systemUTC());
    }

    IngestLimits(LimitConfig config, LongSupplier nanoTime, Clock clock) {
        this.burstSeconds = config.burst().toMillis() / 1000.0;
        this.projects = Caffeine.newBuilder().maximumSize(config.followedMax()).build();
        this.keys = Caffeine.newBuilder().maximumSize(config.followedMax()).build();
        this.stored = Caffeine.newBuilder().maximumSize(config.followedMax()).build();
        this.nanoTime = nanoTime;
        this.clock = clock;
    }

    /** Empty when the request may pass, which is counted; else nothing is counted. */
    public Optional<Refusal> check(ApiKeys.Key key, int spans, long bytes) {
        Optional<Refusal> month = checkMonth(key);
        if (month.isPresent()) {
            return month;
        }
        long now = nanoTime.getAsLong();
        List<Rate> taken = new ArrayList<>();
        for (Rate rate : rates(key, spans, bytes)) {
            double burst = Math.max(1, rate.perSecond * burstSeconds);
            long waitNanos = rate.bucket.take(rate.amount, rate.perSecond, burst, now);
            if (waitNanos > 0) {
                taken.forEach(other -> other.bucket.giveBack(other.amount));
                return Optional.of(new Refusal(rate.reason, rate.name + ": at most " + rate.perSecond
                        + " a second are taken; send the same again later, or have the limit raised",
                        Duration.ofNanos(waitNanos)));
            }
            taken.add(rate);
        }
        return Optional.empty();
    }

    private List<Rate> rates(ApiKeys.Key key, int spans, long bytes) {
        List<Rate> rates = new ArrayList<>(4);
        Limits ofProject = key.ingest().getLimits();
        if (ofProject.getSpansPerSecond() != 0 || ofProject.getBytesPerSecond() != 0) {
            Buckets buckets = projects.get(key.projectId(), _ -> new Buckets());
            add(rates, IngestReason.PROJECT_SPANS_PER_SECOND, "limits.spans_per_second", buckets.spans, spans,
                    Integer.toUnsignedLong(ofProject.getSpansPerSecond()));
            add(rates, IngestReason.PROJECT_BYTES_PER_SECOND, "limits.bytes_per_second", buckets.bytes, bytes,
                    ofProject.getBytesPerSecond());
        }
        Limits ofKey = key.ingest().getKeyLimits();
        if (ofKey.getSpansPerSecond() != 0 || ofKey.getBytesPerSecond() != 0) {
            Buckets buckets = keys.get(key.publicKey(), _ -> new Buckets());
            add(rates, IngestReason.KEY_SPANS_PER_SECOND, "key_limits.spans_per_second", buckets.spans, spans,
                    Integer.toUnsignedLong(ofKey.getSpansPerSecond()));
            add(rates, IngestReason.KEY_BYTES_PER_SECOND, "key_limits.bytes_per_second", buckets.bytes, bytes,
                    ofKey.getBytesPerSecond());
        }
        return rates;
    }

    private static void add(List<Rate> rates, IngestReason reason, String name, TokenBucket bucket, double amount,
                            long perSecond) {
        if (perSecond != 0) {
            rates.add(new Rate(reason, name, bucket, amount, perSecond));
        }
    }

    private Optional<Refusal> checkMonth(ApiKeys.Key key) {
        long budget = key.ingest().getLimits().getSpansPerMonth();
        if (budget == 0) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        YearMonth month = YearMonth.from(now.atOffset(ZoneOffset.UTC));
        boolean resolvedThisMonth = month.equals(YearMonth.from(key.resolvedAt().atOffset(ZoneOffset.UTC)));
        long known = resolvedThisMonth ? key.ingest().getLimits().getSpansThisMonth() : 0;
        StoredSince since = stored.getIfPresent(key.projectId());
        long here = resolvedThisMonth && since != null && !since.resolvedAt.isBefore(key.resolvedAt()) ? since.spans : 0;
        if (known + here < budget) {
            return Optional.empty();
        }
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        return Optional.of(new Refusal(IngestReason.PROJECT_SPANS_PER_MONTH, "limits.spans_per_month: the project's "
                + budget + " spans of " + month + " are used up; have the limit raised, or send again after " + end,
                Duration.between(now, end)));
    }

    /** Tells that spans of the key's project were published, for its month. */
    public void stored(ApiKeys.Key key, int spans) {
        if (key.ingest().getLimits().getSpansPerMonth() != 0) {
            stored.asMap().merge(key.projectId(), new StoredSince(key.resolvedAt(), spans), (before, more) ->
                    before.resolvedAt.isBefore(more.resolvedAt) ? more
                            : new StoredSince(before.resolvedAt, before.spans + more.spans));
        }
    }
}
