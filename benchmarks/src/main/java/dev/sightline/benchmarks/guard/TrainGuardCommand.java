package dev.sightline.benchmarks.guard;

import dev.sightline.benchmarks.guard.Prompts.Prompt;
import dev.sightline.detectors.guard.AttackStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the weights of {@link AttackStyle}, and says how well such weights do on what they were not shown. */
@Command(name = "train-guard", description = "Makes the weights by which the guard hears that a prompt sounds like an "
        + "attack; first shows what weights from four fifths of the texts find in the fifth.")
public final class TrainGuardCommand implements Callable<Integer> {
    private static final int FOLDS = 5;
    private static final double[] THRESHOLDS = {0.5, 0.6, 0.7, 0.8, 0.85, 0.88, 0.9, 0.95};

    @Option(names = "--data", description = "Folder of guard/prompts.jsonl (default: ../shared/data beside the repository).")
    private Path data = Path.of(System.getProperty("sightline.root"), "../shared/data");

    @Option(names = "--out", description = "File to write (default: the detectors' resource).")
    private Path out = Path.of(System.getProperty("sightline.root"), "detectors/src/main/resources",
            AttackStyle.class.getPackageName().replace('.', '/'), AttackStyle.RESOURCE);

    /** A text of one group, and what weights that never saw it say. */
    private record Heard(String group, double score) {
    }

    @Override
    public Integer call() throws IOException {
        List<Prompt> training = Prompts.training(data);
        List<String> groups = training.stream().map(Prompt::label).toList();
        List<StyleTraining.Example> examples = training.stream().map(prompt ->
                new StyleTraining.Example(prompt.text(), prompt.label().contains("injection"))).toList();
        List<Heard> heard = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            int left = fold;
            StyleTraining part = StyleTraining.on(of(examples, i -> i % FOLDS != left));
            for (int i = fold; i < examples.size(); i += FOLDS) {
                heard.add(new Heard(groups.get(i), part.score(examples.get(i).text())));
            }
        }
        StyleTraining all = StyleTraining.on(examples);
        Prompts.documentation().forEach(text -> heard.add(new Heard("docs", all.score(text))));
        print(heard);
        Files.createDirectories(out.getParent());
        all.write(out);
        System.out.printf(Locale.ROOT, "%s: %,d bytes%n", out.toAbsolutePath().normalize(), Files.size(out));
        return 0;
    }

    private static List<StyleTraining.Example> of(List<StyleTraining.Example> examples, Predicate<Integer> which) {
        List<StyleTraining.Example> some = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            if (which.test(i)) {
                some.add(examples.get(i));
            }
        }
        return some;
    }

    private static void print(List<Heard> heard) {
        System.out.println("share heard as an attack, from a score on:");
        for (String group : heard.stream().map(Heard::group).distinct().sorted().toList()) {
            List<Heard> of = heard.stream().filter(one -> one.group().equals(group)).toList();
            System.out.printf("%-18s %4d texts ", group, of.size());
            for (double threshold : THRESHOLDS) {
                System.out.printf(Locale.ROOT, "  %.2f: %.3f", threshold,
                        of.stream().filter(one -> one.score() >= threshold).count() / (double) of.size());
            }
            System.out.println();
        }
    }
}
