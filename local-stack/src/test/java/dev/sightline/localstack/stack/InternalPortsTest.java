package dev.sightline.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.localstack.stack.InternalPorts.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InternalPortsTest {
    private static final PublicPorts PUBLIC = new PublicPorts(3000, 4317, 4318);

    @TempDir
    private Path folder;

    @Test
    void keepsThePortsOfAFolder() throws IOException {
        InternalPorts first = InternalPorts.pick(folder.resolve("ports"), PUBLIC);
        InternalPorts second = InternalPorts.pick(folder.resolve("ports"), PUBLIC);

        for (Listener listener : Listener.values()) {
            assertThat(second.of(listener)).isEqualTo(first.of(listener)).isBetween(20_000, 30_000);
        }
        assertThat(Arrays.stream(Listener.values()).map(first::of)).doesNotHaveDuplicates();
    }

    @Test
    void picksATakenOneAnewAndLeavesTheOthers() throws IOException {
        InternalPorts first = InternalPorts.pick(folder.resolve("ports"), PUBLIC);
        try (ServerSocket taken =
                new ServerSocket(first.of(Listener.KAFKA), 1, InetAddress.getLoopbackAddress())) {
            InternalPorts second = InternalPorts.pick(folder.resolve("ports"), PUBLIC);

            assertThat(second.of(Listener.KAFKA)).isNotEqualTo(taken.getLocalPort());
            assertThat(second.of(Listener.POSTGRES)).isEqualTo(first.of(Listener.POSTGRES));
        }
    }

    @Test
    void neverTakesAPublicPort() throws IOException {
        InternalPorts first = InternalPorts.pick(folder.resolve("ports"), PUBLIC);
        PublicPorts same = new PublicPorts(first.of(Listener.QUERY_HTTP), 4317, 4318);

        assertThat(InternalPorts.pick(folder.resolve("ports"), same).of(Listener.QUERY_HTTP)).isNotEqualTo(same.http());
    }
}
