package dev.sightline.evaluator.activity;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One record of topic trace-activity on its way. It is acknowledged, which lets Kafka's offset move on, once all its
 * traces have been handed over and every one of them has been evaluated. Until then a crash brings it back.
 */
public final class ActivityRecord {
    // One for the reader that still hands traces over, one for each trace that holds on to the record.
    private final AtomicInteger holds = new AtomicInteger(1);
    private final Runnable acknowledge;

    public ActivityRecord(Runnable acknowledge) {
        this.acknowledge = acknowledge;
    }

    void hold() {
        holds.incrementAndGet();
    }

    /** Lets go once; the last one acknowledges. */
    void release() {
        if (holds.decrementAndGet() == 0) {
            acknowledge.run();
        }
    }
}
