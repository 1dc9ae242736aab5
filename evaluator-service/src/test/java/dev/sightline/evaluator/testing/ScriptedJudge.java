package dev.sightline.evaluator.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real HTTP server that speaks OpenAI's chat completions as the test tells it: the steps come in their order, then
 * {@code otherwise} for ever.
 */
public final class ScriptedJudge implements AutoCloseable {
    /** What the server does with one request. */
    public interface Step {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    /** A request as it came. */
    public record Request(String path, String query, Map<String, List<String>> headers, String body) {
    }

    private final HttpServer server;
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger underWayMax = new AtomicInteger();
    private volatile Step otherwise = verdict(0.5, "otherwise");

    public ScriptedJudge() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            underWayMax.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            try (exchange) {
                requests.add(new Request(exchange.getRequestURI().getPath(), exchange.getRequestURI().getQuery(),
                        Map.copyOf(exchange.getRequestHeaders()),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
                Step step = steps.poll();
                (step == null ? otherwise : step).answer(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                underWay.decrementAndGet();
            }
        });
        server.start();
    }

    public ScriptedJudge then(Step step) {
        steps.add(step);
        return this;
    }

    public ScriptedJudge otherwise(Step step) {
        otherwise = step;
        return this;
    }

    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Request> requests() {
        return requests;
    }

    public int underWayMax() {
        return underWayMax.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    public static Step verdict(double score, String reasoning) {
        return content("{\\\"reasoning\\\":\\\"" + reasoning + "\\\",\\\"score\\\":" + score + "}");
    }

    /** A complete answer of the protocol whose content is the given text, already escaped for JSON. */
    public static Step content(String escaped) {
        return body(200, completion(escaped, "stop"));
    }

    public static String completion(String escaped, String finishReason) {
        return """
                {"id":"c1","object":"chat.completion","created":1,"model":"judge-2026","choices":[{"index":0,
                 "message":{"role":"assistant","content":"%s"},"finish_reason":"%s"}],
                 "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}"""
                .formatted(escaped, finishReason);
    }

    public static Step body(int status, String body, String... headers) {
        return exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** Waits before it does anything. */
    public static Step slowly(long millis, Step step) {
        return exchange -> {
            Thread.sleep(millis);
            step.answer(exchange);
        };
    }

    /** Sends headers and half an answer, then nothing for a while. */
    public static Step stalled(long millis) {
        return exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"id\":\"c1\",\"choices\":[".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            Thread.sleep(millis);
        };
    }

    /** Ends the connection without an answer. */
    public static Step hangUp() {
        return exchange -> {
            throw new UncheckedIOException(new IOException("hang up"));
        };
    }

    /** Sends more than anybody should read. */
    public static Step endless(int megabytes) {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < megabytes; i++) {
                exchange.getResponseBody().write(block);
            }
        };
    }
}
