package dev.sightline.query.export;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Counts the bytes and, in CSV and JSON lines, the rows that go by: line ends outside of double quotes. In both formats
 * a line end inside a text stands between quotes (CSV) or is escaped (JSON), and quotes inside of texts come in pairs
 * in CSV.
 */
final class RowCount extends FilterInputStream {
    private final boolean csv;
    private final boolean lines;
    private boolean quoted;
    private volatile long bytes;
    private volatile long ends;

    RowCount(InputStream content, ExportRequest.Format format) {
        super(content);
        this.csv = format == ExportRequest.Format.CSV;
        this.lines = format != ExportRequest.Format.PARQUET;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        long found = 0;
        for (int i = offset; lines && i < offset + count; i++) {
            if (csv && buffer[i] == '"') {
                quoted = !quoted;
            } else if (buffer[i] == '\n' && !quoted) {
                found++;
            }
        }
        ends += found;
        bytes += Math.max(0, count);
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    long bytes() {
        return bytes;
    }

    /** Without the line of names; 0 where the format has no lines. */
    long rows() {
        return Math.max(0, csv ? ends - 1 : ends);
    }
}
