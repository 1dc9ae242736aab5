package dev.sightline.query.trace;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The places of answers with very many observations, at most {@link TraceConfig#largeAnswersInFlightMax} at one time:
 * such an answer stands in memory as rows, as JSON and as bytes until its client has taken the last one, so that a few
 * slow clients could fill the heap. Thread-safe; waits, so not for an event loop.
 */
@Singleton
final class LargeAnswers {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final TraceConfig config;
    private final Semaphore places;

    LargeAnswers(TraceConfig config) {
        this.config = config;
        this.places = new Semaphore(config.largeAnswersInFlightMax(), true);
    }

    /**
     * To be called before the observations are read. The place is given back when the response has ended, in whatever
     * way.
     */
    void admit(long observations, RoutingContext request) {
        if (observations <= config.largeAnswerObservations()) {
            return;
        }
        try {
            if (!places.tryAcquire(config.contentWait().toMillis(), TimeUnit.MILLISECONDS)) {
                throw ServiceException.overloaded("many traces of more than " + config.largeAnswerObservations()
                        + " observations are being read; try again, or ask for fewer with limit", RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.of(ErrorCode.OVERLOADED, "query-service is shutting down");
        }
        AtomicBoolean ended = new AtomicBoolean();
        Runnable end = () -> {
            if (ended.compareAndSet(false, true)) {
                places.release();
            }
        };
        request.addEndHandler(_ -> end.run());
        // A client that has gone before is not told of again.
        if (request.response().closed()) {
            end.run();
        }
    }
}
