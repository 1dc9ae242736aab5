package dev.sightline.clickhouse;

import dev.sightline.clickhouse.EngineSession.Progress;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;

/**
 * The answer to one request, written by one thread while the network sends it.
 *
 * <p>The first mebibyte is held back: until it is exceeded, an error still becomes a proper status and
 * {@code X-ClickHouse-Exception-Code}. After that the head is out with status 200, and an error is written behind the
 * rows in ClickHouse's form ({@code __exception__} with the tag of {@code X-ClickHouse-Exception-Tag}) and the
 * connection is closed without the final chunk, so that no client takes the result for whole. At most 512 KiB wait for
 * the socket; a slow client slows the query, and one that takes nothing for fifteen minutes is given up.
 * {@link ClientGone} when the client has left.
 */
final class Reply {

    /** How the body is encoded: ClickHouse's blocks for {@code compress=1}, the rest as Content-Encoding. */
    enum Encoding {
        NONE(null), BLOCKS(null), LZ4("lz4"), GZIP("gzip"), DEFLATE("deflate");

        private final String header;

        Encoding(String header) {
            this.header = header;
        }
    }

    private static final int HELD_BYTES = 1 << 20;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int IN_FLIGHT_BYTES_MAX = 512 << 10;
    private static final Duration SEND_TIMEOUT = Duration.ofMinutes(15);
    private static final int TAG_LENGTH = 16;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final long startNanos = System.nanoTime();
    private final String exceptionTag = newTag();
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(4096);
    private Encoding encoding = Encoding.NONE;
    private Progress progress = Progress.NONE;
    private OutputStream body;
    private int inFlight;
    private boolean gone;
    private Runnable whenGone = () -> { };

    Reply(HttpServerRequest request) {
        this.request = request;
        response = request.response();
        header("X-ClickHouse-Exception-Tag", exceptionTag);
        response.closeHandler(closed -> gone());
    }

    void encoding(Encoding encoding) {
        this.encoding = encoding;
    }

    void header(String name, String value) {
        response.putHeader(name, value);
    }

    /** Adds what a piece of work has read and written; the head carries the sum. */
    void progress(Progress more) {
        progress = progress.plus(more);
    }

    /** What to do when the client closes its connection before the answer is complete; at once if it has. */
    void whenGone(Runnable action) {
        synchronized (this) {
            whenGone = action;
            if (!gone) {
                return;
            }
        }
        action.run();
    }

    private void gone() {
        Runnable action;
        synchronized (this) {
            gone = true;
            action = whenGone;
            notifyAll();
        }
        action.run();
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        if (body == null && held.size() + length <= HELD_BYTES) {
            held.write(bytes, offset, length);
            return;
        }
        body().write(bytes, offset, length);
    }

    void write(MemorySegment bytes) throws IOException {
        byte[] piece = new byte[(int) Math.min(CHUNK_BYTES, bytes.byteSize())];
        for (long at = 0; at < bytes.byteSize(); at += piece.length) {
            int count = (int) Math.min(piece.length, bytes.byteSize() - at);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, piece, 0, count);
            write(piece, 0, count);
        }
    }

    /** Ends a good answer. */
    void finish() throws IOException {
        if (body == null) {
            sendWhole(200, held.toByteArray(), encoding);
            return;
        }
        body.close();
        response.end().onComplete(this::sent);
        awaitRoom(0);
    }

    /** Ends with an error. */
    void fail(EngineException error) throws IOException {
        String text = error.getMessage();
        if (body == null) {
            header("X-ClickHouse-Exception-Code", Integer.toString(error.code()));
            header("Content-Type", "text/plain; charset=UTF-8");
            // Clients do not unpack a refused log-in: the server refuses before it looks at how to answer.
            boolean plain = error.httpStatus() == 401 || error.httpStatus() == 403;
            sendWhole(error.httpStatus(), (text + "\n").getBytes(StandardCharsets.UTF_8),
                    plain ? Encoding.NONE : encoding);
            return;
        }
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        String end = "\n" + message.length + " " + exceptionTag + "\r\n__exception__\r\n";
        body.write(("\r\n__exception__\r\n" + exceptionTag + "\r\n").getBytes(StandardCharsets.US_ASCII));
        body.write(message);
        body.write(end.getBytes(StandardCharsets.US_ASCII));
        body.flush();
        awaitRoom(0);
        request.connection().close();
    }

    private void sendWhole(int status, byte[] content, Encoding as) throws IOException {
        var encoded = new ByteArrayOutputStream(content.length + 64);
        try (var out = encoder(encoded, as)) {
            out.write(content);
        }
        head(status, as);
        send(() -> response.end(Buffer.buffer(encoded.toByteArray())).onComplete(this::sent));
        awaitRoom(0);
    }

    private OutputStream body() throws IOException {
        if (body == null) {
            head(200, encoding);
            send(() -> response.setChunked(true));
            body = encoder(new Chunks(), encoding);
            held.writeTo(body);
            held.reset();
        }
        return body;
    }

    private void head(int status, Encoding as) throws IOException {
        String summary = ("{\"read_rows\":\"%d\",\"read_bytes\":\"%d\","
                + "\"written_rows\":\"%d\",\"written_bytes\":\"%d\","
                + "\"total_rows_to_read\":\"%d\",\"result_rows\":\"%d\",\"result_bytes\":\"0\",\"elapsed_ns\":\"%d\"}")
                .formatted(progress.readRows(), progress.readBytes(), progress.writtenRows(),
                        progress.writtenBytes(), progress.readRows(),
                        Math.max(progress.resultRows(), progress.writtenRows()), System.nanoTime() - startNanos);
        send(() -> {
            response.setStatusCode(status);
            response.putHeader("X-ClickHouse-Summary", summary);
            if (as.header != null) {
                response.putHeader("Content-Encoding", as.header);
            }
        });
    }

    private static OutputStream encoder(OutputStream out, Encoding as) throws IOException {
        return switch (as) {
            case NONE -> out;
            case BLOCKS -> CompressedFrames.encode(out);
            case LZ4 -> new LZ4FrameOutputStream(out);
            case GZIP -> new GZIPOutputStream(out, CHUNK_BYTES, true);
            case DEFLATE -> new DeflaterOutputStream(out, true);
        };
    }

    private void send(Runnable step) throws ClientGone {
        try {
            step.run();
        } catch (IllegalStateException closed) {
            throw new ClientGone();
        }
    }

    private void sent(AsyncResult<Void> result) {
        if (result.failed()) {
            gone();
        }
    }

    private synchronized void arrived(int bytes, AsyncResult<Void> result) {
        inFlight -= bytes;
        gone |= result.failed();
        notifyAll();
    }

    private synchronized void awaitRoom(int inFlightMax) throws IOException {
        try {
            long waitUntil = System.nanoTime() + SEND_TIMEOUT.toNanos();
            while (!gone && inFlight > inFlightMax) {
                long left = (waitUntil - System.nanoTime()) / 1_000_000;
                gone = left <= 0;
                wait(Math.max(1, left));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while answering");
        }
        if (gone) {
            throw new ClientGone();
        }
    }

    private static String newTag() {
        var tag = new StringBuilder(TAG_LENGTH);
        ThreadLocalRandom.current().ints(TAG_LENGTH, 'a', 'z' + 1).forEach(c -> tag.append((char) c));
        return tag.toString();
    }

    /** The way to the socket, in chunks. */
    private final class Chunks extends OutputStream {

        private final byte[] chunk = new byte[CHUNK_BYTES];
        private int filled;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            int from = offset;
            int left = length;
            while (left > 0) {
                int count = Math.min(left, CHUNK_BYTES - filled);
                System.arraycopy(source, from, chunk, filled, count);
                filled += count;
                from += count;
                left -= count;
                if (filled == CHUNK_BYTES) {
                    flush();
                }
            }
        }

        @Override
        public void flush() throws IOException {
            if (filled == 0) {
                return;
            }
            awaitRoom(IN_FLIGHT_BYTES_MAX);
            Buffer buffer = Buffer.buffer(filled).appendBytes(chunk, 0, filled);
            int bytes = filled;
            synchronized (Reply.this) {
                inFlight += bytes;
            }
            send(() -> response.write(buffer).onComplete(result -> arrived(bytes, result)));
            filled = 0;
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
