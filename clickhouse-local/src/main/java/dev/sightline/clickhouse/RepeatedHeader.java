package dev.sightline.clickhouse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds the header with which the engine begins every piece of a streamed result, so that only the first is sent.
 *
 * <p>The first piece tells the header's bytes; every later piece must begin with the very same bytes, otherwise the
 * result would be garbled and {@link #skip} fails instead.
 */
final class RepeatedHeader {

    private final ResultFormat.Joining joining;
    private final boolean quoted;
    private MemorySegment header;

    RepeatedHeader(ResultFormat.Joining joining, boolean quoted) {
        this.joining = joining;
        this.quoted = quoted;
    }

    /** The part of a piece that is to be sent. */
    MemorySegment skip(MemorySegment piece) throws EngineException {
        if (header == null) {
            byte[] bytes = piece.asSlice(0, length(piece)).toArray(ValueLayout.JAVA_BYTE);
            header = MemorySegment.ofArray(bytes);
            return piece;
        }
        long size = header.byteSize();
        if (size > piece.byteSize() || piece.asSlice(0, size).mismatch(header) >= 0) {
            throw EngineException.of(EngineException.UNKNOWN_EXCEPTION, "UNKNOWN_EXCEPTION",
                    "a piece of the result does not begin with the header of the first");
        }
        return piece.asSlice(size);
    }

    private long length(MemorySegment piece) {
        return switch (joining) {
            case ROWS, DOCUMENT -> 0;
            case HEADER_LINES_1 -> lines(piece, 1);
            case HEADER_LINES_2 -> lines(piece, 2);
            case BINARY_NAMES -> strings(piece, 1);
            case BINARY_NAMES_AND_TYPES -> strings(piece, 2);
        };
    }

    private long lines(MemorySegment piece, int count) {
        long at = 0;
        int left = count;
        boolean inQuotes = false;
        while (left > 0 && at < piece.byteSize()) {
            byte b = piece.get(ValueLayout.JAVA_BYTE, at++);
            if (quoted && b == '"') {
                inQuotes = !inQuotes;
            } else if (b == '\n' && !inQuotes) {
                left--;
            }
        }
        return at;
    }

    /** A count of columns, then as many strings, once (names) or twice (names and types). */
    private static long strings(MemorySegment piece, int times) {
        long[] at = {0};
        long columns = varint(piece, at);
        for (long i = 0; i < columns * times; i++) {
            long length = varint(piece, at);
            at[0] += length;
        }
        return at[0];
    }

    private static long varint(MemorySegment piece, long[] at) {
        long value = 0;
        int shift = 0;
        byte b;
        do {
            b = piece.get(ValueLayout.JAVA_BYTE, at[0]++);
            value |= (long) (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0);
        return value;
    }
}
