package dev.sightline.query.langfuse;

import dev.sightline.base.error.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Under {@code /api/public} errors look as Langfuse's SDKs expect them; everywhere else they are problem+json. */
public final class LangfuseErrors {
    /** Langfuse's error body. */
    record LangfuseError(String message, String error) {
    }

    @ServerResponseFilter
    public void rewrite(ContainerRequestContext request, ContainerResponseContext response) {
        boolean langfuse = request.getUriInfo().getPath().startsWith("/api/public");
        if (langfuse && response.getEntity() instanceof Problem problem) {
            String detail = problem.field() == null ? problem.detail() : problem.field() + " " + problem.detail();
            // Langfuse answers 422 where its database gave up.
            boolean timedOut = problem.status() == 504;
            response.setEntity(new LangfuseError(detail, timedOut ? "Request timed out" : problem.title()), null,
                    MediaType.APPLICATION_JSON_TYPE);
            if (timedOut) {
                response.setStatus(422);
            }
        }
    }
}
