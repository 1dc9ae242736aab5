package dev.sightline.evaluator.trace;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses between tries: doubled each time up to a bound, of which a random half is left out so that callers spread. */
public record Backoff(Duration first, Duration max) {
    private static final int DOUBLINGS_MAX = 30;

    /** The pause after the given try, counted from 1. Never longer than {@link #max}. */
    public Duration after(int attempt) {
        long doubled = first.toMillis() << Math.min(attempt - 1, DOUBLINGS_MAX);
        long bounded = Math.max(1, Math.min(doubled, max.toMillis()));
        return Duration.ofMillis(bounded - ThreadLocalRandom.current().nextLong(bounded / 2 + 1));
    }
}
