package dev.sightline.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.localstack.process.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PublicPortsTest {
    @Test
    void namesABusyPortAndTheOptionThatChangesIt() throws IOException {
        try (ServerSocket http = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket everywhere = new ServerSocket(0)) {
            assertThatThrownBy(() -> new PublicPorts(http.getLocalPort(), free(), free()).check())
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("port " + http.getLocalPort() + " is in use")
                    .hasMessageContaining("--http-port");
            assertThatThrownBy(() -> new PublicPorts(free(), everywhere.getLocalPort(), free()).check())
                    .hasMessageContaining("port " + everywhere.getLocalPort() + " is in use")
                    .hasMessageContaining("--otlp-grpc-port");
            assertThatThrownBy(() -> new PublicPorts(free(), free(), http.getLocalPort()).check())
                    .hasMessageContaining("--otlp-http-port");
        }
    }

    @Test
    void letsFreePortsPass() throws IOException, StartFailure {
        new PublicPorts(free(), free(), free()).check();
    }

    @Test
    void refusesAPortTwiceAndAPortThatCannotBe() throws IOException {
        int port = free();

        assertThatThrownBy(() -> new PublicPorts(port, free(), port).check())
                .hasMessageContaining("--http-port").hasMessageContaining("--otlp-http-port");
        assertThatThrownBy(() -> new PublicPorts(port, 70_000, free()).check())
                .hasMessageContaining("--otlp-grpc-port").hasMessageContaining("65535");
    }

    @Test
    void seesAPortFreeAgain() throws IOException {
        ServerSocket socket = new ServerSocket(0);
        int port = socket.getLocalPort();
        assertThat(PublicPorts.isFree(port)).isFalse();
        socket.close();
        assertThat(PublicPorts.isFree(port)).isTrue();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
