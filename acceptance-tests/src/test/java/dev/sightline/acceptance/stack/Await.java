package dev.sightline.acceptance.stack;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Waits for something to become true. Limits are generous and never what a test is about: reaching one means that it
 * would never have come, and the message says what was waited for and what was seen last.
 */
public final class Await {
    /** Long enough for anything that happens at all, on a busy machine too. */
    public static final Duration LONG = Duration.ofSeconds(90);
    private static final long PAUSE_MILLIS = 100;

    private Await() {
    }

    /** The first value that {@code check} finds; exceptions count as "not yet". */
    public static <T> T value(String what, Duration atMost, Callable<Optional<T>> check) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Throwable last = null;
        while (System.nanoTime() < deadline) {
            try {
                Optional<T> value = check.call();
                if (value.isPresent()) {
                    return value.get();
                }
                last = null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, e);
            } catch (Exception | AssertionError e) {
                last = e;
            }
            sleep(PAUSE_MILLIS);
        }
        throw new AssertionError("waited " + atMost.toSeconds() + " s for " + what + ", in vain"
                + (last == null ? "" : "; last: " + last), last);
    }

    public static void until(String what, Duration atMost, Callable<Boolean> check) {
        value(what, atMost, () -> check.call() ? Optional.of(true) : Optional.empty());
    }

    public static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
