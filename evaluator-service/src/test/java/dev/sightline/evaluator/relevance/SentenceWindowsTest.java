package dev.sightline.evaluator.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SentenceWindowsTest {
    @Test
    void wholeSentencesShareAWindowWhileTheyFit() {
        SentenceWindows cut = SentenceWindows.of("One two. Three four! Five?\n\nSix seven eight nine.", 21, 10);
        assertThat(cut.windows()).containsExactly("One two. Three four!", "Five?", "Six seven eight nine.");
        assertThat(cut.isCut()).isFalse();
    }

    @Test
    void aLongSentenceIsCutBetweenWords() {
        assertThat(SentenceWindows.of("aaaa bbbb cccc dddd", 10, 10).windows())
                .containsExactly("aaaa bbbb", "cccc dddd");
        assertThat(SentenceWindows.of("a".repeat(25), 10, 10).windows())
                .containsExactly("a".repeat(10), "a".repeat(10), "a".repeat(5));
    }

    @Test
    void ofTooManyTheBeginningAndTheEndStay() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            text.append("Sentence number ").append(i).append(".\n");
        }
        SentenceWindows cut = SentenceWindows.of(text.toString(), 20, 8);
        assertThat(cut.total()).isEqualTo(50);
        assertThat(cut.isCut()).isTrue();
        assertThat(cut.windows()).hasSize(8).startsWith("Sentence number 0.", "Sentence number 1.")
                .endsWith("Sentence number 48.", "Sentence number 49.");
    }

    @Test
    void nothingIsLostAndNoWindowIsTooLong() {
        Random random = new Random(2);
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(400); i >= 0; i--) {
                text.appendCodePoint(random.nextInt(12) == 0 ? " .\n!?\u2003".charAt(random.nextInt(6))
                        : random.nextInt(20) == 0 ? 0x1F600 + random.nextInt(40) : 'a' + random.nextInt(26));
            }
            int max = 2 + random.nextInt(60);
            SentenceWindows cut = SentenceWindows.of(text.toString(), max, Integer.MAX_VALUE);
            assertThat(cut.windows()).allSatisfy(window -> assertThat(window.length()).isBetween(1, max));
            assertThat(cut.total()).isEqualTo(cut.windows().size());
            assertThat(String.join("", cut.windows()).replaceAll("(?U)\\s", ""))
                    .isEqualTo(text.toString().replaceAll("(?U)\\s", ""));
            assertThat(cut.windows()).noneMatch(window -> Character.isLowSurrogate(window.charAt(0)));
        }
    }
}
