package dev.sightline.ingestion.media;

import dev.sightline.base.media.MediaUrls.Upload;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * Content that is checked while it is read: its last bytes come only after length and SHA-256 were found right, so
 * whoever got all of it has the right content. Never holds more than the reader's buffer.
 */
final class CheckedContent extends FilterInputStream {
    /** The content is not what was announced. The message is for the sender. */
    static final class WrongContent extends IOException {
        WrongContent(String message) {
            super(message);
        }
    }

    private final Upload upload;
    private final MessageDigest digest = MediaKey.newSha256();
    private long read;

    CheckedContent(InputStream content, Upload upload) {
        super(content);
        this.upload = upload;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        if (count < 0) {
            if (read < upload.contentLength()) {
                throw new WrongContent("only " + read + " of " + upload.contentLength() + " bytes came");
            }
            return -1;
        }
        read += count;
        digest.update(buffer, offset, count);
        if (read > upload.contentLength()) {
            throw new WrongContent("more than the announced " + upload.contentLength() + " bytes came");
        }
        if (count > 0 && read == upload.contentLength()) {
            checkEnd();
        }
        return count;
    }

    private void checkEnd() throws IOException {
        if (in.read() >= 0) {
            throw new WrongContent("more than the announced " + upload.contentLength() + " bytes came");
        }
        if (!Base64.getEncoder().encodeToString(digest.digest()).equals(upload.sha256())) {
            throw new WrongContent("the SHA-256 of what came is not the announced " + upload.sha256());
        }
    }

    @Override
    public long skip(long count) throws IOException {
        return in.skip(0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
