package dev.sightline.benchmarks.scorers;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import dev.sightline.base.auth.DerivedKey;
import dev.sightline.benchmarks.edge.CpuTime;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.relevance.MiniLm;
import dev.sightline.evaluator.relevance.RelevanceConfig;
import dev.sightline.evaluator.scorer.RemoteConfig;
import dev.sightline.evaluator.scorer.Scorer;
import dev.sightline.evaluator.scorer.Scorers;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the scorers of a new project cost for one trace: a question, a retrieval, two tool calls and an answer. */
@Command(name = "scorers", description = "In process, one core: a trace through each built-in scorer.")
public final class ScorersCommand implements Callable<Integer> {
    /** Of the rule that a new project begins with. */
    private static final double SAMPLING = 0.1;
    /** Of a trace of the corpora that the other benchmarks send. */
    private static final double SPANS = 5;
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = 400_000_000;

    @Option(names = "--top-rate", description = "Spans a second of the whole path, by `stack --phases path`. Default: "
            + "${DEFAULT-VALUE}.")
    private int topRate = 7_700;

    @Override
    public Integer call() {
        Scorers scorers = new Scorers(new MiniLm(config(RelevanceConfig.class)),
                new DerivedKey(() -> "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="), config(RemoteConfig.class));
        List<Observation> trace = trace();
        System.out.printf(Locale.ROOT, "%-24s %10.1f µs%n", "reading the trace", best(_ -> Material.ofTrace(trace).turns().size()));
        Material material = Material.ofTrace(trace);
        double quick = 0;
        double queued = 0;
        for (ScorerInfo info : scorers.all()) {
            Scorer scorer = scorers.find(info.getName()).orElseThrow();
            if (info.getOnByDefault()) {
                double micros = best(_ -> score(scorer, material));
                quick += scorer.isQuick() ? micros : 0;
                queued += scorer.isQuick() ? 0 : micros;
                System.out.printf(Locale.ROOT, "%-24s %10.1f µs%s%n", info.getName(), micros,
                        scorer.isQuick() ? "" : " (waits in the queue)");
            }
        }
        System.out.printf(Locale.ROOT, "all quick ones together: %.0f µs, %.0f traces/s per core%n", quick, 1e6 / quick);
        System.out.printf(Locale.ROOT, "at %,d spans/s, which is %,.0f traces/s, and a sampling of %.0f %%:%n", topRate,
                topRate / SPANS, 100 * SAMPLING);
        pace("the quick ones", quick);
        pace("with those that wait", quick + queued);
        return 0;
    }

    /** How many cores the top rate needs, and what share of all traces one core could score. */
    private void pace(String what, double micros) {
        double coresForAll = topRate / SPANS * micros / 1e6;
        System.out.printf(Locale.ROOT, "  %-22s %6.2f cores; one core would do at a sampling of up to %.1f %%%n", what,
                SAMPLING * coresForAll, Math.min(100, 100 / coresForAll));
    }

    private static long score(Scorer scorer, Material material) {
        try {
            return scorer.score(material, Struct.getDefaultInstance()).hashCode();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double best(ToLongFunction<String> step) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            best = Math.min(best, CpuTime.nanosPerUnit(List.of(""), _ -> 1, step, ROUND_NANOS));
        }
        return best / 1000;
    }

    private static <T> T config(Class<T> mapping) {
        return new SmallRyeConfigBuilder().withMapping(mapping)
                .withSources(new PropertiesConfigSource(Map.of(), "benchmark", 100)).build().getConfigMapping(mapping);
    }

    private static List<Observation> trace() {
        String policy = "Shoes may be returned within 30 days of delivery. Refunds are paid within five working days to the "
                + "original payment method. Shipping costs are not refunded. Worn shoes are sent back at the customer's cost. ";
        String answer = "You may return the shoes within 30 days of delivery. Please send them unworn and in their box. The "
                + "refund reaches the payment method that you used within five working days. Shipping costs are not part of "
                + "it. If the shoes have a fault we pay for sending them, too: tell us what is wrong and add a picture.";
        return List.of(
                span(1, 0, ObservationType.AGENT, "agent", "{\"question\":\"How long may I return a pair of shoes that do not "
                        + "fit, and who pays for sending them back to you?\"}", answer),
                span(2, 1, ObservationType.RETRIEVER, "search", "return shoes", policy.repeat(8)),
                span(3, 1, ObservationType.TOOL, "order", "{\"order\":4711}", "{\"state\":\"delivered\"}"),
                span(4, 1, ObservationType.TOOL, "order", "{\"order\":4712}", "{\"state\":\"unknown\"}"));
    }

    private static Observation span(int id, int parent, ObservationType type, String name, String input, String output) {
        Observation.Builder span = Observation.newBuilder().setSpanId(id(id)).setType(type).setName(name).setInput(input)
                .setOutput(output).setStartUnixNano(id).setEndUnixNano(id + 10);
        return parent == 0 ? span.build() : span.setParentSpanId(id(parent)).build();
    }

    private static ByteString id(int number) {
        return ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) number});
    }
}
