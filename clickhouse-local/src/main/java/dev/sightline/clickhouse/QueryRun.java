package dev.sightline.clickhouse;

import dev.sightline.clickhouse.EngineSession.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;

/**
 * Runs one request against the engine, from reading its text to the last byte of its answer.
 *
 * <p>Everything happens in an engine session of its own, or one that only answered SELECTs before
 * ({@link IdleSessions}), so nothing of one request is seen by another. An insert's data
 * goes to the engine as a stream, never as text, because the engine cuts inline data at the first empty line. A result
 * is streamed where its format allows, and goes through a file otherwise. Memory does not grow with data or result.
 */
final class QueryRun {

    private static final int APPEND_BYTES = 256 << 10;
    private static final Set<String> CLIENT_WORDS = Set.of("exit", "quit", "logout", "учше", "йгше", "дщпщге", "q",
            "\\q", ":q");

    private final Engine engine;
    private final IdleSessions idleSessions;
    private final RunningQueries.Running running;
    private final QueryRequest request;
    private final Reply reply;
    private final int queryBytesMax;
    private final Path spoolFolder;

    QueryRun(Engine engine, IdleSessions idleSessions, RunningQueries.Running running, QueryRequest request,
             Reply reply, int queryBytesMax, Path spoolFolder) {
        this.engine = engine;
        this.idleSessions = idleSessions;
        this.running = running;
        this.request = request;
        this.reply = reply;
        this.queryBytesMax = queryBytesMax;
        this.spoolFolder = spoolFolder;
    }

    /** Reads the request's body and runs what it says; the answer is written but not ended. */
    void run(InputStream body) throws IOException, EngineException {
        InputStream text = text(decoded(body));
        QueryText query = QueryText.read(text, queryBytesMax);
        switch (query.statement()) {
            case Statement.InsertData insert when insert.format().equalsIgnoreCase("Values")
                    && !request.parameters().isEmpty() -> {
                // Placeholders in the rows: the engine fills them in only when it reads the statement as a whole.
                byte[] whole = query.complete(text, queryBytesMax).bytes();
                try (var session = session()) {
                    materialized(session, whole, request.format());
                }
            }
            case Statement.InsertData insert -> {
                try (var session = session()) {
                    insert(session, query.bytes(), insert, text);
                }
            }
            case Statement.Plain plain -> {
                byte[] statement = Arrays.copyOf(query.bytes(), plain.end());
                if (plain.isSelect() && request.mayShareSession()) {
                    select(statement, plain);
                } else {
                    try (var session = session()) {
                        plain(session, statement, plain);
                    }
                }
            }
            case Statement.Incomplete incomplete -> throw new IllegalStateException("a whole text is incomplete");
        }
    }

    private InputStream text(InputStream body) {
        if (request.query().isEmpty()) {
            return body;
        }
        byte[] fromUrl = (request.query().stripTrailing() + "\n").getBytes(StandardCharsets.UTF_8);
        return new SequenceInputStream(new ByteArrayInputStream(fromUrl), body);
    }

    private InputStream decoded(InputStream body) throws IOException, EngineException {
        InputStream in = switch (request.contentEncoding()) {
            case "", "identity" -> body;
            case "lz4" -> new LZ4FrameInputStream(body);
            case "gzip" -> new GZIPInputStream(body, APPEND_BYTES);
            case "deflate" -> new InflaterInputStream(body);
            default -> throw EngineException.of(EngineException.NOT_IMPLEMENTED, "NOT_IMPLEMENTED",
                    "Content-Encoding " + request.contentEncoding() + " is not offered; use lz4, gzip or deflate");
        };
        return request.decompress() ? CompressedFrames.decode(in) : in;
    }

    private void select(byte[] text, Statement.Plain statement) throws IOException, EngineException {
        String kind = request.database() + '\n' + request.settingsClause();
        EngineSession idle = idleSessions.take(kind);
        EngineSession session = idle == null ? session() : idle;
        boolean answered = false;
        try {
            if (idle != null) {
                session.text("SET " + queryId());
                running.checkNotAborted();
            }
            plain(session, text, statement);
            answered = true;
        } finally {
            if (answered) {
                idleSessions.give(kind, session);
            } else {
                session.close();
            }
        }
    }

    private String queryId() {
        return Engine.QUERY_ID_SETTING + " = " + Engine.literal(running.id());
    }

    private EngineSession session() throws EngineException {
        var session = engine.connect();
        try {
            String settings = request.settingsClause();
            session.text("SET " + queryId() + (settings.isEmpty() ? "" : ", " + settings));
            if (!request.database().isEmpty()) {
                session.text("USE `" + request.database().replace("\\", "\\\\").replace("`", "\\`") + "`");
            }
            running.checkNotAborted();
            return session;
        } catch (EngineException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private void insert(EngineSession session, byte[] read, Statement.InsertData statement, InputStream rest)
            throws IOException, EngineException {
        byte[] head = Arrays.copyOf(read, statement.headEnd());
        try (var insert = session.insert(head, statement.format(), request.parameters());
                var arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(APPEND_BYTES);
            byte[] piece = new byte[APPEND_BYTES];
            var data = new SequenceInputStream(new ByteArrayInputStream(read, statement.dataStart(),
                    read.length - statement.dataStart()), rest);
            int count;
            while ((count = data.readNBytes(piece, 0, piece.length)) > 0) {
                MemorySegment.copy(piece, 0, buffer, ValueLayout.JAVA_BYTE, 0, count);
                if (!insert.append(buffer, count)) {
                    break;
                }
            }
            reply.progress(insert.finish());
        }
    }

    private void plain(EngineSession session, byte[] text, Statement.Plain statement)
            throws IOException, EngineException {
        check(session, text, statement);
        byte[] sql = statement.keyword().equals("KILL") ? killById(text) : text;
        String formatName = statement.format() == null ? request.format() : statement.format();
        var format = ResultFormat.of(formatName);
        reply.header("X-ClickHouse-Format", formatName);
        reply.header("Content-Type", format.contentType());
        if (!statement.isSelect()) {
            materialized(session, sql, formatName);
        } else if (!request.waitForEnd() && format.isJoinable(request.settings().keySet(),
                new String(text, StandardCharsets.ISO_8859_1))) {
            streamed(session, sql, format);
        } else {
            throughFile(session, sql, statement, formatName);
        }
    }

    private void check(EngineSession session, byte[] text, Statement.Plain statement) throws EngineException {
        if (statement.usesFile()) {
            throw EngineException.of(EngineException.NOT_IMPLEMENTED, "NOT_IMPLEMENTED",
                    "INTO OUTFILE and FROM INFILE are for command line clients");
        }
        if (text.length == 0) {
            throw EngineException.of(EngineException.SYNTAX_ERROR, "SYNTAX_ERROR", "Syntax error: Empty query");
        }
        String whole = new String(text, StandardCharsets.UTF_8).strip();
        if (CLIENT_WORDS.contains(whole.toLowerCase(Locale.ROOT))) {
            throw EngineException.of(EngineException.SYNTAX_ERROR, "SYNTAX_ERROR",
                    "Syntax error: failed at position 1 (" + whole + ")");
        }
        if (session.countStatements(text) > 1) {
            throw EngineException.of(EngineException.SYNTAX_ERROR, "SYNTAX_ERROR",
                    "Syntax error (Multi-statements are not allowed)");
        }
    }

    /** Clients kill by the id they gave; the engine knows that id under another name. */
    private static byte[] killById(byte[] text) {
        String sql = new String(text, StandardCharsets.ISO_8859_1);
        var tokens = new SqlTokens(sql);
        var rewritten = new StringBuilder();
        int copied = 0;
        while (tokens.next() != SqlTokens.Kind.END) {
            if (tokens.isWord("query_id")) {
                rewritten.append(sql, copied, tokens.start()).append("(Settings['").append(Engine.QUERY_ID_SETTING)
                        .append("'])");
                copied = tokens.end();
            }
        }
        return rewritten.append(sql, copied, sql.length()).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void materialized(EngineSession session, byte[] sql, String format) throws IOException, EngineException {
        try (Result result = session.execute(sql, format, request.parameters())) {
            reply.progress(result.progress());
            if (result.bytes().address() != 0) {
                reply.write(result.bytes());
            }
        }
    }

    private void streamed(EngineSession session, byte[] sql, ResultFormat format)
            throws IOException, EngineException {
        EngineSession.Rows rows;
        try {
            rows = session.stream(sql, format.name(), request.parameters());
        } catch (EngineException e) {
            if (e.code() == EngineException.BAD_ARGUMENTS
                    && e.getMessage().contains("Streaming query is not supported")) {
                materialized(session, sql, format.name());
                return;
            }
            throw e;
        }
        var header = format.header();
        try (rows) {
            Result piece;
            while ((piece = rows.next()) != null) {
                try (var closing = piece) {
                    reply.progress(closing.progress());
                    reply.write(header.skip(closing.bytes()));
                }
            }
        }
    }

    private void throughFile(EngineSession session, byte[] sql, Statement.Plain statement, String format)
            throws IOException, EngineException {
        Path file = spoolFolder.resolve(UUID.randomUUID() + ".result");
        String into = "\nINTO OUTFILE " + Engine.literal(file.toString()) + " TRUNCATE FORMAT " + format + " ";
        try {
            byte[] middle = into.getBytes(StandardCharsets.UTF_8);
            byte[] whole = new byte[statement.formatAt() + middle.length + sql.length - statement.restAt()];
            System.arraycopy(sql, 0, whole, 0, statement.formatAt());
            System.arraycopy(middle, 0, whole, statement.formatAt(), middle.length);
            System.arraycopy(sql, statement.restAt(), whole, statement.formatAt() + middle.length,
                    sql.length - statement.restAt());
            try (Result result = session.execute(whole, format, request.parameters())) {
                reply.progress(result.progress());
            }
            if (Files.exists(file)) {
                try (var in = Files.newInputStream(file)) {
                    byte[] piece = new byte[APPEND_BYTES];
                    int count;
                    while ((count = in.read(piece)) > 0) {
                        reply.write(piece, 0, count);
                    }
                }
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
