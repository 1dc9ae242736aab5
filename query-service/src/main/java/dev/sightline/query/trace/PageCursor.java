package dev.sightline.query.trace;

import dev.sightline.base.error.ServiceException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a page of a list ended that is ordered by a time, newest first, and then by a key. Opaque to callers. The kind
 * tells one list's cursors from another's.
 */
public record PageCursor(Kind kind, long unixNano, String key) {
    /** The lists. The order is part of what callers hold. */
    public enum Kind { OBSERVATIONS, SESSIONS, USERS, SCORES }

    private static final byte VERSION = 2;
    private static final int HEAD_BYTES = 1 + 1 + 8;
    private static final int TEXT_LENGTH_MAX = 4_000;

    public String encode() {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ByteBuffer.allocate(HEAD_BYTES + utf8.length)
                .put(VERSION).put((byte) kind.ordinal()).putLong(unixNano).put(utf8).array());
    }

    /** Throws INVALID_ARGUMENT naming {@code cursor}. Null and empty are no cursor. */
    public static Optional<PageCursor> parse(Kind kind, String text) {
        return Parameters.text(text).map(given -> {
            byte[] bytes;
            try {
                bytes = given.length() > TEXT_LENGTH_MAX ? new byte[0] : Base64.getUrlDecoder().decode(given);
            } catch (IllegalArgumentException e) {
                bytes = new byte[0];
            }
            if (bytes.length < HEAD_BYTES || bytes[0] != VERSION || bytes[1] != kind.ordinal()) {
                throw wrong();
            }
            long unixNano = ByteBuffer.wrap(bytes, 2, 8).getLong();
            if (unixNano < 0) {
                throw wrong();
            }
            return new PageCursor(kind, unixNano,
                    new String(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES, StandardCharsets.UTF_8));
        });
    }

    private static ServiceException wrong() {
        return ServiceException.invalid("cursor", "is not a next_cursor of an earlier page; leave it out to begin");
    }
}
