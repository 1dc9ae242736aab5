package dev.sightline.benchmarks.ui;

import dev.sightline.benchmarks.stack.RunningStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long a person waits for the home page and for a trace of 10,000 observations: a new stack, the shop of the web
 * UI's seed.mjs, and measure.mjs beside it, which asks a real Chromium. Needs the packed UI and its node_modules.
 */
@Command(name = "ui", description = "Pages in a real Chromium on a stack of its own: ./benchmarks/run ui")
public final class UiCommand implements Callable<Integer> {
    private static final Path SCRIPTS = Path.of(System.getProperty("sightline.root"),
            "query-service/src/main/webui/scripts");
    /** The writer stores what was sent, and the engine merges it. */
    private static final long SETTLING_MILLIS = 20_000;

    @Option(names = "--traces", description = "Beside the large one. Default: ${DEFAULT-VALUE}.")
    private int traces = 1_000;

    @Option(names = "--rounds", description = "Of each page. Default: ${DEFAULT-VALUE}.")
    private int rounds = 10;

    @Option(names = "--ports", arity = "3", description = "HTTP, OTLP gRPC, OTLP HTTP. Default: ${DEFAULT-VALUE}.")
    private List<Integer> ports = List.of(3170, 4170, 4171);

    @Override
    public Integer call() throws Exception {
        try (RunningStack stack = RunningStack.start(Files.createTempDirectory("sightline-benchmark"),
                List.of("--http-port", ports.get(0).toString(), "--otlp-grpc-port", ports.get(1).toString(),
                        "--otlp-http-port", ports.get(2).toString()), Map.of())) {
            // What it would think of the traces is not what is measured.
            stack.signal(RunningStack.EVALUATOR, "STOP");
            try {
                String url = stack.text("base_url").replaceAll("/$", "");
                node("seed.mjs", "--url", url, "--key", stack.secret("SIGHTLINE_INIT_PROJECT_PUBLIC_KEY") + ":"
                        + stack.secret("SIGHTLINE_INIT_PROJECT_SECRET_KEY"), "--traces", Integer.toString(traces),
                        "--large");
                Thread.sleep(SETTLING_MILLIS);
                node("measure.mjs", "--url", url, "--email", stack.secret("SIGHTLINE_INIT_USER_EMAIL"),
                        "--password", stack.secret("SIGHTLINE_INIT_USER_PASSWORD"),
                        "--rounds", Integer.toString(rounds));
            } finally {
                stack.signal(RunningStack.EVALUATOR, "CONT");
            }
        }
        return 0;
    }

    private static void node(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException(script + " returned " + exit);
        }
    }
}
