package dev.sightline.acceptance.client;

import com.clickhouse.jdbc.Driver;
import dev.sightline.acceptance.stack.Stack;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The rows as they stand in ClickHouse, by JDBC. */
public final class ClickHouseClient {
    private final String url;
    private final Properties properties = new Properties();

    public ClickHouseClient(Stack stack) {
        this.url = "jdbc:clickhouse:" + stack.file().text("clickhouse_url");
        properties.setProperty("user", "default");
        properties.setProperty("password", stack.secret("SIGHTLINE_CLICKHOUSE_PASSWORD"));
        properties.setProperty("database", "sightline");
    }

    /** Makes something of a row. */
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    public <T> List<T> list(String sql, Reader<T> reader) {
        List<T> rows = new ArrayList<>();
        each(sql, row -> rows.add(reader.read(row)));
        return rows;
    }

    public void each(String sql, Reader<?> reader) {
        try (Connection connection = new Driver().connect(url, properties);
             Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        } catch (SQLException e) {
            throw new AssertionError("ClickHouse did not answer: " + e.getMessage() + "\n" + sql, e);
        }
    }

    /** Runs a statement that has no result. */
    public void execute(String sql) {
        try (Connection connection = new Driver().connect(url, properties);
             Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError("ClickHouse refused: " + e.getMessage() + "\n" + sql, e);
        }
    }

    /** The single number that a query results in. */
    public long number(String sql) {
        return list(sql, row -> row.getLong(1)).getFirst();
    }
}
