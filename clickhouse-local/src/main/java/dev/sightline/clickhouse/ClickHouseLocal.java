package dev.sightline.clickhouse;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The process: the ClickHouse engine on one data folder, behind ClickHouse's HTTP protocol.
 *
 * <p>Start it as {@code LD_PRELOAD=$JAVA_HOME/lib/libjsig.so java} with {@link #JVM_FLAGS}, {@code -jar
 * clickhouse-local.jar} and the options of {@link #USAGE}. It prints one line on standard output when it answers, ends
 * with code 0 on SIGTERM, and survives kill -9: what was acknowledged is on the disk. Other codes are in the usage
 * text; the reason is on standard error.
 */
public final class ClickHouseLocal {

    /**
     * What the launcher should give to the JVM. The heap holds network buffers only, results and inserts live in the
     * engine's memory; one collector thread and the quick compiler keep an idle process small.
     */
    public static final List<String> JVM_FLAGS = List.of("--enable-native-access=ALL-UNNAMED", "-Xmx192m", "-Xms16m",
            "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=32m", "-XX:MaxDirectMemorySize=96m", "-XX:-UsePerfData", "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.allocator.numDirectArenas=2", "-Dio.netty.allocator.numHeapArenas=0",
            "-Dio.netty.allocator.maxOrder=3", "-Dvertx.disableDnsResolver=true");

    /** The variable that carries the user's password. */
    public static final String PASSWORD_VARIABLE = "SIGHTLINE_CLICKHOUSE_PASSWORD";

    /** Ends of the process besides 0. */
    public static final int EXIT_USAGE = 64;
    public static final int EXIT_LIBRARY = 65;
    public static final int EXIT_DATA_LOCKED = 66;
    public static final int EXIT_PORT_TAKEN = 67;
    public static final int EXIT_ENGINE = 70;

    private static final String USAGE = """
            The ClickHouse engine behind its HTTP protocol.

            java -jar clickhouse-local.jar [options]; every option may also be given in the environment.
              --path DIR               data folder (SIGHTLINE_CLICKHOUSE_PATH), required
              --library FILE           the engine, libchdb (SIGHTLINE_CLICKHOUSE_LIBRARY);
                                       without it, it is fetched once per machine with npm
              --host ADDRESS           listen address (SIGHTLINE_CLICKHOUSE_HOST), default 127.0.0.1
              --port PORT              listen port (SIGHTLINE_CLICKHOUSE_PORT), default 8123, 0 for any
              --user NAME              the one user (SIGHTLINE_CLICKHOUSE_USER), default "default"
              --memory-limit-mib N     bound of the engine's memory (SIGHTLINE_CLICKHOUSE_MEMORY_LIMIT_MIB),
                                       default half of the machine's, at most 4096
              --max-queries N          queries at one time (SIGHTLINE_CLICKHOUSE_MAX_QUERIES), default 100
              --max-query-bytes N      longest text of a query (SIGHTLINE_CLICKHOUSE_MAX_QUERY_BYTES),
                                       default 4194304; an insert's data is not counted
              --help                   this text
            The password is read from SIGHTLINE_CLICKHOUSE_PASSWORD, which must be set.

            Ends with 0 on SIGTERM, 64 bad options, 65 no engine library, 66 data folder in use,
            67 port taken, 70 the engine does not start.
            """;

    private static final Set<String> OPTIONS = Set.of("path", "library", "host", "port", "user", "memory-limit-mib",
            "max-queries", "max-query-bytes");

    private ClickHouseLocal() {
    }

    /** A reason not to start. */
    private static final class Refusal extends Exception {

        private static final long serialVersionUID = 1;
        private final int exitCode;

        Refusal(int exitCode, String reason) {
            super(reason);
            this.exitCode = exitCode;
        }
    }

    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        try {
            run(options(arguments));
        } catch (Refusal e) {
            System.err.println("clickhouse-local: " + e.getMessage());
            Engine.exitProcess(e.exitCode);
        }
    }

    private static void run(Map<String, String> options) throws Refusal {
        requireSignalChaining();
        Path path = Path.of(required(options, "path")).toAbsolutePath().normalize();
        var credentials = new Credentials(options.getOrDefault("user", "default"), password());
        String host = options.getOrDefault("host", "127.0.0.1");
        int port = number(options, "port", 8123);
        int memoryLimitMib = number(options, "memory-limit-mib", defaultMemoryLimitMib());
        int queriesMax = number(options, "max-queries", 100);
        int queryBytesMax = number(options, "max-query-bytes", 4 << 20);
        Path library = library(options.get("library"));
        try {
            Files.createDirectories(path);
            // Held until the process ends.
            var lock = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw new Refusal(EXIT_DATA_LOCKED, "the data folder " + path + " is in use by another process");
            }
            Path spool = emptied(path.resolve("results"));
            Path data = path.resolve("data");
            int repaired = DeduplicationLogRepair.repair(data);
            if (repaired > 0) {
                System.err.println("took back " + repaired + " deduplication token(s) of inserts that were cut short");
            }
            Path config = EngineConfig.write(path.resolve("config"), memoryLimitMib);
            Engine engine = engine(library, data, config);
            serve(engine, new HttpFront.Options(host, port, credentials, queriesMax, queryBytesMax, spool));
        } catch (IOException e) {
            throw new Refusal(EXIT_ENGINE, "the data folder " + path + " cannot be used: " + e.getMessage());
        }
    }

    /** Without it the engine takes the JVM's signals, and the process hangs or dies without a word later. */
    private static void requireSignalChaining() throws Refusal {
        String preload = System.getenv("LD_PRELOAD");
        if (System.getProperty("os.name").startsWith("Linux") && (preload == null || !preload.contains("libjsig"))) {
            throw new Refusal(EXIT_USAGE, "start it with LD_PRELOAD=" + System.getProperty("java.home")
                    + "/lib/libjsig.so in the environment: the engine and the JVM must share signals");
        }
    }

    private static void serve(Engine engine, HttpFront.Options options) throws Refusal {
        HttpFront front;
        try {
            front = HttpFront.start(engine, options);
        } catch (IOException e) {
            engine.close();
            throw new Refusal(EXIT_PORT_TAKEN, "cannot listen on " + options.host() + ":" + options.port() + ": "
                    + e.getMessage() + "; choose another address with --host and --port");
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            front.close();
            if (front.isIdle()) {
                engine.close();
            }
            System.out.println("stopped");
            System.out.flush();
            Engine.exitProcess(0);
        }));
        long millis = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.println("ready on http://" + options.host() + ":" + front.port() + ", engine " + engine.version()
                + ", started in " + millis + " ms");
        System.out.flush();
        engine.releaseStartPages();
    }

    private static Engine engine(Path library, Path data, Path config) throws Refusal {
        try {
            return Engine.open(library, data, config);
        } catch (IOException e) {
            throw new Refusal(EXIT_LIBRARY, e.getMessage());
        } catch (EngineException e) {
            throw new Refusal(EXIT_ENGINE, e.getMessage());
        }
    }

    private static Path library(String option) throws Refusal {
        if (option != null) {
            Path library = Path.of(option).toAbsolutePath();
            if (!Files.isRegularFile(library)) {
                throw new Refusal(EXIT_LIBRARY, "there is no engine library at " + library
                        + "; leave --library away to have it fetched");
            }
            return library;
        }
        try {
            return EngineLibrary.fetch(EngineLibrary.defaultCacheDir(), System.err::println);
        } catch (IOException e) {
            throw new Refusal(EXIT_LIBRARY, e.getMessage());
        }
    }

    private static Map<String, String> options(String[] arguments) throws Refusal {
        var options = new HashMap<String, String>();
        for (String name : OPTIONS) {
            String value = System.getenv("SIGHTLINE_CLICKHOUSE_" + name.replace('-', '_').toUpperCase(Locale.ROOT));
            if (value != null && !value.isBlank()) {
                options.put(name, value);
            }
        }
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
            if (!OPTIONS.contains(name) || i + 1 == arguments.length) {
                throw new Refusal(EXIT_USAGE, "bad option " + arguments[i] + "\n\n" + USAGE);
            }
            options.put(name, arguments[i + 1]);
        }
        return options;
    }

    private static String password() throws Refusal {
        String password = System.getenv(PASSWORD_VARIABLE);
        if (password == null || password.isEmpty()) {
            throw new Refusal(EXIT_USAGE, "the environment variable " + PASSWORD_VARIABLE + " is not set");
        }
        return password;
    }

    private static String required(Map<String, String> options, String name) throws Refusal {
        String value = options.get(name);
        if (value == null) {
            throw new Refusal(EXIT_USAGE, "--" + name + " is required\n\n" + USAGE);
        }
        return value;
    }

    private static int number(Map<String, String> options, String name, int otherwise) throws Refusal {
        String value = options.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= (name.equals("port") ? 0 : 1)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new Refusal(EXIT_USAGE, "--" + name + " must be a positive whole number, not '" + value + "'");
    }

    private static int defaultMemoryLimitMib() {
        var machine = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return (int) Math.min(4096, machine.getTotalMemorySize() / 2 >> 20);
    }

    /** A folder for results on their way; what a killed process left in it is of no use. */
    private static Path emptied(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        return folder;
    }
}
