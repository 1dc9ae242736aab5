package dev.sightline.query.auth;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses a request that changes something and is authenticated by the cookie alone, unless it carries the header
 * {@value #HEADER}: another site's page can make a browser send the cookie (SameSite=Strict already forbids it), but
 * not a header of its own.
 */
public final class CsrfGuard {
    static final String HEADER = "X-Sightline-CSRF";
    private static final Set<String> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    @ServerRequestFilter
    public void check(ContainerRequestContext request) {
        boolean byCookie = request.getCookies().containsKey(SessionCookie.NAME)
                && request.getHeaderString(HttpHeaders.AUTHORIZATION) == null;
        if (byCookie && !SAFE.contains(request.getMethod()) && !"1".equals(request.getHeaderString(HEADER))) {
            throw ServiceException.of(ErrorCode.PERMISSION_DENIED,
                    "the header " + HEADER + ": 1 is missing; calls by session cookie that change something need it");
        }
    }
}
