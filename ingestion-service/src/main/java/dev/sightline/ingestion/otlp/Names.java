package dev.sightline.ingestion.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Remembers the names that spans come with (attributes, operations), so that the same bytes give the same string and
 * nothing is checked, decoded or hashed twice. Each name has one place; a new one takes it from the old one, so the
 * memory is bounded and no sender can fill it up. Thread-safe without locks: whoever loses a race decodes once more.
 */
final class Names {
    private static final int PLACES = 8_192;
    /** Longer ones are no names. */
    private static final int BYTES_MAX = 96;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private final Name[] places = new Name[PLACES];

    private record Name(byte[] utf8, String text) {
    }

    /**
     * The text of these bytes.
     *
     * @throws InvalidProtocolBufferException where they are not UTF-8
     */
    String of(byte[] bytes, int from, int length) throws InvalidProtocolBufferException {
        if (length == 0) {
            return "";
        }
        if (length > BYTES_MAX) {
            return decode(bytes, from, length);
        }
        int place = place(bytes, from, length);
        Name name = places[place];
        if (name == null || !Arrays.equals(name.utf8, 0, name.utf8.length, bytes, from, from + length)) {
            name = new Name(Arrays.copyOfRange(bytes, from, from + length), decode(bytes, from, length));
            places[place] = name;
        }
        return name.text;
    }

    private static String decode(byte[] bytes, int from, int length) throws InvalidProtocolBufferException {
        if (!ByteString.copyFrom(bytes, from, length).isValidUtf8()) {
            throw new InvalidProtocolBufferException("a name is not UTF-8");
        }
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    private static int place(byte[] bytes, int from, int length) {
        long hash = length;
        int at = from;
        int end = from + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = (hash ^ (long) LONG.get(bytes, at)) * MULTIPLIER;
            hash ^= hash >>> 32;
        }
        for (; at < end; at++) {
            hash = (hash ^ bytes[at]) * MULTIPLIER;
        }
        return (int) (hash >>> 40) & PLACES - 1;
    }
}
