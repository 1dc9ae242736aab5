package dev.sightline.base.error;

import io.grpc.StatusRuntimeException;
import java.time.Duration;

/**
 * An answer that is an error, thrown where it is decided and turned into the protocol's own form at the edge:
 * problem+json by {@link ProblemMapper}, a gRPC status by {@link #toGrpc()}. The message is shown to the caller:
 * it names what is wrong and how to mend it, and never carries content of prompts, answers or secrets.
 */
public final class ServiceException extends RuntimeException {
    private final ErrorCode code;
    private final String field;
    private final Duration retryAfter;
    private final TextRange range;

    private ServiceException(ErrorCode code, String field, TextRange range, String message, Duration retryAfter,
            Throwable cause) {
        super(message, cause);
        this.code = code;
        this.field = field;
        this.range = range;
        this.retryAfter = retryAfter;
    }

    public static ServiceException of(ErrorCode code, String message) {
        return new ServiceException(code, null, null, message, null, null);
    }

    public static ServiceException of(ErrorCode code, String message, Throwable cause) {
        return new ServiceException(code, null, null, message, null, cause);
    }

    /** The caller sent something wrong in {@code field} (a parameter, header or body path). */
    public static ServiceException invalid(String field, String message) {
        return new ServiceException(ErrorCode.INVALID_ARGUMENT, field, null, message, null, null);
    }

    /** The same where the field is a text of some language and the error stands at one place of it. */
    public static ServiceException invalid(String field, String message, TextRange range) {
        return new ServiceException(ErrorCode.INVALID_ARGUMENT, field, range, message, null, null);
    }

    /** The caller sends more than it may; the same request can pass after {@code retryAfter}. */
    public static ServiceException tooManyRequests(String message, Duration retryAfter) {
        return new ServiceException(ErrorCode.TOO_MANY_REQUESTS, null, null, message, retryAfter, null);
    }

    /** This process has as much to do as it may; the same request can pass after {@code retryAfter}. */
    public static ServiceException overloaded(String message, Duration retryAfter) {
        return new ServiceException(ErrorCode.OVERLOADED, null, null, message, retryAfter, null);
    }

    public ErrorCode code() {
        return code;
    }

    /** The parameter, header or body path that is wrong, or null where the error is not about one. */
    public String field() {
        return field;
    }

    /** Where in the field the error stands, or null where that is not known. */
    public TextRange range() {
        return range;
    }

    /** When the caller may try again (Retry-After, RetryInfo), or null where that is not known. */
    public Duration retryAfter() {
        return retryAfter;
    }

    public StatusRuntimeException toGrpc() {
        String place = range == null ? "" : " (at character " + (range.position() + 1) + ")";
        String description = (field == null ? getMessage() : field + ": " + getMessage()) + place;
        return code.grpcCode().toStatus().withDescription(description).withCause(getCause()).asRuntimeException();
    }
}
