package dev.sightline.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unmodified clickhouse-jdbc and client-v2 against the real process. */
class DriverTest {

    private static final String ENDLESS = "SELECT count() FROM numbers(1000000000000)"
            + " WHERE NOT ignore(sipHash64(number))";

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

    @Test
    void queryParametersGoToTheEngine() throws Exception {
        for (boolean form : List.of(false, true)) {
            try (Client client = engine.client().useHttpFormDataForQuery(form).build()) {
                var rows = client.queryAll("SELECT {s:String} AS s, {n:UInt64} + 1 AS n, {a:Array(String)} AS a",
                        Map.of("s", "it's \\ \n a\ttab", "n", 41, "a", List.of("x", "y'")), new QuerySettings());
                assertThat(rows.getFirst().getString("s")).isEqualTo("it's \\ \n a\ttab");
                assertThat(rows.getFirst().getLong("n")).isEqualTo(42);
            }
        }
        engine.sql("CREATE TABLE with_parameters (n UInt64, s String) ENGINE = MergeTree ORDER BY n");
        try (Client client = engine.client().build()) {
            client.query("INSERT INTO with_parameters VALUES ({n:UInt64}, {s:String})",
                    Map.of("n", 5, "s", "five")).get().close();
        }
        assertThat(engine.sql("SELECT * FROM with_parameters")).isEqualTo("5\tfive");
    }

    @Test
    void errorsCarryClickHousesCodes() throws Exception {
        try (Connection jdbc = engine.jdbc(); var statement = jdbc.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELEC 1")).isInstanceOfSatisfying(SQLException.class,
                    e -> assertThat(EngineProcess.serverCode(e)).isEqualTo(62));
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM no_such_table"))
                    .satisfies(e -> assertThat(EngineProcess.serverCode(e)).isEqualTo(60));
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1 SETTINGS no_such_setting = 1"))
                    .satisfies(e -> assertThat(EngineProcess.serverCode(e)).isEqualTo(115));
        }
        try (Connection jdbc = engine.jdbc("password", "wrong"); var statement = jdbc.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .satisfies(e -> assertThat(EngineProcess.serverCode(e)).isEqualTo(516));
        } catch (SQLException refusedAtOnce) {
            assertThat(EngineProcess.serverCode(refusedAtOnce)).isEqualTo(516);
        }
    }

    /** Rows have been sent before the query fails: the reader must see an error, not a short result. */
    @Test
    void anErrorAfterRowsIsNotAShortResult() {
        assertThatThrownBy(() -> {
            try (Connection jdbc = engine.jdbc(); var statement = jdbc.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "SELECT number, throwIf(number = 600000) FROM numbers(2000000)")) {
                while (rows.next()) {
                    rows.getLong(1);
                }
            }
        }).isInstanceOf(SQLException.class);
    }

    @Test
    void setQueryTimeoutStopsTheQuery() throws Exception {
        try (Connection jdbc = engine.jdbc(); var statement = jdbc.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery(ENDLESS)).isInstanceOf(SQLTimeoutException.class);
        }
        assertThat(awaitNoQueryLike("numbers(1000000000000)")).isTrue();
    }

    @Test
    void cancelStopsTheQuery() throws Exception {
        try (Connection jdbc = engine.jdbc(); var statement = jdbc.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ResultSet> result = threads.submit(
                    () -> statement.executeQuery(ENDLESS + " SETTINGS max_threads = 1"));
            await(() -> engine.sql("SELECT count() FROM system.processes WHERE query LIKE '%max_threads = 1%'"
                    + " AND query NOT LIKE '%processes%'").equals("1"));
            statement.cancel();
            assertThatThrownBy(() -> result.get(20, TimeUnit.SECONDS))
                    .satisfies(e -> assertThat(EngineProcess.serverCode(e)).isEqualTo(394));
        }
    }

    @Test
    void killQueryFindsTheClientsId() throws Exception {
        try (Client client = engine.client().useAsyncRequests(true).build()) {
            var running = client.query(ENDLESS, new QuerySettings().setQueryId("to be killed"));
            await(() -> engine.sql("KILL QUERY WHERE query_id = 'to be killed' SYNC").contains("1000000000000"));
            assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
                    .satisfies(e -> assertThat(EngineProcess.serverCode(e)).isEqualTo(394));
        }
    }

    @Test
    void insertSettingsReachTheEngine() throws Exception {
        engine.sql("CREATE TABLE tokens (id UInt64) ENGINE = MergeTree ORDER BY id"
                + " SETTINGS non_replicated_deduplication_window = 100");
        try (Client client = engine.client().build()) {
            for (String token : List.of("a", "a", "b", "b", "a")) {
                client.insert("tokens", new ByteArrayInputStream("1\n2\n".getBytes(StandardCharsets.US_ASCII)),
                        ClickHouseFormat.TabSeparated, new InsertSettings().setDeduplicationToken(token)
                                .serverSetting("async_insert", "0")).get();
            }
            assertThat(engine.sql("SELECT count() FROM tokens")).isEqualTo("4");
            client.insert("tokens", new ByteArrayInputStream("3\n".getBytes(StandardCharsets.US_ASCII)),
                    ClickHouseFormat.TabSeparated, new InsertSettings().serverSetting("async_insert", "1")
                            .serverSetting("wait_for_async_insert", "1")).get();
            assertThat(engine.sql("SELECT count() FROM tokens")).isEqualTo("5");
            assertThatThrownBy(() -> client.insert("tokens",
                    new ByteArrayInputStream("9\n".getBytes(StandardCharsets.US_ASCII)), ClickHouseFormat.TabSeparated,
                    new InsertSettings().serverSetting("max_partitions_per_insert_block", "many")).get())
                    .satisfies(e -> assertThat(EngineProcess.serverCode(e)).isPositive());
        }
        assertThat(engine.sql("SELECT getSetting('async_insert')")).isEqualTo("false");
    }

    @Test
    void metadataIsReadable() throws Exception {
        engine.sql("CREATE DATABASE IF NOT EXISTS other");
        engine.sql("CREATE TABLE IF NOT EXISTS other.described (id UInt64, s Nullable(String)) ENGINE = Memory");
        try (Connection jdbc = engine.jdbc("database", "other")) {
            assertThat(jdbc.getMetaData().getDatabaseProductVersion()).startsWith("26.");
            try (ResultSet tables = jdbc.getMetaData().getTables(null, "other", "described", null)) {
                assertThat(tables.next()).isTrue();
            }
            try (ResultSet columns = jdbc.getMetaData().getColumns(null, "other", "described", null)) {
                var names = new ArrayList<String>();
                while (columns.next()) {
                    names.add(columns.getString("COLUMN_NAME"));
                }
                assertThat(names).containsExactly("id", "s");
            }
            assertThat(jdbc.isValid(5)).isTrue();
        }
    }

    @Test
    void thirtyTwoClientsWorkSideBySide() throws Exception {
        engine.sql("CREATE TABLE parallel (client UInt16, id UInt64, s String) ENGINE = MergeTree"
                + " ORDER BY (client, id)");
        var work = new ArrayList<Callable<Long>>();
        for (int c = 0; c < 32; c++) {
            int client = c;
            work.add(() -> {
                long rows = 0;
                // Settings and current database of one must not be seen by another.
                try (Connection jdbc = engine.jdbc("clickhouse_setting_max_threads", Integer.toString(1 + client % 7));
                        var statement = jdbc.createStatement();
                        PreparedStatement insert = jdbc.prepareStatement("INSERT INTO parallel VALUES (?, ?, ?)")) {
                    for (int round = 0; round < 5; round++) {
                        for (int i = 0; i < 20; i++) {
                            insert.setInt(1, client);
                            insert.setInt(2, round * 20 + i);
                            insert.setString(3, "s" + i);
                            insert.addBatch();
                        }
                        insert.executeBatch();
                        try (ResultSet result = statement.executeQuery(
                                "SELECT count(), getSetting('max_threads') FROM parallel WHERE client = " + client)) {
                            result.next();
                            rows = result.getLong(1);
                            assertThat(rows).isEqualTo((round + 1) * 20L);
                            assertThat(result.getInt(2)).isEqualTo(1 + client % 7);
                        }
                    }
                }
                return rows;
            });
        }
        try (var threads = Executors.newFixedThreadPool(32)) {
            for (Future<Long> done : threads.invokeAll(work)) {
                assertThat(done.get()).isEqualTo(100);
            }
        }
        assertThat(engine.sql("SELECT count(), uniqExact(client) FROM parallel")).isEqualTo("3200\t32");
    }

    private static boolean awaitNoQueryLike(String text) throws Exception {
        await(() -> engine.sql("SELECT count() FROM system.processes WHERE query LIKE '%" + text
                + "%' AND query NOT LIKE '%processes%'").equals("0"));
        return true;
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 200; i++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("did not come true within ten seconds");
    }
}
