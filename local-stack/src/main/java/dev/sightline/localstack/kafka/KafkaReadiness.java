package dev.sightline.localstack.kafka;

import dev.sightline.localstack.process.Readiness;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A broker is ready when it answers an ApiVersions request (Kafka protocol, key 18): it listens long before it serves.
 *
 * @param port where it listens on the loopback address
 */
public record KafkaReadiness(int port) implements Readiness {
    private static final short API_VERSIONS = 18;
    private static final int CORRELATION_ID = 1;
    private static final int REQUEST_BYTES = 10;

    @Override
    public boolean ready() {
        try (Socket socket = new Socket()) {
            int withinMillis = (int) ANSWER_WITHIN.toMillis();
            socket.connect(new InetSocketAddress("127.0.0.1", port), withinMillis);
            socket.setSoTimeout(withinMillis);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(REQUEST_BYTES);
            out.writeShort(API_VERSIONS);
            out.writeShort(0);
            out.writeInt(CORRELATION_ID);
            out.writeShort(-1);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return in.readInt() > 0 && in.readInt() == CORRELATION_ID && in.readShort() == 0;
        } catch (IOException notYet) {
            return false;
        }
    }
}
