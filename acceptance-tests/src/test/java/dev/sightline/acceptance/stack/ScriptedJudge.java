package dev.sightline.acceptance.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An OpenAI-compatible chat endpoint on a free port that does what the judged text tells it: a text holding one of
 * {@link #FAIL}, {@link #BABBLE}, {@link #HANG} is answered with status 500, with words that are no judgement, or not
 * at all; any other with a judgement. So tests may run side by side.
 */
public final class ScriptedJudge implements AutoCloseable {
    public static final String API_KEY = "sk-judge";
    public static final String MODEL = "scripted-judge-1";
    public static final double SCORE = 0.75;
    public static final String REASONING = "It answers what was asked.";
    public static final String FAIL = "[judge: fail]";
    public static final String BABBLE = "[judge: babble]";
    public static final String HANG = "[judge: hang]";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private ScriptedJudge(HttpServer server) {
        this.server = server;
    }

    static ScriptedJudge start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            ScriptedJudge judge = new ScriptedJudge(server);
            server.createContext("/v1/chat/completions", judge::answer);
            server.createContext("/openai/deployments/", judge::answer);
            server.setExecutor(judge.threads);
            server.start();
            return judge;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** The same in Azure's dialect, whose client adds its own path and sends the key as api-key. */
    public String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The bodies of all requests so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(request);
            boolean known = exchange.getRequestURI().getPath().startsWith("/openai/")
                    ? API_KEY.equals(exchange.getRequestHeaders().getFirst("api-key"))
                    : ("Bearer " + API_KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!known) {
                send(exchange, 401, "{\"error\":{\"message\":\"unknown key\"}}");
            } else if (request.contains(HANG)) {
                closed.await();
            } else if (request.contains(FAIL)) {
                send(exchange, 500, "{\"error\":{\"message\":\"the model is on fire\"}}");
            } else if (request.contains(BABBLE)) {
                send(exchange, 200, completion("Well, it depends."));
            } else {
                send(exchange, 200, completion("{\\\"reasoning\\\":\\\"" + REASONING + "\\\",\\\"score\\\":" + SCORE + "}"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String completion(String escapedContent) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"" + MODEL + "\","
                + "\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\","
                + "\"content\":\"" + escapedContent + "\"}}],"
                + "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120}}";
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
