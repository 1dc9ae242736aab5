package dev.sightline.clickhouse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A statement's text, read only as far as needed: for an insert with data, up to somewhere behind the data's first
 * byte; for anything else, to the end.
 *
 * @param bytes     what was read
 * @param statement what it is
 */
record QueryText(byte[] bytes, Statement statement) {

    private static final int FIRST_READ_BYTES = 64 << 10;

    /**
     * Reads a statement.
     *
     * @param in       the text, with an insert's data behind it
     * @param bytesMax longest text that is no data; error 162 above it
     */
    static QueryText read(InputStream in, int bytesMax) throws IOException, EngineException {
        var read = new ByteArrayOutputStream();
        byte[] piece = new byte[FIRST_READ_BYTES];
        boolean insertPossible = true;
        while (true) {
            int count = in.read(piece);
            if (count > 0) {
                read.write(piece, 0, count);
            }
            if (count < 0) {
                return of(read.toByteArray());
            }
            if (read.size() > bytesMax) {
                throw EngineException.of(EngineException.QUERY_IS_TOO_LARGE, "QUERY_IS_TOO_LARGE",
                        "The text of the query is longer than " + bytesMax + " bytes (--max-query-bytes)");
            }
            if (insertPossible) {
                byte[] bytes = read.toByteArray();
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                if (Statement.parse(text, false) instanceof Statement.InsertData insert) {
                    return new QueryText(bytes, insert);
                }
                insertPossible = Statement.mayBeInsert(text);
            }
        }
    }

    /** The whole text again, as one statement. */
    QueryText complete(InputStream rest, int bytesMax) throws IOException, EngineException {
        byte[] more = rest.readNBytes(bytesMax - Math.min(bytes.length, bytesMax) + 1);
        if (bytes.length + more.length > bytesMax) {
            throw EngineException.of(EngineException.QUERY_IS_TOO_LARGE, "QUERY_IS_TOO_LARGE",
                    "The text of the query is longer than " + bytesMax + " bytes (--max-query-bytes)");
        }
        byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, all, bytes.length, more.length);
        return new QueryText(all, statement);
    }

    private static QueryText of(byte[] bytes) {
        return new QueryText(bytes, Statement.parse(new String(bytes, StandardCharsets.ISO_8859_1), true));
    }
}
