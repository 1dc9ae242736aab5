package dev.sightline.localstack.cli;

import dev.sightline.localstack.stack.DataFolder;
import dev.sightline.localstack.stack.StackState;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says how the stack is. */
@Command(name = "status", usageHelpWidth = 100,
        header = {"Show the processes, the addresses and the keys", ""}, description = {"",
    "Show every process with pid, state, memory, time and ports, and the addresses and keys to use.",
    "Returns 0 when everything is ready, 1 when something is not, 3 when the stack is not up.",
    "The same for programs: DIR/run/stack.json.", ""})
final class StatusCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private DataOption data;

    @Mixin
    private HelpOption help;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        DataFolder folder = data.folder();
        if (!folder.isUp()) {
            terminal.line("No stack is up on " + folder.root() + ". Start it with ./sightline up");
            return Sightline.NOT_UP;
        }
        Optional<StackState> state = StackState.read(folder.stackFile());
        if (state.isEmpty()) {
            terminal.line("The stack on " + folder.root() + " is starting; its log is "
                    + folder.log("launcher").path());
            return Sightline.FAILED;
        }
        StatusLines lines = new StatusLines(terminal, folder);
        lines.processes(state.get());
        lines.addresses(state.get());
        return state.get().ready() ? Sightline.OK : Sightline.FAILED;
    }
}
