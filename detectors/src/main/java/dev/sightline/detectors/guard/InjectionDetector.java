package dev.sightline.detectors.guard;

import dev.sightline.detectors.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds attempts to take a language model over: instructions to drop its own, to show its prompt or a secret, to be
 * another self without rules, to bend or plant something in its answer, to send data away, and turns that only look like
 * the system's. It looks for intents ({@link Rule}) in words of about twenty languages ({@link Lexicon}), in the text as
 * a model reads it ({@link Reading}), and in what the text holds in base64, hexadecimal, percent encoding, rot13 or
 * backwards ({@link Encoded}). Each intent has a score; those within {@value #WINDOW_WORDS} words add up, and a place is
 * reported from {@link #THRESHOLD} on, wherever in the text it is. A prompt that sounds like an attack
 * ({@link AttackStyle}) needs less of a rule for that, and at {@link #STYLE_ALONE} nothing of one. The time is linear in
 * the text, whatever the text. Immutable, thread-safe. What it can't do is in docs/guard.md.
 */
public final class InjectionDetector {
    /** The kind of every finding. */
    public static final String KIND = "prompt_injection";
    /** Places below this score are not reported. Chosen on the development data: docs/guard.md. */
    public static final double THRESHOLD = 0.5;

    /** A prompt whose style scores this is one even where no rule finds anything. ADR 0018. */
    public static final double STYLE_ALONE = 0.88;

    /** What is too little for a report by itself, and is enough where the prompt also sounds like an attack. */
    private static final double WEAK = 0.2;
    private static final double STYLE_BESIDE_WEAK = 0.7;
    static final int WINDOW_WORDS = 120;
    private static final int DEPTH_MAX = 2;
    private static final int FINDINGS_MAX = 100;
    private static final double HIDDEN_SCORE = 0.8;

    private static final AttackStyle STYLE = AttackStyle.shipped();
    private static final Lexicon LEXICON = new Lexicon();
    private static final Rule[] RULES = Rule.all(LEXICON).toArray(Rule[]::new);
    /** For each bit of a word's concepts: the rules that such a word can begin. */
    private static final int[][] BEGINNING = beginning();
    private static final int NAMES = (int) Arrays.stream(RULES).map(rule -> rule.name).distinct().count();
    private static final int[] NAME_OF_RULE = nameOfRule();
    private static final String[] NAME = Arrays.stream(RULES).map(rule -> rule.name).distinct().toArray(String[]::new);

    /** One intent found: from word to word. */
    private record Match(int rule, int start, int end) {
    }

    private static int[][] beginning() {
        int[][] beginning = new int[128][];
        for (int bit = 0; bit < 128; bit++) {
            long low = bit < 64 ? 1L << bit : 0;
            long high = bit < 64 ? 0 : 1L << bit - 64;
            List<Integer> rules = new ArrayList<>();
            for (int rule = 0; rule < RULES.length; rule++) {
                if (RULES[rule].couldBegin(low, high)) {
                    rules.add(rule);
                }
            }
            beginning[bit] = rules.stream().mapToInt(Integer::intValue).toArray();
        }
        return beginning;
    }

    private static int[] nameOfRule() {
        List<String> names = Arrays.stream(RULES).map(rule -> rule.name).distinct().toList();
        return Arrays.stream(RULES).mapToInt(rule -> names.indexOf(rule.name)).toArray();
    }

    /** What is in the text, in its order, none overlapping another. Places are indices into the String. */
    public List<Finding> find(String text) {
        Reading reading = Reading.of(text);
        Words words = new Words(reading, text, LEXICON);
        List<Finding> findings = findByIntent(text, reading, words);
        return findings.isEmpty() ? findByStyle(text, reading, words) : findings;
    }

    /** As this detector and {@link AttackStyle} understand them. */
    static Words words(String text) {
        return new Words(Reading.of(text), text, LEXICON);
    }

    private static List<Finding> findByStyle(String text, Reading reading, Words words) {
        double style = STYLE.score(text, words);
        if (style < STYLE_BESIDE_WEAK) {
            return List.of();
        }
        Finding weak = scan(text, reading, words, 0, WEAK).stream().max(Comparator.comparingDouble(Finding::score)).orElse(null);
        if (weak != null) {
            return List.of(new Finding(KIND, weak.start(), weak.end(),
                    rounded(1 - (1 - weak.score()) * (1 - style)), weak.rule()));
        }
        return style < STYLE_ALONE ? List.of() : List.of(new Finding(KIND, 0,
                Math.min(text.length(), AttackStyle.CHARS_MAX), rounded(style), "attack-style"));
    }

    private static double rounded(double score) {
        return Math.round(score * 1000) / 1000.0;
    }

    /** The same by the rules alone. */
    public List<Finding> findByIntent(String text) {
        Reading reading = Reading.of(text);
        return findByIntent(text, reading, new Words(reading, text, LEXICON));
    }

    private static List<Finding> findByIntent(String text, Reading reading, Words words) {
        List<Finding> findings = scan(text, reading, words, 0, THRESHOLD);
        return findings.size() < 2 ? findings : apart(findings);
    }

    /** How sure the surest place of the text is, 0 to 1, also below the threshold: to compare thresholds. */
    public double score(String text) {
        return scan(text, 0, 0).stream().mapToDouble(Finding::score).max().orElse(0);
    }

    private static List<Finding> scan(String text, int depth, double threshold) {
        Reading reading = Reading.of(text);
        return scan(text, reading, new Words(reading, text, LEXICON), depth, threshold);
    }

    private static List<Finding> scan(String text, Reading reading, Words words, int depth, double threshold) {
        List<Finding> findings = new ArrayList<>();
        if (reading.hasHidden()) {
            findings.add(new Finding(KIND, reading.hiddenStart, reading.hiddenEnd, HIDDEN_SCORE, "hidden-text"));
        }
        collect(words, matches(words), threshold, findings);
        if (depth < DEPTH_MAX) {
            List<Encoded.Part> parts = Encoded.in(text);
            if (depth == 0) {
                parts.addAll(Encoded.whole(text, reading));
            }
            for (Encoded.Part part : parts) {
                scan(part.text(), depth + 1, threshold).stream()
                        .max(Comparator.comparingDouble(Finding::score))
                        .ifPresent(inside -> findings.add(new Finding(KIND, part.start(), part.end(), inside.score(),
                                part.encoding() + "/" + inside.rule())));
            }
        }
        return findings;
    }

    private static List<Match> matches(Words words) {
        List<Match> matches = new ArrayList<>();
        long[] tried = new long[(RULES.length + 63) / 64];
        for (int at = 0; at < words.count; at++) {
            long low = words.low[at];
            long high = words.high[at];
            if ((low | high) == 0) {
                continue;
            }
            Arrays.fill(tried, 0);
            for (long left = low; left != 0; left &= left - 1) {
                tryAll(BEGINNING[Long.numberOfTrailingZeros(left)], words, at, tried, matches);
            }
            for (long left = high; left != 0; left &= left - 1) {
                tryAll(BEGINNING[64 + Long.numberOfTrailingZeros(left)], words, at, tried, matches);
            }
        }
        return matches;
    }

    private static void tryAll(int[] rules, Words words, int at, long[] tried, List<Match> matches) {
        for (int rule : rules) {
            if ((tried[rule >> 6] & 1L << rule) != 0) {
                continue;
            }
            tried[rule >> 6] |= 1L << rule;
            if (RULES[rule].begins(words.low[at], words.high[at])) {
                int end = RULES[rule].endOf(words, at);
                if (end >= 0) {
                    matches.add(new Match(rule, at, end));
                }
            }
        }
    }

    /** Adds up what is near: for each match, the surest of each name from there on within the window. */
    private static void collect(Words words, List<Match> matches, double threshold, List<Finding> findings) {
        int count = matches.size();
        int next = 0;
        while (next < count && findings.size() < FINDINGS_MAX) {
            double[] surest = new double[NAMES];
            int best = -1;
            double doubt = 1;
            int firstWord = matches.get(next).start();
            int startAt = Integer.MAX_VALUE;
            int endAt = 0;
            int i = next;
            for (; i < count && matches.get(i).start() - firstWord <= WINDOW_WORDS; i++) {
                Match match = matches.get(i);
                int name = NAME_OF_RULE[match.rule()];
                double score = RULES[match.rule()].score;
                if (score > surest[name]) {
                    doubt = doubt / (1 - surest[name]) * (1 - score);
                    surest[name] = score;
                    best = best < 0 || score > surest[best] ? name : best;
                }
                startAt = Math.min(startAt, words.start[match.start()]);
                for (int word = match.start(); word <= match.end(); word++) {
                    endAt = Math.max(endAt, words.end[word]);
                }
            }
            if (1 - doubt >= threshold && best >= 0) {
                findings.add(new Finding(KIND, startAt, endAt, rounded(1 - doubt), NAME[best]));
                next = i;
            } else {
                next++;
            }
        }
    }

    static List<Finding> apart(List<Finding> findings) {
        List<Finding> sorted = new ArrayList<>(findings);
        sorted.sort(Comparator.comparingInt(Finding::start));
        List<Finding> apart = new ArrayList<>();
        for (Finding next : sorted) {
            Finding last = apart.isEmpty() ? null : apart.getLast();
            if (last == null || next.start() >= last.end()) {
                apart.add(next);
            } else {
                Finding surer = next.score() > last.score() ? next : last;
                apart.set(apart.size() - 1, new Finding(surer.kind(), last.start(), Math.max(last.end(), next.end()),
                        surer.score(), surer.rule()));
            }
        }
        return apart;
    }
}
