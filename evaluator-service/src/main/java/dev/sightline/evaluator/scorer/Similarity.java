package dev.sightline.evaluator.scorer;

import com.google.protobuf.Struct;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.relevance.MiniLm;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;

/** How like the answer is to the expected one, by a measure that the evaluator chooses. */
final class Similarity implements Scorer {
    private static final Set<String> MEASURES = new TreeSet<>(List.of("exact", "normalized", "rouge_l", "embedding"));
    /** The longest common subsequence costs the product of the lengths. */
    private static final int WORDS_MAX = 2_000;

    private final MiniLm miniLm;

    Similarity(MiniLm miniLm) {
        this.miniLm = miniLm;
    }

    @Override
    public ScorerInfo info() {
        return ScorerInfo.newBuilder().setName("similarity").setScoreType("numeric")
                .setDescription("Likeness of the answer to the expected output, 0 to 1.")
                .setLimits("Tells wording, not truth: rouge_l and embedding rate a wrong number in the right sentence high. "
                        + "embedding reads the first 256 tokens and knows English best.")
                .addParameters("measure: exact, normalized (case, spaces, punctuation and accents aside), rouge_l "
                        + "(the default) or embedding").build();
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public void check(Struct parameters) {
        Parameters.requireKnown(this, parameters);
        if (!MEASURES.contains(Parameters.text(parameters, "measure", "rouge_l"))) {
            throw ServiceException.invalid("scorer.parameters.measure", "must be one of " + String.join(", ", MEASURES));
        }
    }

    @Override
    public Optional<Outcome> score(Material material, Struct parameters) throws InterruptedException {
        String expected = material.expectedOutput().strip();
        String answer = material.answer().isEmpty() ? material.focus().map(o -> o.getOutput()).orElse("").strip()
                : material.answer().strip();
        if (expected.isEmpty() || answer.isEmpty()) {
            return Optional.empty();
        }
        String measure = Parameters.text(parameters, "measure", "rouge_l");
        double value;
        switch (measure) {
            case "exact" -> value = answer.equals(expected) ? 1 : 0;
            case "normalized" -> value = normalized(answer).equals(normalized(expected)) ? 1 : 0;
            case "embedding" -> {
                try {
                    List<float[]> vectors = miniLm.embed(List.of(answer, expected)).get();
                    value = Math.clamp(cosine(vectors.get(0), vectors.get(1)), 0.0, 1.0);
                } catch (ExecutionException e) {
                    return Optional.of(Outcome.Failed.of(Outcome.Reason.MODEL_UNAVAILABLE,
                            "the embedding model gave no answer"));
                }
            }
            default -> value = rougeL(Words.of(answer), Words.of(expected));
        }
        return Scorer.scored(ScoreValue.numeric(Words.rounded(value)),
                "The answer against the expected output, by " + measure + ".", Map.of("measure", measure));
    }

    /** F1 of the longest common subsequence of words. */
    static double rougeL(List<String> answer, List<String> expected) {
        List<String> a = answer.subList(0, Math.min(answer.size(), WORDS_MAX));
        List<String> b = expected.subList(0, Math.min(expected.size(), WORDS_MAX));
        int[] lengths = new int[b.size() + 1];
        for (String word : a) {
            int diagonal = 0;
            for (int j = 1; j <= b.size(); j++) {
                int above = lengths[j];
                lengths[j] = word.equals(b.get(j - 1)) ? diagonal + 1 : Math.max(above, lengths[j - 1]);
                diagonal = above;
            }
        }
        int common = lengths[b.size()];
        return common == 0 ? 0 : 2.0 * common / (a.size() + b.size());
    }

    static double cosine(float[] a, float[] b) {
        double product = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
        }
        return product;
    }

    static String normalized(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD).replaceAll("\\p{M}+", "").toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
