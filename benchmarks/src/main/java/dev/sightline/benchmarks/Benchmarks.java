package dev.sightline.benchmarks;

import dev.sightline.benchmarks.edge.EdgeCommand;
import dev.sightline.benchmarks.edge.WriterCommand;
import dev.sightline.benchmarks.guard.GuardCommand;
import dev.sightline.benchmarks.guard.GuardEmbeddingsCommand;
import dev.sightline.benchmarks.guard.TrainGuardCommand;
import dev.sightline.benchmarks.redact.RedactCommand;
import dev.sightline.benchmarks.reads.ReadsCommand;
import dev.sightline.benchmarks.scorers.ScorersCommand;
import dev.sightline.benchmarks.stack.JudgeCommand;
import dev.sightline.benchmarks.stack.StackCommand;
import dev.sightline.benchmarks.ui.UiCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Measures Sightline's speed. `./benchmarks/run` builds it and calls it; docs/benchmarks.md tells what came out. */
@Command(name = "benchmarks/run", mixinStandardHelpOptions = true, subcommands = {
        EdgeCommand.class, WriterCommand.class, RedactCommand.class, GuardCommand.class, TrainGuardCommand.class, GuardEmbeddingsCommand.class,
        ScorersCommand.class, StackCommand.class, ReadsCommand.class, JudgeCommand.class, UiCommand.class},
        description = "How fast Sightline is, in ratios that carry over between machines.")
public final class Benchmarks {
    private Benchmarks() {
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Benchmarks()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }
}
