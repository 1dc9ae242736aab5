package dev.sightline.ingestion;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the requests being worked on by their bytes, so that a flood ends in refusals and not in a full heap. A request
 * waits shortly for others to finish, first come first served, and is then told to come back. Thread-safe.
 */
public final class Admission {
    private static final int PERMIT_BYTES = 1024;

    private final Semaphore inFlight;
    private final Semaphore waiting;
    private final Duration wait;
    private final Counter refused;

    /** @param waitingBytesMax requests that wait are in memory too; more are told to come back at once */
    public Admission(int bytesMax, int waitingBytesMax, Duration wait, Counter refused) {
        this.inFlight = new Semaphore(permits(bytesMax), true);
        this.waiting = new Semaphore(permits(waitingBytesMax));
        this.wait = wait;
        this.refused = refused;
    }

    /** Stands for a request being worked on; close it when the answer is known. */
    @FunctionalInterface
    public interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws ServiceException OVERLOADED */
    public Permit admit(int requestBytes) {
        int permits = permits(requestBytes);
        try {
            // In turn: who finds room while others wait does not overtake them.
            if (inFlight.tryAcquire(permits, 0, TimeUnit.NANOSECONDS) || awaitRoom(permits)) {
                return () -> inFlight.release(permits);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refused.increment();
        throw ServiceException.of(ErrorCode.OVERLOADED, "too many requests are being worked on; try again");
    }

    private boolean awaitRoom(int permits) throws InterruptedException {
        if (!waiting.tryAcquire(permits)) {
            return false;
        }
        try {
            return inFlight.tryAcquire(permits, wait.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            waiting.release(permits);
        }
    }

    private static int permits(int bytes) {
        return bytes / PERMIT_BYTES + 1;
    }
}
