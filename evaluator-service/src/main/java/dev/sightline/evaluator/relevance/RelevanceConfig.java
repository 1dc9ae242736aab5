package dev.sightline.evaluator.relevance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Answer relevance by embeddings in this process. Windows, floor and ceiling are part of the score's meaning. */
@ConfigMapping(prefix = "sightline.relevance")
public interface RelevanceConfig {
    /** Whether answer-relevance is scored at all. Without it the model is loaded only when something else needs it. */
    @WithDefault("true")
    boolean enabled();

    /** How many texts are embedded at once. One thread makes about 80 windows a second and costs no extra memory. */
    @WithDefault("1")
    int threads();

    /** How long after the start the model is loaded, so that the start is not slower; earlier when it is needed. */
    @WithDefault("PT4S")
    Duration loadDelay();

    /** Length of a window of whole sentences: about 100 tokens of English; the model was made for up to 256. */
    @WithDefault("400")
    int windowCharacters();

    /** How many windows of a question are compared. */
    @WithDefault("4")
    int questionWindowsMax();

    /** How many windows of an answer are compared. */
    @WithDefault("24")
    int answerWindowsMax();

    /** The similarity that becomes 0: what unrelated texts have. */
    @WithDefault("0.10")
    double floor();

    /** The similarity that becomes 1: what a question and a full answer to it have. */
    @WithDefault("0.70")
    double ceiling();
}
