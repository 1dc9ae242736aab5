package dev.sightline.base.error;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every {@link ServiceException} that leaves a REST resource into problem+json; logs only what we must mend. */
public final class ProblemMapper {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    @ServerExceptionMapper
    public Response map(ServiceException e) {
        switch (e.code().type()) {
            case INTERNAL -> LOG.error("request failed", e);
            case EXTERNAL, RESOURCES -> LOG.warnf("request refused: %s %s", e.code(), e.getMessage());
            case USER -> LOG.debugf("request refused: %s %s", e.code(), e.getMessage());
        }
        Response problem = Problem.of(e).toResponse();
        return e.retryAfter() == null ? problem : Response.fromResponse(problem)
                .header(HttpHeaders.RETRY_AFTER, Math.max(1, e.retryAfter().toSeconds())).build();
    }
}
