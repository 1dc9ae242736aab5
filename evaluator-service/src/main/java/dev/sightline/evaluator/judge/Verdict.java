package dev.sightline.evaluator.judge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.evaluator.trace.Messages;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A judge's answer, read tolerantly: think blocks, code fences and talk around the JSON object are passed over, loose
 * JSON (single quotes, comments, trailing commas, bare names) is understood, and of a cut object what is complete
 * counts. Tolerance ends at the value, which must be of the {@link ScoreShape} that was asked for.
 * Of several objects the last with a score counts, since models correct themselves.
 */
public record Verdict(ScoreValue value, String reasoning) {
    private static final List<String> SCORE_KEYS = List.of("score", "rating", "value", "helpfulness", "grade",
            "verdict", "category", "label");
    private static final List<String> REASON_KEYS =
            List.of("reasoning", "reason", "explanation", "rationale", "justification", "comment");
    private static final int OBJECTS_MAX = 200;
    private static final JsonFactory LOOSE = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(JudgeHttp.BODY_BYTES_MAX).build())
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA).enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS).build();

    /** Reasoning is made from user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "Verdict[type=" + value.type() + "]";
    }

    /** A number from 0 to 1. */
    Verdict(double score, String reasoning) {
        this(ScoreValue.numeric(score), reasoning);
    }

    /** Empty when no object of the text holds a number from 0 to 1. */
    static Optional<Verdict> read(String answer) {
        return read(answer, ScoreShape.UNIT);
    }

    /** Empty when no object of the text holds a usable score. */
    public static Optional<Verdict> read(String answer, ScoreShape shape) {
        String text = Messages.withoutThinking(answer);
        Optional<Verdict> last = Optional.empty();
        int start = text.indexOf('{');
        for (int i = 0; i < OBJECTS_MAX && start >= 0; i++) {
            Parsed parsed = object(text.substring(start), shape);
            last = parsed.verdict.isPresent() ? parsed.verdict : last;
            if (parsed.length == 0 && parsed.verdict.isPresent()) {
                return last;
            }
            start = text.indexOf('{', start + Math.max(1, parsed.length));
        }
        return last;
    }

    /** What an object says, and its length in characters; 0 where it does not end. */
    private record Parsed(Optional<Verdict> verdict, int length) {
    }

    private static Parsed object(String json, ScoreShape shape) {
        Optional<ScoreValue> score = Optional.empty();
        String reasoning = "";
        int length = 0;
        try (JsonParser parser = LOOSE.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName().toLowerCase(Locale.ROOT);
                JsonToken token = parser.nextToken();
                if (token == null) {
                    break;
                }
                if (SCORE_KEYS.contains(key) && token.isScalarValue()) {
                    Optional<ScoreValue> value = shape.read(parser.getText());
                    score = value.isPresent() && isWhole(json, parser) ? value : score;
                } else if (REASON_KEYS.contains(key) && token.isScalarValue()) {
                    reasoning = parser.getText().strip();
                } else {
                    parser.skipChildren();
                }
            }
            length = parser.currentToken() == JsonToken.END_OBJECT
                    ? (int) parser.currentLocation().getCharOffset() : 0;
        } catch (IOException e) {
            // Cut or not JSON at all: what was complete before counts.
        }
        String reason = reasoning;
        return new Parsed(score.map(value -> new Verdict(value, reason)), length);
    }

    // "score": 0.7 at the very end of a cut text may have been 0.75.
    private static boolean isWhole(String json, JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING
                || parser.currentLocation().getCharOffset() < json.stripTrailing().length();
    }
}
