package dev.sightline.evaluator.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.evaluator.testing.MovableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitTest {
    private final MovableClock clock = new MovableClock();
    private final Circuit circuit = new Circuit(3, Duration.ofSeconds(30), clock);

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(circuit.enter()).isTrue();
            circuit.failed();
        }
    }

    @Test
    void opensAfterFailuresInARowOnly() {
        fail(2);
        assertThat(circuit.enter()).isTrue();
        circuit.succeeded();
        fail(2);
        assertThat(circuit.isOpen()).isFalse();
        fail(1);
        assertThat(circuit.isOpen()).isTrue();
        assertThat(circuit.enter()).isFalse();
    }

    @Test
    void letsOneTryAfterThePauseAndClosesWhenItSucceeds() {
        fail(3);
        clock.advance(Duration.ofSeconds(29));
        assertThat(circuit.enter()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(circuit.isOpen()).isFalse();
        assertThat(circuit.enter()).isTrue();
        assertThat(circuit.enter()).as("one at a time").isFalse();
        assertThat(circuit.isOpen()).isTrue();
        circuit.succeeded();
        assertThat(circuit.enter()).isTrue();
        assertThat(circuit.enter()).isTrue();
    }

    @Test
    void opensAnewWhenTheTryFails() {
        fail(3);
        clock.advance(Duration.ofSeconds(30));
        fail(1);
        assertThat(circuit.enter()).isFalse();
        clock.advance(Duration.ofSeconds(30));
        assertThat(circuit.enter()).isTrue();
    }
}
