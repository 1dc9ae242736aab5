package dev.sightline.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results and inserts larger than the process may keep: its memory must not grow with them. */
class LargeDataTest {

    private static final long MIB = 1 << 20;

    @TempDir
    static Path data;
    static EngineProcess engine;

    @BeforeAll
    static void start() throws IOException {
        engine = EngineProcess.start(data);
    }

    @AfterAll
    static void stop() {
        assertThat(engine.stop()).isZero();
    }

    /** 5 million rows of 100 bytes and more are over 500 MB; the process may take a fraction of that. */
    @Test
    void readsFiveMillionRowsInBoundedMemory() throws Exception {
        String select = "SELECT number AS id, concat('a text that makes the row longer: ', repeat('x', 60)) AS s,"
                + " number * 0.5 AS d FROM numbers(5000000)";
        engine.sql("SELECT 1");
        engine.resetPeak();
        long before = engine.memory("VmRSS");
        long rows = 0;
        long sum = 0;
        try (Connection jdbc = engine.jdbc(); var statement = jdbc.createStatement();
                ResultSet result = statement.executeQuery(select)) {
            while (result.next()) {
                rows++;
                sum += result.getLong(1);
            }
        }
        assertThat(rows).isEqualTo(5_000_000);
        assertThat(sum).isEqualTo(5_000_000L * 4_999_999 / 2);
        assertThat(engine.memory("VmHWM") - before).isLessThan(250 * MIB);
    }

    /** JSON is a document, so it goes through a file; its size must not matter either. */
    @Test
    void sendsALargeDocumentInBoundedMemory() throws Exception {
        engine.resetPeak();
        long before = engine.memory("VmRSS");
        var request = engine.request("/?default_format=JSONCompact")
                .POST(BodyPublishers.ofString("SELECT number, repeat('y', 100) FROM numbers(3000000)")).build();
        try (var http = HttpClient.newHttpClient();
                var body = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            long bytes = 0;
            byte[] tail = new byte[0];
            byte[] piece = new byte[1 << 16];
            int count;
            while ((count = body.read(piece)) > 0) {
                bytes += count;
                tail = Arrays.copyOf(piece, count);
            }
            assertThat(bytes).isGreaterThan(300 * MIB);
            assertThat(new String(tail, StandardCharsets.UTF_8)).contains("\"rows\": 3000000").endsWith("}\n");
        }
        assertThat(engine.memory("VmHWM") - before).isLessThan(250 * MIB);
        assertThat(data.resolve("results")).isEmptyDirectory();
    }

    /** One insert of 1 GiB through client-v2, written while it is sent. */
    @Test
    void takesAnInsertOfOneGibibyte() throws Exception {
        engine.sql("CREATE TABLE large (id UInt64, s String CODEC(LZ4)) ENGINE = MergeTree ORDER BY id");
        int rowBytes = 1024;
        long rows = (1L << 30) / rowBytes;
        engine.resetPeak();
        long before = engine.memory("VmRSS");
        try (Client client = engine.client().build()) {
            var response = client.insert("large", out -> {
                byte[] row = new byte[rowBytes];
                var buffer = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
                // RowBinary: eight bytes of id, two of length (LEB128), the text.
                int textBytes = rowBytes - 10;
                buffer.put(8, (byte) (textBytes & 0x7F | 0x80)).put(9, (byte) (textBytes >> 7));
                for (int i = 10; i < rowBytes; i++) {
                    row[i] = (byte) (i % 3 == 0 ? '\n' : i);
                }
                for (long id = 0; id < rows; id++) {
                    buffer.putLong(0, id).putLong(512, id * 31);
                    out.write(row);
                }
            }, ClickHouseFormat.RowBinary, new InsertSettings()
                    // A block is what the engine must hold; by default it is a million rows, here all of the gibibyte.
                    .serverSetting("max_insert_block_size", "65536")
                    .serverSetting("min_insert_block_size_rows", "65536")
                    .serverSetting("min_insert_block_size_bytes", "67108864")).get();
            assertThat(response.getWrittenRows()).isEqualTo(rows);
        }
        assertThat(engine.sql("SELECT count(), sum(id), sum(length(s)),"
                + " countIf(reinterpretAsUInt64(substring(s, 503, 8)) = id * 31) FROM large"))
                .isEqualTo(rows + "\t" + rows * (rows - 1) / 2 + "\t" + rows * (rowBytes - 10) + "\t" + rows);
        System.out.println("1 GiB insert: peak above idle " + (engine.memory("VmHWM") - before) / MIB + " MiB");
        assertThat(engine.memory("VmHWM") - before).isLessThan(640 * MIB);
        engine.sql("DROP TABLE large SYNC");
    }
}
