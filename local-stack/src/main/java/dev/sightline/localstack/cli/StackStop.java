package dev.sightline.localstack.cli;

import dev.sightline.localstack.stack.DataFolder;
import dev.sightline.localstack.stack.Launcher;
import dev.sightline.localstack.stack.StackState;
import dev.sightline.localstack.stack.StackState.ProcessState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ends the stack of a data folder, whatever is left of it. */
final class StackStop {
    private static final Duration DOWN_WITHIN = Duration.ofSeconds(70);

    private final Terminal terminal;
    private final DataFolder data;

    StackStop(Terminal terminal, DataFolder data) {
        this.terminal = terminal;
        this.data = data;
    }

    /** Returns whether there was anything to stop. */
    boolean stop() throws IOException, InterruptedException {
        if (!data.isStack()) {
            return false;
        }
        boolean wasUp = data.isUp();
        if (wasUp) {
            stopLauncher();
        }
        List<String> ended = Launcher.endLeftovers(data);
        ended.forEach(name -> terminal.line("ended " + name + ", left by a launcher that was killed"));
        return wasUp || !ended.isEmpty();
    }

    private void stopLauncher() throws IOException, InterruptedException {
        Instant begin = Instant.now();
        List<ProcessState> running = new ArrayList<>(
                StackState.read(data.stackFile()).map(StackState::processes).orElse(List.of()));
        Optional<ProcessHandle> launcher = data.launcher().stream().mapToObj(ProcessHandle::of)
                .flatMap(Optional::stream).findFirst();
        launcher.ifPresent(ProcessHandle::destroy);
        try (ProgressLines progress = new ProgressLines(terminal)) {
            running.forEach(process -> progress.begun(process.name()));
            while (data.isUp() || launcher.filter(ProcessHandle::isAlive).isPresent()) {
                running.removeIf(process -> reportStopped(process, progress, begin));
                if (Duration.between(begin, Instant.now()).compareTo(DOWN_WITHIN) > 0) {
                    launcher.ifPresent(ProcessHandle::destroyForcibly);
                }
                Thread.sleep(50);
            }
            running.forEach(process -> reportStopped(process, progress, begin));
        }
    }

    private static boolean reportStopped(ProcessState process, ProgressLines progress, Instant begin) {
        if (ProcessHandle.of(process.pid()).filter(ProcessHandle::isAlive).isPresent()) {
            return false;
        }
        progress.stopped(process.name(), Duration.between(begin, Instant.now()));
        return true;
    }
}
