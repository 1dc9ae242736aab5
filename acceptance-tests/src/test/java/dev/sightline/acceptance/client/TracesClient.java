package dev.sightline.acceptance.client;

import dev.sightline.acceptance.stack.Stack;
import dev.sightline.proto.query.v1.TracesGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Reads over gRPC: {@code sightline.query.v1.Traces}, with one Authorization. */
public final class TracesClient implements AutoCloseable {
    private static final int MESSAGE_BYTES_MAX = 128 << 20;

    private final ManagedChannel channel;
    private final TracesGrpc.TracesBlockingStub stub;

    public TracesClient(Stack stack, String authorization) {
        channel = ManagedChannelBuilder.forTarget(stack.file().text("query_grpc")).usePlaintext()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX).build();
        Metadata headers = new Metadata();
        if (authorization != null) {
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        }
        stub = TracesGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    public TracesGrpc.TracesBlockingStub stub() {
        return stub.withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    /** The status that the call fails with. */
    public Status failure(Function<TracesGrpc.TracesBlockingStub, ?> call) {
        try {
            throw new AssertionError("did not fail but answered " + call.apply(stub()));
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
