package dev.sightline.ingestion.publish;

import com.google.protobuf.ByteString;
import com.google.protobuf.WireFormat;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Protobuf's wire format written from the end to the beginning. So the length of a message or a text is known when its
 * turn comes, and nothing has to be measured before it is written. Whoever writes fields in descending order gets them
 * in ascending order. What protobuf leaves out (zero, empty, false) is left out. Not thread-safe.
 */
final class BackwardBytes {
    private static final VarHandle INT64 =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    /** Where the first byte written so far stands. */
    private int start;

    BackwardBytes(int capacity) {
        bytes = new byte[Math.max(64, capacity)];
        start = bytes.length;
    }

    /** How many bytes were written. */
    int length() {
        return bytes.length - start;
    }

    /** The first so many bytes, which are taken out. */
    byte[] takeFirst(int count) {
        byte[] first = Arrays.copyOfRange(bytes, start, start + count);
        start += count;
        return first;
    }

    void raw(byte[] written) {
        start = room(written.length) - written.length;
        System.arraycopy(written, 0, bytes, start, written.length);
    }

    /** Makes what was written since {@code lengthBefore} the message in this field. */
    void message(int field, int lengthBefore) {
        varint(length() - lengthBefore);
        varint(field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    void text(int field, String value) {
        if (!value.isEmpty()) {
            element(field, value);
        }
    }

    void bytes(int field, ByteString value) {
        if (!value.isEmpty()) {
            element(field, value);
        }
    }

    /** An element of a list or a map, which is written empty too. */
    void element(int field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        raw(utf8);
        varint(utf8.length);
        varint(field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    private void element(int field, ByteString value) {
        start = room(value.size()) - value.size();
        value.copyTo(bytes, start);
        varint(value.size());
        varint(field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    void number(int field, long value) {
        if (value != 0) {
            varintElement(field, value);
        }
    }

    /** A value of a map, which is written as zero too. */
    void varintElement(int field, long value) {
        varint(value);
        varint(field << 3 | WireFormat.WIRETYPE_VARINT);
    }

    void flag(int field, boolean value) {
        number(field, value ? 1 : 0);
    }

    void fixed64(int field, long value) {
        if (value != 0) {
            fixed64Element(field, value);
        }
    }

    /** A value of a map, which is written as zero too. */
    void fixed64Element(int field, long value) {
        start = room(Long.BYTES) - Long.BYTES;
        INT64.set(bytes, start, value);
        varint(field << 3 | WireFormat.WIRETYPE_FIXED64);
    }

    private void varint(long value) {
        int size = (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
        int at = room(size) - size;
        start = at;
        long rest = value;
        for (int i = 1; i < size; i++) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at] = (byte) rest;
    }

    /** Makes room for so many bytes before the first one; answers where that stands. */
    private int room(int size) {
        if (start < size) {
            int length = length();
            byte[] larger = new byte[Math.max(Math.addExact(length, size), (int) Math.min(
                    Integer.MAX_VALUE - 16L, bytes.length * 2L))];
            System.arraycopy(bytes, start, larger, larger.length - length, length);
            start = larger.length - length;
            bytes = larger;
        }
        return start;
    }
}
