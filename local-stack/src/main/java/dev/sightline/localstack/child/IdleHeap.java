package dev.sightline.localstack.child;

import java.time.Duration;

/**
 * Gives memory back on a machine that everything shares: when the JVM has hardly allocated for a while and holds more
 * heap than it did when small, it collects once, and the heap shrinks to what lives (with -XX:-ShrinkHeapInSteps).
 * Otherwise a service would keep the heap of its biggest request until the next one of that size.
 */
public final class IdleHeap {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final int QUIET_LOOKS = 3;
    /** What an idle service allocates between two looks: polls, health checks, metrics. */
    private static final long QUIET_BYTES = 16 << 20;
    private static final long SMALL_BYTES = 64 << 20;

    private long usedBefore;
    private int quietLooks;
    private boolean collected;

    IdleHeap() { }

    /** Starts to look, from now until the JVM ends. */
    public static void start() {
        Thread.ofPlatform().daemon().name("idle-heap").start(new IdleHeap()::run);
    }

    private void run() {
        Runtime jvm = Runtime.getRuntime();
        try {
            while (true) {
                Thread.sleep(LOOK_EVERY);
                if (shouldCollect(jvm.totalMemory() - jvm.freeMemory(), jvm.totalMemory())) {
                    System.gc();
                    collected(jvm.totalMemory() - jvm.freeMemory());
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** Called at each look; true once in each quiet time. */
    boolean shouldCollect(long usedBytes, long heapBytes) {
        boolean quiet = Math.abs(usedBytes - usedBefore) < QUIET_BYTES;
        usedBefore = usedBytes;
        quietLooks = quiet ? quietLooks + 1 : 0;
        collected &= quiet;
        return quietLooks >= QUIET_LOOKS && !collected && heapBytes > SMALL_BYTES;
    }

    void collected(long usedBytes) {
        collected = true;
        usedBefore = usedBytes;
    }
}
