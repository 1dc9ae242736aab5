package dev.sightline.localstack.cli;

import dev.sightline.localstack.process.StartFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/**
 * The command line. Exit codes: 0 done, 1 failed (the reason is printed), 2 wrong use, 3 the stack is not up.
 */
@Command(name = "./sightline", usageHelpWidth = 100,
        synopsisSubcommandLabel = "COMMAND",
        header = {"Sightline on one machine: PostgreSQL, Kafka, ClickHouse and the services, without Docker.", ""},
        subcommands = {
            UpCommand.class, StatusCommand.class, LogsCommand.class, DownCommand.class, ResetCommand.class,
            DemoCommand.class, TestCommand.class, SuperviseCommand.class},
        footer = {"",
            "Each command explains itself: ./sightline COMMAND --help",
            "Needed on the machine: JDK 25, Node 20 with npm, bash, git, curl. NO_COLOR=1 turns colours off."})
public final class Sightline {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int NOT_UP = 3;

    @CommandLine.Mixin
    private HelpOption help;

    private Sightline() {
    }

    public static void main(String[] args) {
        System.exit(commandLine(Terminal.standard()).execute(args));
    }

    static CommandLine commandLine(Terminal terminal) {
        CommandLine commandLine = new CommandLine(new Sightline(), new Commands(terminal));
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        commandLine.setParameterExceptionHandler((failure, arguments) -> {
            CommandLine command = failure.getCommandLine();
            command.getErr().println("sightline: " + failure.getMessage() + "; "
                    + command.getCommandSpec().qualifiedName() + " --help explains");
            return CommandLine.ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((failure, command, arguments) -> {
            if (!(failure instanceof StartFailure)) {
                throw failure;
            }
            command.getErr().println("sightline: " + failure.getMessage());
            return FAILED;
        });
        return commandLine;
    }
}
