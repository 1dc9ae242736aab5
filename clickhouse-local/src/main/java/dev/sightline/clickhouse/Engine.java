package dev.sightline.clickhouse;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The running ClickHouse engine of this process: one data folder, many sessions.
 *
 * <p>Owns the engine from {@link #open} to {@link #close}. One connection is held open for all that time, because the
 * engine stops with its last connection. {@link #connect} may be called from any thread; each session is used by one
 * thread at a time. The engine runs in UTC.
 */
final class Engine implements AutoCloseable {

    /**
     * The setting that carries a query's id into the engine, whose C interface has no way to give one. It is text for
     * the engine's own remote connections and changes nothing else; no client of a server knows it.
     */
    static final String QUERY_ID_SETTING = "chdb_client_name";

    private static final int MADV_DONTNEED = 4;
    /** Mappings that hold nothing but the file's bytes: code, and the constants at the file's beginning. */
    private static final Pattern CLEAN_LIBRARY_MAP = Pattern.compile(
            "(\\p{XDigit}+)-(\\p{XDigit}+) (?:r-xp \\p{XDigit}+|r--p 0+) \\S+ \\d+ +(/.*)");

    private final ChdbLibrary chdb;
    private final Path library;
    private final List<String> arguments;
    private final MemorySegment keepAlive;
    private final String version;
    private final String timezone;

    private Engine(ChdbLibrary chdb, Path library, List<String> arguments) throws EngineException {
        this.chdb = chdb;
        this.library = library;
        this.arguments = arguments;
        keepAlive = chdb.connect(arguments);
        if (keepAlive.address() == 0) {
            throw EngineException.of(EngineException.CANNOT_OPEN_FILE, "CANNOT_OPEN_FILE",
                    "the engine did not start; its reason is on standard error");
        }
        try (var session = connect()) {
            String[] answer = session.text("SELECT version(), timezone()").split("\t");
            version = answer[0];
            timezone = answer[1].strip();
        }
    }

    /**
     * Loads the library and starts the engine on its data folder.
     *
     * @param config the engine's XML configuration, see {@link EngineConfig}
     */
    static Engine open(Path library, Path data, Path config) throws IOException, EngineException {
        setTimeZoneToUtc();
        ChdbLibrary chdb;
        try {
            chdb = ChdbLibrary.load(library);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException(library + " cannot be loaded: " + e.getMessage(), e);
        }
        return new Engine(chdb, library, List.of("clickhouse", "--path=" + data, "--config-file=" + config));
    }

    /** A new session with its own settings, current database and temporary tables; about a millisecond. */
    EngineSession connect() throws EngineException {
        MemorySegment handle = chdb.connect(arguments);
        if (handle.address() == 0) {
            throw EngineException.of(EngineException.UNKNOWN_EXCEPTION, "UNKNOWN_EXCEPTION",
                    "the engine gave no connection");
        }
        return new EngineSession(chdb, handle);
    }

    /** Asks the engine to stop a query; does not wait. Nothing happens when the query is not running. */
    void kill(String queryId) throws EngineException {
        try (var session = connect()) {
            session.text("KILL QUERY WHERE Settings['" + QUERY_ID_SETTING + "'] = " + literal(queryId) + " ASYNC");
        }
    }

    String version() {
        return version;
    }

    String timezone() {
        return timezone;
    }

    /** A string literal of ClickHouse SQL. */
    static String literal(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /**
     * Gives back the pages of the library's code that only the start has used, some 150 MB. They are clean copies of
     * the file: what is needed again is read again, from the page cache. Linux only; elsewhere nothing happens.
     */
    void releaseStartPages() {
        Path maps = Path.of("/proc/self/maps");
        if (!Files.exists(maps)) {
            return;
        }
        try {
            var linker = Linker.nativeLinker();
            var madvise = linker.downcallHandle(linker.defaultLookup().find("madvise").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT));
            String file = library.toRealPath().toString();
            for (String line : Files.readAllLines(maps)) {
                var map = CLEAN_LIBRARY_MAP.matcher(line);
                if (map.matches() && map.group(3).equals(file)) {
                    long from = Long.parseUnsignedLong(map.group(1), 16);
                    long to = Long.parseUnsignedLong(map.group(2), 16);
                    int ignored = (int) madvise.invokeExact(MemorySegment.ofAddress(from), to - from, MADV_DONTNEED);
                }
            }
        } catch (Throwable e) {
            System.err.println("the engine's start pages stay in memory: " + e);
        }
    }

    /** Stops the engine. All sessions must have been closed. */
    @Override
    public void close() {
        chdb.closeConnection(keepAlive);
    }

    /**
     * Ends this process at once, without the C library's exit handlers: some threads of the engine outlive it, and the
     * handlers would run beside them.
     */
    static void exitProcess(int code) {
        try {
            var linker = Linker.nativeLinker();
            var exit = linker.downcallHandle(linker.defaultLookup().find("_exit").orElseThrow(),
                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
            exit.invokeExact(code);
        } catch (Throwable e) {
            Runtime.getRuntime().halt(code);
        }
    }

    /** The engine takes its time zone from the environment, once, when it is loaded. */
    private static void setTimeZoneToUtc() {
        try (var arena = Arena.ofConfined()) {
            var linker = Linker.nativeLinker();
            var setenv = linker.downcallHandle(linker.defaultLookup().find("setenv").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT));
            int ignored = (int) setenv.invokeExact(arena.allocateFrom("TZ"), arena.allocateFrom("UTC"), 1);
        } catch (Throwable e) {
            throw new IllegalStateException("the time zone cannot be set", e);
        }
    }
}
