package dev.sightline.localstack.stack;

import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.process.SupervisedProcess;
import dev.sightline.localstack.process.SupervisedProcess.Snapshot;
import dev.sightline.localstack.process.SupervisedProcess.State;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs the steps of a stack, each as soon as those before it are done, then keeps the processes running until it is
 * told to stop: services first, engines after them.
 */
public final class Supervisor {
    private static final Logger LOG = Logger.getLogger(Supervisor.class.getName());
    private static final Duration BOUND_LOGS_EVERY = Duration.ofSeconds(30);

    private final List<StackStep> steps;
    private final Consumer<StackEvent> events;
    private final Map<StackStep.Start, SupervisedProcess> processes = new LinkedHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param events told of every step
     * @param changed called whenever a process changes its state
     */
    public Supervisor(List<StackStep> steps, Consumer<StackEvent> events, Runnable changed) {
        this.steps = List.copyOf(steps);
        this.events = events;
        for (StackStep step : steps) {
            if (step instanceof StackStep.Start start) {
                processes.put(start, new SupervisedProcess(start.process(), changed));
            }
        }
    }

    /** Returns when every step is done. The first failure ends the waiting; {@link #stop} is then the caller's. */
    public void start() throws StartFailure, InterruptedException {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        Map<String, CompletableFuture<Void>> done = new LinkedHashMap<>();
        for (StackStep step : steps) {
            CompletableFuture<?>[] before = step.after().stream().map(name -> done(done, step, name))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture<Void> run = CompletableFuture.allOf(before).thenRunAsync(() -> run(step), threads);
            run.exceptionally(e -> {
                failed.completeExceptionally(e);
                return null;
            });
            done.put(step.name(), run);
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(done.values().toArray(CompletableFuture[]::new));
        try {
            CompletableFuture.anyOf(all, failed).get();
        } catch (ExecutionException e) {
            throw cause(e.getCause());
        }
        Executor later = CompletableFuture.delayedExecutor(BOUND_LOGS_EVERY.toSeconds(), TimeUnit.SECONDS, threads);
        later.execute(() -> boundLogs(later));
    }

    private static CompletableFuture<Void> done(
            Map<String, CompletableFuture<Void>> done, StackStep step, String name) {
        if (!done.containsKey(name)) {
            throw new IllegalArgumentException(step.name() + " comes after " + name + ", which is not before it");
        }
        return done.get(name);
    }

    private void run(StackStep step) {
        Instant begin = Instant.now();
        events.accept(new StackEvent.Begun(step.name()));
        try {
            switch (step) {
                case StackStep.Start start -> processes.get(start).start().get();
                case StackStep.Work work ->
                        work.body().run(text -> events.accept(new StackEvent.Progress(work.name(), text)));
            }
        } catch (Exception e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            LOG.log(Level.SEVERE, step.name() + " failed", cause);
            throw new CompletionException(cause instanceof StartFailure ? cause
                    : new StartFailure(step.name() + " failed: " + cause, cause));
        }
        events.accept(new StackEvent.Done(step.name(), Duration.between(begin, Instant.now())));
    }

    private static StartFailure cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof StartFailure start ? start : new StartFailure(String.valueOf(cause), cause);
    }

    /** The processes in the order of the steps. */
    public Map<StackStep.Start, Snapshot> snapshots() {
        Map<StackStep.Start, Snapshot> snapshots = new LinkedHashMap<>();
        processes.forEach((step, process) -> snapshots.put(step, process.snapshot()));
        return snapshots;
    }

    /** Whether every process is ready at this moment. */
    public boolean allReady() {
        return processes.values().stream().allMatch(process -> process.snapshot().state() == State.READY);
    }

    /** Stops the services, then the engines, and returns when all are gone. */
    public void stop() throws InterruptedException {
        stop(true);
        stop(false);
        threads.shutdownNow();
    }

    private void stop(boolean services) throws InterruptedException {
        List<CompletableFuture<Void>> stops = processes.entrySet().stream()
                .filter(entry -> entry.getKey().service() == services)
                .map(entry -> CompletableFuture.runAsync(() -> stop(entry.getValue()), threads))
                .toList();
        try {
            CompletableFuture.allOf(stops.toArray(CompletableFuture[]::new)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("can't stop", e.getCause());
        }
    }

    private void stop(SupervisedProcess process) {
        Instant begin = Instant.now();
        try {
            if (process.stop()) {
                events.accept(new StackEvent.Stopped(process.name(), Duration.between(begin, Instant.now())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void boundLogs(Executor later) {
        for (SupervisedProcess process : processes.values()) {
            try {
                process.log().keepBounded();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "can't bound the log of " + process.name(), e);
            }
        }
        if (!threads.isShutdown()) {
            later.execute(() -> boundLogs(later));
        }
    }
}
