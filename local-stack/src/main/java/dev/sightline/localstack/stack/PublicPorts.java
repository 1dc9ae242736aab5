package dev.sightline.localstack.stack;

import dev.sightline.localstack.process.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ports that applications and browsers know, each with the option that changes it.
 *
 * @param http UI and every HTTP API
 * @param otlpGrpc OTLP over gRPC
 * @param otlpHttp OTLP over HTTP
 */
public record PublicPorts(int http, int otlpGrpc, int otlpHttp) {
    public static final int HTTP = 3000;
    public static final int OTLP_GRPC = 4317;
    public static final int OTLP_HTTP = 4318;
    private static final Duration CONNECT_WITHIN = Duration.ofMillis(500);

    /** Refuses ports that are impossible, given twice or in use, and names the option for each. */
    public void check() throws StartFailure {
        Map<Integer, String> options = new LinkedHashMap<>();
        add(options, http, "--http-port");
        add(options, otlpGrpc, "--otlp-grpc-port");
        add(options, otlpHttp, "--otlp-http-port");
        List<String> busy = options.entrySet().stream().filter(port -> !isFree(port.getKey()))
                .map(port -> "port " + port.getKey() + " is in use by another program; stop that, or choose another "
                        + "port with " + port.getValue())
                .toList();
        if (!busy.isEmpty()) {
            throw new StartFailure(String.join("\n", busy));
        }
    }

    private static void add(Map<Integer, String> options, int port, String option) throws StartFailure {
        if (port < 1 || port > 65_535) {
            throw new StartFailure(option + " must be from 1 to 65535, not " + port);
        }
        String other = options.put(port, option);
        if (other != null) {
            throw new StartFailure(
                    other + " and " + option + " are both " + port + "; give each a port of its own");
        }
    }

    /** Whether a server could listen there on the loopback address. */
    static boolean isFree(int port) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Socket socket = new Socket()) {
            // A server on all addresses answers here too, and some systems let us bind beside it.
            socket.connect(new InetSocketAddress(loopback, port), (int) CONNECT_WITHIN.toMillis());
            return false;
        } catch (IOException nobodyAnswers) {
            // Someone may still hold the port, see below.
        }
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(loopback, port));
            return true;
        } catch (IOException held) {
            return false;
        }
    }
}
