package dev.sightline.benchmarks.stack;

import dev.sightline.benchmarks.corpus.Corpus;
import dev.sightline.benchmarks.corpus.ExportRequest;
import dev.sightline.benchmarks.edge.CpuTime;
import dev.sightline.benchmarks.edge.EdgeSteps;
import dev.sightline.benchmarks.profile.Profiler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The services as processes, on real Kafka and ClickHouse, with a load over gRPC. Processor time by /proc says what a
 * span costs whatever else the machine does; rates by the clock hold only on a quiet machine. The evaluator is held
 * (SIGSTOP): scoring has limits of its own.
 */
@Command(name = "stack", description = "The services as processes on real engines: ./benchmarks/run stack --phases "
        + "stored,edge,path,latency,overload")
public final class StackCommand implements Callable<Integer> {
    private enum Phase { STORED, EDGE, PATH, LATENCY, OVERLOAD }

    @Option(names = "--phases", split = ",", description = "stored (bytes of the two agents' corpora), edge (spans "
            + "acknowledged, the edge alone on a core, the writer held), path (spans queryable), latency (acknowledged "
            + "to queryable at half the path's rate), overload (ten times the path's rate). Default: all.")
    private List<Phase> phases = List.of(Phase.values());

    @Option(names = "--corpora", split = ",", description = "For edge and path. Default: ${DEFAULT-VALUE}.")
    private List<String> corpora = List.of("0.5k", "2.2k", "8.7k");

    @Option(names = "--seconds", description = "Of load in each phase. Default: ${DEFAULT-VALUE}.")
    private int seconds = 20;

    @Option(names = "--in-flight", description = "Requests under way in the closed loop. Default: ${DEFAULT-VALUE}.")
    private int inFlight = 8;

    @Option(names = "--warm-up", description = "Seconds of load before the first phase: the compiler works for a "
            + "minute or two, longer on a busy machine. Default: ${DEFAULT-VALUE}.")
    private int warmUpSeconds = 60;

    @Option(names = "--rate", description = "Spans a second that latency and overload go by, instead of what path "
            + "measured.")
    private double rate;

    @Option(names = "--environment", description = "NAME=VALUE for all services, such as a setting to compare.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--profile", description = "Write flame graphs of edge and writer into this folder.")
    private Path profile;

    @Option(names = "--ports", arity = "3", description = "HTTP, OTLP gRPC, OTLP HTTP. Default: ${DEFAULT-VALUE}.")
    private List<Integer> ports = List.of(3150, 4150, 4151);

    @Option(names = "--data", description = "A folder that is made for this run and stays.")
    private Path data;

    private final EdgeSteps steps = new EdgeSteps();

    @Override
    public Integer call() throws Exception {
        Path folder = data == null ? Files.createTempDirectory("sightline-benchmark") : data;
        List<String> portOptions = List.of("--http-port", ports.get(0).toString(),
                "--otlp-grpc-port", ports.get(1).toString(), "--otlp-http-port", ports.get(2).toString());
        try (RunningStack stack = RunningStack.start(folder, portOptions, environment)) {
            stack.signal(RunningStack.EVALUATOR, "STOP");
            try {
                run(stack);
            } finally {
                stack.signal(RunningStack.EVALUATOR, "CONT");
            }
        }
        return 0;
    }

    private void run(RunningStack stack) throws Exception {
        if (phases.contains(Phase.STORED)) {
            stored(stack, Corpus.of(Corpus.Kind.AGENT));
            stored(stack, Corpus.of(Corpus.Kind.CODING_AGENT));
        }
        warmUp(stack);
        if (phases.contains(Phase.EDGE)) {
            for (String corpus : corpora) {
                edge(stack, Corpus.of(Corpus.Kind.of(corpus)));
            }
        }
        if (phases.contains(Phase.PATH)) {
            for (String corpus : corpora) {
                double measured = path(stack, Corpus.of(Corpus.Kind.of(corpus)));
                rate = rate == 0 && corpus.equals("2.2k") ? measured : rate;
            }
        }
        if (phases.contains(Phase.LATENCY)) {
            latency(stack);
        }
        if (phases.contains(Phase.OVERLOAD)) {
            overload(stack);
        }
    }

    /** Both compilers of a JVM take their time, and what they do is not what is measured. */
    private void warmUp(RunningStack stack) throws Exception {
        try (OtlpLoad load = new OtlpLoad(stack, Corpus.of(Corpus.Kind.MIDDLE), inFlight)) {
            load.closedLoop(Duration.ofSeconds(warmUpSeconds));
            settle(stack);
            System.out.printf(Locale.ROOT, "%nwarm after %,d spans%n", load.acknowledgedSpans());
        }
    }

    private void stored(RunningStack stack, Corpus corpus) throws Exception {
        heading("stored bytes", corpus);
        Map<String, Long> bytesBefore;
        Map<String, Long> bytes;
        try (Store store = new Store(stack); OtlpLoad load = new OtlpLoad(stack, corpus, 4)) {
            bytesBefore = store.bytesOnDisk();
            load.once();
            settle(stack);
            bytes = store.bytesOnDisk();
        }
        bytesBefore.forEach((table, before) -> bytes.merge(table, -before, Long::sum));
        long sum = bytes.values().stream().mapToLong(Long::longValue).sum();
        bytes.forEach((table, size) -> System.out.printf(Locale.ROOT, "  %-24s %,12d bytes%n", table, size));
        System.out.printf(Locale.ROOT, "  %-24s %,12d bytes, x 1/%.1f of %,d bytes of raw JSON (OTLP/JSON as a client "
                        + "sends it), x 1/%.1f of the OTLP protobuf%n",
                "together", sum, (double) corpus.jsonBytes() / sum, corpus.jsonBytes(), (double) corpus.bytes() / sum);
    }

    private void edge(RunningStack stack, Corpus corpus) throws Exception {
        heading("edge on one core, acknowledged with acks=all, writer held", corpus);
        stack.signal(RunningStack.WRITER, "STOP");
        stack.pin(RunningStack.EDGE, 0);
        stack.pin(RunningStack.KAFKA, 1);
        long spans;
        double nanos;
        try (OtlpLoad load = new OtlpLoad(stack, corpus, inFlight)) {
            load.closedLoop(Duration.ofSeconds(3));
            long before = load.acknowledgedSpans();
            CpuMeter cpu = new CpuMeter(stack.processes(List.of(RunningStack.EDGE, RunningStack.KAFKA)));
            ProcessUse process = stack.process(RunningStack.EDGE);
            double compiling = process.compilerCpuSeconds();
            long begin = System.nanoTime();
            load.closedLoop(Duration.ofSeconds(seconds));
            double wall = (System.nanoTime() - begin) / 1e9;
            spans = load.acknowledgedSpans() - before;
            Map<String, Double> used = cpu.seconds();
            nanos = used.get(RunningStack.EDGE) * 1e9 / spans;
            System.out.printf(Locale.ROOT, "  acknowledged by the clock %.0f spans/s%n", spans / wall);
            System.out.printf(Locale.ROOT, "  edge %.2f us of CPU a span: %.0f spans/s on a core of its own; kafka %.2f us%n",
                    nanos / 1e3, 1e9 / nanos, used.get(RunningStack.KAFKA) * 1e6 / spans);
            double warm = nanos - (process.compilerCpuSeconds() - compiling) * 1e9 / spans;
            System.out.printf(Locale.ROOT, "  without the JVM's compilers %.2f us: %.0f spans/s%n", warm / 1e3, 1e9 / warm);
            printRefused(load);
        }
        double reference = reference(corpus);
        System.out.printf(Locale.ROOT, "  reference loop %.2f us: the edge is x %.2f of the reference%n",
                reference / 1e3, nanos / reference);
        if (profile != null) {
            profile(stack, corpus, RunningStack.EDGE, profile.resolve("flame-edge-" + corpus.name() + ".svg"));
        }
        stack.signal(RunningStack.WRITER, "CONT");
        stack.pin(RunningStack.EDGE, 0, 1);
        stack.pin(RunningStack.KAFKA, 0, 1);
        settle(stack);
    }

    /** Waits until everything acknowledged so far is queryable, so that the next phase pays only for itself. */
    private static boolean settle(RunningStack stack) throws InterruptedException, SQLException {
        try (Store store = new Store(stack)) {
            return store.awaitObservations(OtlpLoad.allAcknowledgedSpans());
        }
    }

    private double reference(Corpus corpus) {
        CpuTime.nanosPerUnit(corpus.requests(), ExportRequest::spanCount, steps::parseAndCompress, 2_000_000_000L);
        double[] turns = new double[3];
        for (int i = 0; i < turns.length; i++) {
            turns[i] = CpuTime.nanosPerUnit(
                    corpus.requests(), ExportRequest::spanCount, steps::parseAndCompress, 1_000_000_000L);
        }
        return CpuTime.median(turns);
    }

    private double path(RunningStack stack, Corpus corpus) throws Exception {
        heading("whole path, from the client to a row that queries see", corpus);
        try (OtlpLoad load = new OtlpLoad(stack, corpus, inFlight)) {
            List<ProcessUse> processes = new ArrayList<>(stack.processes(RunningStack.INGESTING));
            processes.add(new ProcessUse("load generator", ProcessHandle.current().pid()));
            CpuMeter cpu = new CpuMeter(processes);
            long begin = System.nanoTime();
            load.closedLoop(Duration.ofSeconds(seconds));
            boolean complete = settle(stack);
            double wall = (System.nanoTime() - begin) / 1e9;
            long spans = load.acknowledgedSpans();
            System.out.printf(Locale.ROOT, "  queryable by the clock %.0f spans/s%s%n", spans / wall,
                    complete ? "" : ", NOT ALL CAME");
            double sum = cpu.sum();
            cpu.seconds().forEach((name, used) -> System.out.printf(Locale.ROOT, "  %-18s %6.2f us of CPU a span%n",
                    name, used * 1e6 / spans));
            double own = cpu.seconds().get(RunningStack.EDGE) + cpu.seconds().get(RunningStack.WRITER);
            System.out.printf(Locale.ROOT, "  together           %6.2f us: %.0f spans/s on two cores of its own; edge "
                            + "and writer %.2f us: %.0f spans/s a core%n",
                    sum * 1e6 / spans, 2 * spans / sum, own * 1e6 / spans, spans / own);
            double reference = reference(corpus);
            System.out.printf(Locale.ROOT, "  reference loop %.2f us: the path is x %.2f of the reference%n",
                    reference / 1e3, sum * 1e9 / spans / reference);
            printRefused(load);
            for (ProcessUse process : processes.subList(0, RunningStack.INGESTING.size())) {
                System.out.printf(Locale.ROOT, "  %-18s %d MiB resident, at most %d so far%n", process.name(),
                        process.residentMiB(), process.mostResidentMiB());
            }
            if (profile != null) {
                profile(stack, corpus, RunningStack.WRITER, profile.resolve("flame-writer-" + corpus.name() + ".svg"));
            }
            settle(stack);
            return spans / wall;
        }
    }

    private void profile(RunningStack stack, Corpus corpus, String process, Path svg) throws Exception {
        try (OtlpLoad load = new OtlpLoad(stack, corpus, inFlight);
             ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> sending = thread.submit(() -> {
                load.closedLoop(Duration.ofSeconds(seconds));
                return null;
            });
            Profiler.sample(stack.process(process).pid(), seconds, svg, process + ", " + corpus);
            sending.get();
        }
    }

    /** With the path's own requests: half of a rate means nothing when its requests are others. */
    private void latency(RunningStack stack) throws Exception {
        Corpus corpus = Corpus.of(Corpus.Kind.MIDDLE);
        heading(String.format(Locale.ROOT, "acknowledged to queryable at %.0f spans/s",
                rate / 2), corpus);
        try (OtlpLoad load = new OtlpLoad(stack, corpus, 1_000); Freshness freshness = new Freshness(stack)) {
            load.onAcknowledged(freshness::offer);
            load.paced(rate / 2, Duration.ofSeconds(3L * seconds));
            freshness.await();
            System.out.printf(Locale.ROOT, "  %s%n", freshness);
            printRefused(load);
        }
        settle(stack);
    }

    private void overload(RunningStack stack) throws Exception {
        Corpus corpus = Corpus.of(Corpus.Kind.MIDDLE, 4);
        heading(String.format(Locale.ROOT, "a minute at ten times the rate: %.0f spans/s offered", rate * 10), corpus);
        int restartsBefore = stack.restarts();
        try (OtlpLoad load = new OtlpLoad(stack, corpus, 4_000)) {
            load.paced(rate * 10, Duration.ofMinutes(1));
            System.out.printf(Locale.ROOT, "  offered %,d spans, acknowledged %,d%n",
                    load.offeredSpans(), load.acknowledgedSpans());
            printRefused(load);
        }
        for (ProcessUse process : stack.processes(RunningStack.INGESTING)) {
            System.out.printf(Locale.ROOT, "  %-18s %s, %d MiB resident, at most %d so far%n", process.name(),
                    process.isAlive() ? "alive" : "DEAD", process.residentMiB(), process.mostResidentMiB());
        }
        System.out.printf("  %d processes were started again%n", stack.restarts() - restartsBefore);
        try (OtlpLoad load = new OtlpLoad(stack, Corpus.of(Corpus.Kind.MIDDLE, 1), 1);
             Freshness freshness = new Freshness(stack)) {
            load.onAcknowledged(freshness::offer);
            long begin = System.nanoTime();
            load.paced(5, Duration.ofSeconds(1));
            freshness.await();
            System.out.printf(Locale.ROOT, "  a request right after it: %s, queryable %.1f s after the overload's end%n",
                    load.refused().isEmpty() ? "acknowledged" : load.refused().keySet(),
                    (System.nanoTime() - begin) / 1e9);
        }
    }

    private static void heading(String what, Corpus corpus) {
        System.out.printf("%n%s%n  corpus %s%n", what, corpus);
    }

    private static void printRefused(OtlpLoad load) {
        load.refused().forEach((why, spans) ->
                System.out.printf(Locale.ROOT, "  not taken: %,d spans: %s%n", spans.sum(), why));
    }
}
