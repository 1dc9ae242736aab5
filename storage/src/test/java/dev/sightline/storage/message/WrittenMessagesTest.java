package dev.sightline.storage.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WrittenMessagesTest {
    private static ByteString hash(long first, long second) {
        return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(first).putLong(second).flip());
    }

    private static Message message(long number) {
        return new Message(hash(number, -number), ByteString.EMPTY);
    }

    private static TraceDay trace(int number) {
        return new TraceDay("p", hash(number, 1), 20_000);
    }

    @Test
    void aSetOfHashesAnswersLikeAHashSet() {
        Random random = new Random(42);
        HashSet128 hashes = new HashSet128();
        Set<ByteString> expected = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            // Many hashes that share one half.
            ByteString hash = i % 2 == 0 ? hash(7, random.nextInt(300) + 1)
                    : hash(random.nextInt(200) + 1, random.nextInt(200) + 1);
            assertThat(hashes.add(hash)).isEqualTo(expected.add(hash));
        }
        for (int i = 1; i < 400; i++) {
            assertThat(hashes.contains(hash(i, 8))).isEqualTo(expected.contains(hash(i, 8)));
        }
    }

    @Test
    void aMessageIsKnownForItsProjectTraceAndDayOnly() {
        WrittenMessages written = new WrittenMessages(1_000_000);
        written.addAll(List.of(new MessageTable.Row(trace(1), message(5))));
        assertThat(written.contains(trace(1), message(5))).isTrue();
        assertThat(written.contains(trace(1), message(6))).isFalse();
        assertThat(written.contains(trace(2), message(5))).isFalse();
        assertThat(written.contains(new TraceDay("q", trace(1).traceId(), 20_000), message(5))).isFalse();
        assertThat(written.contains(new TraceDay("p", trace(1).traceId(), 20_001), message(5))).isFalse();
    }

    @Test
    void theTracesUnheardOfForLongestAreForgotten() {
        WrittenMessages written = new WrittenMessages(100_000);
        for (int i = 0; i < 10_000; i++) {
            written.addAll(List.of(new MessageTable.Row(trace(i), message(i))));
            written.contains(trace(0), message(0));
            assertThat(written.bytes()).isLessThanOrEqualTo(100_000);
        }
        assertThat(written.contains(trace(0), message(0))).as("asked for all the time").isTrue();
        assertThat(written.contains(trace(9_999), message(9_999))).isTrue();
        assertThat(written.contains(trace(1), message(1))).isFalse();
    }
}
