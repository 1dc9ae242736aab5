package dev.sightline.evaluator.store;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way to evaluator-service's own schema in PostgreSQL. Each call opens a session, blocks its (virtual) thread until
 * the answer is there and hands out detached entities. Throws {@link ServiceException} DEPENDENCY_UNAVAILABLE when
 * PostgreSQL is away or slower than {@link DatabaseConfig#timeout}, INVALID_ARGUMENT for a name that is taken. Never
 * call it on an event loop. Thread-safe.
 */
@Singleton
public class Database {
    private static final String UNIQUE_VIOLATION = "23505";

    private final DatabaseConfig config;

    private final Pool pool;

    Database(DatabaseConfig config, Pool pool) {
        this.config = config;
        this.pool = pool;
    }

    /** One statement in PostgreSQL's own words ($1, $2 …), tables with their schema. */
    public RowSet<Row> sql(String statement, Object... values) {
        return await(() -> pool.preparedQuery(statement).execute(Tuple.from(Arrays.asList(values))));
    }

    /** Statements on one connection: all of them or none. */
    public <T> T transaction(Function<SqlConnection, Uni<T>> work) {
        return await(() -> pool.withTransaction(work));
    }

    /** Outside of a transaction. */
    public <T> T read(Supplier<Uni<T>> work) {
        return await(() -> Panache.withSession(work));
    }

    /** All of {@code work} or nothing of it. */
    public <T> T write(Supplier<Uni<T>> work) {
        return await(() -> Panache.withTransaction(work));
    }

    private <T> T await(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(
                    () -> work.get().ifNoItem().after(config.timeout()).fail());
        } catch (ServiceException e) {
            throw e;
        } catch (Throwable e) {
            if (sqlState(e).equals(UNIQUE_VIOLATION)) {
                throw ServiceException.invalid("name", "is the name of another one already");
            }
            ErrorCode code = isAway(e) ? ErrorCode.DEPENDENCY_UNAVAILABLE : ErrorCode.INTERNAL;
            throw ServiceException.of(code, "the evaluator's database gave no answer", e);
        }
    }

    private static String sqlState(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException pg && pg.getSqlState() != null) {
                return pg.getSqlState();
            }
            // What Hibernate makes of it.
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    private static boolean isAway(Throwable e) {
        if (sqlState(e).startsWith("57P") || sqlState(e).startsWith("53")) {
            return true;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof TimeoutException
                    || (cause instanceof VertxException && !(cause instanceof PgException))) {
                return true;
            }
        }
        return false;
    }
}
