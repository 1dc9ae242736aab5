package dev.sightline.acceptance.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;

/** Langfuse's media API as its SDKs call it: announce, send, report, fetch. */
public final class MediaClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI baseUrl;
    private final String authorization;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public MediaClient(URI baseUrl, String authorization) {
        this.baseUrl = baseUrl;
        this.authorization = authorization;
    }

    public static String sha256(byte[] content) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** As Langfuse's SDKs work it out. */
    public static String mediaId(byte[] content) {
        return sha256(content).replace('+', '-').replace('/', '_').substring(0, 22);
    }

    public static ObjectNode announcement(byte[] content, String contentType, String traceId) {
        return JSON.createObjectNode().put("traceId", traceId).put("observationId", "00f067aa0ba902b7")
                .put("contentType", contentType).put("contentLength", content.length)
                .put("sha256Hash", sha256(content)).put("field", "input");
    }

    public HttpResponse<byte[]> announce(JsonNode announcement) {
        return send(request(baseUrl.resolve("/api/public/media"))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(announcement.toString())));
    }

    /** To the address that was given out; without a key. */
    public HttpResponse<byte[]> put(URI uploadUrl, byte[] content, String contentType) {
        return send(HttpRequest.newBuilder(uploadUrl).header("Content-Type", contentType)
                .header("x-ms-blob-type", "BlockBlob").header("x-amz-checksum-sha256", sha256(content))
                .PUT(BodyPublishers.ofByteArray(content)));
    }

    /** The same without a Content-Length. */
    public HttpResponse<byte[]> putChunked(URI uploadUrl, byte[] content, String contentType) {
        return send(HttpRequest.newBuilder(uploadUrl).header("Content-Type", contentType)
                .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(content))));
    }

    public HttpResponse<byte[]> report(String mediaId, String json) {
        return send(request(baseUrl.resolve("/api/public/media/" + mediaId))
                .header("Content-Type", "application/json").method("PATCH", BodyPublishers.ofString(json)));
    }

    public HttpResponse<byte[]> about(String mediaId) {
        return send(request(baseUrl.resolve("/api/public/media/" + mediaId)));
    }

    /** Without a key. {@code headers}: names and values in turn. */
    public HttpResponse<byte[]> fetch(URI url, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** Reads a little of it and goes away. */
    public void fetchAndLeave(URI url) {
        try (HttpClient leaving = HttpClient.newHttpClient()) {
            InputStream content = leaving.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofInputStream()).body();
            content.readNBytes(10);
            content.close();
            leaving.shutdownNow();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public static JsonNode json(HttpResponse<byte[]> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError(response + " is not JSON", e);
        }
    }

    private HttpRequest.Builder request(URI url) {
        return HttpRequest.newBuilder(url).header("Authorization", authorization);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
