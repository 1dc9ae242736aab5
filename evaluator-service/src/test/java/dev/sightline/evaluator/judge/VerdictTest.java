package dev.sightline.evaluator.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTest {
    static Stream<Arguments> readable() {
        return Stream.of(
                Arguments.of("plain", 0.8, "Fine.", "{\"reasoning\":\"Fine.\",\"score\":0.8}"),
                Arguments.of("pretty", 1.0, "Fine.", "{\n  \"reasoning\": \"Fine.\",\n  \"score\": 1\n}\n"),
                Arguments.of("fence", 0.25, "Weak.", "```json\n{\"score\": 0.25, \"reasoning\": \"Weak.\"}\n```"),
                Arguments.of("talk around it", 0.5, "Half.",
                        "Sure, here is my grade:\n{\"reasoning\":\"Half.\",\"score\":0.5}\nI hope this helps!"),
                Arguments.of("think block", 0.75, "Good.",
                        "<think>maybe {\"score\": 0.1}? no.</think>\n{\"reasoning\":\"Good.\",\"score\":0.75}"),
                Arguments.of("think block without a start", 0.75, "Good.",
                        "maybe {\"score\": 0.1}</think>{\"reasoning\":\"Good.\",\"score\":0.75}"),
                Arguments.of("number as text", 0.4, "", "{\"score\":\"0.4\"}"),
                Arguments.of("of ten", 0.8, "", "{\"score\":\"8/10\"}"),
                Arguments.of("out of five", 0.8, "", "{\"score\":\"4 out of 5\"}"),
                Arguments.of("percent", 0.65, "", "{\"score\":\"65%\"}"),
                Arguments.of("other names", 0.3, "Why", "{\"Explanation\":\"Why\",\"Rating\":0.3}"),
                Arguments.of("single quotes, a comma", 0.3, "it's so", "{'reasoning': 'it\\'s so', 'score': 0.3,}"),
                Arguments.of("bare names and a comment", 0.3, "x", "{reasoning: \"x\", /* hm */ score: 0.3}"),
                Arguments.of("line break in a text", 0.3, "a\nb", "{\"reasoning\":\"a\nb\",\"score\":0.3}"),
                Arguments.of("braces in the reasoning", 0.3, "uses {x} and \"}\"",
                        "{\"reasoning\":\"uses {x} and \\\"}\\\"\",\"score\":0.3}"),
                Arguments.of("nested details do not count", 0.7, "",
                        "{\"score\":0.7,\"details\":{\"score\":0.2,\"value\":[1,2]}}"),
                Arguments.of("corrects itself", 0.2, "b",
                        "{\"reasoning\":\"a\",\"score\":0.9} Wait. {\"reasoning\":\"b\",\"score\":0.2}"),
                Arguments.of("repeats the form first", 0.2, "b",
                        "{\"reasoning\": <text>, \"score\": <number>}\n{\"reasoning\":\"b\",\"score\":0.2}"),
                Arguments.of("cut after the score", 0.6, "", "{\"score\": 0.6, \"reasoning\": \"The ans"),
                Arguments.of("cut, the end brace missing", 0.6, "Ok", "{\"reasoning\":\"Ok\",\"score\": 0.6 \n"
                        + ",\"more\":"),
                Arguments.of("exponent", 0.05, "", "{\"score\":5e-2}"),
                Arguments.of("unknown fields", 0.9, "", "{\"confidence\":[1],\"score\":0.9,\"n\":null}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void readable(String name, double score, String reasoning, String answer) {
        assertThat(Verdict.read(answer)).contains(new Verdict(score, reasoning));
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("nothing", ""),
                Arguments.of("talk", "I would say it is quite good."),
                Arguments.of("out of range", "{\"score\":7}"),
                Arguments.of("negative", "{\"score\":-0.5}"),
                Arguments.of("over its own scale", "{\"score\":\"12/10\"}"),
                Arguments.of("divided by nothing", "{\"score\":\"0/0\"}"),
                Arguments.of("not a number", "{\"score\":\"NaN\"}"),
                Arguments.of("a word", "{\"score\":\"high\"}"),
                Arguments.of("null", "{\"score\":null}"),
                Arguments.of("a list", "{\"score\":[0.5]}"),
                Arguments.of("no score", "{\"reasoning\":\"Fine.\"}"),
                Arguments.of("cut before the score", "{\"reasoning\":\"Fine.\",\"sco"),
                Arguments.of("cut within the score", "{\"reasoning\":\"Fine.\",\"score\":0.7"),
                Arguments.of("only thinking", "<think>{\"score\":0.7}</think>"),
                Arguments.of("thinking that never ends", "<think>{\"score\":0.7}"),
                Arguments.of("array", "[0.7]"),
                Arguments.of("HTML", "<html><body>502 Bad Gateway</body></html>"),
                Arguments.of("a deep nest", "{\"a\":".repeat(5000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void unreadable(String name, String answer) {
        assertThat(Verdict.read(answer)).isEmpty();
    }

    /** However an answer is cut or broken: no failure, and a cut answer never gives another score than the whole. */
    @Test
    void aCutAnswerGivesTheSameScoreOrNone() {
        Random random = new Random(5);
        int given = 0;
        for (int round = 0; round < 3000; round++) {
            double score = random.nextInt(1001) / 1000.0;
            String reasoning = "r" + "{}[]\"\\,: x".repeat(random.nextInt(3));
            String quoted = reasoning.replace("\\", "\\\\").replace("\"", "\\\"");
            String answer = random.nextBoolean()
                    ? "{\"reasoning\":\"" + quoted + "\",\"score\":" + score + "}"
                    : "```json\n{ \"score\" : " + score + " , \"reasoning\" : \"" + quoted + "\" }\n```";
            assertThat(Verdict.read(answer)).contains(new Verdict(score, reasoning));
            Optional<Verdict> cut = Verdict.read(answer.substring(0, random.nextInt(answer.length())));
            if (cut.isPresent()) {
                given++;
                assertThat(cut.get().value().number()).isEqualTo(score);
            }
            StringBuilder broken = new StringBuilder(answer);
            broken.setCharAt(random.nextInt(answer.length()), "{}[]\",:\\0 x".charAt(random.nextInt(11)));
            Verdict.read(broken.toString()).ifPresent(v -> assertThat(v.value().number()).isBetween(0.0, 1.0));
        }
        assertThat(given).isGreaterThan(100);
    }
}
