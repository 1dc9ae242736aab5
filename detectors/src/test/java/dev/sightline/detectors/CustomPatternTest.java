package dev.sightline.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CustomPatternTest {
    private static List<Finding> find(String pattern, String text) {
        return Detector.of(EnumSet.noneOf(Kind.class), List.of(CustomPattern.of("own", pattern))).find(text);
    }

    @Test
    void findsWhatItMatchesButNotNothing() {
        assertThat(find("EMP-\\d{6}", "EMP-123456 EMP-1")).extracting(Finding::start, Finding::end)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(0, 10));
        assertThat(find("x*", "aaxxa")).hasSize(1);
        assertThat(find("(?i)größe \\w+", "{\"a\":\"GR\\u00d6SSE Gr\\u00f6\\u00dfe xl\"}")).hasSize(1);
    }

    @Test
    void refusesWhatCannotRunAndSaysWhy() {
        assertThatIllegalArgumentException().isThrownBy(() -> CustomPattern.of("Own", "a")).withMessageStartingWith("kind:");
        assertThatIllegalArgumentException().isThrownBy(() -> CustomPattern.of("credit_card", "a"))
                .withMessageContaining("built in");
        for (String wrong : List.of("", "(", "a".repeat(501), "(a)\\1", "a(?=b)", "[z-a]", "a{2000}")) {
            assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> CustomPattern.of("own", wrong))
                    .withMessageStartingWith("pattern:");
        }
        for (String costly : List.of("((a{100}){100}){100}", "(?:(?:x{30}){30}){30}", "(\\d{1,40}[a-z]{1,40}){1,40}",
                "(((((a{9}){9}){9}){9}){9})", "[^\\x00-\\x{10FFFF}]{1000}x{1000}")) {
            assertThatIllegalArgumentException().as(costly).isThrownBy(() -> CustomPattern.of("own", costly))
                    .withMessageStartingWith("pattern:");
        }
    }

    /** These hold up engines that go back; the text is long enough for any of them to be noticed. */
    @Test
    void runsInLinearTimeWhateverThePattern() {
        String text = "a".repeat(50_000) + "!";
        for (String pattern : List.of("(a+)+$", "(a|aa)+$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){50}a{50}$")) {
            assertThat(find(pattern, text)).as(pattern).isEmpty();
        }
    }
}
