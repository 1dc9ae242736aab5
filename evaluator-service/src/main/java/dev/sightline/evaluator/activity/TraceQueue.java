package dev.sightline.evaluator.activity;

import dev.sightline.evaluator.trace.TraceKey;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@link WaitingTraces} shared between the Kafka reader, which blocks while there is no room (that is the
 * back-pressure: nothing is ever dropped), and the workers, which block until a trace is due. Thread-safe.
 */
@Singleton
public class TraceQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final WaitingTraces traces;
    private boolean closed;

    @Inject
    public TraceQueue(ActivityConfig config) {
        this(new WaitingTraces(
                new WaitingTraces.Settling(config.settle(), config.settleAfterRoot(), config.settleMax()),
                config.waitingTracesMax(), Clock.systemUTC()));
    }

    TraceQueue(WaitingTraces traces) {
        this.traces = traces;
    }

    /** Notes activity on a trace; blocks while the table is full. */
    public void put(TraceKey key, boolean rootStored, ActivityRecord record) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (closed || !traces.touch(key, rootStored, record)) {
                stopIfClosed();
                room.await();
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The next trace that is due; blocks until there is one. */
    public WaitingTraces.Due take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                stopIfClosed();
                Optional<WaitingTraces.Due> due = traces.takeDue();
                if (due.isPresent()) {
                    changed.signal();
                    return due.get();
                }
                Optional<Duration> wait = traces.untilDue();
                if (wait.isEmpty()) {
                    changed.await();
                } else {
                    changed.await(Math.max(1, wait.get().toMillis()), TimeUnit.MILLISECONDS);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The trace's place is free again. */
    public void finished(TraceKey key) {
        lock.lock();
        try {
            traces.finished(key);
            room.signalAll();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The trace is not to be found yet: it is due again after the pause. */
    public void missing(WaitingTraces.Due due, Duration pause) {
        lock.lock();
        try {
            traces.missing(due, pause);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The process stops: everybody who waits here, or comes later, gets an InterruptedException. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void stopIfClosed() throws InterruptedException {
        if (closed) {
            throw new InterruptedException("the service stops");
        }
    }

    /** How many traces wait or are being looked at. */
    public int size() {
        lock.lock();
        try {
            return traces.size();
        } finally {
            lock.unlock();
        }
    }

    /** How long the oldest of them has been here. */
    public Duration oldestAge() {
        lock.lock();
        try {
            return traces.oldestAge();
        } finally {
            lock.unlock();
        }
    }
}
