package dev.sightline.ingestion.langfuse;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Answers as Langfuse's clients expect them, with the headers that browsers ask for. */
final class LangfuseAnswers {
    private static final Logger LOG = Logger.getLogger(LangfuseAnswers.class);

    /** Langfuse's error body. */
    record Failure(String message, String error) {
    }

    private final Set<String> origins;
    private final Duration retryAfter;

    LangfuseAnswers(Set<String> origins, Duration retryAfter) {
        this.origins = origins;
        this.retryAfter = retryAfter;
    }

    /**
     * What the work answers, or why it could not be done.
     *
     * @param what what could not be stored when the work fails for a reason that is nobody's business
     */
    Response answer(String origin, String what, Supplier<Response> work) {
        try {
            return work.get();
        } catch (ServiceException e) {
            return of(e, origin);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s could not be stored", what);
            return of(ServiceException.of(ErrorCode.INTERNAL, "the " + what + " could not be stored"), origin);
        }
    }

    Response of(int status, Object entity, String origin) {
        return withCors(Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(entity), origin).build();
    }

    Response of(ServiceException e, String origin) {
        String message = e.field() == null ? e.getMessage() : e.field() + ": " + e.getMessage();
        Response.ResponseBuilder response = Response.status(e.code().httpStatus())
                .type(MediaType.APPLICATION_JSON_TYPE).entity(new Failure(message, e.code().title()));
        if (e.code().type() == ErrorCode.Type.RESOURCES || e.code().type() == ErrorCode.Type.EXTERNAL) {
            Duration wait = e.retryAfter() == null ? retryAfter : e.retryAfter();
            response.header(HttpHeaders.RETRY_AFTER, Math.max(1, wait.plusMillis(999).toSeconds()));
        }
        return withCors(response, origin).build();
    }

    /** What a browser asks before it sends the request itself. The key travels in a header: no cookies are allowed. */
    Response preflight(String origin, String requestedHeaders) {
        Response.ResponseBuilder response = Response.noContent();
        if (isAllowed(origin)) {
            response.header("Access-Control-Allow-Methods", "POST, OPTIONS")
                    .header("Access-Control-Allow-Headers",
                            requestedHeaders == null ? "authorization, content-type" : requestedHeaders)
                    .header("Access-Control-Max-Age", "86400");
        }
        return withCors(response, origin).build();
    }

    private boolean isAllowed(String origin) {
        return origin != null && (origins.contains("*") || origins.contains(origin));
    }

    private Response.ResponseBuilder withCors(Response.ResponseBuilder response, String origin) {
        if (isAllowed(origin)) {
            response.header("Access-Control-Allow-Origin", origins.contains("*") ? "*" : origin);
        }
        return origins.contains("*") ? response : response.header(HttpHeaders.VARY, "Origin");
    }
}
