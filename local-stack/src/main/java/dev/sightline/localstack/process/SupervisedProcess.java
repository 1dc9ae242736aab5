package dev.sightline.localstack.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps one process running: starts it, waits until it is ready, and starts it again whenever it ends by itself or is
 * killed, after a pause that grows from {@link #PAUSE_MIN} to {@link #PAUSE_MAX} while it does not stay up. Only a
 * process that has never been ready is given up, after {@link #FIRST_TRIES_MAX} tries.
 */
public final class SupervisedProcess {
    /** What a process is doing. */
    public enum State { STARTING, READY, RESTARTING, STOPPED, FAILED }

    /** A process as it is now; pid 0 when there is none. */
    public record Snapshot(String name, long pid, State state, Instant startedAt, int restarts) { }

    static final Duration PAUSE_MIN = Duration.ofMillis(200);
    static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    static final int FIRST_TRIES_MAX = 2;
    private static final Duration STABLE_AFTER = Duration.ofSeconds(30);
    private static final Duration ASK_AGAIN_MIN = Duration.ofMillis(50);
    private static final Duration ASK_AGAIN_MAX = Duration.ofMillis(500);
    private static final Logger LOG = Logger.getLogger(SupervisedProcess.class.getName());

    private final ProcessSpec spec;
    private final Runnable changed;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile Snapshot snapshot;

    /** @param changed called after each change of state or pid, in the thread of this process */
    public SupervisedProcess(ProcessSpec spec, Runnable changed) {
        this.spec = spec;
        this.changed = changed;
        this.snapshot = new Snapshot(spec.name(), 0, State.STOPPED, Instant.EPOCH, 0);
        this.thread = Thread.ofVirtual().name("supervise-" + spec.name()).unstarted(this::run);
    }

    public String name() {
        return spec.name();
    }

    public LogFile log() {
        return spec.log();
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    /** Starts it. The future completes when it is ready for the first time, or with a {@link StartFailure}. */
    public synchronized CompletableFuture<Void> start() {
        if (stopping) {
            firstReady.completeExceptionally(new StartFailure(spec.name() + " was stopped before it was started"));
        } else {
            thread.start();
        }
        return firstReady;
    }

    /** Stops it, by force when it takes too long, and returns when it is gone: true when there was one. */
    public boolean stop() throws InterruptedException {
        synchronized (this) {
            stopping = true;
        }
        boolean started = thread.isAlive();
        thread.interrupt();
        thread.join();
        return started;
    }

    private void run() {
        int endsInARow = 0;
        try {
            while (!stopping) {
                Instant begin = Instant.now();
                String end = runOnce();
                endsInARow = Duration.between(begin, Instant.now()).compareTo(STABLE_AFTER) > 0 ? 1 : endsInARow + 1;
                if (!firstReady.isDone() && endsInARow >= FIRST_TRIES_MAX) {
                    fail(new StartFailure(spec.name() + " " + end + " before it was ready; " + spec.log().ending()));
                    return;
                }
                LOG.log(Level.WARNING, "{0} {1}; starting it again", new Object[] {spec.name(), end});
                become(State.RESTARTING, 0);
                Thread.sleep(pauseAfter(endsInARow));
            }
        } catch (InterruptedException stopped) {
            become(State.STOPPED, 0);
            firstReady.completeExceptionally(new StartFailure(spec.name() + " was stopped before it was ready"));
        } catch (StartFailure failure) {
            fail(failure);
        }
    }

    static Duration pauseAfter(int endsInARow) {
        Duration pause = PAUSE_MIN.multipliedBy(1L << Math.min(endsInARow - 1, 10));
        return pause.compareTo(PAUSE_MAX) < 0 ? pause : PAUSE_MAX;
    }

    /** Returns how it ended; when interrupted, the process has been stopped. */
    private String runOnce() throws InterruptedException, StartFailure {
        try {
            spec.prepare().run();
        } catch (StartFailure | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.log(Level.WARNING, "can't prepare the start of " + spec.name(), e);
            return "could not be prepared (" + e.getMessage() + ")";
        }
        Process process;
        try {
            process = launch();
        } catch (IOException e) {
            throw new StartFailure("can't start " + spec.name() + ": " + e.getMessage(), e);
        }
        try {
            becomeStarting(process.pid());
            if (awaitReady(process)) {
                become(State.READY, workerPid(process));
                firstReady.complete(null);
            }
            return "ended with status " + process.waitFor();
        } catch (InterruptedException e) {
            end(process);
            throw e;
        } finally {
            closeInput(process);
        }
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(spec.command()).directory(spec.folder().toFile());
        builder.environment().putAll(spec.environment());
        builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(spec.log().path().toFile()));
        return builder.start();
    }

    private boolean awaitReady(Process process) throws InterruptedException, StartFailure {
        Instant begin = Instant.now();
        while (!spec.readiness().ready()) {
            Duration waited = Duration.between(begin, Instant.now());
            if (process.waitFor(askAgainAfter(waited))) {
                return false;
            }
            if (!firstReady.isDone() && waited.compareTo(spec.readyWithin()) > 0) {
                end(process);
                throw new StartFailure(spec.name() + " was not ready within " + spec.readyWithin().toSeconds()
                        + " s; " + spec.log().ending());
            }
        }
        return process.isAlive();
    }

    /** On a slow machine the asking must not slow down the starting. */
    static Duration askAgainAfter(Duration waited) {
        Duration pause = waited.dividedBy(40);
        if (pause.compareTo(ASK_AGAIN_MIN) < 0) {
            return ASK_AGAIN_MIN;
        }
        return pause.compareTo(ASK_AGAIN_MAX) < 0 ? pause : ASK_AGAIN_MAX;
    }

    private long workerPid(Process process) {
        return spec.pid().get().orElse(process.pid());
    }

    private void end(Process process) throws InterruptedException {
        closeInput(process);
        Instant deadline = Instant.now().plus(spec.stopWithin());
        boolean wasInterrupted = false;
        while (process.isAlive() && Instant.now().isBefore(deadline)) {
            try {
                process.waitFor(Duration.between(Instant.now(), deadline));
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (process.isAlive()) {
            LOG.log(Level.WARNING, "{0} did not stop within {1} s; killing it",
                    new Object[] {spec.name(), spec.stopWithin().toSeconds()});
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever still reads the other end of the pipe takes it as the order to stop. */
    private void closeInput(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            LOG.log(Level.FINE, "the input of " + spec.name() + " was closed before", alreadyGone);
        }
    }

    private void fail(StartFailure failure) {
        become(State.FAILED, 0);
        firstReady.completeExceptionally(failure);
    }

    private void becomeStarting(long pid) {
        Snapshot now = snapshot;
        boolean again = now.startedAt().isAfter(Instant.EPOCH);
        snapshot = new Snapshot(now.name(), pid, again ? State.RESTARTING : State.STARTING, Instant.now(),
                again ? now.restarts() + 1 : 0);
        changed.run();
    }

    private void become(State state, long pid) {
        Snapshot now = snapshot;
        snapshot = new Snapshot(now.name(), pid, state, now.startedAt(), now.restarts());
        changed.run();
    }
}
