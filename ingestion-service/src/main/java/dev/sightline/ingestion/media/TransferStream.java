package dev.sightline.ingestion.media;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** A content on its way to a client; gives its permit back once it is closed. */
final class TransferStream extends FilterInputStream {
    private final Semaphore permits;
    private final AtomicBoolean open = new AtomicBoolean(true);

    TransferStream(InputStream content, Semaphore permits) {
        super(content);
        this.permits = permits;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return in.read(buffer, offset, length);
    }

    @Override
    public void close() throws IOException {
        if (open.compareAndSet(true, false)) {
            permits.release();
        }
        super.close();
    }
}
