package dev.sightline.query.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Lets the web UI's own addresses work when they are opened or reloaded: a GET of a path that is neither an API's nor a
 * file of the UI gets the UI's page, which then shows what the address says. A missing asset stays missing.
 */
@Singleton
public class WebUi {
    private static final List<String> NEVER = List.of("/api", "/q", "/assets", "/v1", "/health", "/ready");
    private static final String PAGE = "/index.html";
    /** Before REST, which would answer 404. */
    private static final int FIRST = -1_000;

    void route(@Observes Router router) {
        router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).order(FIRST).handler(WebUi::page);
    }

    private static void page(RoutingContext request) {
        String path = request.normalizedPath();
        boolean ours = NEVER.stream().noneMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
        if (ours && !path.equals("/") && !isFile(path)) {
            request.reroute(request.request().method(), PAGE);
        } else {
            request.next();
        }
    }

    /** The UI's files have a name with a dot; its addresses end in ids and words. */
    private static boolean isFile(String path) {
        return path.equals(PAGE) || (path.indexOf('.', path.lastIndexOf('/')) > 0
                && Thread.currentThread().getContextClassLoader().getResource("META-INF/resources" + path) != null);
    }
}
