package dev.sightline.detectors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects what the scanners find in one text. Where findings overlap, one finding comes out of them: it covers all
 * they cover, so that nothing found is left, and its kind is that of the surest, else of the longest.
 */
final class Findings {
    private static final Comparator<Finding> PLACE = Comparator.comparingInt(Finding::start)
            .thenComparing(Comparator.comparingInt(Finding::end).reversed());

    private List<Finding> found;

    void add(Kind kind, int start, int end, double score, String rule) {
        add(kind.id(), start, end, score, rule);
    }

    void add(String kind, int start, int end, double score, String rule) {
        if (found == null) {
            found = new ArrayList<>();
        }
        found.add(new Finding(kind, start, end, score, rule));
    }

    /** In the order of the text, none overlapping another. */
    List<Finding> resolved() {
        if (found == null) {
            return List.of();
        }
        if (found.size() == 1) {
            return found;
        }
        found.sort(PLACE);
        List<Finding> resolved = new ArrayList<>(found.size());
        Finding best = found.getFirst();
        int start = best.start();
        int end = best.end();
        for (Finding next : found.subList(1, found.size())) {
            if (next.start() >= end) {
                resolved.add(over(best, start, end));
                best = next;
                start = next.start();
                end = next.end();
            } else {
                best = surer(best, next);
                end = Math.max(end, next.end());
            }
        }
        resolved.add(over(best, start, end));
        return resolved;
    }

    private static Finding surer(Finding a, Finding b) {
        int byScore = Double.compare(a.score(), b.score());
        int bySize = Integer.compare(a.end() - a.start(), b.end() - b.start());
        return byScore > 0 || byScore == 0 && bySize >= 0 ? a : b;
    }

    private static Finding over(Finding finding, int start, int end) {
        return finding.start() == start && finding.end() == end ? finding
                : new Finding(finding.kind(), start, end, finding.score(), finding.rule());
    }
}
