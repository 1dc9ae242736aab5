package dev.sightline.ingestion.otlp;

import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.quarkus.grpc.GrpcService;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;

/**
 * OTLP metrics are accepted and discarded, as Langfuse does: many SDKs send them to the endpoint of the traces without
 * being told to, and would complain every minute. Nothing is read, so nothing is asked for, no key either. Logs are
 * refused, as OTLP's paths and methods that nobody serves: they may hold what somebody counts on to be stored.
 */
@GrpcService
@Path("/")
public class MetricExport extends MetricsServiceGrpc.MetricsServiceImplBase {
    @Override
    public void export(ExportMetricsServiceRequest request, StreamObserver<ExportMetricsServiceResponse> observer) {
        observer.onNext(ExportMetricsServiceResponse.getDefaultInstance());
        observer.onCompleted();
    }

    /** An empty ExportMetricsServiceResponse in the encoding of the request. */
    @POST
    @Path("/{path:v1/metrics|api/public/otel/v1/metrics}")
    public Response exportMetrics(@HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType) {
        boolean json = TraceExportHttp.isJson(contentType);
        return Response.ok(json ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0])
                .type(json ? "application/json" : "application/x-protobuf").build();
    }
}
