package dev.sightline.guard.client;

import dev.sightline.proto.guard.v1.CheckRequest;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.GuardGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Asks Sightline's guard whether a text may pass, over one gRPC connection that all threads share. A call waits no longer
 * than the timeout; when the guard is away or too slow, {@link OnFailure} decides, so that the guard's failure is never a
 * surprise of the application's. What is wrong with the request itself (key, policy, direction) is always thrown.
 * Thread-safe; close it at the end. Streams: {@link #channel()} with {@link GuardGrpc#newStub}.
 */
public final class GuardClient implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    /** What an answer is when there is none. */
    public enum OnFailure {
        /** The text passes as it is: action allow, with {@code failure} set. */
        OPEN,
        /** The text does not pass: action block, with {@code failure} set. */
        CLOSED
    }

    private final ManagedChannel channel;
    private final String authorization;
    private final Duration timeout;
    private final OnFailure onFailure;

    /**
     * @param channel to evaluator-service's gRPC port, with TLS as the application likes it; closed with this client
     * @param timeout of one check
     */
    public GuardClient(ManagedChannel channel, String publicKey, String secretKey, Duration timeout, OnFailure onFailure) {
        this.channel = channel;
        this.authorization = "Basic " + Base64.getEncoder()
                .encodeToString((publicKey + ":" + secretKey).getBytes(StandardCharsets.UTF_8));
        this.timeout = timeout;
        this.onFailure = onFailure;
    }

    /** Without TLS, as inside a cluster or on one machine. */
    public static GuardClient plaintext(String hostAndPort, String publicKey, String secretKey, Duration timeout,
            OnFailure onFailure) {
        return new GuardClient(ManagedChannelBuilder.forTarget(hostAndPort).usePlaintext().build(), publicKey, secretKey,
                timeout, onFailure);
    }

    /** A prompt, before it goes to a model. */
    public CheckResponse input(String text) {
        return check(CheckRequest.newBuilder().setDirection("input").setText(text).build(), null);
    }

    /** An answer, before it goes to a person or a tool. */
    public CheckResponse output(String text) {
        return check(CheckRequest.newBuilder().setDirection("output").setText(text).build(), null);
    }

    /**
     * Any check.
     *
     * @param traceparent W3C Trace Context of the span that the check belongs to, or null
     * @throws StatusRuntimeException INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND
     */
    public CheckResponse check(CheckRequest request, String traceparent) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, authorization);
        if (traceparent != null) {
            headers.put(TRACEPARENT, traceparent);
        }
        try {
            return GuardGrpc.newBlockingStub(channel).withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)).check(request);
        } catch (StatusRuntimeException e) {
            return switch (e.getStatus().getCode()) {
                case INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND -> throw e;
                default -> withoutAnswer(request, e.getStatus());
            };
        }
    }

    private CheckResponse withoutAnswer(CheckRequest request, Status status) {
        CheckResponse.Builder answer = CheckResponse.newBuilder().setFailure(status.getCode().name().toLowerCase(Locale.ROOT));
        return switch (onFailure) {
            case OPEN -> answer.setAction("allow").setText(request.getText()).build();
            case CLOSED -> answer.setAction("block").build();
        };
    }

    public ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdown();
    }
}
