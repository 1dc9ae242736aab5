package dev.sightline.evaluator.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.testing.Configs;
import dev.sightline.evaluator.trace.Turn;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real model. These pairs are others than those by which floor, ceiling and window were chosen. */
class AnswerRelevanceTest {
    /** A question, an answer to it, and an answer to something else. */
    record Pair(String question, String relevant, String irrelevant) {
    }

    private static AnswerRelevance relevance;

    @BeforeAll
    static void load() {
        RelevanceConfig config = Configs.of(RelevanceConfig.class, Map.of());
        MiniLm miniLm = new MiniLm(config);
        relevance = new AnswerRelevance(miniLm, config);
    }

    private static Outcome.Scored score(String question, String answer) throws Exception {
        Outcome outcome = relevance.evaluate(new Turn(question, answer, ByteString.EMPTY, "default")).get();
        assertThat(outcome).isInstanceOf(Outcome.Scored.class);
        return (Outcome.Scored) outcome;
    }

    static List<Pair> pairs() {
        return List.of(
                new Pair("How do I cancel my subscription?",
                        "Go to Billing, click on your plan and choose Cancel subscription. It stays active until the "
                                + "end of the paid month.",
                        "Penguins keep their eggs warm on their feet through the antarctic winter."),
                new Pair("What causes the tides?",
                        "Tides come from the gravity of the moon and, less so, of the sun, which pull on the oceans "
                                + "while the earth turns beneath.",
                        "Fold the paper in half, then fold both corners down to the middle line."),
                new Pair("Is the museum open on Mondays?",
                        "No, the museum is closed on Mondays. From Tuesday to Sunday it opens at ten.",
                        "Interest rates were left unchanged by the central bank."),
                new Pair("Explain recursion to a beginner.",
                        "Recursion means that a function calls itself on a smaller piece of the problem until the "
                                + "piece is so small that the answer is obvious.",
                        "Cook the lentils for twenty minutes and season them with vinegar."),
                new Pair("Which vitamin do we get from sunlight?",
                        "Sunlight lets the skin make vitamin D.",
                        "The train to Madrid departs from platform four."),
                new Pair("Can I change the delivery address of order 8812?",
                        "Order 8812 has not been packed yet, so you can still change the delivery address in your "
                                + "account under Orders.",
                        "A violin has four strings that are tuned in fifths."),
                new Pair("How do I merge two branches in git?",
                        "Check out the branch that should receive the changes and run git merge with the other "
                                + "branch's name. Solve conflicts if there are any, then commit.",
                        "The novel is set in Vienna before the first world war."),
                new Pair("What documents do I need for a passport?",
                        "Bring your old passport or identity card, a biometric photo and the fee. For a first "
                                + "passport a birth certificate is needed as well.",
                        "The striker scored twice in the second half."));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aRelevantAnswerScoresClearlyHigher(Pair pair) throws Exception {
        double relevant = score(pair.question, pair.relevant).value();
        double irrelevant = score(pair.question, pair.irrelevant).value();
        assertThat(relevant).isGreaterThan(0.5);
        assertThat(irrelevant).isLessThan(0.25);
    }

    @Test
    void everyOtherAnswerScoresLowerThanTheRightOne() throws Exception {
        for (Pair asked : pairs()) {
            double right = score(asked.question, asked.relevant).value();
            for (Pair other : pairs()) {
                if (!other.equals(asked)) {
                    assertThat(score(asked.question, other.relevant).value()).isLessThan(right - 0.3);
                }
            }
        }
    }

    @Test
    void paddingCostsAndALongRelevantAnswerDoesNot() throws Exception {
        Pair pair = pairs().getFirst();
        String padding = String.join("\n\n", pairs().stream().map(Pair::irrelevant).toList());
        double plain = score(pair.question, pair.relevant).value();
        double padded = score(pair.question, pair.relevant + "\n\n" + (padding + "\n").repeat(4)).value();
        double detailed = score(pair.question, (pair.relevant + "\n\nAfter you cancel your subscription you can start "
                + "it again at any time from the same page. A subscription bought in a phone's app store is "
                + "cancelled in that store.\n").repeat(4)).value();
        assertThat(padded).isLessThan(plain - 0.15);
        assertThat(detailed).isGreaterThan(0.6);
    }

    @Test
    void contextBeforeTheQuestionDoesNotHideIt() throws Exception {
        Pair pair = pairs().get(1);
        String context = "Use only the notes below.\n\n"
                + "The committee met in spring and agreed on a budget. ".repeat(60);
        assertThat(score(context + "\n\n" + pair.question, pair.relevant).value()).isGreaterThan(0.5);
    }

    @Test
    void theCommentSaysWhatWasComparedAndWhatWasCut() throws Exception {
        Outcome.Scored whole = score("What is it?", "A test.");
        assertThat(whole.comment()).contains("all-MiniLM-L6-v2-q").contains("mean of 1 part")
                .doesNotContain("compared.");
        Outcome.Scored cut = score("Why is this so? ".repeat(400), "Because of that. ".repeat(2000));
        assertThat(cut.comment()).contains("Question: first and last 4 of 16 parts compared.")
                .contains("mean of 24 of").contains("Answer: beginning and end compared.");
        assertThat(cut.metadata()).containsKeys("nearest_cosine", "mean_cosine");
    }

    @Test
    void oddTextsScoreWithoutAnError() throws Exception {
        for (String text : List.of("?", "…", "\u200b", "日本の首都は東京です。", "😀😀😀",
                "a\u0000\u0001.\n\u0000\n\u0001b", "a".repeat(100_000),
                "é".repeat(3000), "0123456789".repeat(500), "<script>{}[]</script>", "\ud800")) {
            String codes = text.codePoints().boxed().limit(4).toList().toString();
            assertThat(score(text, text).value()).as(codes).isBetween(0.0, 1.0);
            assertThat(score("What?", text).value()).as(codes).isBetween(0.0, 1.0);
        }
    }
}
