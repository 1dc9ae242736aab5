package dev.sightline.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.localstack.process.ProcessSpec.Preparation;
import dev.sightline.localstack.process.SupervisedProcess.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Supervision of real processes, here of shells. */
class SupervisedProcessTest {
    private static final String UNTIL_INPUT_ENDS = "echo up >> \"$OUT\"; read line; echo down >> \"$OUT\"";

    @TempDir
    private Path folder;
    private SupervisedProcess process;

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.stop();
        }
    }

    @Test
    void startsItAgainWhenItIsKilled() throws Exception {
        process = supervise(UNTIL_INPUT_ENDS, Duration.ofSeconds(5));
        process.start().get(10, TimeUnit.SECONDS);
        long first = process.snapshot().pid();
        assertThat(process.snapshot().state()).isEqualTo(State.READY);

        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        await(() -> process.snapshot().state() == State.READY && process.snapshot().pid() != first);

        assertThat(process.snapshot().restarts()).isEqualTo(1);
        assertThat(ProcessHandle.of(process.snapshot().pid())).isPresent();
    }

    @Test
    void stopsItByEndingItsInput() throws Exception {
        process = supervise(UNTIL_INPUT_ENDS, Duration.ofSeconds(30));
        process.start().get(10, TimeUnit.SECONDS);
        long pid = process.snapshot().pid();

        assertThat(process.stop()).isTrue();

        assertThat(out()).isEqualTo("up\ndown\n");
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(process.snapshot().state()).isEqualTo(State.STOPPED);
    }

    @Test
    void killsWhatDoesNotStop() throws Exception {
        process = supervise("echo up >> \"$OUT\"; exec sleep 600", Duration.ofMillis(200));
        process.start().get(10, TimeUnit.SECONDS);
        long pid = process.snapshot().pid();

        process.stop();

        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void givesUpWhatNeverBecomesReadyAndNamesTheLog() throws Exception {
        process = supervise("echo tried >> \"$TRIES\"; echo broken; exit 3", Duration.ofSeconds(5));

        assertThatThrownBy(() -> process.start().get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class).cause()
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("shell ended with status 3").hasMessageContaining("shell.log")
                .hasMessageContaining("broken");
        assertThat(process.snapshot().state()).isEqualTo(State.FAILED);
        assertThat(Files.readAllLines(folder.resolve("tries"))).hasSize(SupervisedProcess.FIRST_TRIES_MAX);
        assertThat(folder.resolve("shell.log")).content().contains("broken");
    }

    @Test
    void preparesEachStart() throws Exception {
        AtomicInteger preparations = new AtomicInteger();
        process = new SupervisedProcess(spec(UNTIL_INPUT_ENDS, Duration.ofSeconds(5), () -> {
            preparations.incrementAndGet();
            Files.deleteIfExists(folder.resolve("out"));
        }), () -> { });
        process.start().get(10, TimeUnit.SECONDS);

        ProcessHandle.of(process.snapshot().pid()).orElseThrow().destroyForcibly();
        await(() -> preparations.get() == 2 && process.snapshot().state() == State.READY);
    }

    @Test
    void waitsLongerAfterEachFailureUpToABound() {
        assertThat(SupervisedProcess.pauseAfter(1)).isEqualTo(SupervisedProcess.PAUSE_MIN);
        assertThat(SupervisedProcess.pauseAfter(3)).isEqualTo(SupervisedProcess.PAUSE_MIN.multipliedBy(4));
        assertThat(SupervisedProcess.pauseAfter(1_000)).isEqualTo(SupervisedProcess.PAUSE_MAX);
    }

    private SupervisedProcess supervise(String script, Duration stopWithin) {
        return new SupervisedProcess(spec(script, stopWithin, Preparation.NONE), () -> { });
    }

    private ProcessSpec spec(String script, Duration stopWithin, Preparation prepare) {
        Map<String, String> environment = Map.of(
                "OUT", folder.resolve("out").toString(), "TRIES", folder.resolve("tries").toString());
        return new ProcessSpec("shell", List.of("sh", "-c", script), environment, folder,
                new LogFile(folder.resolve("shell.log")), prepare, () -> Files.exists(folder.resolve("out")),
                OptionalLong::empty, Duration.ofSeconds(10), stopWithin);
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
