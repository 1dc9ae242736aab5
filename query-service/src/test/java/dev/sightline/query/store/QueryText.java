package dev.sightline.query.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What a query says to ClickHouse, for tests that hold it to something. */
public final class QueryText {
    private QueryText() {
    }

    /** The SQL and, as a comment, its values. */
    public static String of(ProjectQuery query) {
        return query.sql() + "\n-- " + query.values() + "\n";
    }

    /** ClickHouse's plan with the indexes it uses. */
    public static String plan(DataSource clickHouse, ProjectQuery query) {
        StringBuilder plan = new StringBuilder();
        try (Connection connection = clickHouse.getConnection();
                PreparedStatement statement = connection.prepareStatement("EXPLAIN indexes = 1\n" + query.sql())) {
            int index = 1;
            for (Object value : query.values()) {
                statement.setObject(index++, value);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return plan.toString();
    }
}
