package dev.sightline.detectors.guard;

import dev.sightline.detectors.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds words and phrases of a list, whole words only, whatever their case, accents, width or look-alike letters. What it
 * finds has score 1. It knows no inflection: "bomb" does not find "bombs". Immutable, thread-safe, linear in the text
 * times the number of different phrase lengths, which is bounded.
 */
public final class WordList {
    /** Words of a phrase. */
    public static final int PHRASE_WORDS_MAX = 8;

    private final String kind;
    private final String rule;
    /** The phrases by their number of words. */
    private final Map<Integer, Set<Long>> phrases = new HashMap<>();

    private WordList(String kind, String rule) {
        this.kind = kind;
        this.rule = rule;
    }

    /**
     * @throws IllegalArgumentException for an entry without a letter or with too many words, fit for the user
     */
    public static WordList of(String kind, String rule, Collection<String> entries) {
        WordList list = new WordList(kind, rule);
        for (String entry : entries) {
            FoldedWords words = new FoldedWords(entry);
            if (words.count == 0 || words.count > PHRASE_WORDS_MAX) {
                throw new IllegalArgumentException("must each have 1 to " + PHRASE_WORDS_MAX + " words");
            }
            list.phrases.computeIfAbsent(words.count, count -> new HashSet<>()).add(hash(words, 0, words.count));
        }
        return list;
    }

    /** The shipped list of swear words in eight languages. */
    public static WordList profanity() {
        return Shipped.PROFANITY;
    }

    /** Read when it is first needed. */
    private static final class Shipped {
        static final WordList PROFANITY = of("profanity", "swear-word", Lexicon.lines("profanity.txt").stream()
                .flatMap(line -> List.of(line.strip().split(" +")).stream()).map(word -> word.replace('_', ' ')).toList());
    }

    /** What is in the text, in its order, none overlapping another. Places are indices into the String. */
    public List<Finding> find(String text) {
        List<Finding> findings = new ArrayList<>();
        FoldedWords words = new FoldedWords(text);
        int i = 0;
        while (i < words.count) {
            int longest = 0;
            for (Map.Entry<Integer, Set<Long>> length : phrases.entrySet()) {
                int count = length.getKey();
                if (count > longest && i + count <= words.count
                        && length.getValue().contains(hash(words, i, count))) {
                    longest = count;
                }
            }
            if (longest > 0) {
                findings.add(new Finding(kind, words.start[i], words.end[i + longest - 1], 1, rule));
            }
            i += Math.max(1, longest);
        }
        return findings;
    }

    private static long hash(FoldedWords words, int from, int count) {
        long hash = 0;
        for (int i = from; i < from + count; i++) {
            hash = Lexicon.joined(hash, words.hashes[i]);
        }
        return hash;
    }
}
