package dev.sightline.detectors.guard;

import dev.sightline.detectors.guard.Lexicon.Concepts;
import java.util.ArrayList;
import java.util.List;

/**
 * An intent: concepts in their order, each within a few words of the one before. A line of rules.txt, whose head says
 * the form. Matching costs the same whatever the text: the places within reach are the bits of one long.
 */
final class Rule {
    private static final int REACH_WORDS = 60;
    private static final int LOOK_BACK_WORDS = 8;

    final String name;
    final double score;
    private final Concepts notBefore;
    private final Concepts notWithin;
    private final Concepts[] steps;
    private final boolean[] upper;
    private final int[] gaps;
    private final Concepts upperCase;

    private Rule(String name, double score, Concepts notBefore, Concepts notWithin, Concepts[] steps, boolean[] upper,
            int[] gaps, Concepts upperCase) {
        this.name = name;
        this.score = score;
        this.notBefore = notBefore;
        this.notWithin = notWithin;
        this.steps = steps;
        this.upper = upper;
        this.gaps = gaps;
        this.upperCase = upperCase;
    }

    static Rule parse(String line, Lexicon lexicon) {
        String[] halves = line.split(" : ");
        String[] head = halves[0].strip().split(" +");
        Concepts before = Concepts.NONE;
        Concepts within = Concepts.NONE;
        for (int i = 2; i < head.length; i++) {
            Concepts set = set(head[i].substring(1), lexicon);
            if (head[i].charAt(0) == '-') {
                before = set;
            } else {
                within = set;
            }
        }
        String[] parts = halves[1].strip().split(" +");
        int count = (parts.length + 1) / 2;
        Concepts[] steps = new Concepts[count];
        boolean[] upper = new boolean[count];
        int[] gaps = new int[count];
        for (int i = 0; i < count; i++) {
            String step = parts[2 * i];
            upper[i] = step.endsWith("=");
            steps[i] = set(upper[i] ? step.substring(0, step.length() - 1) : step, lexicon);
            gaps[i] = i == 0 ? 0 : Integer.parseInt(parts[2 * i - 1]);
        }
        return new Rule(head[0], Double.parseDouble(head[1]), before, within, steps, upper, gaps,
                lexicon.concept("UPPER"));
    }

    private static Concepts set(String names, Lexicon lexicon) {
        Concepts set = Concepts.NONE;
        for (String name : names.split("/")) {
            set = set.and(lexicon.concept(name));
        }
        return set;
    }

    static List<Rule> all(Lexicon lexicon) {
        List<Rule> rules = new ArrayList<>();
        Lexicon.lines("rules.txt").forEach(line -> rules.add(parse(line, lexicon)));
        return rules;
    }

    /** Whether a word with this concept among its own may begin the intent. */
    boolean couldBegin(long low, long high) {
        return (steps[0].low() & low | steps[0].high() & high) != 0;
    }

    /** Whether a word of these concepts can begin the intent. */
    boolean begins(long low, long high) {
        return (steps[0].low() & low | steps[0].high() & high) != 0
                && (!upper[0] || (upperCase.low() & low | upperCase.high() & high) != 0);
    }

    /** The word with which the intent that begins here ends, the nearest one; -1 when it does not begin here. */
    int endOf(Words words, int at) {
        if (has(words, notBefore, Math.max(0, at - LOOK_BACK_WORDS), at)) {
            return -1;
        }
        long reached = 1;
        int last = Math.min(words.count, at + REACH_WORDS);
        for (int step = 1; step < steps.length; step++) {
            long near = 0;
            for (int gap = 0; gap <= gaps[step]; gap++) {
                near |= reached << gap + 1;
            }
            long fits = 0;
            for (long left = near; left != 0; left &= left - 1) {
                int bit = Long.numberOfTrailingZeros(left);
                if (at + bit < last && fits(words, at + bit, step)) {
                    fits |= 1L << bit;
                }
            }
            if (fits == 0) {
                return -1;
            }
            reached = fits;
        }
        int end = at + Long.numberOfTrailingZeros(reached);
        return has(words, notWithin, at, end) ? -1 : end;
    }

    private boolean fits(Words words, int at, int step) {
        return (steps[step].low() & words.low[at] | steps[step].high() & words.high[at]) != 0
                && (!upper[step] || (upperCase.low() & words.low[at] | upperCase.high() & words.high[at]) != 0);
    }

    private static boolean has(Words words, Concepts concepts, int from, int to) {
        if (concepts == Concepts.NONE) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if ((concepts.low() & words.low[i] | concepts.high() & words.high[i]) != 0) {
                return true;
            }
        }
        return false;
    }
}
