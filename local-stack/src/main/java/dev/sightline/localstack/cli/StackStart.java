package dev.sightline.localstack.cli;

import dev.sightline.localstack.process.JvmCommand;
import dev.sightline.localstack.process.LogFile;
import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.stack.DataFolder;
import dev.sightline.localstack.stack.PublicPorts;
import dev.sightline.localstack.stack.StackEvent;
import dev.sightline.localstack.stack.StackState;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts the supervisor of a data folder as a process of its own and shows what it says. */
final class StackStart {
    /** The launcher holds nothing big: events, a proxy's buffers and one migration. */
    private static final List<String> LAUNCHER_FLAGS = List.of(
            "-Xms16m", "-Xmx96m", "-Xss512k", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=32m", "-XX:MaxDirectMemorySize=48m",
            "-XX:MinHeapFreeRatio=20", "-XX:MaxHeapFreeRatio=40", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow", "-Dio.netty.allocator.numDirectArenas=2",
            "-Dio.netty.allocator.numHeapArenas=1", "-Dvertx.disableFileCPResolving=true",
            "-Dvertx.disableDnsResolver=true");
    private static final Duration UP_WITHIN = Duration.ofMinutes(15);

    private final Terminal terminal;
    private final DataFolder data;
    private final LogFile log;

    StackStart(Terminal terminal, DataFolder data) {
        this.terminal = terminal;
        this.data = data;
        this.log = data.log("launcher");
    }

    /** Starts the stack in the background when it is not up, waits until it is ready, and says how it is. */
    StackState ensureUp(PublicPorts ports) throws StartFailure, IOException, InterruptedException {
        if (data.isUp()) {
            StackState state = awaitReady();
            terminal.line("The stack on " + data.root() + " is already up.");
            new StatusLines(terminal, data).addresses(state);
            return state;
        }
        start(ports, true);
        StackState state = StackState.read(data.stackFile()).orElseThrow();
        new StatusLines(terminal, data).summary(state);
        return state;
    }

    /** Waits for a stack that another command is starting. */
    private StackState awaitReady() throws StartFailure, IOException, InterruptedException {
        Instant deadline = Instant.now().plus(UP_WITHIN);
        while (data.isUp() && Instant.now().isBefore(deadline)) {
            Optional<StackState> state = StackState.read(data.stackFile());
            if (state.isPresent() && state.get().ready()) {
                return state.get();
            }
            Thread.sleep(200);
        }
        throw new StartFailure(
                "the stack on " + data.root() + " did not become ready; its logs are in " + data.logFolder());
    }

    /** Starts it and returns the supervisor when everything is ready. It stays when this process ends, if detached. */
    Process start(PublicPorts ports, boolean detached) throws StartFailure, IOException {
        data.create();
        log.startAfresh();
        Process supervisor = launch(ports, detached);
        BufferedReader events =
                new BufferedReader(new InputStreamReader(supervisor.getInputStream(), StandardCharsets.UTF_8));
        if (!detached) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(supervisor)));
        }
        try (ProgressLines progress = new ProgressLines(terminal)) {
            for (String line = events.readLine(); line != null; line = events.readLine()) {
                Optional<StackEvent> event = StackEvent.decode(line);
                if (event.isEmpty()) {
                    continue;
                }
                switch (event.get()) {
                    case StackEvent.Begun(String step) -> progress.begun(step);
                    case StackEvent.Progress(String step, String text) -> progress.progress(step, text);
                    case StackEvent.Done(String step, Duration took) -> progress.done(step, took);
                    case StackEvent.Stopped(String process, Duration took) -> progress.stopped(process, took);
                    case StackEvent.Failed(String reason) -> throw new StartFailure(reason);
                    case StackEvent.Ready(Duration took) -> {
                        return supervisor;
                    }
                }
            }
        }
        throw new StartFailure("the launcher ended before the stack was ready; its log is " + log.path());
    }

    /** Shows what the supervisor says until it ends. */
    void follow(Process supervisor) throws IOException {
        BufferedReader events =
                new BufferedReader(new InputStreamReader(supervisor.getInputStream(), StandardCharsets.UTF_8));
        try (ProgressLines progress = new ProgressLines(terminal)) {
            for (String line = events.readLine(); line != null; line = events.readLine()) {
                if (StackEvent.decode(line).orElse(null) instanceof StackEvent.Stopped(String process, Duration took)) {
                    progress.stopped(process, took);
                }
            }
        }
    }

    private Process launch(PublicPorts ports, boolean detached) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(LAUNCHER_FLAGS);
        command.add("-XX:ErrorFile=" + data.logFolder().resolve("hs_err_launcher_%p.log"));
        String root = System.getProperty("sightline.root", "");
        if (!root.isBlank()) {
            command.add("-Dsightline.root=" + root);
        }
        command.addAll(List.of("-cp", JvmCommand.ownClassPath(), Sightline.class.getName(),
                "supervise", "--data", data.root().toString(), "--called-at", calledAt().toString()));
        command.addAll(PortOptions.arguments(ports));
        if (!detached) {
            command.add("--stop-with-input");
        }
        return new ProcessBuilder(command)
                .directory(data.root().toFile())
                .redirectInput(detached ? Redirect.from(new File("/dev/null")) : Redirect.PIPE)
                .redirectError(Redirect.appendTo(log.path().toFile()))
                .start();
    }

    /** The process may be older than the JVM: the script builds before it becomes this JVM. */
    private static Instant calledAt() {
        return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    }

    private static void stop(Process supervisor) {
        try {
            supervisor.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // Then there is nothing to stop.
        }
        boolean interrupted = false;
        while (supervisor.isAlive()) {
            try {
                supervisor.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
