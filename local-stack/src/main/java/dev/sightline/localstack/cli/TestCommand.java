package dev.sightline.localstack.cli;

import dev.sightline.localstack.stack.Installation;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the tests; the script does so itself, without this. */
@Command(name = "test", usageHelpWidth = 100,
        header = {"Run all tests", ""}, description = {"",
    "Run all tests, the same that the continuous integration runs: ./mvnw verify.",
    "Builds everything, starts stacks of its own on free ports, and needs a Chromium for the browser",
    "tests.", ""})
final class TestCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return new ProcessBuilder("./mvnw", "verify").directory(Installation.find().root().toFile()).inheritIO()
                .start().waitFor();
    }
}
