package dev.sightline.localstack.postgres;

import com.sun.security.auth.module.UnixSystem;
import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.stack.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * A PostgreSQL 18 server with durable writes (fsync and synchronous_commit on), small memory, password authentication
 * and one database, {@value #DATABASE}, on the loopback address. It runs as root too, in a user namespace of its own,
 * because PostgreSQL refuses root itself.
 *
 * @param binaries the programs
 * @param dataFolder PostgreSQL's own data folder
 * @param port where it listens
 */
public record PostgresServer(PostgresBinaries binaries, Path dataFolder, int port) {
    public static final String DATABASE = "sightline";
    public static final String USER = "sightline";

    private static final Logger LOG = Logger.getLogger(PostgresServer.class.getName());
    private static final Duration INIT_WITHIN = Duration.ofMinutes(2);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(20);

    /**
     * Stops PostgreSQL the fast way when standard input ends: it knows nothing of our pipe itself. The shell stays its
     * parent and ends with its status.
     */
    private static final String WATCHED = """
            exec 3<&0
            "$@" </dev/null &
            server=$!
            ( read -r line <&3; kill -INT $server 2>/dev/null ) &
            watch=$!
            exec 3<&-
            wait $server
            status=$?
            kill $watch 2>/dev/null
            exit $status
            """;

    /** The command that runs the server in the foreground until its standard input ends. */
    public List<String> command() {
        List<String> command = new ArrayList<>(List.of("sh", "-c", WATCHED, "sightline-postgres"));
        command.addAll(asNonRoot());
        command.addAll(List.of(binaries.program("postgres").toString(), "-D", dataFolder.toString()));
        settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command;
    }

    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("port", String.valueOf(port));
        settings.put("listen_addresses", "127.0.0.1");
        // A socket's path may not be longer than about a hundred bytes, a data folder's may.
        settings.put("unix_socket_directories", "");
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("full_page_writes", "on");
        settings.put("max_connections", "60");
        settings.put("shared_buffers", "32MB");
        settings.put("work_mem", "4MB");
        settings.put("maintenance_work_mem", "32MB");
        settings.put("min_wal_size", "32MB");
        settings.put("max_wal_size", "256MB");
        settings.put("wal_level", "minimal");
        settings.put("max_wal_senders", "0");
        settings.put("huge_pages", "off");
        settings.put("jit", "off");
        // Without worker processes for reading: control data is small.
        settings.put("io_method", "sync");
        settings.put("max_parallel_workers_per_gather", "0");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_min_messages", "warning");
        settings.put("log_min_error_statement", "panic");
        return settings;
    }

    /** Makes the cluster and the database when there is none; what a killed attempt left is thrown away. */
    public void create(String password) throws IOException, InterruptedException, StartFailure {
        Path version = dataFolder.resolve("PG_VERSION");
        if (Files.exists(version)) {
            refuseOtherRelease(Files.readString(version).strip());
            return;
        }
        checkRootCanRun();
        Path fresh = dataFolder.resolveSibling(dataFolder.getFileName() + ".new");
        if (Files.exists(fresh)) {
            Folders.delete(fresh);
        }
        Path passwordFile = Files.createTempFile(dataFolder.getParent(), "postgres", ".password",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(passwordFile, password + "\n");
            run("", "initdb", "-D", fresh.toString(), "-U", USER, "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8", "--no-instructions");
            run("CREATE DATABASE " + DATABASE + "\n", "postgres", "--single", "-D", fresh.toString(), "postgres");
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.move(fresh, dataFolder);
    }

    private void refuseOtherRelease(String release) throws StartFailure {
        if (!release.equals("18")) {
            throw new StartFailure("the data in " + dataFolder + " is of PostgreSQL " + release + ", not 18; take "
                    + "another folder with --data, or start afresh with ./sightline reset");
        }
    }

    /** Runs before each start: ends what a killed server left running, and its stale lock file. */
    public void clearLeftovers() throws IOException, InterruptedException {
        OptionalLong old = serverPid();
        if (old.isPresent()) {
            ProcessHandle.of(old.getAsLong()).filter(this::isOurs).ifPresent(server -> {
                LOG.log(Level.WARNING, "ending PostgreSQL {0} left from before", String.valueOf(server.pid()));
                server.destroyForcibly();
            });
        }
        Duration waited = Duration.ZERO;
        for (List<ProcessHandle> left = workers(); !left.isEmpty(); left = workers()) {
            if (waited.compareTo(GONE_WITHIN) > 0) {
                throw new IOException("processes of an earlier PostgreSQL don't end: " + left);
            }
            left.forEach(ProcessHandle::destroyForcibly);
            Thread.sleep(50);
            waited = waited.plusMillis(50);
        }
        Files.deleteIfExists(lockFile());
    }

    /** The process id of the running server, from its lock file; empty when there is none. */
    public OptionalLong serverPid() {
        try {
            return OptionalLong.of(Long.parseLong(Files.readAllLines(lockFile()).getFirst().strip()));
        } catch (IOException | RuntimeException none) {
            return OptionalLong.empty();
        }
    }

    /** Whether the server says so itself, in the eighth line of its lock file. */
    public boolean ready() {
        try {
            List<String> lines = Files.readAllLines(lockFile());
            return lines.size() >= 8 && lines.get(7).strip().equals("ready");
        } catch (IOException notYet) {
            return false;
        }
    }

    private Path lockFile() {
        return dataFolder.resolve("postmaster.pid");
    }

    /** The number may belong to another program by now, after a restart of the machine for instance. */
    private boolean isOurs(ProcessHandle process) {
        return worksIn(process) || process.info().commandLine().orElse("").contains(dataFolder.toString());
    }

    /** Server processes rename themselves, but their working directory is the data folder. */
    private List<ProcessHandle> workers() {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return serverPid().stream().mapToObj(ProcessHandle::of).flatMap(java.util.Optional::stream)
                    .filter(this::isOurs).toList();
        }
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(this::worksIn).toList();
        }
    }

    private boolean worksIn(ProcessHandle process) {
        try {
            return Files.isSameFile(Path.of("/proc", String.valueOf(process.pid()), "cwd"), dataFolder);
        } catch (IOException notOursToSee) {
            return false;
        }
    }

    private void run(String input, String program, String... arguments)
            throws IOException, InterruptedException, StartFailure {
        List<String> command = new ArrayList<>(asNonRoot());
        command.add(binaries.program(program).toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("sightline-" + program, ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (!process.waitFor(INIT_WITHIN.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new StartFailure("PostgreSQL's " + program + " failed: "
                        + Files.readString(output, StandardCharsets.ISO_8859_1).strip());
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }

    private void checkRootCanRun() throws IOException, InterruptedException, StartFailure {
        if (!runsAsRoot()) {
            return;
        }
        Process probe = new ProcessBuilder("unshare", "-U", "true").redirectErrorStream(true).start();
        String output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        if (probe.waitFor() != 0) {
            throw new StartFailure("PostgreSQL does not run as root, and this machine allows no user namespaces ("
                    + output.strip() + "); run ./sightline as an ordinary user");
        }
    }

    private static List<String> asNonRoot() {
        return runsAsRoot() ? List.of("unshare", "-U") : List.of();
    }

    private static boolean runsAsRoot() {
        return new UnixSystem().getUid() == 0;
    }
}
