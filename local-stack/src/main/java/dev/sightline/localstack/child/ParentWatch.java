package dev.sightline.localstack.child;

import java.io.IOException;
import java.time.Duration;

/**
 * Ties a JVM to the one that started it: when standard input ends, because the parent closed the pipe or is gone
 * (kill -9 too), this JVM exits in good order, and by force when that takes longer than {@link #EXIT_WITHIN}. It is
 * also how the supervisor asks a process to stop, so there is one way down, and no process can outlive it.
 */
public final class ParentWatch {
    static final Duration EXIT_WITHIN = Duration.ofSeconds(25);

    private ParentWatch() {
    }

    /** Starts to watch. Call it before anything else; standard input then belongs to it. */
    public static void start() {
        Thread.ofPlatform().daemon().name("parent-watch").start(ParentWatch::awaitEnd);
    }

    private static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                // The parent sends nothing; only the end of the stream means something.
            }
        } catch (IOException gone) {
            // A broken pipe is an end as well.
        }
        Thread.ofPlatform().daemon().name("exit-by-force").start(ParentWatch::haltLater);
        System.exit(0);
    }

    private static void haltLater() {
        try {
            Thread.sleep(EXIT_WITHIN);
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }
}
