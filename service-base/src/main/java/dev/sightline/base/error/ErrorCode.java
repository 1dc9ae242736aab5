package dev.sightline.base.error;

import io.grpc.Status;

/**
 * Everything a Sightline service can answer instead of a result, with the HTTP status and the gRPC status it maps to.
 * Callers may retry {@link Type#RESOURCES} and {@link Type#EXTERNAL}; retrying the others gives the same answer.
 */
public enum ErrorCode {
    INVALID_ARGUMENT(Type.USER, 400, Status.Code.INVALID_ARGUMENT, "Invalid request"),
    UNAUTHENTICATED(Type.USER, 401, Status.Code.UNAUTHENTICATED, "Not authenticated"),
    PERMISSION_DENIED(Type.USER, 403, Status.Code.PERMISSION_DENIED, "Not allowed"),
    NOT_FOUND(Type.USER, 404, Status.Code.NOT_FOUND, "Not found"),
    METHOD_NOT_ALLOWED(Type.USER, 405, Status.Code.UNIMPLEMENTED, "Method not allowed"),
    CONFLICT(Type.USER, 409, Status.Code.ABORTED, "Changed by somebody else"),
    PAYLOAD_TOO_LARGE(Type.USER, 413, Status.Code.RESOURCE_EXHAUSTED, "Payload too large"),
    UNSUPPORTED_MEDIA_TYPE(Type.USER, 415, Status.Code.INVALID_ARGUMENT, "Unsupported media type"),
    TOO_MANY_REQUESTS(Type.RESOURCES, 429, Status.Code.RESOURCE_EXHAUSTED, "Too many requests"),
    OVERLOADED(Type.RESOURCES, 503, Status.Code.UNAVAILABLE, "Overloaded, try again"),
    DEPENDENCY_UNAVAILABLE(Type.EXTERNAL, 503, Status.Code.UNAVAILABLE, "A system we depend on is away, try again"),
    TIMED_OUT(Type.EXTERNAL, 504, Status.Code.DEADLINE_EXCEEDED, "Took too long"),
    INTERNAL(Type.INTERNAL, 500, Status.Code.INTERNAL, "Internal error");

    /** Who has to act: the caller, the operator (capacity), an outside system, or us. */
    public enum Type { USER, RESOURCES, EXTERNAL, INTERNAL }

    private final Type type;
    private final int httpStatus;
    private final Status.Code grpcCode;
    private final String title;

    ErrorCode(Type type, int httpStatus, Status.Code grpcCode, String title) {
        this.type = type;
        this.httpStatus = httpStatus;
        this.grpcCode = grpcCode;
        this.title = title;
    }

    public Type type() {
        return type;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public Status.Code grpcCode() {
        return grpcCode;
    }

    public String title() {
        return title;
    }
}
