package dev.sightline.ingestion.otlp;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;

/**
 * A failed export as a google.rpc.Status, which is what both transports send: in gRPC's trailers, and as the body of
 * an HTTP error in the request's own content type. RetryInfo stands in it exactly when the client shall try again.
 */
final class OtlpFailure {
    private OtlpFailure() {
    }

    /** @param standard when to try again where the failure itself does not say */
    static Status of(ServiceException e, java.time.Duration standard) {
        String message = e.field() == null ? e.getMessage() : e.field() + ": " + e.getMessage();
        Status.Builder status = Status.newBuilder().setCode(e.code().grpcCode().value()).setMessage(message);
        if (isRetryable(e)) {
            java.time.Duration retryAfter = retryAfter(e, standard);
            status.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder()
                    .setSeconds(retryAfter.toSeconds()).setNanos(retryAfter.toNanosPart())).build()));
        }
        if (e.field() != null) {
            status.addDetails(Any.pack(BadRequest.newBuilder().addFieldViolations(BadRequest.FieldViolation.newBuilder()
                    .setField(e.field()).setDescription(e.getMessage())).build()));
        }
        return status.build();
    }

    static java.time.Duration retryAfter(ServiceException e, java.time.Duration standard) {
        return e.retryAfter() == null ? standard : e.retryAfter();
    }

    static boolean isRetryable(ServiceException e) {
        ErrorCode.Type type = e.code().type();
        return type == ErrorCode.Type.RESOURCES || type == ErrorCode.Type.EXTERNAL;
    }
}
