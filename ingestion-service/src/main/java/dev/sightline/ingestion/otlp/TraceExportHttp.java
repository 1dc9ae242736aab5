package dev.sightline.ingestion.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.ingest.IngestSource;
import dev.sightline.ingestion.RequestBody;
import dev.sightline.ingestion.publish.PublishConfig;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jboss.logging.Logger;

/**
 * OTLP over HTTP, at OTLP's own path and at the one Langfuse's clients use: protobuf or JSON, gzip or not, bounded before and after decompression. Answers come in the content
 * type of the request; errors are a google.rpc.Status with the HTTP status and Retry-After of the OTLP specification.
 */
@Path("/")
public class TraceExportHttp {
    private static final Logger LOG = Logger.getLogger(TraceExportHttp.class);
    private static final JsonFormat.Printer JSON = JsonFormat.printer().omittingInsignificantWhitespace()
            .usingTypeRegistry(TypeRegistry.newBuilder()
                    .add(RetryInfo.getDescriptor()).add(BadRequest.getDescriptor()).build());

    private enum Encoding {
        PROTOBUF("application/x-protobuf"), JSON("application/json");

        private final String mediaType;

        Encoding(String mediaType) {
            this.mediaType = mediaType;
        }
    }

    private final TraceExport export;
    private final OtlpConfig config;
    private final PublishConfig publishConfig;
    private final OtlpJson otlpJson;

    public TraceExportHttp(TraceExport export, OtlpConfig config, PublishConfig publishConfig) {
        this.export = export;
        this.config = config;
        this.publishConfig = publishConfig;
        this.otlpJson = new OtlpJson(config.requestBytesMax());
    }

    @POST
    @Path("/{path:v1/traces|api/public/otel/v1/traces}")
    @RunOnVirtualThread
    public Response exportTraces(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
                                 @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType,
                                 @HeaderParam(HttpHeaders.CONTENT_ENCODING) String contentEncoding,
                                 InputStream body) {
        Encoding encoding = isJson(contentType) ? Encoding.JSON : Encoding.PROTOBUF;
        try {
            byte[] bytes = read(authorization, contentType, contentEncoding, body);
            ExportTraceServiceResponse response = export.export(authorization, IngestSource.OTLP_HTTP, bytes.length,
                    () -> encoding == Encoding.JSON ? otlpJson.decode(bytes) : OtlpProtobuf.decode(bytes));
            return answer(200, response, encoding).build();
        } catch (ServiceException e) {
            return failure(e, encoding);
        } catch (RuntimeException e) {
            LOG.error("export failed", e);
            return failure(ServiceException.of(ErrorCode.INTERNAL, "the spans could not be stored"), encoding);
        }
    }

    static boolean isJson(String contentType) {
        return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("application/json");
    }

    private static void requireKnown(String contentType) {
        if (!isJson(contentType) && (contentType == null
                || !contentType.toLowerCase(Locale.ROOT).startsWith("application/x-protobuf"))) {
            throw ServiceException.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type must be application/x-protobuf or application/json");
        }
    }

    private byte[] read(String authorization, String contentType, String contentEncoding, InputStream body) {
        try {
            requireKnown(contentType);
            return RequestBody.read(body, contentEncoding, config.requestBytesMax());
        } catch (ServiceException e) {
            export.countRefused(authorization, IngestSource.OTLP_HTTP, e);
            throw e;
        }
    }

    private Response failure(ServiceException e, Encoding encoding) {
        Response.ResponseBuilder response =
                answer(e.code().httpStatus(), OtlpFailure.of(e, publishConfig.retryAfter()), encoding);
        if (OtlpFailure.isRetryable(e)) {
            Duration retryAfter = OtlpFailure.retryAfter(e, publishConfig.retryAfter());
            response.header(HttpHeaders.RETRY_AFTER, Math.max(1, retryAfter.plusMillis(999).toSeconds()));
        }
        return response.build();
    }

    private static Response.ResponseBuilder answer(int status, Message message, Encoding encoding) {
        return Response.status(status).type(encoding.mediaType).entity(switch (encoding) {
            case PROTOBUF -> message.toByteArray();
            case JSON -> json(message).getBytes(StandardCharsets.UTF_8);
        });
    }

    private static String json(Message message) {
        try {
            return JSON.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
