package dev.sightline.query;

import dev.sightline.base.auth.ServiceToken;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.Executor;
import org.eclipse.microprofile.config.ConfigProvider;

/** A channel to the service under test. */
public final class GrpcClient implements AutoCloseable {
    private final ManagedChannel channel = ManagedChannelBuilder.forAddress("localhost",
            ConfigProvider.getConfig().getValue("quarkus.grpc.server.test-port", int.class)).usePlaintext().build();

    public ManagedChannel channel() {
        return channel;
    }

    public static CallCredentials basic(String publicKey, String secretKey) {
        return authorization("Basic " + Base64.getEncoder().encodeToString(
                (publicKey + ":" + secretKey).getBytes(StandardCharsets.UTF_8)));
    }

    public static CallCredentials authorization(String value) {
        return new CallCredentials() {
            @Override
            public void applyRequestMetadata(RequestInfo request, Executor executor, MetadataApplier applier) {
                Metadata headers = new Metadata();
                headers.put(ServiceToken.AUTHORIZATION, value);
                applier.apply(headers);
            }
        };
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
