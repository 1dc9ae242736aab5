package dev.sightline.localstack.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.localstack.process.StartFailure;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gateway between a real client and real servers. */
class GatewayTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<MultiMap> headersSeen = new LinkedBlockingQueue<>();
    private HttpServer query;
    private Gateway gateway;
    private int port;

    @BeforeEach
    void start() throws Exception {
        query = get(vertx.createHttpServer().requestHandler(this::answer)
                .webSocketHandler(socket -> socket.textMessageHandler(text -> socket.writeTextMessage("echo " + text)))
                .listen(0, "127.0.0.1"));
        port = freePort();
        gateway = Gateway.start(port, HttpRoute.packaged(),
                Map.of("query-service", query.actualPort(), "ingestion-service", freePort(),
                        "evaluator-service", freePort()));
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        get(vertx.close());
    }

    private void answer(HttpServerRequest request) {
        headersSeen.add(request.headers());
        switch (request.path()) {
            case "/length" -> {
                long[] bytes = {0};
                request.handler(buffer -> bytes[0] += buffer.length());
                request.endHandler(_ -> request.response().end(String.valueOf(bytes[0])));
            }
            case "/events" -> {
                request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
                request.response().write("data: first\n\n");
                // The rest only follows when the client has got the first event.
                vertx.eventBus().consumer("second", _ -> request.response().end("data: second\n\n"));
            }
            case "/broken" -> request.connection().close();
            default -> request.response().setStatusCode(418).putHeader("X-Answer", "yes").end(request.uri());
        }
    }

    @Test
    void passesRequestAndAnswerOn() throws Exception {
        HttpResponse<String> response = client.send(
                request("/api/x%20y?a=1&b=%2F").header("X-Mine", "1").build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(418);
        assertThat(response.body()).isEqualTo("/api/x%20y?a=1&b=%2F");
        assertThat(response.headers().firstValue("X-Answer")).contains("yes");
        MultiMap seen = headersSeen.poll(5, TimeUnit.SECONDS);
        assertThat(seen.get("Host")).isEqualTo("127.0.0.1:" + port);
        assertThat(seen.get("X-Mine")).isEqualTo("1");
        assertThat(seen.getAll("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(seen.getAll("X-Forwarded-Proto")).containsExactly("http");
        assertThat(seen.getAll("X-Forwarded-Host")).containsExactly("127.0.0.1:" + port);
    }

    @Test
    void addsItselfToAnEarlierProxysList() throws Exception {
        client.send(request("/").header("X-Forwarded-For", "10.1.2.3").header("X-Forwarded-Proto", "https").build(),
                BodyHandlers.ofString());

        MultiMap seen = headersSeen.poll(5, TimeUnit.SECONDS);
        assertThat(seen.getAll("X-Forwarded-For")).containsExactly("10.1.2.3, 127.0.0.1");
        assertThat(seen.getAll("X-Forwarded-Proto")).containsExactly("https");
    }

    @Test
    void passesBodiesOnOfAnySizeWithAndWithoutALength() throws Exception {
        byte[] body = new byte[20 << 20];

        HttpResponse<String> withLength = client.send(
                request("/length").POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString());
        HttpResponse<String> chunked = client.send(request("/length")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body))).build(), BodyHandlers.ofString());

        assertThat(withLength.body()).isEqualTo(String.valueOf(body.length));
        assertThat(chunked.body()).isEqualTo(String.valueOf(body.length));
    }

    @Test
    void passesServerSentEventsOnWhenTheyCome() throws Exception {
        HttpResponse<InputStream> response = client.send(request("/events").build(), BodyHandlers.ofInputStream());

        byte[] first = response.body().readNBytes("data: first\n\n".length());
        assertThat(new String(first)).isEqualTo("data: first\n\n");
        vertx.eventBus().publish("second", "go");
        assertThat(new String(response.body().readAllBytes())).isEqualTo("data: second\n\n");
    }

    @Test
    void passesWebSocketsOn() throws Exception {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        WebSocket socket = get(vertx.createWebSocketClient().connect(port, "127.0.0.1", "/live"));
        socket.textMessageHandler(answers::add);
        get(socket.writeTextMessage("hello"));

        assertThat(answers.poll(10, TimeUnit.SECONDS)).isEqualTo("echo hello");
    }

    @Test
    void answersForAServiceThatIsAway() throws Exception {
        HttpResponse<String> response = client.send(request("/v1/traces")
                .POST(BodyPublishers.ofByteArray(new byte[1 << 20])).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        assertThat(response.body()).contains("\"status\":503").contains("ingestion-service can't be reached");
    }

    @Test
    void answersForAServiceThatBreaksOff() throws Exception {
        HttpResponse<String> response = client.send(request("/broken").build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).contains("query-service broke off");
    }

    @Test
    void namesThePortAndTheOptionWhenItCannotListen() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> Gateway.start(taken.getLocalPort(), HttpRoute.packaged(),
                    Map.of("query-service", 1, "ingestion-service", 2, "evaluator-service", 3)))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort())).hasMessageContaining("--http-port");
        }
    }

    @Test
    void refusesARouteToAServiceThatIsNotRun() {
        assertThatThrownBy(() -> Gateway.start(0, HttpRoute.packaged(),
                Map.of("query-service", 1, "evaluator-service", 3)))
                .isInstanceOf(StartFailure.class).hasMessageContaining("ingestion-service");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static <T> T get(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
