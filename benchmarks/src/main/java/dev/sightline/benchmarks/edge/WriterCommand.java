package dev.sightline.benchmarks.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sightline.benchmarks.corpus.Corpus;
import dev.sightline.benchmarks.corpus.ExportRequest;
import dev.sightline.benchmarks.profile.Profiler;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.table.NativeBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The writer without Kafka and ClickHouse, on one core: records of topic `spans` to blocks in Native format. */
@Command(name = "writer", description = "The writer in process on one core: Kafka records to Native blocks; against "
        + "the reference loop (protobuf parse and LZ4 of the requests they came from).")
public final class WriterCommand implements Callable<Integer> {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW_UNIX_NANO = 1_795_435_200_000_000_000L + 3_600 * SECOND;

    @Parameters(description = "Corpora: 0.5k, 2.2k, 8.7k, agent. Default: all.")
    private List<String> corpora = List.of("0.5k", "2.2k", "8.7k", "agent");

    @Option(names = "--rounds", description = "Turns of one second for each step; the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds = 7;

    @Option(names = "--profile", description = "Write a flame graph to this SVG file.")
    private Path profile;

    /** The records that one request became. */
    private record Published(List<byte[]> values, int spanCount) {
    }

    @Override
    public Integer call() throws Exception {
        EdgeSteps steps = new EdgeSteps();
        for (String name : corpora) {
            Corpus corpus = Corpus.of(Corpus.Kind.of(name));
            List<Published> published = corpus.requests().stream().map(request -> new Published(
                    steps.records(request, NOW_UNIX_NANO).stream().map(ProducerRecord::value).toList(),
                    request.spanCount())).toList();
            measure(steps, corpus, published);
            if (profile != null && name.equals(corpora.getFirst())) {
                Profiler.start();
                CpuTime.nanosPerUnit(published, Published::spanCount, WriterCommand::encode, 20 * SECOND);
                Profiler.stop(profile, "The writer in process, " + corpus);
            }
        }
        return 0;
    }

    private void measure(EdgeSteps steps, Corpus corpus, List<Published> published) {
        System.out.println();
        System.out.println("corpus " + corpus);
        Map<String, ToLongFunction<Published>> measured = new LinkedHashMap<>();
        measured.put("writer: read", one -> rows(one).size());
        measured.put("writer: read + encode", WriterCommand::encode);
        measured.values().forEach(step -> CpuTime.nanosPerUnit(published, Published::spanCount, step, 3 * SECOND));
        double[] references = new double[rounds];
        Map<String, double[]> nanos = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            references[round] = CpuTime.nanosPerUnit(
                    corpus.requests(), ExportRequest::spanCount, steps::parseAndCompress, SECOND);
            for (Map.Entry<String, ToLongFunction<Published>> step : measured.entrySet()) {
                nanos.computeIfAbsent(step.getKey(), _ -> new double[rounds])[round] =
                        CpuTime.nanosPerUnit(published, Published::spanCount, step.getValue(), SECOND);
            }
        }
        double reference = CpuTime.median(references);
        nanos.forEach((step, values) -> System.out.printf(Locale.ROOT,
                "  %-32s %8.0f ns/span %10.0f spans/s   x %.2f of the reference (%.0f ns)%n", step,
                CpuTime.median(values), 1e9 / CpuTime.median(values), CpuTime.median(values) / reference, reference));
    }

    private static List<ObservationRow> rows(Published published) {
        List<ObservationRow> rows = new ArrayList<>(published.spanCount);
        for (byte[] value : published.values) {
            try {
                ObservationBatch batch = ObservationBatch.parseFrom(value);
                for (Observation observation : batch.getObservationsList()) {
                    rows.add(new ObservationRow(batch.getProjectId(), observation, batch.getReceivedAtUnixNano(), 0, 0));
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
        return rows;
    }

    private static long encode(Published published) {
        List<ObservationRow> rows = rows(published);
        NativeBytes block = new NativeBytes(1 << 20);
        ObservationTable.CONTENT.encode(rows, block);
        ObservationTable.OBSERVATIONS.encode(rows, block);
        return block.length();
    }
}
