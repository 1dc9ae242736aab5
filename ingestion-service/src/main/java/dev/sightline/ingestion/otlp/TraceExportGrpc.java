package dev.sightline.ingestion.otlp;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.ingestion.publish.PublishConfig;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.quarkus.grpc.GrpcService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * OTLP over gRPC: {@code opentelemetry.proto.collector.trace.v1.TraceService/Export}. It takes the request as bytes
 * and reads them itself, since gRPC's own parser would refuse a whole request for one bad string ({@link OtlpProtobuf}).
 * Each call runs on a virtual thread of its own; {@link TraceExport} bounds them.
 */
@GrpcService
public class TraceExportGrpc implements BindableService {
    private static final Logger LOG = Logger.getLogger(TraceExportGrpc.class);
    private static final Context.Key<String> AUTHORIZATION = Context.key("authorization");
    /** Stands for a request that grew beyond the bound while it was being unpacked. */
    private static final byte[] TOO_LARGE = new byte[0];

    private final TraceExport export;
    private final PublishConfig publishConfig;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("otlp-grpc-", 0).factory());

    public TraceExportGrpc(TraceExport export, PublishConfig publishConfig) {
        this.export = export;
        this.publishConfig = publishConfig;
    }

    @Override
    public ServerServiceDefinition bindService() {
        MethodDescriptor<ExportTraceServiceRequest, ExportTraceServiceResponse> standard =
                TraceServiceGrpc.getExportMethod();
        MethodDescriptor<byte[], ExportTraceServiceResponse> raw =
                standard.toBuilder(new BytesMarshaller(), standard.getResponseMarshaller()).build();
        ServerServiceDefinition service = ServerServiceDefinition.builder(TraceServiceGrpc.SERVICE_NAME)
                .addMethod(raw, ServerCalls.asyncUnaryCall(this::onExport)).build();
        return ServerInterceptors.intercept(service, new AuthorizationInterceptor());
    }

    private void onExport(byte[] request, StreamObserver<ExportTraceServiceResponse> observer) {
        String authorization = AUTHORIZATION.get();
        threads.execute(() -> {
            try {
                requireSmall(authorization, request);
                observer.onNext(export.export(authorization, IngestSource.OTLP_GRPC, request.length,
                        () -> OtlpProtobuf.decode(request)));
                observer.onCompleted();
            } catch (ServiceException e) {
                fail(observer, e);
            } catch (RuntimeException e) {
                LOG.error("export failed", e);
                fail(observer, ServiceException.of(ErrorCode.INTERNAL, "the spans could not be stored"));
            }
        });
    }

    private void requireSmall(String authorization, byte[] request) {
        if (request == TOO_LARGE) {
            ServiceException refusal = ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE,
                    "the request is too large after decompression; send smaller batches");
            export.countRefused(authorization, IngestSource.OTLP_GRPC, refusal);
            throw refusal;
        }
    }

    private void fail(StreamObserver<ExportTraceServiceResponse> observer, ServiceException e) {
        observer.onError(StatusProto.toStatusRuntimeException(OtlpFailure.of(e, publishConfig.retryAfter())));
    }

    private static final class AuthorizationInterceptor implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            Context context = Context.current().withValue(AUTHORIZATION, headers.get(ServiceToken.AUTHORIZATION));
            return Contexts.interceptCall(context, call, headers, next);
        }
    }

    private static final class BytesMarshaller implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                if (stream instanceof KnownLength) {
                    // Its size is known: one copy instead of two in pieces.
                    byte[] bytes = new byte[stream.available()];
                    stream.readNBytes(bytes, 0, bytes.length);
                    return bytes;
                }
                return stream.readAllBytes();
            } catch (StatusRuntimeException e) {
                // gRPC counts what it unpacks only here, where its own error would reach the client as UNKNOWN.
                if (e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                    return TOO_LARGE;
                }
                throw e;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
