package dev.sightline.acceptance.stack;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A running local stack with a data folder and free ports of its own, started and stopped by the launcher as a user
 * would. Its first project and user come from SIGHTLINE_INIT_*. Nothing is built: the modules' packages have to be
 * there. {@link #close} leaves no process behind, also when the launcher itself was killed or hangs.
 */
public final class Stack implements AutoCloseable {
    public static final String USER_EMAIL = "reviewer@sightline.test";
    public static final String USER_PASSWORD = "a password for tests only";
    private static final Path ROOT = Path.of(System.getProperty("sightline.root", "..")).toAbsolutePath().normalize();
    private static final Duration UP = Duration.ofMinutes(5);
    private static final Duration DOWN = Duration.ofMinutes(1);

    private final Path data;
    private final Project project;
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();
    private boolean folderIsOurs;
    private final Thread lastResort = new Thread(this::close);

    private Stack(Path data, Project project) {
        this.data = data;
        this.project = project;
    }

    /**
     * Starts a stack and returns when the launcher says that all of it is ready.
     *
     * @param name        of its folder under target/; what an earlier run left there is stopped and removed
     * @param environment what the launcher and its services find in their environment, besides the first project
     */
    public static Stack start(String name, Map<String, String> environment) {
        Path data = ROOT.resolve("acceptance-tests/target/stacks").resolve(name);
        Stack stack = new Stack(data, new Project(name, "pk-" + name, "sk-" + name + "-0123456789abcdef"));
        stack.removeEarlier();
        Runtime.getRuntime().addShutdownHook(stack.lastResort);
        try {
            Files.createDirectories(data.getParent());
            stack.folderIsOurs = true;
            List<String> command = List.of("up", "--detach", "--data", data.toString(),
                    "--http-port", freePort(), "--otlp-grpc-port", freePort(), "--otlp-http-port", freePort());
            stack.launch(command, UP, stack.environment(environment));
            stack.file();
        } catch (IOException | RuntimeException | AssertionError e) {
            stack.close();
            throw new AssertionError("the stack " + name + " did not start: " + e.getMessage(), e);
        }
        return stack;
    }

    /** The repository's root folder. */
    public static Path root() {
        return ROOT;
    }

    /** The project that the stack came up with. */
    public Project project() {
        return project;
    }

    public Path data() {
        return data;
    }

    /** Where things are now; pids change when a process is restarted. */
    public synchronized StackFile file() {
        try {
            StackFile file = StackFile.read(data.resolve("run/stack.json"));
            see(file.launcherPid());
            file.processes().values().forEach(process -> see(process.pid()));
            return file;
        } catch (IOException e) {
            throw new AssertionError("no stack.json: " + e.getMessage(), e);
        }
    }

    /** A generated secret of the data folder, such as a password that only this machine knows. */
    public String secret(String name) {
        Properties secrets = new Properties();
        try (var in = Files.newInputStream(data.resolve("secrets.properties"))) {
            secrets.load(in);
        } catch (IOException e) {
            throw new AssertionError("no secrets.properties: " + e.getMessage(), e);
        }
        String value = secrets.getProperty(name);
        if (value == null) {
            throw new AssertionError("secrets.properties has no " + name + " but " + secrets.stringPropertyNames());
        }
        return value;
    }

    /** Sends a signal (KILL, STOP, CONT) to a process of the stack, once there is one, and returns its pid. */
    public long signal(String process, String signal) {
        long pid = Await.value(process + " to run", Await.LONG, () -> {
            StackFile.Process found = file().process(process);
            return found.isAlive() ? Optional.of(found.pid()) : Optional.empty();
        });
        signal(pid, signal);
        return pid;
    }

    public static void signal(long pid, String signal) {
        if (pid <= 1) {
            throw new AssertionError("pid " + pid + " would mean more than one process");
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new AssertionError("kill -" + signal + " " + pid + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            if (Files.exists(data.resolve("run/stack.json"))) {
                if (folderIsOurs) {
                    file();
                }
                launch(List.of("down", "--data", data.toString()), DOWN, environment(Map.of()));
            }
        } catch (IOException | AssertionError e) {
            System.err.println("the launcher did not stop the stack: " + e.getMessage());
        } finally {
            killAll();
            if (Thread.currentThread() != lastResort) {
                removeHook();
            }
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs and finds nothing to do.
        }
    }

    private void removeEarlier() {
        if (!Files.exists(data)) {
            return;
        }
        close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError("can't remove " + data + ": " + e, e);
        }
    }

    private void launch(List<String> arguments, Duration atMost, Map<String, String> environment) throws IOException {
        Path jar = ROOT.resolve("local-stack/target/local-stack.jar");
        if (!Files.exists(jar)) {
            throw new AssertionError(jar + " is missing; build the modules first: ./mvnw package -DskipTests");
        }
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"), "-jar", jar.toString()));
        command.addAll(arguments);
        Path output = Files.createTempFile(Files.createDirectories(ROOT.resolve("acceptance-tests/target")),
                "launcher-" + arguments.getFirst() + "-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile())
                .redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", arguments)
                        + (ended ? " returned " + process.exitValue() : " did not return") + "; it said:\n"
                        + Files.readString(output));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        Files.delete(output);
    }

    /** Nothing of the caller's own Sightline leaks in. */
    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeIf(name -> name.matches("(SIGHTLINE|LANGFUSE|QUARKUS|KAFKA|OTEL)_.*"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("SIGHTLINE_INIT_ORG_ID", "acceptance");
        environment.put("SIGHTLINE_INIT_ORG_NAME", "Acceptance");
        environment.put("SIGHTLINE_INIT_PROJECT_ID", project.id());
        environment.put("SIGHTLINE_INIT_PROJECT_NAME", "Project " + project.id());
        environment.put("SIGHTLINE_INIT_PROJECT_PUBLIC_KEY", project.publicKey());
        environment.put("SIGHTLINE_INIT_PROJECT_SECRET_KEY", project.secretKey());
        environment.put("SIGHTLINE_INIT_USER_EMAIL", USER_EMAIL);
        environment.put("SIGHTLINE_INIT_USER_NAME", "Reviewer");
        environment.put("SIGHTLINE_INIT_USER_PASSWORD", USER_PASSWORD);
        environment.putAll(more);
        return environment;
    }

    private void see(long pid) {
        if (pid > 0) {
            ProcessHandle.of(pid).ifPresent(seen::add);
        }
    }

    /** A handle knows when its process began, so a pid that was given to somebody else is safe. */
    private synchronized void killAll() {
        if (seen.isEmpty()) {
            return;
        }
        Optional<ProcessHandle> launcher = seen.stream().findFirst();
        launcher.ifPresent(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : seen) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Below the ports that the system gives to outgoing connections: one of those would take it before the stack. */
    private static String freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 20_000);
            try (ServerSocket free = new ServerSocket(port)) {
                return Integer.toString(free.getLocalPort());
            } catch (IOException e) {
                continue;
            }
        }
        throw new AssertionError("no free port between 10000 and 20000");
    }
}
