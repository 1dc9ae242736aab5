package dev.sightline.ingestion.limit;

/**
 * How much may pass a second, with a burst. What is asked for in one piece passes in one piece: when it is larger than
 * the burst it passes with a full bucket and leaves a debt, so the rate holds over time and nothing is refused for ever.
 * Rate and burst come with each call, since settings change. Thread-safe.
 */
final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private double tokens = Double.POSITIVE_INFINITY;
    private long atNanos;

    /** Takes the amount and returns 0, or takes nothing and returns the nanoseconds until it can pass. */
    synchronized long take(double amount, double perSecond, double burst, long nowNanos) {
        double refilled = tokens + Math.max(0, nowNanos - atNanos) / NANOS_PER_SECOND * perSecond;
        tokens = Math.min(burst, refilled);
        atNanos = nowNanos;
        double needed = Math.min(amount, burst);
        if (tokens >= needed) {
            tokens -= amount;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((needed - tokens) / perSecond * NANOS_PER_SECOND));
    }

    /** Undoes a {@link #take} whose request was refused for another reason. */
    synchronized void giveBack(double amount) {
        tokens += amount;
    }
}
