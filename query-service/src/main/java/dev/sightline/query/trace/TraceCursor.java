package dev.sightline.query.trace;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ServiceException;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Where a page of traces ended: after this start and trace id, newest first. Opaque to callers; its place does not
 * move when newer traces arrive.
 */
public record TraceCursor(long startUnixNano, ByteString traceId) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 8 + 16;

    public String encode() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ByteBuffer.allocate(BYTES)
                .put(VERSION).putLong(startUnixNano).put(traceId.toByteArray()).array());
    }

    /** Throws INVALID_ARGUMENT naming {@code cursor}. */
    public static TraceCursor decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        if (bytes.length != BYTES || bytes[0] != VERSION) {
            throw ServiceException.invalid("cursor", "is not a next_cursor of an earlier page; leave it out to begin");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
        long startUnixNano = in.getLong();
        if (startUnixNano < 0) {
            throw ServiceException.invalid("cursor", "is not a next_cursor of an earlier page; leave it out to begin");
        }
        return new TraceCursor(startUnixNano, ByteString.copyFrom(in));
    }
}
