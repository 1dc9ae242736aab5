package dev.sightline.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 at any moment: what was acknowledged is there, once, in the table and in its roll-up.
 *
 * <p>{@code -Dsightline.crash.rounds=N} for more rounds, {@code -Dsightline.crash.seed=N} to repeat a run.
 */
class CrashTest {

    private static final int ROWS_PER_INSERT = 50;

    @TempDir
    Path data;

    private static String rows(long batch) {
        var rows = new StringBuilder();
        for (int i = 0; i < ROWS_PER_INSERT; i++) {
            // Two partitions, so that one insert makes two parts.
            rows.append(batch).append('\t').append(i).append("\t2026-0").append(4 + i % 2).append("-01 00:00:00\n");
        }
        return rows.toString();
    }

    private static void createTables(EngineProcess engine) throws IOException {
        engine.sql("CREATE TABLE main (batch UInt64, i UInt32, t DateTime) ENGINE = MergeTree PARTITION BY toYYYYMM(t)"
                + " ORDER BY (batch, i) SETTINGS non_replicated_deduplication_window = 1000");
        engine.sql("CREATE TABLE roll (hour DateTime, n UInt64) ENGINE = SummingMergeTree PARTITION BY toYYYYMM(hour)"
                + " ORDER BY hour SETTINGS non_replicated_deduplication_window = 1000");
        engine.sql("CREATE MATERIALIZED VIEW feed TO roll AS SELECT toStartOfHour(t) AS hour, count() AS n FROM main"
                + " GROUP BY hour");
    }

    private static void insert(Client client, long batch) throws Exception {
        client.insert("main", new ByteArrayInputStream(rows(batch).getBytes(StandardCharsets.US_ASCII)),
                ClickHouseFormat.TabSeparated, new InsertSettings().setDeduplicationToken("batch-" + batch)
                        .serverSetting("deduplicate_blocks_in_dependent_materialized_views", "1"))
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void nothingIsLostOrDoubledByKills() throws Exception {
        int rounds = Integer.getInteger("sightline.crash.rounds", 6);
        long seed = Long.getLong("sightline.crash.seed", System.nanoTime());
        System.out.println("crash test: rounds " + rounds + ", seed " + seed);
        var random = new Random(seed);
        long batch = 0;
        int inFlight = 0;
        EngineProcess engine = EngineProcess.start(data);
        try {
            createTables(engine);
            for (int round = 0; round < rounds; round++) {
                long acknowledged = -1;
                var process = engine;
                long killAfterMicros = random.nextLong(5_000, 700_000);
                var killer = Thread.ofPlatform().start(() -> {
                    try {
                        TimeUnit.MICROSECONDS.sleep(killAfterMicros);
                    } catch (InterruptedException e) {
                        return;
                    }
                    process.kill();
                });
                try (Client client = engine.client().setMaxRetries(0).build()) {
                    while (true) {
                        insert(client, batch);
                        acknowledged = batch++;
                    }
                } catch (Exception killed) {
                    inFlight++;
                }
                killer.join();
                engine = EngineProcess.start(data);
                // What the writer does after a restart: the batch whose fate is unknown once more, with its token.
                try (Client client = engine.client().build()) {
                    insert(client, batch);
                    insert(client, batch);
                }
                batch++;
                check(engine, batch, "round " + round + ", seed " + seed + ", acknowledged up to " + acknowledged);
            }
            assertThat(inFlight).isEqualTo(rounds);
            System.out.println("crash test: " + batch + " inserts, all there once");
        } finally {
            engine.close();
        }
    }

    private static void check(EngineProcess engine, long batches, String situation) throws IOException {
        String expected = batches * ROWS_PER_INSERT + "\t" + batches;
        assertThat(engine.sql("SELECT count(), uniqExact(batch) FROM main")).as(situation).isEqualTo(expected);
        assertThat(engine.sql("SELECT count() FROM (SELECT batch, i FROM main GROUP BY batch, i HAVING count() > 1)"))
                .as(situation).isEqualTo("0");
        assertThat(engine.sql("SELECT hour, sum(n) FROM roll GROUP BY hour ORDER BY hour")).as(situation)
                .isEqualTo(engine.sql("SELECT toStartOfHour(t) AS hour, count() FROM main GROUP BY hour"
                        + " ORDER BY hour"));
    }

    /**
     * The state a kill leaves between writing the token and renaming the part: the token is there, the part is not.
     * Without the repair the same insert is acknowledged and dropped.
     */
    @Test
    void aTokenWithoutItsPartIsTakenBack() throws Exception {
        for (String table : List.of("main", "roll")) {
            Path folder = data.resolve(table);
            String part;
            Path tablePath;
            try (var engine = EngineProcess.start(folder)) {
                createTables(engine);
                try (Client client = engine.client().build()) {
                    insert(client, 0);
                    insert(client, 1);
                }
                // Parts are committed partition by partition; the last one is the one a kill can take.
                part = engine.sql("SELECT name FROM system.parts WHERE active AND table = '" + table
                        + "' ORDER BY modification_time DESC, max_block_number DESC, partition_id DESC LIMIT 1");
                tablePath = Path.of(engine.sql("SELECT data_paths[1] FROM system.tables WHERE name = '" + table + "'"));
                engine.kill();
            }
            Path log = tablePath.resolve("deduplication_logs").resolve("deduplication_log_1.txt");
            part = Files.readAllLines(log).getLast().split("\t")[1];
            assertThat(tablePath.resolve(part)).isDirectory();
            Files.move(tablePath.resolve(part), tablePath.resolve("tmp_insert_" + part));
            // And a record that was cut while it was written.
            Files.writeString(log, "1\t2026", StandardOpenOption.APPEND);
            try (var engine = EngineProcess.start(folder)) {
                try (Client client = engine.client().build()) {
                    insert(client, 0);
                    insert(client, 1);
                    insert(client, 1);
                    check(engine, 2, table);
                    insert(client, 2);
                    check(engine, 3, table);
                }
            }
        }
    }

    @Test
    void endsCleanlyOnSigtermEvenUnderLoad() throws Exception {
        var engine = EngineProcess.start(data);
        createTables(engine);
        try (Client client = engine.client().useAsyncRequests(true).build()) {
            insert(client, 0);
            var running = client.query("SELECT count() FROM numbers(1000000000000)"
                    + " WHERE NOT ignore(sipHash64(number))");
            while (!engine.sql("SELECT count() FROM system.processes WHERE query LIKE '%1000000000000%'"
                    + " AND query NOT LIKE '%processes%'").equals("1")) {
                Thread.sleep(20);
            }
            assertThat(engine.stop()).isZero();
            assertThat(running.handle((answer, error) -> error).get(20, TimeUnit.SECONDS)).isNotNull();
        }
        engine = EngineProcess.start(data);
        assertThat(engine.sql("SELECT count() FROM main")).isEqualTo("" + ROWS_PER_INSERT);
        engine.close();
    }

    @Test
    void refusesToStartWithAReason() throws Exception {
        try (var engine = EngineProcess.start(data)) {
            assertRefused(ClickHouseLocal.EXIT_DATA_LOCKED, "is in use",
                    List.of("--path", data.toString(), "--port", "0"));
            assertThat(engine.sql("SELECT 1")).isEqualTo("1");
        }
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertRefused(ClickHouseLocal.EXIT_PORT_TAKEN, ":" + taken.getLocalPort(),
                    List.of("--path", data.toString(), "--port", Integer.toString(taken.getLocalPort())));
        }
        Path other = data.resolve("other");
        assertRefused(ClickHouseLocal.EXIT_LIBRARY, "no engine library",
                List.of("--path", other.toString(), "--library", data.resolve("missing.so").toString()));
        Path noLibrary = Files.writeString(data.resolve("text.so"), "not a library");
        assertRefused(ClickHouseLocal.EXIT_LIBRARY, "text.so",
                List.of("--path", other.toString(), "--library", noLibrary.toString()));
        assertRefused(ClickHouseLocal.EXIT_USAGE, "--path", List.of());
        assertRefused(ClickHouseLocal.EXIT_USAGE, "--no-such", List.of("--no-such", "x"));
        assertRefused(ClickHouseLocal.EXIT_USAGE, "--port", List.of("--path", other.toString(), "--port", "http"));
    }

    @Test
    void refusesToStartWithoutSignalChainingOrPassword() throws Exception {
        var arguments = List.of("--path", data.toString(), "--port", "0");
        var noChaining = EngineProcess.builder(arguments);
        noChaining.environment().remove("LD_PRELOAD");
        assertRefused(ClickHouseLocal.EXIT_USAGE, "libjsig", noChaining);
        var noPassword = EngineProcess.builder(arguments);
        noPassword.environment().remove(ClickHouseLocal.PASSWORD_VARIABLE);
        assertRefused(ClickHouseLocal.EXIT_USAGE, ClickHouseLocal.PASSWORD_VARIABLE, noPassword);
    }

    private static void assertRefused(int code, String reason, List<String> arguments) throws Exception {
        assertRefused(code, reason, EngineProcess.builder(arguments));
    }

    private static void assertRefused(int code, String reason, ProcessBuilder builder) throws Exception {
        var process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains(reason);
        assertThat(process.exitValue()).isEqualTo(code);
    }
}
