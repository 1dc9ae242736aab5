package dev.sightline.evaluator.scorer;

import com.google.protobuf.Struct;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.relevance.MiniLm;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.evaluator.run.Texts;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the answer's sentences are supported by what was looked up. A sentence is supported when (1) every number and
 * every name in it stands in the context or the question, and (2) most of its words that carry meaning do, or a sentence
 * of the context is near to it by embeddings. The score is the share of supported sentences; the others are named.
 */
final class SupportScorer implements Scorer {
    private static final int SENTENCES_MAX = 40;
    private static final int CONTEXT_SENTENCES_MAX = 120;
    private static final int SENTENCE_CHARACTERS_MAX = 600;
    private static final int SHOWN_MAX = 5;
    /** Sentences of fewer words state nothing that could be looked up. */
    private static final int WORDS_MIN = 4;
    private static final double WORDS_ENOUGH = 0.75;
    private static final double WORDS_SOME = 0.35;
    private static final double NEAR = 0.62;
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:[.,:/-]\\d+)*");
    private static final Pattern NAME = Pattern.compile("(?<=[\\p{L}\\p{N},;:)'’-] )\\p{Lu}[\\p{L}\\p{N}]{2,}");
    private static final Set<String> EMPTY_WORDS = Set.of("the", "a", "an", "and", "or", "but", "of", "to", "in", "on", "at",
            "for", "with", "by", "from", "as", "is", "are", "was", "were", "be", "been", "it", "its", "this", "that", "these",
            "those", "you", "your", "we", "our", "they", "their", "he", "she", "his", "her", "i", "my", "can", "may", "will",
            "would", "should", "could", "not", "no", "yes", "do", "does", "did", "have", "has", "had", "if", "then", "so",
            "than", "there", "here", "also", "which", "who", "what", "when", "where", "how", "all", "any", "up", "out",
            "within", "into", "after", "before", "please", "about", "just", "only", "more", "most", "such", "per");

    private final MiniLm miniLm;

    SupportScorer(MiniLm miniLm) {
        this.miniLm = miniLm;
    }

    @Override
    public ScorerInfo info() {
        return ScorerInfo.newBuilder().setName("support").setScoreType("numeric").setOnByDefault(true)
                .setDescription("Share of the answer's sentences that the retrieved context supports (groundedness).")
                .setLimits("Sees words, numbers, names and likeness, not logic: a sentence that turns the context's "
                        + "statement round (\"not\", \"never\") with the same words passes. Knows English best. Needs "
                        + "retriever or tool observations with outputs.")
                .build();
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public String model() {
        return MiniLm.NAME;
    }

    @Override
    public Optional<Outcome> score(Material material, Struct parameters) throws InterruptedException {
        String context = material.context();
        List<String> sentences = Words.sentences(material.answer()).stream()
                .filter(sentence -> Words.of(sentence).size() >= WORDS_MIN && !sentence.endsWith("?")).toList();
        if (context.isBlank() || sentences.isEmpty()) {
            return Optional.empty();
        }
        List<String> judged = sentences.subList(0, Math.min(sentences.size(), SENTENCES_MAX));
        Set<String> contextWords = new HashSet<>(stems(context));
        contextWords.addAll(stems(material.question()));
        Set<String> numbers = new HashSet<>(all(NUMBER, context + " " + material.question()));
        List<String> doubtful = new ArrayList<>();
        List<String> unsupported = new ArrayList<>();
        for (String sentence : judged) {
            if (!numbers.containsAll(all(NUMBER, sentence)) || !contextWords.containsAll(
                    all(NAME, sentence).stream().map(SupportScorer::stem).toList())) {
                unsupported.add(sentence);
            } else if (contained(sentence, contextWords) < WORDS_ENOUGH) {
                doubtful.add(sentence);
            }
        }
        Outcome.Failed failed = nearness(doubtful, context, contextWords, unsupported);
        if (failed != null) {
            return Optional.of(failed);
        }
        double share = 1 - (double) unsupported.size() / judged.size();
        List<String> shown = unsupported.stream().limit(SHOWN_MAX).map(s -> Texts.cut(s, 300)).toList();
        return Scorer.scored(ScoreValue.numeric(Words.rounded(share)), comment(judged.size(), sentences.size(),
                unsupported.size(), shown), Map.of("unsupported_sentences", Texts.json(shown),
                "sentences", Integer.toString(judged.size())));
    }

    /** Adds what is not near to any sentence of the context. Gives the reason where the model can't tell. */
    private Outcome.Failed nearness(List<String> doubtful, String context, Set<String> contextWords,
            List<String> unsupported) throws InterruptedException {
        if (doubtful.isEmpty()) {
            return null;
        }
        List<String> sources = Words.sentences(context);
        sources = sources.subList(0, Math.min(sources.size(), CONTEXT_SENTENCES_MAX));
        List<String> texts = new ArrayList<>();
        doubtful.forEach(sentence -> texts.add(bounded(sentence)));
        sources.forEach(sentence -> texts.add(bounded(sentence)));
        List<float[]> vectors;
        try {
            vectors = miniLm.embed(texts).get();
        } catch (ExecutionException e) {
            return Outcome.Failed.of(Outcome.Reason.MODEL_UNAVAILABLE, "the embedding model gave no answer");
        }
        for (int i = 0; i < doubtful.size(); i++) {
            double nearest = 0;
            for (int j = doubtful.size(); j < vectors.size(); j++) {
                nearest = Math.max(nearest, Similarity.cosine(vectors.get(i), vectors.get(j)));
            }
            if (nearest < NEAR || contained(doubtful.get(i), contextWords) < WORDS_SOME) {
                unsupported.add(doubtful.get(i));
            }
        }
        return null;
    }

    private static double contained(String sentence, Set<String> contextWords) {
        List<String> words = stems(sentence);
        return words.isEmpty() ? 1 : (double) words.stream().filter(contextWords::contains).count() / words.size();
    }

    private static List<String> stems(String text) {
        return Words.of(text).stream().filter(word -> !EMPTY_WORDS.contains(word)).map(SupportScorer::stem).toList();
    }

    /** Takes plural and the commonest endings off: enough that "returned" meets "return". */
    private static String stem(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        for (String ending : List.of("ing", "ed", "es", "s", "ly")) {
            if (lower.length() > ending.length() + 3 && lower.endsWith(ending)) {
                return lower.substring(0, lower.length() - ending.length());
            }
        }
        return lower;
    }

    private static List<String> all(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        for (Matcher matcher = pattern.matcher(Words.bounded(text)); matcher.find();) {
            found.add(matcher.group());
        }
        return found;
    }

    private static String bounded(String sentence) {
        return sentence.substring(0, Math.min(sentence.length(), SENTENCE_CHARACTERS_MAX));
    }

    private static String comment(int judged, int total, int unsupported, List<String> shown) {
        String comment = "%d of %d sentences of the answer are supported by the context.".formatted(
                judged - unsupported, judged);
        if (judged < total) {
            comment += " The first " + judged + " of " + total + " were looked at.";
        }
        return shown.isEmpty() ? comment : comment + " Not supported: \"" + String.join("\", \"", shown) + "\""
                + (unsupported > shown.size() ? " and more." : ".");
    }
}
