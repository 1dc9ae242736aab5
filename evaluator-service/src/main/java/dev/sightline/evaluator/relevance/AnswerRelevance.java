package dev.sightline.evaluator.relevance;

import dev.sightline.evaluator.run.Evaluator;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.evaluator.run.Texts;
import dev.sightline.evaluator.trace.Turn;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * How much the answer is about what was asked, without a language model. Question and answer are cut into
 * {@link SentenceWindows} and embedded by {@link MiniLm}. For a question window, similarity is the mean of two figures:
 * the cosine of the answer window that is nearest (does some part answer?) and the mean cosine of all answer windows
 * (how much is beside the point?). The question window with the highest similarity counts, because prompts carry
 * context beside the question. Similarity from floor to ceiling becomes 0 to 1, linear, bounded.
 *
 * <p>What it can't tell: whether the answer is true; an answer that only repeats the question; very short answers
 * that share no word or notion with the question ("Two.") score low; the model knows English well and other
 * languages poorly.
 */
@Singleton
public class AnswerRelevance implements Evaluator {
    public static final String NAME = "answer-relevance";

    private final MiniLm miniLm;
    private final RelevanceConfig config;
    private final String configJson;

    public AnswerRelevance(MiniLm miniLm, RelevanceConfig config) {
        this.miniLm = miniLm;
        this.config = config;
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("window_characters", config.windowCharacters());
        settings.put("question_windows_max", config.questionWindowsMax());
        settings.put("answer_windows_max", config.answerWindowsMax());
        settings.put("floor", config.floor());
        settings.put("ceiling", config.ceiling());
        this.configJson = Texts.json(settings);
    }

    /** Cosines of the question window that counts: the nearest answer window's, and the mean over all. */
    record Similarity(double nearest, double mean) {
        double combined() {
            return (nearest + mean) / 2;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public String model() {
        return MiniLm.NAME;
    }

    @Override
    public String configJson() {
        return configJson;
    }

    @Override
    public boolean isEnabled() {
        return config.enabled();
    }

    /** Blocks until the embeddings are there: the one model is the bound, and the workers wait for it. */
    @Override
    public CompletableFuture<Outcome> evaluate(Turn turn) throws InterruptedException {
        SentenceWindows question = SentenceWindows.of(
                turn.question(), config.windowCharacters(), config.questionWindowsMax());
        SentenceWindows answer = SentenceWindows.of(
                turn.answer(), config.windowCharacters(), config.answerWindowsMax());
        List<String> texts = new ArrayList<>(question.windows());
        texts.addAll(answer.windows());
        List<float[]> vectors;
        try {
            vectors = miniLm.embed(texts).get();
        } catch (ExecutionException e) {
            String message = e.getCause() instanceof IllegalStateException
                    ? e.getCause().getMessage() : "embedding failed: " + e.getCause().getClass().getSimpleName();
            return CompletableFuture.completedFuture(
                    Outcome.Failed.of(Outcome.Reason.MODEL_UNAVAILABLE, message));
        }
        int questionWindows = question.windows().size();
        Similarity similarity = similarity(
                vectors.subList(0, questionWindows), vectors.subList(questionWindows, vectors.size()));
        return CompletableFuture.completedFuture(new Outcome.Scored(
                ScoreValue.numeric(value(similarity)), comment(similarity, question, answer),
                Map.of("nearest_cosine", format(similarity.nearest), "mean_cosine", format(similarity.mean)),
                Optional.empty()));
    }

    static Similarity similarity(List<float[]> question, List<float[]> answer) {
        Similarity best = new Similarity(-1, -1);
        for (float[] asked : question) {
            double nearest = -1;
            double sum = 0;
            for (float[] answered : answer) {
                double cosine = cosine(asked, answered);
                nearest = Math.max(nearest, cosine);
                sum += cosine;
            }
            Similarity similarity = new Similarity(nearest, sum / answer.size());
            best = similarity.combined() > best.combined() ? similarity : best;
        }
        return best;
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
        }
        return product;
    }

    private double value(Similarity similarity) {
        double scaled = (similarity.combined() - config.floor()) / (config.ceiling() - config.floor());
        return Math.round(Math.clamp(scaled, 0.0, 1.0) * 1000) / 1000.0;
    }

    private String comment(Similarity similarity, SentenceWindows question, SentenceWindows answer) {
        return "Last user message against final answer, by sentence embeddings (%s): nearest part of the answer %s, "
                .formatted(MiniLm.NAME, format(similarity.nearest))
                + "mean of %s %s; %s to %s of their mean is 0 to 1.".formatted(parts(answer),
                        format(similarity.mean), format(config.floor()), format(config.ceiling()))
                + (question.isCut() ? " Question: first and last %s compared.".formatted(parts(question)) : "")
                + (answer.isCut() ? " Answer: beginning and end compared." : "");
    }

    private static String parts(SentenceWindows windows) {
        int compared = windows.windows().size();
        return windows.isCut() ? compared + " of " + windows.total() + " parts"
                : compared == 1 ? "1 part" : compared + " parts";
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
