package dev.sightline.query.export;

import com.clickhouse.data.ClickHouseFormat;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.StoredJson;
import dev.sightline.query.sql.SqlFailure;
import dev.sightline.query.store.ClickHouseStreams;
import dev.sightline.query.store.ClickHouseStreams.Result;
import dev.sightline.query.store.ProjectQuery;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Exports from being asked for to being deleted. They stand in PostgreSQL, and any process writes them: one takes an
 * export, says again and again that it is still at it, and stores the file in {@link ExportFiles}. If it dies, another
 * begins again after {@link ExportConfig#silence()}. A file is told as done only when it is stored whole.
 */
@Singleton
public class Exports {
    private static final Logger LOG = Logger.getLogger(Exports.class);
    private static final int LIST_MAX = 100;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final ControlData control;
    private final ClickHouseStreams streams;
    private final ExportFiles files;
    private final StoredJson json;
    private final ExportConfig config;
    private final Semaphore wake = new Semaphore(0);
    private final Semaphore free;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;

    Exports(ControlData control, ClickHouseStreams streams, ExportFiles files, StoredJson json,
            ExportConfig config) {
        this.control = control;
        this.streams = streams;
        this.files = files;
        this.json = json;
        this.config = config;
        this.free = new Semaphore(config.concurrentMax());
    }

    void start(@Observes StartupEvent event) {
        threads.execute(this::work);
        threads.execute(this::sweep);
    }

    /** Exports that are being written begin again in another process, or in the next one. */
    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        threads.shutdownNow();
    }

    Export create(ProjectScope scope, ExportRequest request) {
        request.check();
        long open = control.read(() -> Export.count("projectId = ?1 and state in ?2", scope.projectId(),
                List.of(Export.QUEUED, Export.RUNNING)));
        if (open >= config.openPerProjectMax()) {
            throw ServiceException.tooManyRequests("this project has " + open + " exports that are not finished; wait "
                    + "for one", config.poll().multipliedBy(5));
        }
        Export export = new Export();
        export.id = UUID.randomUUID();
        export.projectId = scope.projectId();
        export.request = json.write(request, "an export's request");
        export.state = Export.QUEUED;
        export.createdAt = Instant.now();
        control.write(export::persistAndFlush);
        wake.release();
        return export;
    }

    /** Newest first, at most 100. */
    List<Export> list(ProjectScope scope) {
        return control.read(() -> Export.<Export>find("projectId = ?1 order by createdAt desc, id", scope.projectId())
                .page(0, LIST_MAX).list());
    }

    /** Empty when the project has no such export. */
    Optional<Export> find(ProjectScope scope, UUID id) {
        return Optional.ofNullable(control.read(() ->
                Export.<Export>find("id = ?1 and projectId = ?2", id, scope.projectId()).firstResult()));
    }

    ExportRequest request(Export export) {
        return json.read(export.request, ExportRequest.class, "an export's request");
    }

    private void work() {
        while (!stopped) {
            try {
                free.acquire();
                Optional<Export> next = Optional.empty();
                try {
                    next = take();
                    next.ifPresent(export -> threads.execute(() -> {
                        try {
                            write(export);
                        } finally {
                            free.release();
                            wake.release();
                        }
                    }));
                } finally {
                    if (next.isEmpty()) {
                        free.release();
                    }
                }
                if (next.isEmpty()) {
                    wake.tryAcquire(config.poll().toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                pause(e);
            }
        }
    }

    private void pause(RuntimeException e) {
        if (stopped) {
            return;
        }
        LOG.warnf("exports can't be looked for now: %s", e.getMessage());
        try {
            Thread.sleep(config.poll());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The export that has waited longest, or one whose process has fallen silent; now ours. */
    private Optional<Export> take() {
        UUID id = control.write(() -> Panache.getSession().chain(session -> session.createNativeQuery("""
                        UPDATE {h-schema}exports SET state = 'running', attempt = attempt + 1, heartbeat_at = now()
                        WHERE id = (SELECT id FROM {h-schema}exports
                            WHERE state = 'queued' OR (state = 'running' AND heartbeat_at < ?1)
                            ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
                        RETURNING id""", UUID.class)
                .setParameter(1, Instant.now().minus(config.silence())).getSingleResultOrNull()));
        return id == null ? Optional.empty() : Optional.of(control.read(() -> Export.findById(id)));
    }

    private void write(Export export) {
        if (export.attempt > config.attemptsMax()) {
            fail(export, "was begun " + config.attemptsMax() + " times and never finished; see query-service's log");
            return;
        }
        Path scratch = null;
        try {
            ProjectScope scope = ProjectScope.ofJob(export.projectId);
            ExportRequest request = request(export);
            ProjectQuery query = request.view().query(scope, request.begin(), request.end(), request.filter());
            long total = count(scope, request);
            scratch = files.scratch(export.id);
            try (Result result = streams.open(scope, query, request.fileFormat().clickHouse, bounds());
                    RowCount rows = new RowCount(result.stream(), request.fileFormat());
                    Progress progress = new Progress(export, rows, total)) {
                copy(rows, scratch, progress);
                progress.tell();
                files.store(export.id, scratch);
                finish(export, request.fileFormat() == ExportRequest.Format.PARQUET ? total : rows.rows(), total,
                        rows.bytes());
            }
        } catch (LostException e) {
            LOG.warnf("export %s goes on elsewhere", export.id);
        } catch (IOException | RuntimeException e) {
            if (stopped || Thread.currentThread().isInterrupted()) {
                return;
            }
            LOG.warnf("export %s failed: %s", export.id, e.getMessage());
            fail(export, reason(e));
        } finally {
            delete(scratch);
        }
    }

    private void copy(RowCount rows, Path scratch, Progress progress) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (var out = Files.newOutputStream(scratch)) {
            for (int count = rows.read(buffer); count >= 0; count = rows.read(buffer)) {
                progress.check();
                if (rows.bytes() > config.bytesMax()) {
                    throw ServiceException.invalid("query", "matches more than " + config.bytesMax() / 1_000_000
                            + " MB; give 'from' and 'to' or a narrower query");
                }
                out.write(buffer, 0, count);
            }
        }
    }

    private long count(ProjectScope scope, ExportRequest request) throws IOException {
        ProjectQuery counting = request.view().query(scope, request.begin(), request.end(), request.filter())
                .within("count()");
        try (Result result = streams.open(scope, counting, ClickHouseFormat.TabSeparated, bounds())) {
            long total = Long.parseLong(new String(result.stream().readAllBytes(), StandardCharsets.US_ASCII).strip());
            if (total > config.rowsMax()) {
                throw ServiceException.invalid("query", "matches " + total + " rows, and an export may have "
                        + config.rowsMax() + "; give 'from' and 'to' or a narrower query");
            }
            return total;
        }
    }

    private Map<String, String> bounds() {
        return Map.of("max_execution_time", String.valueOf(config.timeMax().toSeconds()),
                "max_memory_usage", String.valueOf(config.memoryBytesMax()), "max_threads", "2",
                "date_time_output_format", "iso");
    }

    private static String reason(Exception e) {
        ServiceException known = SqlFailure.plain(e);
        return known.field() == null ? known.getMessage() : known.field() + " " + known.getMessage();
    }

    /** Another process has taken the export over. */
    private static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Tells while a file is written how far it is, also while ClickHouse is still silent. */
    private final class Progress implements AutoCloseable {
        private final Export export;
        private final RowCount rows;
        private final long total;
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile boolean lost;

        Progress(Export export, RowCount rows, long total) {
            this.export = export;
            this.rows = rows;
            this.total = total;
            Thread.startVirtualThread(this::tellOnAndOn);
        }

        private void tellOnAndOn() {
            try {
                do {
                    tell();
                } while (!lost && !closed.await(config.silence().toMillis() / 6, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void tell() {
            try {
                lost |= update(export, "row_count = ?3, row_total = ?4, byte_count = ?5, heartbeat_at = now()",
                        rows.rows(), total, rows.bytes()) == 0;
            } catch (ServiceException e) {
                LOG.warnf("the progress of export %s can't be told now: %s", export.id, e.getMessage());
            }
        }

        void check() {
            if (lost) {
                throw new LostException();
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** Changes the export while it is still this process's; 0 when it is not. */
    private int update(Export export, String set, Object... values) {
        return control.write(() -> Panache.getSession().chain(session -> {
            var query = session.createNativeQuery("UPDATE {h-schema}exports SET " + set
                            + " WHERE id = ?1 AND attempt = ?2 AND state = 'running'")
                    .setParameter(1, export.id).setParameter(2, export.attempt);
            for (int i = 0; i < values.length; i++) {
                query.setParameter(i + 3, values[i]);
            }
            return query.executeUpdate();
        }));
    }

    private void finish(Export export, long rows, long total, long bytes) {
        Instant now = Instant.now();
        if (update(export, "state = 'done', row_count = ?3, row_total = ?4, byte_count = ?5, finished_at = ?6, "
                + "expires_at = ?7", rows, total, bytes, now, now.plus(config.lifetime())) == 0) {
            throw new LostException();
        }
    }

    private void fail(Export export, String why) {
        update(export, "state = 'failed', error = ?3, finished_at = ?4", why, Instant.now());
    }

    private static void delete(Path scratch) {
        try {
            if (scratch != null) {
                Files.deleteIfExists(scratch);
            }
        } catch (IOException e) {
            LOG.warnf("%s can't be deleted: %s", scratch, e.getMessage());
        }
    }

    private void sweep() {
        while (!stopped) {
            try {
                expire(Instant.now());
                Thread.sleep(SWEEP);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                pause(e);
            }
        }
    }

    /** Deletes the files whose time is over, and forgets exports that are long gone. */
    void expire(Instant now) {
        List<Export> over = control.read(() -> Export.<Export>find("state = ?1 and expiresAt <= ?2", Export.DONE, now)
                .page(0, LIST_MAX).list());
        for (Export export : over) {
            try {
                files.delete(export.id);
                control.write(() -> Export.update("state = ?1 where id = ?2", Export.EXPIRED, export.id));
            } catch (IOException e) {
                LOG.warnf("export %s can't be deleted now: %s", export.id, e.getMessage());
            }
        }
        control.write(() -> Export.delete("state in ?1 and createdAt < ?2",
                List.of(Export.FAILED, Export.EXPIRED), now.minus(config.recordLifetime())));
    }
}
