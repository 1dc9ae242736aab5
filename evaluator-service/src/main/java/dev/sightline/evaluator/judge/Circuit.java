package dev.sightline.evaluator.judge;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Keeps callers away from a judge that is away: after a number of failed requests in a row nobody may call for a while,
 * then one call tries, whose result closes the circuit or opens it anew. Thread-safe.
 */
public final class Circuit {
    private final int failuresMax;
    private final Duration pause;
    private final Clock clock;
    private int failures;
    private Instant awayUntil = Instant.MIN;
    private boolean trying;

    public Circuit(int failuresMax, Duration pause, Clock clock) {
        this.failuresMax = failuresMax;
        this.pause = pause;
        this.clock = clock;
    }

    /** Whether a call may be made now. Who gets true must report {@link #succeeded} or {@link #failed}. */
    public synchronized boolean enter() {
        if (failures < failuresMax) {
            return true;
        }
        if (trying || clock.instant().isBefore(awayUntil)) {
            return false;
        }
        trying = true;
        return true;
    }

    /** Nobody may call now, and no try is due. */
    public synchronized boolean isOpen() {
        return failures >= failuresMax && (trying || clock.instant().isBefore(awayUntil));
    }

    /** The judge answered, whatever it said. */
    public synchronized void succeeded() {
        failures = 0;
        trying = false;
    }

    /** The judge did not answer. */
    public synchronized void failed() {
        failures++;
        trying = false;
        awayUntil = clock.instant().plus(pause);
    }
}
