package dev.sightline.query.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets the web UI's own addresses work when they are opened or reloaded: a GET of a path that is neither an API's nor a
 * file of the UI gets the UI's page, which then shows what the address says. A missing asset stays missing. Scripts and
 * styles are sent as the build has compressed them, once and better than there is time for in a request.
 */
@Singleton
public class WebUi {
    private static final List<String> NEVER = List.of("/api", "/q", "/assets", "/v1", "/health", "/ready");
    private static final String PAGE = "/index.html";
    private static final String ASSETS = "/assets/";
    private static final Map<String, String> PACKED_TYPES = Map.of("js", "text/javascript", "css", "text/css");
    /** By Content-Encoding, the smallest first: how their names end. */
    private static final List<Map.Entry<String, String>> PACKINGS = List.of(Map.entry("br", ".br"), Map.entry("gzip", ".gz"));
    /** Before REST, which would answer 404. */
    private static final int FIRST = -1_000;

    /** By name; files that the build has packed, so there are no more than it has made. */
    private final Map<String, Buffer> packed = new ConcurrentHashMap<>();

    void route(@Observes Router router) {
        router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).order(FIRST).handler(this::answer);
    }

    private void answer(RoutingContext request) {
        String path = request.normalizedPath();
        boolean ours = NEVER.stream().noneMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
        if (path.startsWith(ASSETS)) {
            asset(request, path);
        } else if (ours && !path.equals("/") && !isFile(path)) {
            request.reroute(request.request().method(), PAGE);
        } else {
            request.next();
        }
    }

    private void asset(RoutingContext context, String path) {
        HttpServerRequest request = context.request();
        String type = PACKED_TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        String accepted = Optional.ofNullable(request.getHeader(HttpHeaders.ACCEPT_ENCODING)).orElse("");
        for (Map.Entry<String, String> packing : PACKINGS) {
            if (type != null && accepts(accepted, packing.getKey())) {
                Optional<Buffer> bytes = packed(path + packing.getValue());
                if (bytes.isPresent()) {
                    context.response().putHeader(HttpHeaders.CONTENT_ENCODING, packing.getKey())
                            .putHeader(HttpHeaders.CONTENT_TYPE, type + ";charset=UTF-8")
                            .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                            .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.get().length()));
                    if (request.method() == HttpMethod.HEAD) {
                        context.response().end();
                    } else {
                        context.response().end(bytes.get());
                    }
                    return;
                }
            }
        }
        context.next();
    }

    /** Whether the header names the encoding, and not to refuse it. */
    private static boolean accepts(String header, String encoding) {
        for (String each : header.split(",")) {
            String[] parts = each.strip().split(";");
            if (parts[0].strip().equalsIgnoreCase(encoding)) {
                return parts.length == 1 || !parts[1].strip().matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    private Optional<Buffer> packed(String path) {
        return Optional.ofNullable(packed.computeIfAbsent(path, name -> {
            try (InputStream file = Thread.currentThread().getContextClassLoader()
                    .getResourceAsStream("META-INF/resources" + name)) {
                return file == null ? null : Buffer.buffer(file.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    /** The UI's files have a name with a dot; its addresses end in ids and words. */
    private static boolean isFile(String path) {
        return path.equals(PAGE) || (path.indexOf('.', path.lastIndexOf('/')) > 0
                && Thread.currentThread().getContextClassLoader().getResource("META-INF/resources" + path) != null);
    }
}
