package dev.sightline.evaluator.guard;

import dev.sightline.detectors.Finding;
import dev.sightline.evaluator.guard.CompiledPolicy.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a policy found in one text, in the text's order. Looking stops when the time is up; that is checked between two
 * rules, each of which is linear in the text.
 *
 * @param hits     places are indices into the String looked at
 * @param complete false when the time was up before every rule had looked
 */
record Inspection(List<Hit> hits, boolean complete) {
    /** A finding and what the policy says to it. */
    record Hit(Finding finding, Action action, boolean inContext) {
    }

    /**
     * @param partOfStream leaves out what can only be told of a whole text
     * @param deadline     as System.nanoTime() counts
     */
    static Inspection of(CompiledPolicy policy, String direction, String text, String context, boolean partOfStream,
            long deadline) {
        List<Hit> hits = new ArrayList<>();
        for (Step step : policy.steps()) {
            if (System.nanoTime() - deadline > 0) {
                return new Inspection(sorted(hits), false);
            }
            if (step.holdsFor(direction) && !(partOfStream && step.wholeText())) {
                add(hits, step, text, false);
            }
            if (step.inContext() && !context.isEmpty()) {
                add(hits, step, context, true);
            }
        }
        return new Inspection(sorted(hits), true);
    }

    private static void add(List<Hit> hits, Step step, String text, boolean inContext) {
        for (Finding finding : step.scan().find(text)) {
            if (finding.score() >= step.rule().getThreshold()) {
                // What was retrieved is not handed back, so nothing can be taken out of it.
                Action action = inContext && step.action() == Action.REDACT ? Action.FLAG : step.action();
                hits.add(new Hit(finding, action, inContext));
            }
        }
    }

    /** With one more finding. */
    Inspection with(Hit hit) {
        List<Hit> all = new ArrayList<>(hits);
        all.add(hit);
        return new Inspection(sorted(all), complete);
    }

    private static List<Hit> sorted(List<Hit> hits) {
        if (hits.size() > 1) {
            hits.sort(Comparator.comparing(Hit::inContext).thenComparing(hit -> hit.finding().start())
                    .thenComparing(hit -> hit.finding().end(), Comparator.reverseOrder()));
        }
        return hits;
    }

    Action action() {
        return hits.stream().map(Hit::action).reduce(Action.ALLOW, Action::heavier);
    }

    /** The text with {@code [REDACTED:type]} in the place of what is to be taken out. */
    String redacted(String text) {
        return redacted(text, hits.stream().filter(hit -> !hit.inContext() && hit.action() == Action.REDACT)
                .map(Hit::finding).toList());
    }

    /** The findings in their order; where they overlap, the first one names the placeholder. */
    static String redacted(String text, List<Finding> findings) {
        if (findings.isEmpty()) {
            return text;
        }
        StringBuilder redacted = new StringBuilder(text.length());
        int copied = 0;
        for (Finding finding : findings) {
            if (finding.start() >= copied) {
                redacted.append(text, copied, finding.start()).append("[REDACTED:").append(finding.kind()).append(']');
            }
            copied = Math.max(copied, finding.end());
        }
        return redacted.append(text, copied, text.length()).toString();
    }
}
