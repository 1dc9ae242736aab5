package dev.sightline.clickhouse;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A request's body as a stream for a blocking reader.
 *
 * <p>At most {@value #WINDOW} network buffers wait here; while the reader is behind, nothing more is read from the
 * socket, and the client feels it. A client that goes away before the end of its body, or sends nothing for five
 * minutes, gives an error, never an early end. One reader.
 */
final class RequestBody extends InputStream {

    private static final int WINDOW = 16;
    private static final Duration RECEIVE_TIMEOUT = Duration.ofMinutes(5);
    private static final Buffer END = Buffer.buffer(0);

    private final HttpServerRequest request;
    private final Context context;
    private final LinkedBlockingQueue<Buffer> queue = new LinkedBlockingQueue<>();
    private volatile boolean broken;
    private byte[] current = new byte[0];
    private int position;
    private int taken;
    private boolean ended;

    /** To be called on the request's event loop, before the request is given away. */
    RequestBody(HttpServerRequest request, Context context) {
        this.request = request;
        this.context = context;
        request.pause();
        request.handler(buffer -> {
            if (buffer.length() > 0) {
                queue.add(buffer);
            } else {
                request.fetch(1);
            }
        });
        request.endHandler(end -> queue.add(END));
        request.exceptionHandler(this::breakOff);
        request.fetch(WINDOW);
    }

    /** The client is gone. */
    void breakOff(Throwable cause) {
        broken = true;
        queue.add(END);
    }

    @Override
    public int read() throws IOException {
        return fill() ? current[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, offset, count);
        position += count;
        return count;
    }

    private boolean fill() throws IOException {
        while (position == current.length) {
            if (ended) {
                return false;
            }
            Buffer next;
            try {
                next = queue.poll(RECEIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading the request");
            }
            if (next == null) {
                throw new SocketTimeoutException("nothing came for " + RECEIVE_TIMEOUT.toSeconds() + " seconds");
            }
            if (next == END) {
                if (broken) {
                    throw new ClientGone();
                }
                ended = true;
                return false;
            }
            current = next.getBytes();
            position = 0;
            if (++taken == WINDOW / 2) {
                int count = taken;
                taken = 0;
                context.runOnContext(on -> request.fetch(count));
            }
        }
        return true;
    }
}
