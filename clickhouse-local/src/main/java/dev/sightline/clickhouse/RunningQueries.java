package dev.sightline.clickhouse;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The queries that run now, by the id their client knows, and the way to stop them.
 *
 * <p>Two queries cannot have one id at the same time (error 216, as on a server). A query that is to be stopped is
 * killed in the engine again and again until it has ended, because the first kill may come before the engine has begun
 * it.
 */
final class RunningQueries implements AutoCloseable {

    private static final long KILL_INTERVAL_MILLIS = 100;

    private final Engine engine;
    private final ConcurrentHashMap<String, Running> running = new ConcurrentHashMap<>();
    private final ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("killer").daemon().factory());

    RunningQueries(Engine engine) {
        this.engine = engine;
    }

    Running start(String id) throws EngineException {
        var query = new Running(id);
        if (running.putIfAbsent(id, query) != null) {
            throw EngineException.of(EngineException.QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING,
                    "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", "Query with id = " + id + " is already running.");
        }
        return query;
    }

    int count() {
        return running.size();
    }

    /** Stops everything; does not wait. */
    void abortAll() {
        running.values().forEach(Running::abort);
    }

    @Override
    public void close() {
        killer.shutdownNow();
    }

    /** One running query; closed when it has ended. */
    final class Running implements AutoCloseable {

        private final String id;
        private volatile boolean aborted;
        private volatile boolean ended;

        private Running(String id) {
            this.id = id;
        }

        /** Stops the query, now or as soon as it begins. */
        void abort() {
            if (!aborted) {
                aborted = true;
                killer.execute(this::kill);
            }
        }

        void checkNotAborted() throws EngineException {
            if (aborted) {
                throw EngineException.of(EngineException.QUERY_WAS_CANCELLED, "QUERY_WAS_CANCELLED",
                        "Query was cancelled.");
            }
        }

        @Override
        public void close() {
            ended = true;
            running.remove(id, this);
        }

        String id() {
            return id;
        }

        private void kill() {
            if (ended) {
                return;
            }
            try {
                engine.kill(id);
            } catch (EngineException e) {
                System.err.println("a query could not be stopped: " + e.getMessage());
            }
            killer.schedule(this::kill, KILL_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
