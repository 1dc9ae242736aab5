package dev.sightline.localstack.stack;

import dev.sightline.localstack.gateway.Gateway;
import dev.sightline.localstack.gateway.HttpRoute;
import dev.sightline.localstack.process.Leftovers;
import dev.sightline.localstack.process.Leftovers.Noted;
import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.process.SupervisedProcess.Snapshot;
import dev.sightline.localstack.stack.StackState.ProcessState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * One running stack: holds the data folder's lock, the gateway and the supervisor, and keeps stack.json true. It starts
 * nothing before it knows that the ports are free and no process of an earlier run is left.
 */
public final class Launcher {
    private static final Logger LOG = Logger.getLogger(Launcher.class.getName());

    private final DataFolder data;
    private final PublicPorts publicPorts;
    private final Instant calledAt;
    private final Consumer<StackEvent> events;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Object lifecycle = new Object();

    private boolean stopping;
    private FileChannel lock;
    private Gateway gateway;
    private volatile Supervisor supervisor;
    private volatile StackPlan plan;
    private volatile long readyAfterMs;

    /** @param calledAt when the user asked for it, so that the time to ready is what they waited */
    public Launcher(DataFolder data, PublicPorts publicPorts, Instant calledAt, Consumer<StackEvent> events) {
        this.data = data;
        this.publicPorts = publicPorts;
        this.calledAt = calledAt;
        this.events = events;
    }

    /** Brings everything up and returns when it is ready. After a failure, {@link #stop} cleans up. */
    public void start() throws StartFailure, InterruptedException {
        try {
            prepare();
            supervisor.start();
            readyAfterMs = Duration.between(calledAt, Instant.now()).toMillis();
            writeState();
            events.accept(new StackEvent.Ready(Duration.ofMillis(readyAfterMs)));
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.SEVERE, "the stack did not start", e);
            throw new StartFailure("the stack did not start: " + e, e);
        }
    }

    private void prepare() throws StartFailure, IOException, InterruptedException {
        synchronized (lifecycle) {
            refuseWhenStopping();
            lock = data.lockAsLauncher().orElseThrow(
                    () -> new StartFailure("another launcher is working on " + data.root() + " at this moment"));
        }
        publicPorts.check();
        endLeftovers(data);
        StackSecrets secrets = StackSecrets.loadOrCreate(data.secrets(), System.getenv());
        InternalPorts ports = InternalPorts.pick(data.ports(), publicPorts);
        Engines engines = fetchEngines();
        plan = new StackPlan(Installation.find(), engines, data, publicPorts, ports, secrets);
        List<StackStep> steps = plan.steps();
        for (StackStep step : steps) {
            if (step instanceof StackStep.Start start) {
                start.process().log().startAfresh();
            }
        }
        synchronized (lifecycle) {
            refuseWhenStopping();
            gateway = Gateway.start(publicPorts.http(), HttpRoute.packaged(), plan.backendPorts());
            supervisor = new Supervisor(steps, events, this::writeState);
        }
    }

    private void refuseWhenStopping() throws StartFailure {
        if (stopping) {
            throw new StartFailure("stopped before it was started");
        }
    }

    private Engines fetchEngines() throws StartFailure {
        Instant begin = Instant.now();
        events.accept(new StackEvent.Begun("engines"));
        Engines engines = Engines.fetch(
                CacheFolder.find(), text -> events.accept(new StackEvent.Progress("engines", text)));
        events.accept(new StackEvent.Done("engines", Duration.between(begin, Instant.now())));
        return engines;
    }

    /** Ends processes that a killed launcher left; returns their names. The folder's lock must be free or ours. */
    public static List<String> endLeftovers(DataFolder data) throws IOException, InterruptedException {
        List<Noted> noted = StackState.read(data.stackFile()).stream().flatMap(state -> state.processes().stream())
                .map(process -> new Noted(process.name(), process.pid(), process.startedAt())).toList();
        List<String> ended = Leftovers.end(noted);
        if (!ended.isEmpty()) {
            LOG.log(Level.WARNING, "ended what an earlier launcher left: {0}", String.join(", ", ended));
        }
        Files.deleteIfExists(data.stackFile());
        return ended;
    }

    /** Stops everything in order, once; later calls wait for the first. */
    public void stop() throws InterruptedException {
        if (!beginStop()) {
            stopped.await();
            return;
        }
        try {
            if (gateway != null) {
                gateway.close();
            }
            if (supervisor != null) {
                supervisor.stop();
            }
            if (lock != null) {
                data.unlock(lock);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "can't clean up the run folder", e);
        } finally {
            stopped.countDown();
        }
    }

    private boolean beginStop() {
        synchronized (lifecycle) {
            boolean first = !stopping;
            stopping = true;
            return first;
        }
    }

    /** Waits until {@link #stop} has been called and is done. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    private synchronized void writeState() {
        try {
            state().write(data.stackFile());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "can't write " + data.stackFile(), e);
        }
    }

    private StackState state() {
        Map<StackStep.Start, Snapshot> snapshots = supervisor.snapshots();
        Stream<ProcessState> processes = snapshots.entrySet().stream().map(entry -> {
            Snapshot now = entry.getValue();
            return new ProcessState(now.name(), now.pid(), now.state().name().toLowerCase(Locale.ROOT),
                    now.startedAt(), now.restarts(), entry.getKey().http(),
                    entry.getKey().process().log().path().toString());
        });
        return new StackState(ProcessHandle.current().pid(), calledAt, readyAfterMs > 0 && supervisor.allReady(),
                readyAfterMs, plan.baseUrl(), "127.0.0.1:" + publicPorts.otlpGrpc(),
                "http://127.0.0.1:" + publicPorts.otlpHttp(), plan.queryGrpc(), plan.guardGrpc(),
                plan.clickHouseUrl(), plan.kafkaAddress(), plan.postgresUrl(), plan.secrets().get(StackSecrets.PROJECT_ID),
                plan.secrets().get(StackSecrets.PUBLIC_KEY), processes.toList());
    }
}
