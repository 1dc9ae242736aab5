package dev.sightline.benchmarks.guard;

import dev.sightline.benchmarks.guard.Prompts.Prompt;
import dev.sightline.detectors.guard.InjectionDetector;
import dev.sightline.evaluator.guard.AttackLikeness;
import dev.sightline.evaluator.relevance.MiniLm;
import dev.sightline.evaluator.relevance.RelevanceConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What embeddings would add to the guard: a logistic regression, and nearest neighbours, over MiniLM's vector of a
 * prompt's beginning, learned from the texts that the style is learned from. Development texts and our own are judged by
 * what was learned from the other four fifths, unseen texts by what was learned from all. Makes the weights of
 * {@link AttackLikeness} when asked to.
 */
@Command(name = "guard-embeddings", description = "In process, one core: what embeddings of prompts add to "
        + "the guard.")
public final class GuardEmbeddingsCommand implements Callable<Integer> {
    private static final int FOLDS = 5;
    private static final int EPOCHS = 200;
    private static final double RATE = 2;
    private static final double DECAY = 1e-4;
    private static final int NEIGHBOURS = 5;
    private static final double[] BENIGN_WRONG = {0, 0.0025, 0.005, 0.01};

    @Option(names = "--data", description = "Folder of guard/prompts.jsonl (default: ../shared/data beside the repository).")
    private Path data = Path.of(System.getProperty("sightline.root"), "../shared/data");

    @Option(names = "--train", description = "Write the regression over all texts, and its threshold, for the guard.")
    private boolean train;

    @Option(names = "--out", description = "File that --train writes (default: evaluator-service's resource).")
    private Path out = Path.of(System.getProperty("sightline.root"), "evaluator-service/src/main/resources",
            AttackLikeness.class.getPackageName().replace('.', '/'), AttackLikeness.RESOURCE);

    /** A text with its vector; {@code found}: by the guard as it is. */
    private record Text(String group, boolean isAttack, boolean found, float[] vector) {
    }

    /** A text and what something that was not shown it says. */
    private record Judged(Text text, double score) {
    }

    /** What was learned. */
    private record Regression(double bias, double[] weights) implements ToDoubleFunction<float[]> {
        @Override
        public double applyAsDouble(float[] vector) {
            return logistic(bias + product(weights, vector));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        MiniLm model = new MiniLm(new SmallRyeConfigBuilder().withMapping(RelevanceConfig.class)
                .build().getConfigMapping(RelevanceConfig.class));
        InjectionDetector guard = new InjectionDetector();
        List<Text> shown = texts(model, guard, Prompts.training(data));
        List<Text> unseen = new ArrayList<>();
        unseen.addAll(texts(model, guard, grouped("unseen", Prompts.unseen())));
        unseen.addAll(texts(model, guard, grouped("unseen 2", Prompts.unseenSecond())));
        unseen.addAll(texts(model, guard, Prompts.documentation().stream().map(text -> new Prompt(text, "docs")).toList()));
        List<Judged> byRegression = new ArrayList<>();
        List<Judged> byNeighbours = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            List<Text> others = new ArrayList<>();
            List<Text> these = new ArrayList<>();
            for (int i = 0; i < shown.size(); i++) {
                (i % FOLDS == fold ? these : others).add(shown.get(i));
            }
            byRegression.addAll(judged(these, regression(others)));
            byNeighbours.addAll(judged(these, neighbours(others)));
        }
        Regression all = regression(shown);
        byRegression.addAll(judged(unseen, all));
        byNeighbours.addAll(judged(unseen, neighbours(shown)));
        print("logistic regression", byRegression);
        print("five nearest neighbours", byNeighbours);
        if (train) {
            write(new AttackLikeness(threshold(byRegression, 0), all.bias(), all.weights()));
        }
        return 0;
    }

    private static List<Prompt> grouped(String group, List<Prompt> prompts) {
        return prompts.stream().map(prompt -> new Prompt(prompt.text(),
                group + (prompt.isAttack() ? " injection" : " benign"))).toList();
    }

    private static List<Text> texts(MiniLm model, InjectionDetector guard, List<Prompt> prompts)
            throws InterruptedException, ExecutionException {
        List<String> cut = prompts.stream().map(prompt -> AttackLikeness.read(prompt.text())).toList();
        long began = System.nanoTime();
        List<float[]> vectors = model.embed(cut).get();
        System.out.printf(Locale.ROOT, "%d texts of %.0f characters: %.1f ms a text%n", cut.size(),
                cut.stream().mapToInt(String::length).average().orElse(0),
                (System.nanoTime() - began) / 1e6 / cut.size());
        List<Text> texts = new ArrayList<>();
        for (int i = 0; i < cut.size(); i++) {
            Prompt prompt = prompts.get(i);
            texts.add(new Text(prompt.label(), prompt.label().contains("injection"),
                    !guard.find(prompt.text()).isEmpty(), vectors.get(i)));
        }
        return texts;
    }

    private static List<Judged> judged(List<Text> texts, ToDoubleFunction<float[]> by) {
        return texts.stream().map(text -> new Judged(text, by.applyAsDouble(text.vector()))).toList();
    }

    private static Regression regression(List<Text> texts) {
        double attacks = texts.stream().filter(Text::isAttack).count();
        double balance = (texts.size() - attacks) / attacks;
        int dimensions = texts.getFirst().vector().length;
        double[] weights = new double[dimensions];
        double bias = 0;
        Random random = new Random(1);
        int steps = EPOCHS * texts.size();
        for (int step = 0; step < steps; step++) {
            Text text = texts.get(random.nextInt(texts.size()));
            double error = (text.isAttack() ? balance : 1)
                    * ((text.isAttack() ? 1 : 0) - logistic(bias + product(weights, text.vector())));
            double rate = RATE * (1 - step / (double) steps);
            for (int i = 0; i < dimensions; i++) {
                weights[i] += rate * (error * text.vector()[i] - DECAY * weights[i]);
            }
            bias += rate * 0.1 * error;
        }
        return new Regression(bias, weights);
    }

    /** The mean cosine of the nearest attacks less that of the nearest other texts, from 0 to 1. */
    private static ToDoubleFunction<float[]> neighbours(List<Text> texts) {
        return vector -> 0.5 + (nearest(texts, true, vector) - nearest(texts, false, vector)) / 2;
    }

    private static double nearest(List<Text> texts, boolean attacks, float[] vector) {
        double[] cosines = texts.stream().filter(text -> text.isAttack() == attacks).mapToDouble(text -> {
            double sum = 0;
            for (int i = 0; i < vector.length; i++) {
                sum += text.vector()[i] * vector[i];
            }
            return sum;
        }).sorted().toArray();
        return Arrays.stream(cosines, cosines.length - NEIGHBOURS, cosines.length).average().orElse(0);
    }

    private static double product(double[] weights, float[] vector) {
        double sum = 0;
        for (int i = 0; i < vector.length; i++) {
            sum += weights[i] * vector[i];
        }
        return sum;
    }

    private static double logistic(double sum) {
        return 1 / (1 + Math.exp(-sum));
    }

    private void write(AttackLikeness likeness) throws IOException {
        Files.createDirectories(out.getParent());
        try (OutputStream file = Files.newOutputStream(out)) {
            likeness.write(file);
        }
        System.out.printf(Locale.ROOT, "%s: %,d bytes, from %.3f on%n", out.toAbsolutePath().normalize(), Files.size(out),
                likeness.threshold());
    }

    /** Set by the benign development prompts that the guard lets pass, never by an unseen text. */
    private static double threshold(List<Judged> judged, double wrong) {
        double[] benign = judged.stream().filter(one -> one.text().group().equals("benign") && !one.text().found())
                .mapToDouble(Judged::score).sorted().toArray();
        return Math.nextUp(benign[(int) Math.ceil(benign.length * (1 - wrong)) - 1]);
    }

    private static void print(String name, List<Judged> judged) {
        for (double wrong : BENIGN_WRONG) {
            double threshold = threshold(judged, wrong);
            System.out.printf(Locale.ROOT, "%s at %.3f (%.2f %% of benign prompts): share found alone, guard, both%n", name,
                    threshold, 100 * wrong);
            for (String group : judged.stream().map(one -> one.text().group()).distinct().sorted().toList()) {
                List<Judged> of = judged.stream().filter(one -> one.text().group().equals(group)).toList();
                System.out.printf(Locale.ROOT, "  %-22s %4d texts  %.3f  %.3f  %.3f%n", group, of.size(),
                        share(of, one -> one.score() >= threshold ? 1 : 0), share(of, one -> one.text().found() ? 1 : 0),
                        share(of, one -> one.score() >= threshold || one.text().found() ? 1 : 0));
            }
        }
    }

    private static double share(List<Judged> judged, ToDoubleFunction<Judged> counted) {
        return judged.stream().mapToDouble(counted).average().orElse(0);
    }
}
