package dev.sightline.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

class StackEventTest {
    static StackEvent[] events() {
        return new StackEvent[] {
            new StackEvent.Begun("schema migration"), new StackEvent.Progress("engines", "12 of 178 MB"),
            new StackEvent.Done("kafka", Duration.ofMillis(1234)), new StackEvent.Ready(Duration.ofSeconds(20)),
            new StackEvent.Failed("two\nlines"), new StackEvent.Stopped("postgres", Duration.ZERO)};
    }

    @ParameterizedTest
    @MethodSource("events")
    void readsItsOwnLines(StackEvent event) {
        assertThat(event.encode()).doesNotContain("\n");
        assertThat(StackEvent.decode(event.encode())).contains(event);
    }

    @Test
    void ignoresOtherLines() {
        assertThat(StackEvent.decode("WARNING: something a library printed")).isEmpty();
        assertThat(StackEvent.decode("a\tb\tc")).isEmpty();
    }
}
