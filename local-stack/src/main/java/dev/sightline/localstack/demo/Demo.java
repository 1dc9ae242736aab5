package dev.sightline.localstack.demo;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The demo: sends a conversation with the stock OpenTelemetry SDK, waits until its traces can be read and are scored,
 * prints them as trees and says where to look at them.
 */
public final class Demo {
    private static final Duration WAIT_MAX = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(500);

    private final URI baseUrl;
    private final String authorization;
    private final String projectId;
    private final PrintStream out;
    private final HttpClient http = HttpClient.newHttpClient();

    private Demo(URI baseUrl, String publicKey, String secretKey, String projectId, PrintStream out) {
        this.baseUrl = baseUrl;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((publicKey + ":" + secretKey).getBytes());
        this.projectId = projectId;
        this.out = out;
    }

    /** Returns the exit code: 0 when every trace was read back, scored and printed. */
    public static int run(URI baseUrl, String otlpGrpc, String publicKey, String secretKey, String projectId,
                          PrintStream out, boolean colour) throws InterruptedException {
        Demo demo = new Demo(baseUrl, publicKey, secretKey, projectId, out);
        List<Sender.Sent> sent = new Sender(otlpGrpc, publicKey, secretKey)
                .send(Conversation.traces("session-" + UUID.randomUUID().toString().substring(0, 8)));
        out.println("sent " + sent.size() + " traces over OTLP gRPC to " + otlpGrpc);
        Map<Sender.Sent, JsonObject> read = demo.await(sent);
        if (read.size() < sent.size()) {
            out.println("only " + read.size() + " of " + sent.size() + " traces were scored within "
                    + WAIT_MAX.toMinutes() + " minutes; './sightline logs ingestion-writer' and "
                    + "'./sightline logs evaluator-service' may say why");
            return 1;
        }
        TraceTree tree = new TraceTree(colour);
        read.forEach((trace, answer) -> out.println("\n" + tree.render(answer) + "  " + demo.address(trace)));
        return 0;
    }

    private URI address(Sender.Sent trace) {
        return baseUrl.resolve("/project/" + projectId + "/traces/" + trace.traceId());
    }

    /** The traces that are complete, in the order they were sent; all of them unless time runs out. */
    private Map<Sender.Sent, JsonObject> await(List<Sender.Sent> sent) throws InterruptedException {
        Instant deadline = Instant.now().plus(WAIT_MAX);
        int said = -1;
        while (true) {
            Map<Sender.Sent, JsonObject> complete = new LinkedHashMap<>();
            for (Sender.Sent trace : sent) {
                JsonObject answer = get(trace.traceId());
                if (answer != null && (!trace.answered() || !answer.getJsonArray("scores").isEmpty())) {
                    complete.put(trace, answer);
                }
            }
            if (complete.size() != said) {
                said = complete.size();
                out.println("stored and scored: " + said + " of " + sent.size());
            }
            if (complete.size() == sent.size() || Instant.now().isAfter(deadline)) {
                return complete;
            }
            Thread.sleep(POLL);
        }
    }

    /** Null while the trace can't be read yet. */
    private JsonObject get(String traceId) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(baseUrl.resolve("/api/v1/traces/" + traceId))
                .header("Authorization", authorization).timeout(Duration.ofSeconds(20)).build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? new JsonObject(response.body()) : null;
        } catch (IOException e) {
            return null;
        }
    }
}
