package dev.sightline.query.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.Problem;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ApiKeyLookup;
import dev.sightline.query.auth.ProjectScope;
import io.vertx.core.Context;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Lets only requests with a good API key through to the MCP server, each by itself: what a tool reads is the project of
 * the key that came with this call, whatever session it names.
 */
@Singleton
public class McpGate {
    private static final Logger LOG = Logger.getLogger(McpGate.class);
    private static final String SCOPE = McpGate.class.getName();
    /** Before the MCP server's own routes. */
    private static final int FIRST = -500;

    private final ApiKeyLookup keys;
    private final ObjectMapper json;
    private final String path;

    McpGate(ApiKeyLookup keys, ObjectMapper json,
            @ConfigProperty(name = "quarkus.mcp.server.http.root-path") String path) {
        this.keys = keys;
        this.json = json;
        this.path = path;
    }

    void route(@Observes Router router) {
        router.route(path).order(FIRST).handler(this::check);
        router.route(path + "/*").order(FIRST).handler(this::check);
    }

    /** The project that the request's key opens. */
    static ProjectScope scope(RoutingContext request) {
        return request.get(SCOPE);
    }

    /** Looking a key up may ask PostgreSQL, which an event loop must not wait for; the body waits meanwhile. */
    private void check(RoutingContext request) {
        request.request().pause();
        Context loop = request.vertx().getOrCreateContext();
        Thread.startVirtualThread(() -> {
            try {
                String authorization = request.request().getHeader("Authorization");
                if (authorization == null) {
                    throw ServiceException.of(ErrorCode.UNAUTHENTICATED,
                            "send an API key as 'Authorization: Basic base64(public:secret)'");
                }
                ProjectScope scope = keys.project(authorization);
                loop.runOnContext(go -> {
                    request.put(SCOPE, scope);
                    request.request().resume();
                    request.next();
                });
            } catch (ServiceException e) {
                loop.runOnContext(go -> refuse(request, e));
            } catch (RuntimeException e) {
                LOG.error("a call could not be checked", e);
                loop.runOnContext(go -> refuse(request, ServiceException.of(ErrorCode.INTERNAL,
                        "query-service failed; see its log")));
            }
        });
    }

    private void refuse(RoutingContext request, ServiceException why) {
        request.request().resume();
        if (why.code() == ErrorCode.UNAUTHENTICATED) {
            request.response().putHeader("WWW-Authenticate", "Basic realm=\"Sightline\"");
        }
        try {
            request.response().setStatusCode(why.code().httpStatus()).putHeader("Content-Type", Problem.MEDIA_TYPE)
                    .end(json.writeValueAsString(Problem.of(why)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem is always JSON", e);
        }
    }
}
