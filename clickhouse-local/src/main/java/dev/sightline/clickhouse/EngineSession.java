package dev.sightline.clickhouse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One connection to the engine: runs one statement at a time, with settings and a current database of its own.
 *
 * <p>Not for several threads at once; another thread stops its query with {@link Engine#kill}. Statements are UTF-8
 * bytes, parameters are name and value pairs for {@code {name:Type}} placeholders. Errors are {@link EngineException}
 * with ClickHouse's number. Closing gives back everything, also an unfinished stream.
 */
final class EngineSession implements AutoCloseable {

    /** What a query has read and written so far; rows and bytes. */
    record Progress(long readRows, long readBytes, long writtenRows, long writtenBytes, long resultRows) {

        static final Progress NONE = new Progress(0, 0, 0, 0, 0);

        Progress plus(Progress other) {
            return new Progress(readRows + other.readRows, readBytes + other.readBytes,
                    writtenRows + other.writtenRows, writtenBytes + other.writtenBytes,
                    resultRows + other.resultRows);
        }
    }

    /** A piece of a result in the engine's memory; read it before closing it. */
    record Result(ChdbLibrary chdb, MemorySegment handle, MemorySegment bytes, Progress progress)
            implements AutoCloseable {

        @Override
        public void close() {
            chdb.destroyResult(handle);
        }
    }

    private final ChdbLibrary chdb;
    private final MemorySegment handle;
    private final MemorySegment connection;

    EngineSession(ChdbLibrary chdb, MemorySegment handle) {
        this.chdb = chdb;
        this.handle = handle;
        connection = ChdbLibrary.connection(handle);
    }

    /** Runs any statement and returns its whole result. */
    Result execute(byte[] sql, String format, List<String[]> parameters) throws EngineException {
        try (var arena = Arena.ofConfined()) {
            return result(chdb.query(connection, segment(sql, arena), ChdbLibrary.utf8(format, arena),
                    ChdbLibrary.Parameters.of(parameters, arena)));
        }
    }

    /** Runs a short statement of our own and returns its answer as text. */
    String text(String sql) throws EngineException {
        try (var result = execute(sql.getBytes(StandardCharsets.UTF_8), "TabSeparated", List.of())) {
            var bytes = result.bytes();
            return bytes.address() == 0 ? ""
                    : new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    /** How many statements the engine's parser finds; 0 when it finds a mistake. */
    int countStatements(byte[] sql) {
        try (var arena = Arena.ofConfined()) {
            return chdb.classify(connection, segment(sql, arena)).statementCount();
        }
    }

    /** Starts a SELECT whose result is fetched in pieces. */
    Rows stream(byte[] sql, String format, List<String[]> parameters) throws EngineException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment stream = chdb.streamQuery(connection, segment(sql, arena), ChdbLibrary.utf8(format, arena),
                    ChdbLibrary.Parameters.of(parameters, arena));
            String error = chdb.resultError(stream);
            if (error != null) {
                chdb.destroyResult(stream);
                throw EngineException.parse(error);
            }
            return new Rows(stream);
        }
    }

    /**
     * Starts an insert whose data follows in pieces.
     *
     * @param sql    the statement up to, and without, FORMAT or VALUES
     * @param format the data's format
     */
    Insert insert(byte[] sql, String format, List<String[]> parameters) throws EngineException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment stream = chdb.streamInsert(connection, segment(sql, arena), ChdbLibrary.utf8(format, arena),
                    ChdbLibrary.Parameters.of(parameters, arena));
            String error = chdb.streamInsertError(stream);
            if (error != null) {
                chdb.destroyInsertStream(stream);
                throw EngineException.parse(error);
            }
            return new Insert(stream);
        }
    }

    @Override
    public void close() {
        chdb.closeConnection(handle);
    }

    private Result result(MemorySegment result) throws EngineException {
        String error = chdb.resultError(result);
        if (error != null) {
            chdb.destroyResult(result);
            throw EngineException.parse(error);
        }
        var progress = new Progress(chdb.resultStorageRowsRead(result), chdb.resultStorageBytesRead(result),
                chdb.resultRowsWritten(result), chdb.resultBytesWritten(result), chdb.resultRowsRead(result));
        return new Result(chdb, result, chdb.resultBuffer(result), progress);
    }

    private static MemorySegment segment(byte[] bytes, Arena arena) {
        var segment = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment.asSlice(0, bytes.length);
    }

    /** A result in pieces. Closing it early stops the query. */
    final class Rows implements AutoCloseable {

        private final MemorySegment stream;
        private boolean finished;

        private Rows(MemorySegment stream) {
            this.stream = stream;
        }

        /** The next piece, or null after the last one. */
        Result next() throws EngineException {
            if (finished) {
                return null;
            }
            Result result;
            try {
                result = result(chdb.streamFetch(connection, stream));
            } catch (EngineException e) {
                finished = true;
                throw e;
            }
            if (result.bytes().address() == 0) {
                finished = true;
                result.close();
                return null;
            }
            return result;
        }

        @Override
        public void close() {
            if (!finished) {
                chdb.streamCancel(connection, stream);
            }
            chdb.destroyResult(stream);
        }
    }

    /** A running insert. Closing it without {@link #finish} cancels it: what was not yet a part is not written. */
    final class Insert implements AutoCloseable {

        private final MemorySegment stream;
        private boolean finished;

        private Insert(MemorySegment stream) {
            this.stream = stream;
        }

        /** Hands over data; waits while the engine is behind. False when the insert has failed: finish tells why. */
        boolean append(MemorySegment data, long length) {
            return chdb.streamAppend(stream, data, length);
        }

        /** Ends the data and returns when everything is written. */
        Progress finish() throws EngineException {
            finished = true;
            try (var result = result(chdb.streamDone(stream))) {
                return result.progress();
            }
        }

        @Override
        public void close() {
            if (!finished) {
                chdb.streamCancelInsert(stream);
            }
            chdb.destroyInsertStream(stream);
        }
    }
}
