package dev.sightline.benchmarks.edge;

import dev.sightline.benchmarks.corpus.Corpus;
import dev.sightline.benchmarks.corpus.ExportRequest;
import dev.sightline.benchmarks.profile.Profiler;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The edge without its network, on one core, against the reference loop: both in turns in one process, so that what
 * else the machine does weighs on both alike.
 */
@Command(name = "edge", description = "The edge in process on one core: read, map, pack, compress; against the "
        + "reference loop (protobuf parse and LZ4 of the same requests).")
public final class EdgeCommand implements Callable<Integer> {
    private static final long SECOND = 1_000_000_000L;

    @Parameters(description = "Corpora: 0.5k, 2.2k, 8.7k, agent. Default: all.")
    private List<String> corpora = List.of("0.5k", "2.2k", "8.7k", "agent");

    @Option(names = "--rounds", description = "Turns of one second for each step; the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds = 7;

    @Option(names = "--profile", description = "Write a flame graph of the edge's steps to this SVG file.")
    private Path profile;

    @Override
    public Integer call() throws Exception {
        EdgeSteps steps = new EdgeSteps();
        System.out.println("CPU time of the process on one core (taskset), median of " + rounds + " turns");
        for (String name : corpora) {
            measure(steps, Corpus.of(Corpus.Kind.of(name)));
        }
        if (profile != null) {
            Corpus corpus = Corpus.of(Corpus.Kind.of(corpora.getFirst()));
            Profiler.start();
            CpuTime.nanosPerUnit(corpus.requests(), ExportRequest::spanCount, edge(steps), 20 * SECOND);
            Profiler.stop(profile, "The edge in process, " + corpus);
        }
        return 0;
    }

    private void measure(EdgeSteps steps, Corpus corpus) {
        System.out.println();
        System.out.println("corpus " + corpus);
        Map<String, ToLongFunction<ExportRequest>> measured = new LinkedHashMap<>();
        measured.put("parse", steps::parse);
        measured.put("LZ4", request -> steps.compress(request.bytes()));
        measured.put("reference: parse + LZ4", steps::parseAndCompress);
        measured.put("edge: read + map", request -> steps.map(request, now()).size());
        measured.put("edge: read + map + pack", request -> steps.records(request, now()).size());
        measured.put("edge: read + map + pack + LZ4", edge(steps));
        measured.values().forEach(step ->
                CpuTime.nanosPerUnit(corpus.requests(), ExportRequest::spanCount, step, 3 * SECOND));
        Map<String, double[]> nanos = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, ToLongFunction<ExportRequest>> step : measured.entrySet()) {
                nanos.computeIfAbsent(step.getKey(), _ -> new double[rounds])[round] = CpuTime.nanosPerUnit(
                        corpus.requests(), ExportRequest::spanCount, step.getValue(), SECOND);
            }
        }
        double reference = CpuTime.median(nanos.get("reference: parse + LZ4"));
        nanos.forEach((step, values) -> {
            double median = CpuTime.median(values);
            System.out.printf(Locale.ROOT, "  %-32s %8.0f ns/span %10.0f spans/s %7.1f MB/s   x %.2f of the reference%n",
                    step, median, 1e9 / median, corpus.bytesPerSpan() * 1e3 / median, median / reference);
        });
        System.out.printf(Locale.ROOT, "  to Kafka: %.0f bytes a span%n",
                (double) steps.publishedBytes(corpus, now()) / corpus.spanCount());
    }

    private static ToLongFunction<ExportRequest> edge(EdgeSteps steps) {
        return request -> steps.edge(request, now());
    }

    private static long now() {
        // The corpus is from 2026-11-23.
        return 1_795_435_200_000_000_000L + 3_600 * SECOND;
    }
}
