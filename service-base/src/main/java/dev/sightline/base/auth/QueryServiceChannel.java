package dev.sightline.base.auth;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.function.Function;

/** The one connection of a process to query-service's gRPC port, and the proof that a service calls. Thread-safe. */
@Singleton
public final class QueryServiceChannel {
    private final ManagedChannel channel;
    private final ServiceToken token;

    /** Where query-service answers gRPC. */
    @ConfigMapping(prefix = "sightline.query.grpc")
    public interface Config {
        @WithDefault("localhost")
        String host();

        @WithDefault("9000")
        int port();
    }

    public QueryServiceChannel(Config config, ServiceToken token) {
        this.channel = ManagedChannelBuilder.forAddress(config.host(), config.port()).usePlaintext().build();
        this.token = token;
    }

    /** A stub whose calls carry the service token, made by its class's factory method. */
    public <S extends AbstractStub<S>> S stub(Function<ManagedChannel, S> factory) {
        return factory.apply(channel).withCallCredentials(token.credentials());
    }

    @PreDestroy
    void close() {
        channel.shutdownNow();
    }
}
