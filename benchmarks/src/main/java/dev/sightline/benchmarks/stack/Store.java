package dev.sightline.benchmarks.stack;

import com.clickhouse.jdbc.Driver;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The stack's ClickHouse, asked directly: what is queryable, and what it weighs. One connection for all questions, since
 * to open one takes longer than to ask. Not thread-safe.
 */
final class Store implements AutoCloseable {
    private final Connection connection;

    Store(RunningStack stack) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "default");
        properties.setProperty("password", stack.secret("SIGHTLINE_CLICKHOUSE_PASSWORD"));
        properties.setProperty("database", "sightline");
        connection = new Driver().connect("jdbc:clickhouse:" + stack.text("clickhouse_url"), properties);
    }

    long observations() {
        return number("SELECT sum(sign) FROM observations");
    }

    /** Whether a query finds the trace, which began within these minutes. */
    boolean hasTrace(String traceId) {
        return number("SELECT count() FROM observations WHERE project_id = '" + RunningStack.PROJECT + "' AND start_time > "
                + "now() - INTERVAL 10 MINUTE AND trace_id = unhex('" + traceId + "')") > 0;
    }

    /** Waits until so many observations are there; false when none came for a while. */
    boolean awaitObservations(long count) throws InterruptedException {
        long seen = -1;
        long since = System.nanoTime();
        while (true) {
            long now = observations();
            if (now >= count) {
                return true;
            }
            if (now != seen) {
                seen = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(120)) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Bytes on disk by table, after everything was merged. */
    Map<String, Long> bytesOnDisk() {
        Map<String, Long> bytes = new TreeMap<>();
        String parts = " FROM system.parts WHERE active AND database = 'sightline'";
        each("SELECT DISTINCT table" + parts, row -> bytes.put(row.getString(1), 0L));
        bytes.keySet().forEach(table -> each("OPTIMIZE TABLE " + table + " FINAL", _ -> { }));
        each("SELECT table, sum(bytes_on_disk)" + parts + " GROUP BY table",
                row -> bytes.put(row.getString(1), row.getLong(2)));
        return bytes;
    }

    private long number(String sql) {
        long[] number = new long[1];
        each(sql, row -> number[0] = row.getLong(1));
        return number[0];
    }

    private interface Reader {
        void read(ResultSet row) throws SQLException;
    }

    private void each(String sql, Reader reader) {
        try (Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        reader.read(rows);
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("ClickHouse did not answer: " + sql, e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
