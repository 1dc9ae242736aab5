package dev.sightline.clickhouse;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The HTTP side: ClickHouse's protocol on one address.
 *
 * <p>Owns the listening socket and the threads that run requests. The network runs on Vert.x, because it tells when a
 * client hangs up while its query still runs, and slows a client that sends faster than the engine takes. A request is
 * run by a platform thread, since the engine's calls would hold a virtual thread's carrier anyway. More requests than
 * the bound at one time get error 202. Nothing of a query's text or data is logged.
 */
final class HttpFront implements AutoCloseable {

    /** How the front is set up; sizes in bytes. */
    record Options(String host, int port, Credentials credentials, int concurrentQueriesMax, int queryBytesMax,
                   Path spoolFolder) {
    }

    /** Deeply nested SQL is parsed on this stack; the engine stops in time by looking at its size. */
    private static final long THREAD_STACK_BYTES = 8 << 20;
    private static final int URL_BYTES_MAX = 1 << 20;
    private static final int HEADER_BYTES_MAX = 1 << 20;
    private static final long IDLE_THREAD_SECONDS = 20;
    /** How much is read of a request that nobody may send. */
    private static final int STRANGERS_BYTES_MAX = 1 << 20;

    private final Engine engine;
    private final Options options;
    private final RunningQueries queries;
    private final IdleSessions idleSessions = new IdleSessions();
    private final Vertx vertx;
    private final ThreadPoolExecutor threads;
    private final String displayName = hostName();
    private HttpServer server;

    private HttpFront(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
        queries = new RunningQueries(engine);
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1).setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
        threads = new ThreadPoolExecutor(0, options.concurrentQueriesMax(), IDLE_THREAD_SECONDS, TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> new Thread(null, task, "query", THREAD_STACK_BYTES));
    }

    /** Starts to listen. */
    static HttpFront start(Engine engine, Options options) throws IOException {
        var front = new HttpFront(engine, options);
        var http = new HttpServerOptions().setHost(options.host()).setPort(options.port())
                .setMaxInitialLineLength(URL_BYTES_MAX).setMaxHeaderSize(HEADER_BYTES_MAX).setMaxChunkSize(64 << 10)
                .setMaxFormAttributeSize(options.queryBytesMax()).setMaxFormBufferedBytes(URL_BYTES_MAX)
                .setHandle100ContinueAutomatically(true).setTcpNoDelay(true).setTcpKeepAlive(true)
                .setReuseAddress(true).setCompressionSupported(false).setDecompressionSupported(false)
                .setHttp2ClearTextEnabled(false);
        front.server = front.vertx.createHttpServer(http).requestHandler(front::handle);
        try {
            front.server.listen().toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            front.close();
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting to listen", e);
        }
        return front;
    }

    int port() {
        return server.actualPort();
    }

    /** Stops listening, stops every query and waits a little for them to end. */
    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        queries.abortAll();
        threads.shutdown();
        try {
            threads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queries.close();
        idleSessions.close();
        vertx.close();
    }

    /** False when some query has not ended yet. */
    boolean isIdle() {
        return queries.count() == 0 && threads.isTerminated();
    }

    private void handle(HttpServerRequest http) {
        boolean isRead = http.method() == HttpMethod.GET || http.method() == HttpMethod.HEAD;
        boolean hasQuery = http.params(true).contains("query");
        switch (http.path()) {
            case "/ping", "/replicas_status" -> answer(http, 200, "Ok.\n");
            case "/", "/query" -> {
                if (isRead && !hasQuery) {
                    answer(http, 200, "Ok.\n");
                } else if (isRead || http.method() == HttpMethod.POST) {
                    accept(http);
                } else {
                    answer(http, 405, "There is no handle for " + http.method() + "\n");
                }
            }
            default -> answer(http, 404, "There is no handle " + http.path() + "\n");
        }
    }

    private void answer(HttpServerRequest http, int status, String text) {
        http.response().setStatusCode(status).putHeader("Content-Type", "text/html; charset=UTF-8")
                .putHeader("X-ClickHouse-Server-Display-Name", displayName).end(text);
    }

    private void accept(HttpServerRequest http) {
        var reply = new Reply(http);
        reply.header("X-ClickHouse-Server-Display-Name", displayName);
        String type = http.getHeader("Content-Type");
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            http.setExpectMultipart(true);
            var externalTables = new AtomicBoolean();
            http.uploadHandler(upload -> externalTables.set(true));
            http.endHandler(end -> execute(http, reply, InputStream.nullInputStream(), externalTables.get()));
            return;
        }
        execute(http, reply, new RequestBody(http, vertx.getOrCreateContext()), false);
    }

    private void execute(HttpServerRequest http, Reply reply, InputStream body, boolean externalTables) {
        try {
            threads.execute(() -> run(http, reply, body, externalTables));
        } catch (RejectedExecutionException e) {
            refuse(http);
        }
    }

    /** On the event loop: what the client still sends is thrown away, then it gets its answer. */
    private void refuse(HttpServerRequest http) {
        var error = EngineException.of(EngineException.TOO_MANY_SIMULTANEOUS_QUERIES, "TOO_MANY_SIMULTANEOUS_QUERIES",
                "Too many simultaneous queries. Maximum: " + options.concurrentQueriesMax());
        Runnable answer = () -> http.response().setStatusCode(error.httpStatus())
                .putHeader("X-ClickHouse-Exception-Code", Integer.toString(error.code()))
                .end(error.getMessage() + "\n");
        if (http.isEnded()) {
            answer.run();
            return;
        }
        http.handler(thrownAway -> { });
        http.exceptionHandler(gone -> { });
        http.endHandler(end -> answer.run());
        http.resume();
    }

    private void run(HttpServerRequest http, Reply reply, InputStream body, boolean externalTables) {
        try {
            try {
                options.credentials().check(http.headers(), http.params(true));
                if (externalTables) {
                    throw EngineException.of(EngineException.NOT_IMPLEMENTED, "NOT_IMPLEMENTED",
                            "External tables (files in a form) are not offered by this server");
                }
                var parameters = http.params(true).addAll(http.formAttributes());
                var request = QueryRequest.of(http.method().name(), parameters, http.headers());
                reply.encoding(request.encoding());
                reply.header("X-ClickHouse-Query-Id", request.queryId());
                reply.header("X-ClickHouse-Timezone",
                        request.settings().getOrDefault("session_timezone", engine.timezone()));
                try (var running = queries.start(request.queryId())) {
                    reply.whenGone(running::abort);
                    new QueryRun(engine, idleSessions, running, request, reply, options.queryBytesMax(),
                            options.spoolFolder()).run(body);
                }
                reply.finish();
            } catch (EngineException e) {
                fail(http, reply, body, e);
            } catch (CompressedFrames.Corrupt e) {
                fail(http, reply, body, e.reason());
            } catch (ClientGone e) {
                throw e;
            } catch (IOException e) {
                fail(http, reply, body, EngineException.of(EngineException.CANNOT_DECOMPRESS, "CANNOT_DECOMPRESS",
                        "The request cannot be read: " + e.getMessage()));
            }
        } catch (ClientGone e) {
            http.connection().close();
        } catch (IOException | RuntimeException e) {
            System.err.println("a request failed: " + e);
            http.connection().close();
        }
    }

    /** The rest of the request is read first: most clients read the answer only when they have sent everything. */
    private void fail(HttpServerRequest http, Reply reply, InputStream body, EngineException e) throws IOException {
        if (e.code() == EngineException.AUTHENTICATION_FAILED) {
            reply.header("WWW-Authenticate", "Basic realm=\"ClickHouse server HTTP API\"");
            body.readNBytes(STRANGERS_BYTES_MAX);
            reply.fail(withVersion(e));
            if (body.read() >= 0) {
                http.connection().close();
            }
            return;
        }
        body.transferTo(OutputStream.nullOutputStream());
        reply.fail(withVersion(e));
    }

    private EngineException withVersion(EngineException e) {
        String message = e.getMessage();
        return message.contains("(version ") ? e
                : new EngineException(e.code(), message + " (version " + engine.version() + " (official build))");
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
