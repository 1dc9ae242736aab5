package dev.sightline.acceptance.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** OTLP over gRPC with a marshaller of plain bytes. Thread-safe. */
public final class OtlpGrpcClient implements OtlpClient {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final MethodDescriptor<byte[], ExportTraceServiceResponse> EXPORT =
            TraceServiceGrpc.getExportMethod().toBuilder(new Bytes(),
                    TraceServiceGrpc.getExportMethod().getResponseMarshaller()).build();

    private final ManagedChannel channel;
    private final Duration deadline;

    /** @param deadline of one call; reaching it is a retryable answer */
    public OtlpGrpcClient(String target, Duration deadline) {
        this.channel = ManagedChannelBuilder.forTarget(target).usePlaintext().build();
        this.deadline = deadline;
    }

    @Override
    public OtlpAnswer send(byte[] protobuf, String authorization, boolean gzip) {
        Metadata headers = new Metadata();
        if (authorization != null) {
            headers.put(AUTHORIZATION, authorization);
        }
        Channel authorized = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
        try {
            ExportTraceServiceResponse response = ClientCalls.blockingUnaryCall(
                    authorized, EXPORT, gzip ? options.withCompression("gzip") : options, protobuf);
            return new OtlpAnswer.Accepted(response.getPartialSuccess().getRejectedSpans(),
                    response.getPartialSuccess().getErrorMessage());
        } catch (StatusRuntimeException e) {
            Optional<Duration> retryAfter = retryAfter(e);
            return new OtlpAnswer.Refused(kind(e.getStatus(), retryAfter), e.getStatus().getCode().name(),
                    String.valueOf(e.getStatus().getDescription()), retryAfter);
        }
    }

    private static OtlpAnswer.Kind kind(Status status, Optional<Duration> retryAfter) {
        // Said by our own channel: nothing was answered. In a race with the end of the server gRPC calls that UNKNOWN.
        if (status.getCause() instanceof IOException) {
            return OtlpAnswer.Kind.RETRYABLE;
        }
        return switch (status.getCode()) {
            case INVALID_ARGUMENT -> OtlpAnswer.Kind.INVALID;
            case UNAUTHENTICATED -> OtlpAnswer.Kind.UNAUTHENTICATED;
            case RESOURCE_EXHAUSTED -> retryAfter.isPresent()
                    ? OtlpAnswer.Kind.RETRYABLE : OtlpAnswer.Kind.TOO_LARGE;
            case CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS ->
                    OtlpAnswer.Kind.RETRYABLE;
            case OK, UNKNOWN, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED,
                    INTERNAL -> OtlpAnswer.Kind.OTHER;
        };
    }

    private static Optional<Duration> retryAfter(StatusRuntimeException e) {
        com.google.rpc.Status status = StatusProto.fromThrowable(e);
        for (Any detail : status.getDetailsList()) {
            if (detail.is(RetryInfo.class)) {
                try {
                    var delay = detail.unpack(RetryInfo.class).getRetryDelay();
                    return Optional.of(Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
                } catch (InvalidProtocolBufferException broken) {
                    throw new AssertionError("RetryInfo can't be read", broken);
                }
            }
        }
        return Optional.empty();
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

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
