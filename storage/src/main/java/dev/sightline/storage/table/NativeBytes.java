package dev.sightline.storage.table;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing buffer with the primitive encodings of ClickHouse's Native format (little-endian numbers, LEB128 lengths).
 * Not thread-safe.
 */
public final class NativeBytes {
    private static final VarHandle INT64 =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int length;

    public NativeBytes(int capacity) {
        this.bytes = new byte[Math.max(capacity, 64)];
    }

    public int length() {
        return length;
    }

    /** Forgets what is in it and keeps the room. */
    public void clear() {
        length = 0;
    }

    /** The room it has taken so far, in bytes. */
    public int capacity() {
        return bytes.length;
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    void int8(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    void int16(int value) {
        ensure(2);
        bytes[length++] = (byte) value;
        bytes[length++] = (byte) (value >>> 8);
    }

    void int32(int value) {
        int16(value);
        int16(value >>> 16);
    }

    void int64(long value) {
        ensure(8);
        INT64.set(bytes, length, value);
        length += 8;
    }

    void varint(long value) {
        ensure(10);
        while ((value & ~0x7fL) != 0) {
            bytes[length++] = (byte) ((value & 0x7f) | 0x80);
            value >>>= 7;
        }
        bytes[length++] = (byte) value;
    }

    void string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        ensure(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
    }

    void string(ByteString value) {
        varint(value.size());
        raw(value);
    }

    /** Exactly {@code width} bytes: an empty value becomes zeros, any other length is a programming error. */
    void fixed(ByteString value, int width) {
        if (value.isEmpty()) {
            ensure(width);
            Arrays.fill(bytes, length, length + width, (byte) 0);
            length += width;
        } else if (value.size() == width) {
            raw(value);
        } else {
            throw new IllegalArgumentException("expected " + width + " bytes, got " + value.size());
        }
    }

    private void raw(ByteString value) {
        ensure(value.size());
        value.copyTo(bytes, length);
        length += value.size();
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), (int) Math.min(
                    Integer.MAX_VALUE - 16L, bytes.length * 2L)));
        }
    }
}
