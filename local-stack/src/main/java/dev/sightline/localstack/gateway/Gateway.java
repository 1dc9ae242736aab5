package dev.sightline.localstack.gateway;

import dev.sightline.localstack.process.StartFailure;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import java.net.ConnectException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one base URL on the loopback address: passes each request to the service that {@link HttpRoute} names, bodies
 * streamed in both directions with back-pressure, WebSockets and server-sent events included. The client's Host header
 * stays; X-Forwarded-For, -Host and -Proto are added. A service that is away is answered for with problem+json: 503
 * when it can't be reached, 502 when it broke off.
 */
public final class Gateway implements AutoCloseable {
    private static final int HEADER_BYTES_MAX = 64 << 10;
    private static final int REQUEST_LINE_BYTES_MAX = 16 << 10;
    private static final int CONNECTIONS_PER_BACKEND_MAX = 512;
    private static final long CLOSE_WITHIN_SECONDS = 5;

    private final Vertx vertx;

    private Gateway(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Listens on the port, 0 for any.
     *
     * @param backendPorts the loopback port of each service that the route names
     */
    public static Gateway start(int port, HttpRoute route, Map<String, Integer> backendPorts) throws StartFailure {
        for (String backend : route.backends()) {
            if (!backendPorts.containsKey(backend)) {
                throw new StartFailure("k8s/base/http-route.yaml names the service " + backend
                        + ", which the local stack does not run");
            }
        }
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2).setWorkerPoolSize(1).setInternalBlockingPoolSize(2));
        try {
            Listener listener = new Listener(port, route, backendPorts);
            vertx.deployVerticle(listener).toCompletionStage().toCompletableFuture().get();
            return new Gateway(vertx);
        } catch (ExecutionException e) {
            vertx.close();
            throw new StartFailure("can't listen on port " + port + " (" + e.getCause().getMessage()
                    + "); choose another port with --http-port", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while starting the gateway", e);
        }
    }

    /** Closes the port and every connection. */
    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the gateway did not close", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Server and client live on one event loop, so a proxied byte never changes threads. */
    private static final class Listener extends AbstractVerticle implements ProxyInterceptor {
        private final int port;
        private final HttpRoute route;
        private final Map<String, Integer> backendPorts;
        private HttpClient client;

        Listener(int port, HttpRoute route, Map<String, Integer> backendPorts) {
            this.port = port;
            this.route = route;
            this.backendPorts = backendPorts;
        }

        @Override
        public void start(io.vertx.core.Promise<Void> started) {
            client = vertx.createHttpClient(new HttpClientOptions()
                    .setMaxPoolSize(CONNECTIONS_PER_BACKEND_MAX)
                    .setMaxHeaderSize(HEADER_BYTES_MAX)
                    .setConnectTimeout(2_000)
                    .setKeepAliveTimeout(30));
            HttpProxy proxy = HttpProxy.reverseProxy(client).origin(this::origin).addInterceptor(this);
            HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                    .setHost("127.0.0.1").setPort(port)
                    .setMaxHeaderSize(HEADER_BYTES_MAX)
                    .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                    .setHandle100ContinueAutomatically(true)
                    // The proxy can't pass on HTTP/2 bodies of unknown length, and nobody needs it without TLS.
                    .setHttp2ClearTextEnabled(false));
            server.requestHandler(request -> {
                addForwardedHeaders(request);
                proxy.handle(request);
            });
            server.listen().<Void>mapEmpty().onComplete(started);
        }

        private static void addForwardedHeaders(HttpServerRequest request) {
            String before = request.getHeader("X-Forwarded-For");
            String client = request.remoteAddress().hostAddress();
            request.headers().set("X-Forwarded-For", before == null ? client : before + ", " + client);
            if (!request.headers().contains("X-Forwarded-Proto")) {
                request.headers().set("X-Forwarded-Proto", request.scheme());
            }
            HostAndPort authority = request.authority();
            if (authority != null && !request.headers().contains("X-Forwarded-Host")) {
                request.headers().set("X-Forwarded-Host", authority.toString());
            }
        }

        private Future<HttpClientRequest> origin(ProxyContext context) {
            HttpServerRequest request = context.request().proxiedRequest();
            Optional<String> backend = route.backend(request.method().name(), request.path());
            if (backend.isEmpty()) {
                return Future.failedFuture("no route for " + request.path());
            }
            RequestOptions target = new RequestOptions()
                    .setMethod(HttpMethod.GET).setHost("127.0.0.1").setPort(backendPorts.get(backend.get()));
            return client.request(target).map(out -> {
                HostAndPort authority = request.authority();
                return authority == null ? out : out.authority(authority);
            });
        }

        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            HttpServerRequest request = context.request().proxiedRequest();
            Optional<String> named = request.path() == null ? Optional.empty()
                    : route.backend(request.method().name(), request.path());
            if (named.isEmpty()) {
                return Future.succeededFuture(problem(context, 404, "Not Found", "no route for this path"));
            }
            String backend = named.get();
            return context.sendRequest().recover(failure -> Future.succeededFuture(failure instanceof ConnectException
                    ? problem(context, 503, "Service Unavailable", backend + " can't be reached; "
                            + "./sightline status shows whether it is starting")
                    : problem(context, 502, "Bad Gateway", backend + " broke off before it answered")));
        }

        private static ProxyResponse problem(ProxyContext context, int status, String title, String detail) {
            Buffer body = new JsonObject().put("type", "about:blank").put("title", title)
                    .put("status", status).put("detail", detail).toBuffer();
            ProxyResponse response = context.request().release().response().setStatusCode(status)
                    .putHeader("Content-Type", "application/problem+json").setBody(Body.body(body));
            return status == 503 ? response.putHeader("Retry-After", "1") : response;
        }
    }
}
