package dev.sightline.query.store;

import com.clickhouse.client.api.ServerException;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.storage.migrate.SchemaVersion;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs {@link ProjectQuery} on ClickHouse through the official driver and a bounded pool of connections. Blocks its
 * (virtual) thread. Throws {@link ServiceException}: OVERLOADED when no connection gets free or ClickHouse is out of
 * memory or slots, TIMED_OUT, DEPENDENCY_UNAVAILABLE when it is away, INTERNAL for what we did wrong.
 */
@Singleton
public class ClickHouseReads {
    private static final int TIMEOUT_EXCEEDED = 159;
    private static final int TOO_SLOW = 160;
    private static final int TOO_MANY_SIMULTANEOUS_QUERIES = 202;
    private static final int MEMORY_LIMIT_EXCEEDED = 241;

    private final AgroalDataSource dataSource;

    ClickHouseReads(@DataSource("clickhouse") AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Makes something of the current row. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** All rows: bound them with a LIMIT. */
    public <T> List<T> list(ProjectQuery query, RowReader<T> reader) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(query.sql())) {
            int index = 1;
            for (Object value : query.values()) {
                statement.setObject(index++, value);
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(reader.read(result));
                }
            }
            return rows;
        } catch (SQLException | RuntimeException e) {
            throw classify(e);
        }
    }

    /** Why reads cannot be trusted now, or empty. */
    public Optional<String> schemaProblem() {
        try (Connection connection = dataSource.getConnection()) {
            return SchemaVersion.problem(connection);
        } catch (SQLException | RuntimeException e) {
            return Optional.of(classify(e).getMessage());
        }
    }

    /** What a failure of ClickHouse or of the way to it is for a caller. */
    static ServiceException classify(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException server) {
                return switch (server.getCode()) {
                    case TIMEOUT_EXCEEDED, TOO_SLOW -> ServiceException.of(ErrorCode.TIMED_OUT,
                            "the query took too long; ask for a shorter span of time", failure);
                    case TOO_MANY_SIMULTANEOUS_QUERIES, MEMORY_LIMIT_EXCEEDED -> ServiceException.of(
                            ErrorCode.OVERLOADED, "ClickHouse is busy; ask for a shorter span of time", failure);
                    default -> ServiceException.of(ErrorCode.INTERNAL,
                            "ClickHouse refused a query with code " + server.getCode(), failure);
                };
            }
            if (cause instanceof java.io.IOException || cause instanceof java.net.SocketException) {
                return ServiceException.of(ErrorCode.DEPENDENCY_UNAVAILABLE, "ClickHouse gave no answer", failure);
            }
            if (cause instanceof SQLException && cause.getMessage() != null
                    && cause.getMessage().toLowerCase(Locale.ROOT).contains("acquisition timeout")) {
                return ServiceException.of(ErrorCode.OVERLOADED, "too many reads at once; try again", failure);
            }
        }
        return ServiceException.of(ErrorCode.INTERNAL, "a query failed", failure);
    }
}
