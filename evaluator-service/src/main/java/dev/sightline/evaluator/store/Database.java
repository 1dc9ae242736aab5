package dev.sightline.evaluator.store;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * The way to evaluator-service's own schema in PostgreSQL. Each call opens a session, blocks its (virtual) thread until
 * the answer is there and hands out detached entities. Throws {@link ServiceException} DEPENDENCY_UNAVAILABLE when
 * PostgreSQL is away or slower than {@link DatabaseConfig#timeout}. Never call it on an event loop. Thread-safe.
 */
@Singleton
public class Database {
    private final DatabaseConfig config;

    Database(DatabaseConfig config) {
        this.config = config;
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
            ErrorCode code = isAway(e) ? ErrorCode.DEPENDENCY_UNAVAILABLE : ErrorCode.INTERNAL;
            throw ServiceException.of(code, "the evaluator's database gave no answer", e);
        }
    }

    private static boolean isAway(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            boolean shutDown = cause instanceof PgException pg && pg.getSqlState() != null
                    && (pg.getSqlState().startsWith("57P") || pg.getSqlState().startsWith("53"));
            if (shutDown || cause instanceof IOException || cause instanceof TimeoutException
                    || (cause instanceof VertxException && !(cause instanceof PgException))) {
                return true;
            }
        }
        return false;
    }
}
