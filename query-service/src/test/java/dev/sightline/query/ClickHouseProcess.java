package dev.sightline.query;

import dev.sightline.storage.ClickHouseEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ClickHouse engine of module clickhouse-local on a data folder of its own, as a process of its own. */
final class ClickHouseProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("ready on (http://\\S+?),.*");
    private static final String PASSWORD = "clickhouse-of-the-tests";

    private final Process process;
    private final Path folder;
    private final ClickHouseEndpoint endpoint;

    private ClickHouseProcess(Process process, Path folder, ClickHouseEndpoint endpoint) {
        this.process = process;
        this.folder = folder;
        this.endpoint = endpoint;
    }

    static ClickHouseProcess start() throws IOException {
        Path jar = Path.of(System.getProperty("sightline.root"), "clickhouse-local/target/clickhouse-local.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IOException("module clickhouse-local is not built: there is no " + jar);
        }
        String javaHome = System.getProperty("java.home");
        Path folder = Files.createTempDirectory("query-service-clickhouse-");
        List<String> command = new ArrayList<>(List.of(javaHome + "/bin/java"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx192m", "-XX:+UseSerialGC",
                "-XX:MaxDirectMemorySize=96m", "-jar", jar.toString(), "--path", folder.toString(), "--port", "0"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LD_PRELOAD", javaHome + "/lib/libjsig.so");
        builder.environment().put("SIGHTLINE_CLICKHOUSE_PASSWORD", PASSWORD);
        Process process = builder.start();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.matches()) {
                return new ClickHouseProcess(process, folder,
                        new ClickHouseEndpoint(ready.group(1), "sightline", "default", PASSWORD));
            }
        }
        throw new IOException("clickhouse-local did not start");
    }

    ClickHouseEndpoint endpoint() {
        return endpoint;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().join();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
