package dev.sightline.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.CompressionMethod;
import com.clickhouse.client.api.data_formats.RowBinaryFormatWriter;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.client.api.query.GenericRecord;
import com.clickhouse.data.ClickHouseFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data through the unmodified clickhouse-jdbc and client-v2 comes back as it went in. */
class DriverDataTest {

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

    private static void allTypesTable(String name) throws IOException {
        engine.sql("CREATE TABLE " + name + """
                 (id UInt64, u8 UInt8, i8 Int8, u16 UInt16, i16 Int16, u32 UInt32, i32 Int32, i64 Int64,
                 i128 Int128, u256 UInt256, f32 Float32, f64 Float64, b Bool, d Decimal(18, 12), d2 Decimal(38, 2),
                 s String, fs FixedString(16), lc LowCardinality(String), n Nullable(String), uuid UUID,
                 date Date, date32 Date32, dt DateTime, dt9 DateTime64(9, 'UTC'), e Enum8('red' = 1, 'blue' = -2),
                 a Array(String), m Map(String, UInt64), nested Array(Map(String, Float64)), ip IPv4)
                ENGINE = MergeTree ORDER BY id
                """);
    }

    @Test
    void everyTypeComesBackAsItWentInByJdbc() throws Exception {
        allTypesTable("types_jdbc");
        var uuid = UUID.fromString("61f0c404-5cb3-11e7-907b-a6006ad3dba0");
        var dt9 = LocalDateTime.parse("2026-11-23T01:02:03.123456789");
        String text = "line\n\nline '\"\\ tab\t ü 日本 \u0001";
        try (Connection jdbc = engine.jdbc()) {
            try (PreparedStatement insert = jdbc.prepareStatement("INSERT INTO types_jdbc VALUES (?"
                    + ", ?".repeat(28) + ")")) {
                Object[] values = {1, 255, -128, 65535, -32768, 4294967295L, Integer.MIN_VALUE, Long.MIN_VALUE,
                        new BigInteger("-170141183460469231731687303715884105728"),
                        BigInteger.TWO.pow(256).subtract(BigInteger.ONE), 1.5f, Math.PI, true,
                        new BigDecimal("123456.123456789012"), new BigDecimal("-99999999999999.25"), text,
                        "0123456789abcdef", "often", null, uuid, LocalDate.of(2026, 1, 2), LocalDate.of(1930, 1, 2),
                        LocalDateTime.of(2026, 1, 2, 3, 4, 5), dt9, "blue", new String[] {"x", "", text},
                        Map.of("k", 18), List.of(Map.of("v", 0.25)), "10.1.2.3"};
                for (int i = 0; i < values.length; i++) {
                    insert.setObject(i + 1, values[i]);
                }
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            try (var select = jdbc.createStatement(); ResultSet row = select.executeQuery("SELECT * FROM types_jdbc")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getLong("i64")).isEqualTo(Long.MIN_VALUE);
                assertThat(row.getObject("u32", Long.class)).isEqualTo(4294967295L);
                assertThat(row.getObject("i128", BigInteger.class)).isEqualTo(BigInteger.TWO.pow(127).negate());
                assertThat(row.getObject("u256", BigInteger.class))
                        .isEqualTo(BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
                assertThat(row.getDouble("f64")).isEqualTo(Math.PI);
                assertThat(row.getBoolean("b")).isTrue();
                assertThat(row.getBigDecimal("d")).isEqualByComparingTo("123456.123456789012");
                assertThat(row.getBigDecimal("d2")).isEqualByComparingTo("-99999999999999.25");
                assertThat(row.getString("s")).isEqualTo(text);
                assertThat(row.getString("fs")).isEqualTo("0123456789abcdef");
                assertThat(row.getString("lc")).isEqualTo("often");
                assertThat(row.getString("n")).isNull();
                assertThat(row.wasNull()).isTrue();
                assertThat(row.getObject("uuid", UUID.class)).isEqualTo(uuid);
                assertThat(row.getObject("date", LocalDate.class)).isEqualTo(LocalDate.of(2026, 1, 2));
                assertThat(row.getObject("date32", LocalDate.class)).isEqualTo(LocalDate.of(1930, 1, 2));
                assertThat(row.getObject("dt9", LocalDateTime.class)).isEqualTo(dt9);
                assertThat(row.getString("e")).isEqualTo("blue");
                assertThat((Object[]) row.getArray("a").getArray()).containsExactly("x", "", text);
                assertThat(row.getObject("m").toString()).contains("k").contains("18");
                assertThat(row.next()).isFalse();
            }
        }
        assertThat(engine.sql("SELECT toString(dt9), toString(dt), hex(fs), nested[1]['v'], toString(ip)"
                + " FROM types_jdbc")).isEqualTo("2026-11-23 01:02:03.123456789\t2026-01-02 03:04:05\t"
                        + "30313233343536373839616263646566\t0.25\t10.1.2.3");
    }

    @Test
    void everyTypeComesBackAsItWentInByBinaryInsert() throws Exception {
        allTypesTable("types_binary");
        var uuid = UUID.randomUUID();
        byte[] id = new byte[16];
        for (int i = 0; i < id.length; i++) {
            id[i] = (byte) (i % 2 == 0 ? 0x0A : 0xF0 + i);
        }
        id[1] = 0x0A;
        try (Client client = engine.client().build()) {
            var schema = client.getTableSchema("types_binary");
            client.insert("types_binary", out -> {
                var row = new RowBinaryFormatWriter(out, schema, ClickHouseFormat.RowBinary);
                row.setLong("id", 7);
                row.setShort("u8", (short) 200);
                row.setByte("i8", (byte) -1);
                row.setInteger("u16", 50000);
                row.setShort("i16", (short) -5);
                row.setLong("u32", 4_000_000_000L);
                row.setInteger("i32", -6);
                row.setLong("i64", -7);
                row.setBigInteger("i128", BigInteger.TWO.pow(100).negate());
                row.setBigInteger("u256", BigInteger.TWO.pow(200));
                row.setFloat("f32", 0.5f);
                row.setDouble("f64", -0.125);
                row.setBoolean("b", false);
                row.setBigDecimal("d", new BigDecimal("0.000000000001"));
                row.setBigDecimal("d2", new BigDecimal("12.34"));
                row.setString("s", "a\n\nb");
                row.setString("fs", id);
                row.setString("lc", "lc");
                row.setValue("n", null);
                row.setValue("uuid", uuid);
                row.setDate("date", LocalDate.of(2026, 5, 6));
                row.setDate("date32", LocalDate.of(1999, 5, 6));
                row.setDateTime("dt", LocalDateTime.of(2026, 5, 6, 7, 8, 9).atZone(ZoneOffset.UTC));
                row.setDateTime("dt9", LocalDateTime.parse("2026-05-06T07:08:09.000000001").atZone(ZoneOffset.UTC));
                row.setValue("e", "red");
                row.setList("a", List.of("p", "q"));
                row.setValue("m", Map.of("z", 9L));
                row.setList("nested", List.of());
                row.setValue("ip", InetAddress.getByName("1.2.3.4"));
                row.commitRow();
            }, ClickHouseFormat.RowBinary, new InsertSettings()).get();
            GenericRecord row = client.queryAll("SELECT *, hex(fs) AS hex FROM types_binary").getFirst();
            assertThat(row.getString("hex")).isEqualTo(HexFormat.of().withUpperCase().formatHex(id));
            assertThat(row.getUUID("uuid")).isEqualTo(uuid);
            assertThat(row.getBigInteger("i128")).isEqualTo(BigInteger.TWO.pow(100).negate());
            assertThat(row.getBigInteger("u256")).isEqualTo(BigInteger.TWO.pow(200));
            assertThat(row.getBigDecimal("d")).isEqualByComparingTo("0.000000000001");
            assertThat(row.getString("s")).isEqualTo("a\n\nb");
            assertThat(row.hasValue("n")).isFalse();
            assertThat(row.getZonedDateTime("dt9").toInstant()).isEqualTo("2026-05-06T07:08:09.000000001Z");
            assertThat(row.getEnum8("e")).isEqualTo((byte) 1);
            assertThat(row.getStringArray("a")).containsExactly("p", "q");
            assertThat(row.getLong("u32")).isEqualTo(4_000_000_000L);
        }
    }

    @Test
    void batchesArriveWhole() throws Exception {
        engine.sql("CREATE TABLE batch (id UInt64, s String) ENGINE = MergeTree ORDER BY id");
        var expected = new ArrayList<String>();
        try (Connection jdbc = engine.jdbc();
                PreparedStatement insert = jdbc.prepareStatement("INSERT INTO batch (id, s) VALUES (?, ?)")) {
            for (int i = 0; i < 5000; i++) {
                String value = "row " + i + "\n\n;-- '\\n\\n' \" ` $$ \n\n" + "x".repeat(i % 97);
                expected.add(value);
                insert.setInt(1, i);
                insert.setString(2, value);
                insert.addBatch();
            }
            int[] counts = insert.executeBatch();
            assertThat(counts).hasSize(5000);
            try (var select = jdbc.createStatement();
                    ResultSet rows = select.executeQuery("SELECT s FROM batch ORDER BY id")) {
                var found = new ArrayList<String>();
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
                assertThat(found).isEqualTo(expected);
            }
        }
    }

    /** The trap of the engine's inline inserts: everything behind the first two line breaks was dropped. */
    @ParameterizedTest
    @CsvSource({"RowBinary", "Native", "TabSeparated", "JSONEachRow", "Values"})
    void dataWithTwoLineBreaksArrivesWhole(ClickHouseFormat format) throws Exception {
        String table = "breaks_" + format;
        engine.sql("CREATE TABLE " + table + " (id UInt64, s String) ENGINE = MergeTree ORDER BY id");
        engine.sql("CREATE TABLE " + table + "_source ENGINE = Memory AS SELECT number + 0x0A0A0A0A0A0A AS id,"
                + " concat(char(10, 10), toString(number), char(10, 10, 10, 0, 255, 13, 10)) AS s FROM numbers(20000)");
        var answer = engine.send(engine.request("/?default_format=" + format)
                .POST(HttpRequest.BodyPublishers.ofString("SELECT * FROM " + table + "_source")).build());
        assertThat(answer.statusCode()).isEqualTo(200);
        byte[] bytes = answer.body();
        if (format == ClickHouseFormat.RowBinary || format == ClickHouseFormat.Native) {
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("\n\n");
        }
        try (Client client = engine.client().build()) {
            var response = client.insert(table, new ByteArrayInputStream(bytes), format).get();
            assertThat(response.getWrittenRows()).isEqualTo(20000);
        }
        String sums = "SELECT count(), sum(cityHash64(id, s)) FROM " + table;
        assertThat(engine.sql(sums)).isEqualTo(engine.sql(sums + "_source"));
    }

    @ParameterizedTest
    @CsvSource({"false,false,false", "true,false,false", "false,true,false", "true,true,false", "true,true,true"})
    void compressesInBothDirections(boolean response, boolean request, boolean http) throws Exception {
        String table = "compress_" + response + request + http;
        engine.sql("CREATE TABLE " + table + " (id UInt64, s String) ENGINE = MergeTree ORDER BY id");
        var rows = new StringBuilder();
        long sum = 0;
        for (int i = 0; i < 100_000; i++) {
            rows.append(i).append('\t').append("text of a row, number ").append(i).append('\n');
            sum += i;
        }
        try (Client client = engine.client().compressServerResponse(response).compressClientRequest(request)
                .useHttpCompression(http).compressionMethod(CompressionMethod.LZ4).build()) {
            client.insert(table, new ByteArrayInputStream(rows.toString().getBytes(StandardCharsets.UTF_8)),
                    ClickHouseFormat.TabSeparated).get();
            long found = 0;
            try (var records = client.queryRecords("SELECT id, s FROM " + table).get()) {
                for (GenericRecord row : records) {
                    assertThat(row.getString("s")).endsWith(" " + row.getLong("id"));
                    found += row.getLong("id");
                }
            }
            assertThat(found).isEqualTo(sum);
            // An error must be readable under the same compression.
            assertThatThrownBy(() -> client.query("SELECT no_such_column").get())
                    .satisfies(e -> assertThat(EngineProcess.serverCode(e)).isEqualTo(47));
        }
    }
}
