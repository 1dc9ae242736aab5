package dev.sightline.acceptance.client;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sightline.acceptance.stack.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Reads over HTTP under the base URL with one Authorization header. */
public final class QueryClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final URI baseUrl;
    private final String authorization;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public QueryClient(URI baseUrl, String authorization) {
        this.baseUrl = baseUrl;
        this.authorization = authorization;
    }

    /** An answer with its status; the body is a missing node where it is not JSON. */
    public record Answer(int status, String contentType, JsonNode body) {
        public JsonNode ok() {
            if (status != 200) {
                throw new AssertionError("status " + status + ": " + body);
            }
            return body;
        }
    }

    /** @param headers names and values in turn */
    public Answer get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(baseUrl.resolve(path)).timeout(Duration.ofSeconds(60));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    public Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            String type = response.headers().firstValue("Content-Type").orElse("");
            return new Answer(response.statusCode(), type,
                    type.contains("json") ? JSON.readTree(response.body()) : JSON.missingNode());
        } catch (IOException e) {
            throw new AssertionError(request.method() + " " + request.uri() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The trace by `/api/v1`, once it has at least so many observations. */
    public JsonNode awaitTrace(String traceId, int observationCount) {
        return Await.value(observationCount + " observations of trace " + traceId, Await.LONG, () -> {
            Answer answer = get("/api/v1/traces/" + traceId);
            if (answer.status() == 404) {
                return Optional.empty();
            }
            JsonNode trace = answer.ok();
            return trace.path("observations").size() >= observationCount ? Optional.of(trace) : Optional.empty();
        });
    }

    @Override
    public void close() {
        http.close();
    }
}
