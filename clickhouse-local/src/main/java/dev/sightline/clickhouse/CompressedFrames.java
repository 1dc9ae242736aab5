package dev.sightline.clickhouse;

import com.clickhouse.data.ClickHouseCityHash;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * ClickHouse's own compressed blocks, the ones behind {@code compress=1} and {@code decompress=1}.
 *
 * <p>A block is 16 bytes of CityHash128 over all that follows, one byte for the method, four for the size from the
 * method on, four for the size of the data, then the data; all little-endian. Reads LZ4 and uncompressed blocks, writes
 * LZ4. Bound: 64 MiB of data a block; more, a wrong checksum or another method is a {@link Corrupt} error.
 */
final class CompressedFrames {

    private static final int CHECKSUM_BYTES = 16;
    private static final int HEADER_BYTES = 9;
    private static final byte METHOD_NONE = 0x02;
    private static final byte METHOD_LZ4 = (byte) 0x82;
    private static final int BLOCK_BYTES = 256 << 10;
    private static final int BLOCK_BYTES_MAX = 64 << 20;
    private static final LZ4Factory LZ4 = LZ4Factory.fastestInstance();

    private CompressedFrames() {
    }

    /** The bytes are not what the format says. */
    static final class Corrupt extends IOException {

        private static final long serialVersionUID = 1;
        private final transient EngineException reason;

        private Corrupt(int code, String name, String reason) {
            super(reason);
            this.reason = EngineException.of(code, name, reason);
        }

        EngineException reason() {
            return reason;
        }
    }

    /** The data in a stream of blocks. */
    static InputStream decode(InputStream in) {
        return new Decoder(in);
    }

    /** A stream whose data goes out in blocks; closing it closes the one below. */
    static OutputStream encode(OutputStream out) {
        return new Encoder(out);
    }

    private static final class Decoder extends InputStream {

        private final InputStream in;
        private final LZ4SafeDecompressor lz4 = LZ4.safeDecompressor();
        private byte[] compressed = new byte[0];
        private byte[] data = new byte[0];
        private int position;
        private int limit;

        Decoder(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            return fill() ? data[position++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(data, position, target, offset, count);
            position += count;
            return count;
        }

        private boolean fill() throws IOException {
            while (position == limit) {
                if (!readBlock()) {
                    return false;
                }
            }
            return true;
        }

        private boolean readBlock() throws IOException {
            byte[] head = in.readNBytes(CHECKSUM_BYTES + HEADER_BYTES);
            if (head.length == 0) {
                return false;
            }
            if (head.length < CHECKSUM_BYTES + HEADER_BYTES) {
                throw new EOFException("compressed data ends inside a block");
            }
            var header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
            byte method = header.get(CHECKSUM_BYTES);
            int compressedSize = header.getInt(CHECKSUM_BYTES + 1);
            int dataSize = header.getInt(CHECKSUM_BYTES + 5);
            if (compressedSize < HEADER_BYTES || compressedSize > BLOCK_BYTES_MAX + HEADER_BYTES || dataSize < 0
                    || dataSize > BLOCK_BYTES_MAX) {
                throw new Corrupt(EngineException.CANNOT_DECOMPRESS, "CANNOT_DECOMPRESS",
                        "A compressed block is larger than " + BLOCK_BYTES_MAX + " bytes or its header is damaged");
            }
            if (compressed.length < compressedSize) {
                compressed = new byte[compressedSize];
            }
            System.arraycopy(head, CHECKSUM_BYTES, compressed, 0, HEADER_BYTES);
            int body = compressedSize - HEADER_BYTES;
            if (in.readNBytes(compressed, HEADER_BYTES, body) < body) {
                throw new EOFException("compressed data ends inside a block");
            }
            long[] hash = ClickHouseCityHash.cityHash128(compressed, 0, compressedSize);
            if (hash[0] != header.getLong(0) || hash[1] != header.getLong(8)) {
                throw new Corrupt(40, "CHECKSUM_DOESNT_MATCH", "Checksum doesn't match: corrupted data");
            }
            decompress(method, body, dataSize);
            position = 0;
            limit = dataSize;
            return true;
        }

        private void decompress(byte method, int body, int dataSize) throws Corrupt {
            if (data.length < dataSize) {
                data = new byte[dataSize];
            }
            if (method == METHOD_NONE && body == dataSize) {
                System.arraycopy(compressed, HEADER_BYTES, data, 0, dataSize);
                return;
            }
            if (method != METHOD_LZ4) {
                throw new Corrupt(EngineException.UNKNOWN_CODEC, "UNKNOWN_CODEC",
                        "Unknown compression method 0x%02x; this server reads LZ4".formatted(method));
            }
            try {
                if (lz4.decompress(compressed, HEADER_BYTES, body, data, 0, dataSize) != dataSize) {
                    throw new LZ4Exception("size");
                }
            } catch (LZ4Exception e) {
                throw new Corrupt(EngineException.CANNOT_DECOMPRESS, "CANNOT_DECOMPRESS",
                        "Cannot decompress LZ4 data");
            }
        }
    }

    private static final class Encoder extends OutputStream {

        private final OutputStream out;
        private final LZ4Compressor lz4 = LZ4.fastCompressor();
        private final byte[] data = new byte[BLOCK_BYTES];
        private final byte[] block = new byte[CHECKSUM_BYTES + HEADER_BYTES + lz4.maxCompressedLength(BLOCK_BYTES)];
        private int filled;

        Encoder(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            int from = offset;
            int left = length;
            while (left > 0) {
                int count = Math.min(left, BLOCK_BYTES - filled);
                System.arraycopy(source, from, data, filled, count);
                filled += count;
                from += count;
                left -= count;
                if (filled == BLOCK_BYTES) {
                    writeBlock();
                }
            }
        }

        @Override
        public void flush() throws IOException {
            if (filled > 0) {
                writeBlock();
            }
            out.flush();
        }

        @Override
        public void close() throws IOException {
            flush();
            out.close();
        }

        private void writeBlock() throws IOException {
            int size = HEADER_BYTES
                    + lz4.compress(data, 0, filled, block, CHECKSUM_BYTES + HEADER_BYTES);
            var buffer = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
            buffer.put(CHECKSUM_BYTES, METHOD_LZ4);
            buffer.putInt(CHECKSUM_BYTES + 1, size);
            buffer.putInt(CHECKSUM_BYTES + 5, filled);
            long[] hash = ClickHouseCityHash.cityHash128(block, CHECKSUM_BYTES, size);
            buffer.putLong(0, hash[0]);
            buffer.putLong(8, hash[1]);
            out.write(block, 0, CHECKSUM_BYTES + size);
            filled = 0;
        }
    }
}
