package dev.sightline.query.deletion;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** This process's share of the work at deletions: one at a time, for as long as the process runs. */
@Singleton
class DeletionWorker {
    private static final Logger LOG = Logger.getLogger(DeletionWorker.class);

    private final Deletions deletions;
    private final DeletionConfig config;
    private Thread thread;

    DeletionWorker(Deletions deletions, DeletionConfig config) {
        this.deletions = deletions;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("deletions").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        thread.interrupt();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    while (deletions.workAtOne()) {
                        LOG.debug("worked at a deletion");
                    }
                } catch (RuntimeException e) {
                    LOG.warnf("deletions can't be worked at now: %s", e.getMessage());
                }
                TimeUnit.MILLISECONDS.sleep(config.interval().toMillis());
            }
        } catch (InterruptedException e) {
            LOG.debug("stopped");
        }
    }
}
