package dev.sightline.query.store;

import com.clickhouse.client.api.ServerException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

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
    private static final int THROWN_BY_THE_QUERY = 395;
    private static final int PROJECTS_MAX = 10_000;
    private static final Duration CHANGED_FOR = Duration.ofMinutes(1);
    private static final Logger LOG = Logger.getLogger(ClickHouseReads.class);

    private final AgroalDataSource dataSource;
    /** Projects that lately had rows taken back where somebody read: asked with FINAL at once. Saves a try, no more. */
    private final Cache<String, Boolean> changed = Caffeine.newBuilder().maximumSize(PROJECTS_MAX)
            .expireAfterWrite(CHANGED_FOR).build();

    ClickHouseReads(@DataSource("clickhouse") AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Makes something of the current row. May be asked again for rows it has seen, when a query is run anew: what it
     * leaves anywhere else must be the same then.
     */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * All rows: bound them with a LIMIT. Observations as they are now are read without FINAL first, by a query that fails
     * if it meets a row that was taken back, and only then with FINAL (ADR 0009): the same answer, of one moment.
     */
    public <T> List<T> list(ProjectQuery query, RowReader<T> reader) {
        String sql = query.sql();
        String bare = query.sqlWithoutFinal();
        if (!bare.equals(sql) && changed.getIfPresent(query.projectId()) == null) {
            try {
                return run(bare, query, reader);
            } catch (SQLException | RuntimeException e) {
                if (serverCode(e) != THROWN_BY_THE_QUERY) {
                    throw classify(e);
                }
                changed.put(query.projectId(), true);
            }
        }
        try {
            return run(sql, query, reader);
        } catch (SQLException | RuntimeException e) {
            throw classify(e);
        }
    }

    /**
     * All rows of a query that never says FINAL, or empty where {@code fits} is false of one: then the rest is not read.
     * For answers whose size nobody knows before.
     */
    public <T> Optional<List<T>> listWhile(ProjectQuery query, RowReader<T> reader, Predicate<T> fits) {
        try {
            return run(query.sql(), query, reader, fits);
        } catch (SQLException | RuntimeException e) {
            throw classify(e);
        }
    }

    /**
     * Starts a read beside what the caller does next. The supplier waits for it and fails as the read did; who never asks
     * it leaves a read behind that ends by itself.
     */
    public <T> Supplier<T> beside(Supplier<T> read) {
        CompletableFuture<T> answer = CompletableFuture.supplyAsync(read, Thread::startVirtualThread);
        return () -> {
            try {
                return answer.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException failure ? failure : e;
            }
        };
    }

    private <T> List<T> run(String sql, ProjectQuery query, RowReader<T> reader) throws SQLException {
        return run(sql, query, reader, row -> true).orElseThrow();
    }

    private <T> Optional<List<T>> run(String sql, ProjectQuery query, RowReader<T> reader, Predicate<T> fits)
            throws SQLException {
        // What is searched for may be anybody's words: no level that is on anywhere by itself.
        LOG.tracef("%s %s", sql, query.values());
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (Object value : query.values()) {
                statement.setObject(index++, value);
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    T row = reader.read(result);
                    if (!fits.test(row)) {
                        return Optional.empty();
                    }
                    rows.add(row);
                }
            }
            return Optional.of(rows);
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

    /** ClickHouse's own code of a failure, or 0. */
    private static int serverCode(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException server) {
                return server.getCode();
            }
        }
        return 0;
    }

    private static ServiceException busy(Exception failure) {
        return ServiceException.of(ErrorCode.OVERLOADED, "ClickHouse is busy; ask for a shorter span of time", failure);
    }

    /** What a failure of ClickHouse or of the way to it is for a caller. */
    static ServiceException classify(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException server) {
                return switch (server.getCode()) {
                    case TIMEOUT_EXCEEDED, TOO_SLOW -> ServiceException.of(ErrorCode.TIMED_OUT,
                            "the query took too long; ask for a shorter span of time", failure);
                    // Of all queries together it says "(total)"; a query's own bound it would pass again.
                    case MEMORY_LIMIT_EXCEEDED -> server.getMessage().contains("(total)") ? busy(failure)
                            : ServiceException.invalid("from", "the query needs more memory than one may have; ask for a "
                                    + "shorter span of time, or add terms that leave more out");
                    case TOO_MANY_SIMULTANEOUS_QUERIES -> busy(failure);
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
