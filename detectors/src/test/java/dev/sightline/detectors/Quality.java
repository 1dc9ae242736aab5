package dev.sightline.detectors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Counts characters: of what is labelled, how much was found; of what was found, how much is labelled. */
final class Quality {
    record Counts(int hit, int missed, int wrong) {
        double precision() {
            return hit + wrong == 0 ? 1 : (double) hit / (hit + wrong);
        }

        double recall() {
            return hit + missed == 0 ? 1 : (double) hit / (hit + missed);
        }

        double f1() {
            double sum = precision() + recall();
            return sum == 0 ? 0 : 2 * precision() * recall() / sum;
        }

        Counts plus(Counts other) {
            return new Counts(hit + other.hit, missed + other.missed, wrong + other.wrong);
        }
    }

    private final Map<String, Counts> byKind = new LinkedHashMap<>();
    private final List<String> mistakes = new ArrayList<>();

    static Quality of(List<Labelled> documents, Function<String, List<Finding>> detector) {
        Quality quality = new Quality();
        for (Kind kind : Kind.values()) {
            quality.byKind.put(kind.id(), new Counts(0, 0, 0));
        }
        for (Labelled document : documents) {
            quality.add(document, detector.apply(document.text()));
        }
        return quality;
    }

    private void add(Labelled document, List<Finding> findings) {
        for (String kind : Set.copyOf(byKind.keySet())) {
            boolean[] labelled = new boolean[document.text().length()];
            boolean[] found = new boolean[labelled.length];
            document.spans().stream().filter(span -> span.kind().equals(kind))
                    .forEach(span -> java.util.Arrays.fill(labelled, span.start(), span.end(), true));
            findings.stream().filter(finding -> finding.kind().equals(kind))
                    .forEach(finding -> java.util.Arrays.fill(found, finding.start(), finding.end(), true));
            int hit = 0;
            int missed = 0;
            int wrong = 0;
            for (int i = 0; i < labelled.length; i++) {
                hit += labelled[i] && found[i] ? 1 : 0;
                missed += labelled[i] && !found[i] ? 1 : 0;
                wrong += !labelled[i] && found[i] ? 1 : 0;
            }
            byKind.merge(kind, new Counts(hit, missed, wrong), Counts::plus);
            if (missed + wrong > 0) {
                mistakes.add(kind + " missed " + missed + " wrong " + wrong + ": " + document.text().replace("\n", "\\n")
                        + " -> " + findings);
            }
        }
    }

    Counts of(Kind kind) {
        return byKind.get(kind.id());
    }

    Counts all() {
        return byKind.values().stream().reduce(new Counts(0, 0, 0), Counts::plus);
    }

    List<String> mistakes() {
        return mistakes;
    }

    String table(String title) {
        StringBuilder table = new StringBuilder("%-32s %9s %9s %9s %11s%n".formatted(title, "precision", "recall", "F1",
                "characters"));
        byKind.forEach((kind, counts) -> {
            if (counts.hit() + counts.missed() + counts.wrong() > 0) {
                table.append(row(kind, counts));
            }
        });
        return table.append(row("all", all())).toString();
    }

    private static String row(String name, Counts counts) {
        return String.format(Locale.ROOT, "%-32s %9.3f %9.3f %9.3f %11d%n", name, counts.precision(), counts.recall(),
                counts.f1(), counts.hit() + counts.missed());
    }
}
