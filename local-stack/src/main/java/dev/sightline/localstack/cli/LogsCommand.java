package dev.sightline.localstack.cli;

import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.stack.DataFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what the processes wrote. */
@Command(name = "logs", usageHelpWidth = 100,
        header = {"Show what the processes wrote", ""}, description = {"",
    "Show the last lines of a process's log, or of every log.",
    "Names: launcher, postgres, kafka, clickhouse, query-service, ingestion-edge, ingestion-writer,",
    "evaluator-service. The files are in DIR/logs; the run before is in NAME.log.1.", ""})
final class LogsCommand implements Callable<Integer> {
    private static final long TAIL_BYTES_MAX = 1 << 20;
    private static final long LOOK_EVERY_MILLIS = 200;

    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "one process only")
    private String service;

    @Option(names = {"-f", "--follow"}, description = "go on with what is written from now on, until Ctrl-C")
    private boolean follow;

    @Option(names = {"-n", "--lines"}, paramLabel = "N", defaultValue = "50",
            description = "how many lines of each log (default: ${DEFAULT-VALUE})")
    private int lines;

    @Mixin
    private DataOption data;

    @Mixin
    private HelpOption help;

    LogsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A log and how much of it has been shown. */
    private static final class Log {
        private final String name;
        private final Path path;
        private long shown;

        Log(Path path) {
            this.name = path.getFileName().toString().replaceAll("\\.log$", "");
            this.path = path;
        }
    }

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        List<Log> logs = logs(data.folder());
        int nameWidth = logs.stream().mapToInt(log -> log.name.length()).max().orElse(0);
        for (Log log : logs) {
            log.shown = Math.max(0, Files.size(log.path) - TAIL_BYTES_MAX);
            List<String> tail = newLines(log);
            show(log, tail.subList(Math.max(0, tail.size() - lines), tail.size()), nameWidth);
        }
        while (follow) {
            Thread.sleep(LOOK_EVERY_MILLIS);
            for (Log log : logs) {
                show(log, newLines(log), nameWidth);
            }
        }
        return Sightline.OK;
    }

    private List<Log> logs(DataFolder folder) throws StartFailure, IOException {
        List<Log> all = new ArrayList<>();
        if (Files.isDirectory(folder.logFolder())) {
            try (Stream<Path> files = Files.list(folder.logFolder())) {
                files.filter(file -> file.toString().endsWith(".log") && !file.getFileName().toString()
                        .startsWith("hs_err")).sorted().map(Log::new).forEach(all::add);
            }
        }
        if (service == null && !all.isEmpty()) {
            return all;
        }
        List<Log> wanted = all.stream().filter(log -> log.name.equals(service)).toList();
        if (wanted.isEmpty()) {
            throw new StartFailure(all.isEmpty() ? "there are no logs in " + folder.logFolder()
                    : "there is no log of " + service + "; there are: "
                            + String.join(", ", all.stream().map(log -> log.name).toList()));
        }
        return wanted;
    }

    private void show(Log log, List<String> newLines, int nameWidth) {
        String prefix = service != null ? ""
                : terminal.paint(Terminal.Tone.LINK, log.name) + " ".repeat(nameWidth - log.name.length()) + " | ";
        newLines.forEach(line -> terminal.line(prefix + line));
    }

    /** Whole lines only; one that is being written is shown when it is complete. */
    private static List<String> newLines(Log log) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.path.toFile(), "r")) {
            if (file.length() < log.shown) {
                log.shown = 0;
            }
            byte[] bytes = new byte[(int) Math.min(TAIL_BYTES_MAX, file.length() - log.shown)];
            file.seek(log.shown);
            file.readFully(bytes);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            log.shown += end;
            String text = new String(bytes, 0, end, StandardCharsets.UTF_8);
            return text.isEmpty() ? List.of() : Arrays.asList(text.split("\n"));
        }
    }
}
