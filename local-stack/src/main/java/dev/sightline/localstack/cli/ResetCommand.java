package dev.sightline.localstack.cli;

import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.stack.DataFolder;
import dev.sightline.localstack.stack.Folders;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Throws a stack's data away. */
@Command(name = "reset", usageHelpWidth = 100,
        header = {"Stop the stack and delete its data", ""}, description = {"",
    "Stop the stack and delete its folder: traces, scores, control data, keys, secrets and logs.",
    "Asks first. The engines in the cache folder stay.", ""})
final class ResetCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = {"-y", "--yes"}, description = "do not ask")
    private boolean yes;

    @Mixin
    private DataOption data;

    @Mixin
    private HelpOption help;

    ResetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        DataFolder folder = data.folder();
        if (!Files.exists(folder.root())) {
            terminal.line("There is no data in " + folder.root());
            return Sightline.OK;
        }
        if (!folder.isStack()) {
            throw new StartFailure(folder.root() + " is not the data folder of a stack; delete it yourself");
        }
        if (!yes && !confirmed(folder)) {
            terminal.line("Nothing was deleted.");
            return Sightline.FAILED;
        }
        new StackStop(terminal, folder).stop();
        Folders.delete(folder.root());
        terminal.line("Deleted " + folder.root());
        return Sightline.OK;
    }

    private boolean confirmed(DataFolder folder) throws StartFailure {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new StartFailure("reset asks before it deletes " + folder.root() + "; without a terminal, say --yes");
        }
        String answer = console.readLine("Delete all data in %s? Type yes: ", folder.root());
        return answer != null && answer.strip().equalsIgnoreCase("yes");
    }
}
