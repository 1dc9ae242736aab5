package dev.sightline.localstack.cli;

import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.stack.DataFolder;
import dev.sightline.localstack.stack.StackState;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings the stack up. */
@Command(name = "up", usageHelpWidth = 100,
        header = {"Start the stack and wait until it is ready", ""}, description = {"",
    "Builds what is not built, fetches the engines once a machine, and starts PostgreSQL, Kafka,",
    "ClickHouse, the three services and the gateway in front of them, all on 127.0.0.1.",
    "Stays in the foreground and stops everything on Ctrl-C, unless --detach is given.", ""},
        footer = {"",
            "The first project, its keys and its user come from SIGHTLINE_INIT_ORG_ID, _ORG_NAME,",
            "_PROJECT_ID, _PROJECT_NAME, _PROJECT_PUBLIC_KEY, _PROJECT_SECRET_KEY, _USER_EMAIL, _USER_NAME",
            "and _USER_PASSWORD, or the same names with LANGFUSE_INIT_. What is not given is made up for",
            "development and printed.",
            "SIGHTLINE_JUDGE_BASE_URL, _API_KEY and _MODEL set up the LLM judge.",
            "SIGHTLINE_SETTLE says how long a trace must be quiet before it is scored, such as PT5S.",
            "SIGHTLINE_CACHE is the folder where the engines are kept, instead of the system's usual one."})
final class UpCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = {"-d", "--detach"}, description = "return when everything is ready and leave it running")
    private boolean detach;

    @Mixin
    private DataOption data;

    @Mixin
    private PortOptions ports;

    @Mixin
    private HelpOption help;

    UpCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        DataFolder folder = data.folder();
        StackStart start = new StackStart(terminal, folder);
        if (detach || folder.isUp()) {
            start.ensureUp(ports.ports());
            return Sightline.OK;
        }
        Process supervisor = start.start(ports.ports(), false);
        new StatusLines(terminal, folder).summary(StackState.read(folder.stackFile()).orElseThrow());
        terminal.line("Ctrl-C stops it.");
        start.follow(supervisor);
        return supervisor.waitFor();
    }
}
