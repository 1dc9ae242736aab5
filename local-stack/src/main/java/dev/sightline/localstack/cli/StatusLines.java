package dev.sightline.localstack.cli;

import dev.sightline.localstack.cli.Table.Cell;
import dev.sightline.localstack.cli.Terminal.Tone;
import dev.sightline.localstack.process.ProcessMemory;
import dev.sightline.localstack.stack.DataFolder;
import dev.sightline.localstack.stack.StackSecrets;
import dev.sightline.localstack.stack.StackState;
import dev.sightline.localstack.stack.StackState.ProcessState;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What {@code up} and {@code status} print of a running stack. */
final class StatusLines {
    private final Terminal terminal;
    private final DataFolder data;

    StatusLines(Terminal terminal, DataFolder data) {
        this.terminal = terminal;
        this.data = data;
    }

    /** Ready, after how long, with how much memory, and where everything is. */
    void summary(StackState state) throws IOException {
        terminal.line();
        terminal.line(headline(state) + ", " + mebibytes(totalBytes(state)) + " of memory");
        addresses(state);
    }

    void addresses(StackState state) throws IOException {
        StackSecrets secrets = StackSecrets.load(data.secrets());
        String project = state.projectId();
        terminal.line();
        Table table = new Table()
                .row(Cell.of("UI"), Cell.of(state.baseUrl() + "/project/" + project + "/traces", Tone.LINK))
                .row(Cell.of("sign in"), Cell.of(secrets.get(StackSecrets.USER_EMAIL) + "  "
                        + secrets.get(StackSecrets.USER_PASSWORD)))
                .row(Cell.of("OTLP gRPC"), Cell.of(state.otlpGrpc(), Tone.LINK))
                .row(Cell.of("OTLP/HTTP"), Cell.of(state.otlpHttp() + "/v1/traces", Tone.LINK))
                .row(Cell.of("guard gRPC"), Cell.of(state.guardGrpc(), Tone.LINK))
                .row(Cell.of("project"), Cell.of(project))
                .row(Cell.of("public key"), Cell.of(state.publicKey()))
                .row(Cell.of("secret key"), Cell.of(secrets.get(StackSecrets.SECRET_KEY)))
                .row(Cell.of("data"), Cell.of(data.root() + "  (logs in logs/, secrets in secrets.properties)"));
        table.lines(terminal).forEach(terminal::line);
        terminal.line();
    }

    /** Every process with pid, state, memory, time and ports. */
    void processes(StackState state) {
        Instant now = Instant.now();
        Table table = new Table().row(List.of(head("PROCESS"), head("PID"), head("STATE"), head("MEMORY"),
                head("UP FOR"), head("RESTARTS"), head("PORTS")));
        table.row(Cell.of("launcher"), Cell.right(String.valueOf(state.pid())), Cell.of("ready", Tone.GOOD),
                Cell.right(mebibytes(ownBytes(state.pid()))), Cell.right(span(state.startedAt(), now)),
                Cell.right("0"), Cell.of(String.valueOf(URI.create(state.baseUrl()).getPort())));
        for (ProcessState process : state.processes()) {
            boolean runs = process.pid() > 0;
            table.row(Cell.of(process.name()), Cell.right(runs ? String.valueOf(process.pid()) : "-"),
                    Cell.of(process.state(), tone(process.state())),
                    Cell.right(runs ? mebibytes(ProcessMemory.residentBytesOfTree(process.pid())) : "-"),
                    Cell.right(runs ? span(process.startedAt(), now) : "-"),
                    Cell.right(String.valueOf(process.restarts())), Cell.of(ports(process, state)));
        }
        table.row(Cell.of("total", Tone.STRONG), Cell.of(""), Cell.of(""),
                new Cell(mebibytes(totalBytes(state)), Tone.STRONG, true));
        terminal.line(headline(state));
        terminal.line();
        table.lines(terminal).forEach(terminal::line);
    }

    private String headline(StackState state) {
        String after = "ready %.1f s after it was started".formatted(state.readyAfterMs() / 1000.0);
        if (state.ready()) {
            return terminal.paint(Tone.GOOD, "Sightline is up") + ", " + after;
        }
        return terminal.paint(Tone.WARNING, "Sightline is not ready")
                + (state.readyAfterMs() > 0 ? ": a process is being started again" : ": it is still starting");
    }

    private static Cell head(String text) {
        return Cell.of(text, Tone.FAINT);
    }

    private static Tone tone(String state) {
        return switch (state) {
            case "ready" -> Tone.GOOD;
            case "failed", "stopped" -> Tone.BAD;
            default -> Tone.WARNING;
        };
    }

    private static String ports(ProcessState process, StackState state) {
        String http = process.http().isEmpty() ? "" : String.valueOf(URI.create(process.http()).getPort());
        return switch (process.name()) {
            case "ingestion-edge" -> http + ", gRPC " + port(state.otlpGrpc());
            case "query-service" -> http + ", gRPC " + port(state.queryGrpc());
            case "evaluator-service" -> http + ", gRPC " + port(state.guardGrpc());
            case "kafka" -> port(state.kafka());
            case "postgres" -> String.valueOf(URI.create(state.postgresUrl()).getPort());
            default -> http;
        };
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    /** All of the launcher's tree, which every process of the stack belongs to. */
    private static long totalBytes(StackState state) {
        return ProcessMemory.residentBytesOfTree(state.pid());
    }

    private static long ownBytes(long pid) {
        return ProcessMemory.residentBytes(pid);
    }

    static String mebibytes(long bytes) {
        return bytes / (1 << 20) + " MiB";
    }

    private static String span(Instant from, Instant to) {
        Duration duration = Duration.between(from, to);
        if (duration.toHours() > 0) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        return duration.toMinutes() > 0
                ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s" : duration.toSeconds() + " s";
    }
}
