package dev.sightline.localstack.cli;

import dev.sightline.localstack.process.Logs;
import dev.sightline.localstack.process.OwnSession;
import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.stack.Launcher;
import dev.sightline.localstack.stack.StackEvent;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The process that stays: started by {@code up}, tells it what happens through standard output, one
 * {@link StackEvent} a line, and runs until SIGTERM or, in the foreground, until its standard input ends.
 */
@Command(name = "supervise", hidden = true)
final class SuperviseCommand implements Callable<Integer> {
    @Mixin
    private DataOption data;

    @Mixin
    private PortOptions ports;

    @Option(names = "--called-at")
    private Instant calledAt = Instant.now();

    @Option(names = "--stop-with-input")
    private boolean stopWithInput;

    @Override
    public Integer call() throws InterruptedException {
        OwnSession.begin();
        Logs.toStandardError();
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        Launcher launcher =
                new Launcher(data.folder(), ports.ports(), calledAt, event -> out.println(event.encode()));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(launcher)));
        if (stopWithInput) {
            Thread.ofPlatform().daemon().name("input").start(SuperviseCommand::exitWhenInputEnds);
        }
        try {
            launcher.start();
        } catch (StartFailure failure) {
            launcher.stop();
            out.println(new StackEvent.Failed(failure.getMessage()).encode());
            return Sightline.FAILED;
        }
        launcher.awaitStop();
        return Sightline.OK;
    }

    private static void stop(Launcher launcher) {
        try {
            launcher.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void exitWhenInputEnds() {
        try {
            while (System.in.read() >= 0) {
                // Only the end means something.
            }
        } catch (IOException gone) {
            // An end as well.
        }
        System.exit(Sightline.OK);
    }
}
