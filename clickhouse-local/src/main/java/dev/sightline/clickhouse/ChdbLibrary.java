package dev.sightline.clickhouse;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The C interface of libchdb, one Java method per C function and nothing more.
 *
 * <p>Owns the loaded library for the life of the process: it is never unloaded. Every pointer is passed through as
 * it is, so whoever calls must destroy what the header says must be destroyed. Signal handlers of the engine are
 * switched off before anything else, because they would replace the handlers the JVM needs; the process must also be
 * started with {@code LD_PRELOAD=libjsig.so}. Missing functions are reported with their names (an engine that is too
 * old). Source: chdb.h of engine 26.7.3.
 */
final class ChdbLibrary {

    /** What the engine's own parser says of a text: how many statements it holds and what they do. */
    record Analysis(int statementCount, int queryClass) {

        static final int READ_ONLY = 0;
        static final int MUTATING = 1;
        static final int MUTATING_GLOBAL = 2;
        static final int CONTROL = 3;
        static final int UNKNOWN = 4;
    }

    /** Names and values of query parameters as the C functions take them; both in UTF-8 with explicit lengths. */
    record Parameters(MemorySegment names, MemorySegment nameLengths, MemorySegment values,
                      MemorySegment valueLengths, long count) {

        static Parameters of(List<String[]> pairs, Arena arena) {
            int count = pairs.size();
            var names = arena.allocate(ADDRESS, Math.max(1, count));
            var nameLengths = arena.allocate(JAVA_LONG, Math.max(1, count));
            var values = arena.allocate(ADDRESS, Math.max(1, count));
            var valueLengths = arena.allocate(JAVA_LONG, Math.max(1, count));
            for (int i = 0; i < count; i++) {
                var name = utf8(pairs.get(i)[0], arena);
                var value = utf8(pairs.get(i)[1], arena);
                names.setAtIndex(ADDRESS, i, name);
                nameLengths.setAtIndex(JAVA_LONG, i, name.byteSize());
                values.setAtIndex(ADDRESS, i, value);
                valueLengths.setAtIndex(JAVA_LONG, i, value.byteSize());
            }
            return new Parameters(names, nameLengths, values, valueLengths, count);
        }
    }

    private static final int ANALYSIS_BYTES = 16;

    private final SymbolLookup symbols;
    private final Linker linker = Linker.nativeLinker();
    private final MethodHandle version;
    private final MethodHandle connect;
    private final MethodHandle closeConnection;
    private final MethodHandle query;
    private final MethodHandle streamQuery;
    private final MethodHandle streamFetch;
    private final MethodHandle streamCancel;
    private final MethodHandle destroyResult;
    private final MethodHandle streamInsert;
    private final MethodHandle streamAppend;
    private final MethodHandle streamDone;
    private final MethodHandle streamCancelInsert;
    private final MethodHandle streamInsertError;
    private final MethodHandle destroyInsertStream;
    private final MethodHandle resultBuffer;
    private final MethodHandle resultLength;
    private final MethodHandle resultRowsRead;
    private final MethodHandle resultStorageRowsRead;
    private final MethodHandle resultStorageBytesRead;
    private final MethodHandle resultRowsWritten;
    private final MethodHandle resultBytesWritten;
    private final MethodHandle resultError;
    private final MethodHandle classify;
    private final MethodHandle shutdown;

    private ChdbLibrary(Path library) {
        symbols = SymbolLookup.libraryLookup(library, Arena.global());
        version = function("chdb_version", ADDRESS);
        connect = function("chdb_connect", ADDRESS, JAVA_INT, ADDRESS);
        closeConnection = procedure("chdb_close_conn", ADDRESS);
        query = function("chdb_query_with_params_n", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG,
                ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        streamQuery = function("chdb_stream_query_with_params_n", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS,
                JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        streamFetch = function("chdb_stream_fetch_result", ADDRESS, ADDRESS, ADDRESS);
        streamCancel = procedure("chdb_stream_cancel_query", ADDRESS, ADDRESS);
        destroyResult = procedure("chdb_destroy_query_result", ADDRESS);
        streamInsert = function("chdb_stream_insert_with_params_n", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS,
                JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        streamAppend = function("chdb_stream_append", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
        streamDone = function("chdb_stream_done", ADDRESS, ADDRESS);
        streamCancelInsert = procedure("chdb_stream_cancel_insert", ADDRESS);
        streamInsertError = function("chdb_stream_insert_error", ADDRESS, ADDRESS);
        destroyInsertStream = procedure("chdb_destroy_insert_stream", ADDRESS);
        resultBuffer = function("chdb_result_buffer", ADDRESS, ADDRESS);
        resultLength = function("chdb_result_length", JAVA_LONG, ADDRESS);
        resultRowsRead = function("chdb_result_rows_read", JAVA_LONG, ADDRESS);
        resultStorageRowsRead = function("chdb_result_storage_rows_read", JAVA_LONG, ADDRESS);
        resultStorageBytesRead = function("chdb_result_storage_bytes_read", JAVA_LONG, ADDRESS);
        resultRowsWritten = function("chdb_result_rows_written", JAVA_LONG, ADDRESS);
        resultBytesWritten = function("chdb_result_bytes_written", JAVA_LONG, ADDRESS);
        resultError = function("chdb_result_error", ADDRESS, ADDRESS);
        classify = function("chdb_classify_query_n", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG,
                ADDRESS);
        shutdown = function("chdb_shutdown", JAVA_INT);
    }

    /** Loads the library and takes its hands off the JVM's signals. */
    static ChdbLibrary load(Path library) {
        var chdb = new ChdbLibrary(library);
        try {
            chdb.procedure("chdb_set_signal_handlers_enabled", JAVA_INT).invokeExact(0);
        } catch (Throwable e) {
            throw broken(e);
        }
        return chdb;
    }

    String version() {
        return string(pointer(version));
    }

    /** A pointer to the connection's pointer, or NULL when the engine refuses (the reason is on stderr). */
    MemorySegment connect(List<String> arguments) {
        try (var arena = Arena.ofConfined()) {
            var argv = arena.allocate(ADDRESS, arguments.size());
            for (int i = 0; i < arguments.size(); i++) {
                argv.setAtIndex(ADDRESS, i, arena.allocateFrom(arguments.get(i)));
            }
            return (MemorySegment) connect.invokeExact(arguments.size(), argv);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static MemorySegment connection(MemorySegment handle) {
        return handle.reinterpret(ADDRESS.byteSize()).get(ADDRESS, 0);
    }

    void closeConnection(MemorySegment handle) {
        call(closeConnection, handle);
    }

    MemorySegment query(MemorySegment connection, MemorySegment sql, MemorySegment format, Parameters p) {
        return statement(query, connection, sql, format, p);
    }

    MemorySegment streamQuery(MemorySegment connection, MemorySegment sql, MemorySegment format, Parameters p) {
        return statement(streamQuery, connection, sql, format, p);
    }

    MemorySegment streamInsert(MemorySegment connection, MemorySegment sql, MemorySegment format, Parameters p) {
        return statement(streamInsert, connection, sql, format, p);
    }

    MemorySegment streamFetch(MemorySegment connection, MemorySegment stream) {
        try {
            return (MemorySegment) streamFetch.invokeExact(connection, stream);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    void streamCancel(MemorySegment connection, MemorySegment stream) {
        try {
            streamCancel.invokeExact(connection, stream);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    void destroyResult(MemorySegment result) {
        call(destroyResult, result);
    }

    /** False when the stream has failed; {@link #streamInsertError} or {@link #streamDone} has the reason. */
    boolean streamAppend(MemorySegment stream, MemorySegment data, long length) {
        try {
            return (int) streamAppend.invokeExact(stream, data, length) == 0;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    MemorySegment streamDone(MemorySegment stream) {
        return pointer(streamDone, stream);
    }

    void streamCancelInsert(MemorySegment stream) {
        call(streamCancelInsert, stream);
    }

    String streamInsertError(MemorySegment stream) {
        return string(pointer(streamInsertError, stream));
    }

    void destroyInsertStream(MemorySegment stream) {
        call(destroyInsertStream, stream);
    }

    /** The bytes of a result; valid until the result is destroyed. */
    MemorySegment resultBuffer(MemorySegment result) {
        long length = number(resultLength, result);
        return length == 0 ? MemorySegment.NULL : pointer(resultBuffer, result).reinterpret(length);
    }

    long resultRowsRead(MemorySegment result) {
        return number(resultRowsRead, result);
    }

    long resultStorageRowsRead(MemorySegment result) {
        return number(resultStorageRowsRead, result);
    }

    long resultStorageBytesRead(MemorySegment result) {
        return number(resultStorageBytesRead, result);
    }

    long resultRowsWritten(MemorySegment result) {
        return number(resultRowsWritten, result);
    }

    long resultBytesWritten(MemorySegment result) {
        return number(resultBytesWritten, result);
    }

    /** The error's text, or null. */
    String resultError(MemorySegment result) {
        return string(pointer(resultError, result));
    }

    Analysis classify(MemorySegment connection, MemorySegment sql) {
        try (var arena = Arena.ofConfined()) {
            var analysis = arena.allocate(ANALYSIS_BYTES, Integer.BYTES);
            analysis.setAtIndex(JAVA_INT, 0, ANALYSIS_BYTES);
            int state = (int) classify.invokeExact(connection, sql, sql.byteSize(), MemorySegment.NULL, 0L, analysis);
            if (state != 0) {
                throw new IllegalStateException("chdb_classify_query_n refused the connection");
            }
            return new Analysis(analysis.getAtIndex(JAVA_INT, 1), analysis.getAtIndex(JAVA_INT, 3));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** Stops every thread of the engine; false when a connection is still open. Final: no connect afterwards. */
    boolean shutdown() {
        try {
            return (int) shutdown.invokeExact() == 0;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    static MemorySegment utf8(String text, Arena arena) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var segment = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment.asSlice(0, bytes.length);
    }

    private static MemorySegment statement(MethodHandle function, MemorySegment connection, MemorySegment sql,
                                           MemorySegment format, Parameters p) {
        try {
            return (MemorySegment) function.invokeExact(connection, sql, sql.byteSize(), format, format.byteSize(),
                    p.names(), p.nameLengths(), p.values(), p.valueLengths(), p.count());
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static void call(MethodHandle procedure, MemorySegment argument) {
        try {
            procedure.invokeExact(argument);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static long number(MethodHandle function, MemorySegment argument) {
        try {
            return (long) function.invokeExact(argument);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static MemorySegment pointer(MethodHandle function, MemorySegment argument) {
        try {
            return (MemorySegment) function.invokeExact(argument);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static MemorySegment pointer(MethodHandle function) {
        try {
            return (MemorySegment) function.invokeExact();
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static String string(MemorySegment pointer) {
        return pointer.address() == 0 ? null : pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }

    private MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return linker.downcallHandle(symbol(name), FunctionDescriptor.of(result, arguments));
    }

    private MethodHandle procedure(String name, MemoryLayout... arguments) {
        return linker.downcallHandle(symbol(name), FunctionDescriptor.ofVoid(arguments));
    }

    private MemorySegment symbol(String name) {
        return symbols.find(name).orElseThrow(() -> new IllegalStateException(
                "the engine library has no function " + name + "; it is not " + EngineLibrary.VERSION));
    }

    private static RuntimeException broken(Throwable e) {
        return switch (e) {
            case RuntimeException runtime -> runtime;
            case Error error -> throw error;
            default -> new IllegalStateException(e);
        };
    }
}
