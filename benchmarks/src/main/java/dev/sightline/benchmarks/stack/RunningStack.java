package dev.sightline.benchmarks.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A local stack of the built modules with a data folder of its own, started and stopped by the launcher as a user
 * would. Its processes can be pinned to a core and stopped for a while.
 */
public final class RunningStack implements AutoCloseable {
    /** Whose key the stack's file holds. */
    static final String PROJECT = "dev";
    public static final String EDGE = "ingestion-edge";
    public static final String WRITER = "ingestion-writer";
    public static final String EVALUATOR = "evaluator-service";
    public static final String KAFKA = "kafka";
    public static final String CLICKHOUSE = "clickhouse";
    static final List<String> INGESTING = List.of(EDGE, KAFKA, WRITER, CLICKHOUSE);

    private static final Path ROOT = Path.of(System.getProperty("sightline.root"));
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path data;

    private RunningStack(Path data) {
        this.data = data;
    }

    /** @param environment what the services find in their environment, such as another setting to be measured */
    public static RunningStack start(Path data, List<String> ports, Map<String, String> environment)
            throws IOException, InterruptedException {
        RunningStack stack = new RunningStack(data);
        List<String> command = new ArrayList<>(List.of("up", "--detach", "--data", data.toString()));
        command.addAll(ports);
        stack.launch(command, environment);
        return stack;
    }

    JsonNode state() {
        try {
            return JSON.readTree(data.resolve("run/stack.json").toFile());
        } catch (IOException e) {
            throw new IllegalStateException("no stack.json in " + data, e);
        }
    }

    public String text(String field) {
        return state().required(field).textValue();
    }

    public String authorization() {
        String pair = secret("SIGHTLINE_INIT_PROJECT_PUBLIC_KEY") + ":" + secret("SIGHTLINE_INIT_PROJECT_SECRET_KEY");
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    public String secret(String name) {
        Properties secrets = new Properties();
        try (InputStream in = Files.newInputStream(data.resolve("secrets.properties"))) {
            secrets.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("no secrets in " + data, e);
        }
        return secrets.getProperty(name);
    }

    /** The process that has this name now. */
    ProcessUse process(String name) {
        for (JsonNode process : state().required("processes")) {
            if (process.required("name").textValue().equals(name)) {
                return new ProcessUse(name, process.required("pid").longValue());
            }
        }
        throw new IllegalStateException("no process " + name);
    }

    List<ProcessUse> processes(List<String> names) {
        return names.stream().map(this::process).toList();
    }

    /** How often a process had to be started again. */
    int restarts() {
        int restarts = 0;
        for (JsonNode process : state().required("processes")) {
            restarts += process.path("restarts").intValue();
        }
        return restarts;
    }

    /** Lets all threads of the process run on these cores only. */
    void pin(String name, int... cores) throws IOException, InterruptedException {
        String list = Arrays.stream(cores).mapToObj(Integer::toString).collect(Collectors.joining(","));
        run("taskset", "-a", "-p", "-c", list, Long.toString(process(name).pid()));
    }

    public void signal(String name, String signal) throws IOException, InterruptedException {
        run("kill", "-" + signal, Long.toString(process(name).pid()));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    private void launch(List<String> arguments, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path jar = ROOT.resolve("local-stack/target/local-stack.jar");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("the launcher failed at " + arguments.getFirst());
        }
    }

    @Override
    public void close() throws IOException {
        try {
            launch(List.of("down", "--data", data.toString()), Map.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the stack was going down", e);
        }
    }
}
