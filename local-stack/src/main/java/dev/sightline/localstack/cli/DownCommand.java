package dev.sightline.localstack.cli;

import dev.sightline.localstack.stack.DataFolder;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops the stack. */
@Command(name = "down", usageHelpWidth = 100,
        header = {"Stop the stack; the data stays", ""}, description = {"",
    "Stop the services, then the engines. The data stays.",
    "Also ends what a killed launcher may have left. Returns 0 when nothing runs any more.", ""})
final class DownCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private DataOption data;

    @Mixin
    private HelpOption help;

    DownCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        DataFolder folder = data.folder();
        boolean stopped = new StackStop(terminal, folder).stop();
        terminal.line(stopped ? "Stopped. The data is in " + folder.root() : "No stack is up on " + folder.root());
        return Sightline.OK;
    }
}
