package dev.sightline.query.retention;

import dev.sightline.proto.observation.v1.Expiry;
import dev.sightline.query.auth.OrderedWork;
import dev.sightline.query.control.ControlData;
import dev.sightline.query.control.Project;
import dev.sightline.query.publish.RecordPublisher;
import dev.sightline.query.settings.SettingsStore;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Orders, once a day and after a change of the settings, what is too old in each project to be cut off: on topic
 * `expiries`, for the writer. Of several replicas one orders it, by the row in `retention_runs`. ADR 0011.
 */
@Singleton
class RetentionSchedule {
    private static final Logger LOG = Logger.getLogger(RetentionSchedule.class);

    private final ControlData control;
    private final SettingsStore settings;
    private final RecordPublisher publisher;
    private final RetentionConfig config;
    private Thread thread;

    RetentionSchedule(ControlData control, SettingsStore settings, RecordPublisher publisher, RetentionConfig config) {
        this.control = control;
        this.settings = settings;
        this.publisher = publisher;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("retention").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        thread.interrupt();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    control.read(() -> Project.<Project>listAll()).forEach(project ->
                            order(project.id, LocalDate.now(ZoneOffset.UTC)));
                } catch (RuntimeException e) {
                    LOG.warnf("retention can't be ordered now: %s", e.getMessage());
                }
                TimeUnit.MILLISECONDS.sleep(config.interval().toMillis());
            }
        } catch (InterruptedException e) {
            LOG.debug("stopped");
        }
    }

    private void order(String projectId, LocalDate today) {
        List<Expiry> expiries = Expiries.of(projectId, settings.of(OrderedWork.scope(projectId)).retention(), config,
                today);
        // Of the bytes, which are the same in every process.
        String orders = today + " " + expiries.stream().map(each -> Arrays.hashCode(each.toByteArray())).toList();
        if (expiries.isEmpty() || !claim(projectId, orders)) {
            return;
        }
        try {
            publisher.expiries(expiries);
            LOG.infof("ordered the retention of project %s", projectId);
        } catch (RuntimeException e) {
            claim(projectId, "failed " + orders);
            throw e;
        }
    }

    /** False when this was ordered already. */
    private boolean claim(String projectId, String orders) {
        return 1 == control.write(() -> Panache.getSession().chain(session -> session.createNativeQuery("""
                INSERT INTO {h-schema}retention_runs (project_id, ordered) VALUES (?1, ?2)
                ON CONFLICT (project_id) DO UPDATE SET ordered = excluded.ordered
                WHERE retention_runs.ordered != excluded.ordered""")
                .setParameter(1, projectId).setParameter(2, orders).executeUpdate()));
    }
}
