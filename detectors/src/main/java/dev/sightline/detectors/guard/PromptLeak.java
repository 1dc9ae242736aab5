package dev.sightline.detectors.guard;

import dev.sightline.detectors.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds where an answer repeats the system prompt: runs of words that stand in the same order in the prompt, and
 * canaries, texts that are in the prompt for nothing else. A run counts from {@value #RUN_WORDS_MIN} words on, or when it
 * is the whole of a shorter prompt; its score grows with its length. Case, accents and punctuation do not matter; a
 * translation or a paraphrase is not seen. Immutable, thread-safe, linear in prompt and answer.
 */
public final class PromptLeak {
    public static final String KIND = "system_prompt_leak";
    static final int RUN_WORDS_MIN = 12;
    private static final int SHINGLE_WORDS = 5;
    private static final int RUN_WORDS_SURE = 30;
    private static final int PROMPT_WORDS_MIN = 6;

    private final FoldedWords prompt;
    private final List<String> canaries;
    /** The first place of each run of {@value #SHINGLE_WORDS} words in the prompt. */
    private final Map<Long, Integer> places = new HashMap<>();

    /** Either may be empty. */
    public PromptLeak(String systemPrompt, Collection<String> canaries) {
        this.prompt = new FoldedWords(systemPrompt);
        this.canaries = canaries.stream().filter(canary -> !canary.isBlank()).toList();
        for (int i = 0; i + SHINGLE_WORDS <= prompt.count; i++) {
            places.putIfAbsent(shingle(prompt, i), i);
        }
    }

    /** What is in the answer, in its order, none overlapping another. Places are indices into the String. */
    public List<Finding> find(String answer) {
        List<Finding> findings = new ArrayList<>();
        for (String canary : canaries) {
            for (int at = answer.indexOf(canary); at >= 0; at = answer.indexOf(canary, at + canary.length())) {
                findings.add(new Finding(KIND, at, at + canary.length(), 1, "canary"));
            }
        }
        if (!places.isEmpty()) {
            FoldedWords words = new FoldedWords(answer);
            int i = 0;
            while (i + SHINGLE_WORDS <= words.count) {
                Integer place = places.get(shingle(words, i));
                if (place == null) {
                    i++;
                    continue;
                }
                int run = SHINGLE_WORDS;
                while (i + run < words.count && place + run < prompt.count
                        && words.hashes[i + run] == prompt.hashes[place + run]) {
                    run++;
                }
                boolean whole = run == prompt.count && run >= PROMPT_WORDS_MIN;
                if (run >= RUN_WORDS_MIN || whole) {
                    double score = whole ? 1 : Math.min(1, 0.6 + 0.4 * (run - RUN_WORDS_MIN) / (RUN_WORDS_SURE - RUN_WORDS_MIN));
                    findings.add(new Finding(KIND, words.start[i], words.end[i + run - 1],
                            Math.round(score * 1000) / 1000.0, "overlap"));
                }
                i += run;
            }
        }
        return findings.size() < 2 ? findings : InjectionDetector.apart(findings);
    }

    private static long shingle(FoldedWords words, int from) {
        long hash = 0;
        for (int i = from; i < from + SHINGLE_WORDS; i++) {
            hash = Lexicon.joined(hash, words.hashes[i]);
        }
        return hash;
    }
}
