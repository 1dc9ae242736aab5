package dev.sightline.evaluator.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.trace.TraceKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ScoreIdTest {
    private static final ByteString TRACE = ByteString.copyFromUtf8("0123456789abcdef");

    @Test
    void isFixedForEver() {
        // Another value here means that evaluations repeated after an upgrade double their scores.
        assertThat(ScoreId.of(new TraceKey("dev", TRACE), ByteString.EMPTY, "answer-relevance", "1"))
                .isEqualTo("44e07605-998b-5149-91d6-77c5299f8f17");
        assertThat(ScoreId.hex(ScoreId.hash(16, "run", "a"))).isEqualTo("f9651e95b1f0ac7c50b51477b9d58303");
    }

    @Test
    void isAVersion5UuidThatDiffersInEveryPart() {
        Set<String> ids = new HashSet<>();
        for (String project : List.of("a", "ab")) {
            for (String span : List.of("", "12345678")) {
                for (String evaluator : List.of("b", "bc")) {
                    for (String version : List.of("1", "c1")) {
                        String id = ScoreId.of(new TraceKey(project, TRACE), ByteString.copyFromUtf8(span), evaluator,
                                version);
                        assertThat(UUID.fromString(id).version()).isEqualTo(5);
                        assertThat(UUID.fromString(id).variant()).isEqualTo(2);
                        ids.add(id);
                    }
                }
            }
        }
        assertThat(ids).hasSize(16);
    }
}
