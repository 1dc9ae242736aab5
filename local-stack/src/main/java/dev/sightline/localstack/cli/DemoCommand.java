package dev.sightline.localstack.cli;

import dev.sightline.localstack.demo.Demo;
import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.stack.DataFolder;
import dev.sightline.localstack.stack.StackSecrets;
import dev.sightline.localstack.stack.StackState;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the whole way of a conversation on a running stack. */
@Command(name = "demo", usageHelpWidth = 100,
        header = {"Send example conversations and show what becomes of them", ""}, description = {"",
    "Start the stack when it is not up, and send a support desk's conversations over OTLP gRPC with",
    "the stock OpenTelemetry SDK: an answer from documents, an agent with tools, a failing call, and a",
    "prompt with an e-mail address and a card number. Wait until they are stored and scored, print each",
    "as a tree with latency, tokens, cost and scores, and its address in the UI. The stack goes on",
    "running, and each run sends new traces.",
    "Returns 0 when every trace was read back and scored, otherwise 1 and the reason.", ""})
final class DemoCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private DataOption data;

    @Mixin
    private PortOptions ports;

    @Mixin
    private HelpOption help;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        DataFolder folder = data.folder();
        StackState state = new StackStart(terminal, folder).ensureUp(ports.ports());
        StackSecrets secrets = StackSecrets.load(folder.secrets());
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        try {
            return Demo.run(URI.create(state.baseUrl()), state.otlpGrpc(), state.publicKey(),
                    secrets.get(StackSecrets.SECRET_KEY), state.projectId(), out, terminal.colour());
        } catch (IllegalStateException e) {
            throw new StartFailure(e.getMessage(), e);
        }
    }
}
