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
    private final Duration wait;
    private final Counter refused;

    public Admission(int bytesMax, Duration wait, Counter refused) {
        this.inFlight = new Semaphore(permits(bytesMax), true);
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
            if (inFlight.tryAcquire(permits, wait.toNanos(), TimeUnit.NANOSECONDS)) {
                return () -> inFlight.release(permits);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refused.increment();
        throw ServiceException.of(ErrorCode.OVERLOADED, "too many requests are being worked on; try again");
    }

    private static int permits(int bytes) {
        return bytes / PERMIT_BYTES + 1;
    }
}
