package dev.sightline.localstack.process;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Processes of a supervisor that was killed. They end by themselves when their standard input does; this waits for
 * that, and ends those that do not.
 */
public final class Leftovers {
    private static final Duration END_WITHIN = Duration.ofSeconds(30);
    /** The system knows a start only to a tick, and we note it a moment later. */
    private static final Duration SAME_START = Duration.ofSeconds(10);

    private Leftovers() {
    }

    /**
     * Those of the noted processes that still run. A pid alone proves nothing, for the system uses it again; the
     * start time tells them apart.
     */
    public record Noted(String name, long pid, Instant startedAt) {
        Optional<ProcessHandle> running() {
            return pid <= 0 ? Optional.empty() : ProcessHandle.of(pid).filter(process -> process.isAlive()
                    && process.info().startInstant().filter(start ->
                            Duration.between(start, startedAt).abs().compareTo(SAME_START) < 0).isPresent());
        }
    }

    /** Returns the names of those that had to be ended, once all are gone. */
    public static List<String> end(List<Noted> noted) throws InterruptedException {
        Instant deadline = Instant.now().plus(END_WITHIN);
        List<String> ended = new ArrayList<>();
        for (Noted process : noted) {
            // Asked for once: it may end at any moment.
            Optional<ProcessHandle> running = process.running();
            if (running.isEmpty()) {
                continue;
            }
            ended.add(process.name());
            ProcessHandle handle = running.get();
            List<ProcessHandle> below = handle.descendants().toList();
            if (!endsBy(handle, deadline)) {
                below.forEach(ProcessHandle::destroyForcibly);
                handle.destroyForcibly();
                endsBy(handle, Instant.now().plusSeconds(5));
            }
        }
        return ended;
    }

    private static boolean endsBy(ProcessHandle process, Instant deadline) throws InterruptedException {
        long millis = Math.max(1, Duration.between(Instant.now(), deadline).toMillis());
        try {
            process.onExit().get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException stillThere) {
            return !process.isAlive();
        }
    }
}
