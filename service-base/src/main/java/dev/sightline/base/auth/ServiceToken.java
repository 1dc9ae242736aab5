package dev.sightline.base.auth;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.Executor;

/**
 * Proves between Sightline's services that a gRPC call comes from one of them: the caller attaches
 * {@link #credentials()}, the callee asks {@link #isCarriedBy(Metadata)}, which compares in constant time.
 * Thread-safe. Start-up fails when the token is missing or shorter than {@value #LENGTH_MIN} characters.
 */
@Singleton
public final class ServiceToken {
    public static final int LENGTH_MIN = 32;
    public static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final String header;

    public ServiceToken(ServiceTokenConfig config) {
        if (config.internalToken().length() < LENGTH_MIN) {
            throw new IllegalArgumentException("SIGHTLINE_INTERNAL_TOKEN is shorter than " + LENGTH_MIN
                    + " characters; set the same long random value for every service");
        }
        this.header = "Bearer " + config.internalToken();
    }

    public boolean isCarriedBy(Metadata headers) {
        String given = headers.get(AUTHORIZATION);
        return given != null && MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8), header.getBytes(StandardCharsets.UTF_8));
    }

    public CallCredentials credentials() {
        return new CallCredentials() {
            @Override
            public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
                Metadata headers = new Metadata();
                headers.put(AUTHORIZATION, header);
                applier.apply(headers);
            }
        };
    }
}
