package dev.sightline.query.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.Problem;
import dev.sightline.base.error.ServiceException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Makes problem+json of what the framework refuses before our code runs (a path, method or media type nobody serves, a
 * body that cannot be read) and of faults that nobody expected.
 */
public final class FrameworkErrors {
    private static final Logger LOG = Logger.getLogger(FrameworkErrors.class);

    @ServerExceptionMapper
    public Response map(WebApplicationException e) {
        Response given = e.getResponse();
        if (given.hasEntity()) {
            return given;
        }
        if (e.getCause() instanceof JsonProcessingException json) {
            return unreadable(json);
        }
        ErrorCode code = Arrays.stream(ErrorCode.values()).filter(known -> known.httpStatus() == given.getStatus())
                .findFirst().orElse(given.getStatus() < 500 ? ErrorCode.INVALID_ARGUMENT : ErrorCode.INTERNAL);
        if (code.type() == ErrorCode.Type.INTERNAL) {
            LOG.error("request failed", e);
        }
        Problem known = Problem.of(ServiceException.of(code, detail(code)));
        return new Problem(known.type(), known.title(), given.getStatus(), known.detail(), null, null, null).toResponse();
    }

    @ServerExceptionMapper
    public Response map(MismatchedInputException e) {
        return unreadable(e);
    }

    @ServerExceptionMapper
    public Response map(RuntimeException e) {
        LOG.error("request failed", e);
        return Problem.of(ServiceException.of(ErrorCode.INTERNAL, "query-service failed; see its log")).toResponse();
    }

    /** The parser's own message may quote the body, so only the place is told. */
    private static Response unreadable(JsonProcessingException e) {
        String path = e instanceof JsonMappingException mapping ? mapping.getPath().stream()
                .map(step -> step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
                .collect(Collectors.joining(".")) : "";
        return Problem.of(path.isEmpty()
                ? ServiceException.invalid("body", "is not the JSON that is expected here")
                : ServiceException.invalid(path, "is not of the type that is expected here")).toResponse();
    }

    private static String detail(ErrorCode code) {
        return switch (code) {
            case NOT_FOUND -> "nothing is served under this path";
            case METHOD_NOT_ALLOWED -> "this path does not know the method";
            case UNSUPPORTED_MEDIA_TYPE -> "send application/json";
            case PAYLOAD_TOO_LARGE -> "the body is too large";
            case INVALID_ARGUMENT -> "the request cannot be understood";
            case UNAUTHENTICATED, PERMISSION_DENIED, CONFLICT, TOO_MANY_REQUESTS, OVERLOADED, DEPENDENCY_UNAVAILABLE,
                    TIMED_OUT, INTERNAL -> code.title();
        };
    }
}
