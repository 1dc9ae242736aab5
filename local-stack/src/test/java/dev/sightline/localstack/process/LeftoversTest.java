package dev.sightline.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.localstack.process.Leftovers.Noted;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeftoversTest {
    private Process process;

    @BeforeEach
    void start() throws Exception {
        process = new ProcessBuilder("cat").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void waitsForOneThatEndsByItself() throws Exception {
        Noted noted = new Noted("cat", process.pid(), Instant.now());
        process.getOutputStream().close();

        Leftovers.end(List.of(noted));

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void leavesAnotherProcessWithTheSameNumberAlone() throws Exception {
        Noted before = new Noted("cat", process.pid(), Instant.now().minusSeconds(3_600));

        assertThat(Leftovers.end(List.of(before, new Noted("none", 0, Instant.now())))).isEmpty();
        assertThat(process.isAlive()).isTrue();
    }
}
