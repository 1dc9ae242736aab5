package dev.sightline.acceptance.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** OTLP over HTTP. Checks of every answer that its content type is the request's, as the specification asks. */
public final class OtlpHttpClient implements OtlpClient {
    public static final String PROTOBUF = "application/x-protobuf";
    public static final String JSON = "application/json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final URI endpoint;
    private final Duration deadline;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @param endpoint with its path, such as http://127.0.0.1:4318/v1/traces */
    public OtlpHttpClient(URI endpoint, Duration deadline) {
        this.endpoint = endpoint;
        this.deadline = deadline;
    }

    @Override
    public OtlpAnswer send(byte[] protobuf, String authorization, boolean gzip) {
        return send(protobuf, PROTOBUF, authorization, gzip);
    }

    public OtlpAnswer sendJson(String json, String authorization, boolean gzip) {
        return send(json.getBytes(StandardCharsets.UTF_8), JSON, authorization, gzip);
    }

    public OtlpAnswer send(byte[] body, String contentType, String authorization, boolean gzip) {
        return sendEncoded(gzip ? gzip(body) : body, contentType, authorization, gzip ? "gzip" : null);
    }

    /** Sends the body as it is, whatever the encoding says. */
    public OtlpAnswer sendEncoded(byte[] body, String contentType, String authorization, String contentEncoding) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint).timeout(deadline)
                .header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (contentEncoding != null) {
            request.header("Content-Encoding", contentEncoding);
        }
        try {
            return answer(http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()), contentType);
        } catch (IOException e) {
            return new OtlpAnswer.Refused(OtlpAnswer.Kind.RETRYABLE, e.getClass().getSimpleName(),
                    String.valueOf(e.getMessage()), Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static OtlpAnswer answer(HttpResponse<byte[]> response, String contentType) {
        Optional<Duration> retryAfter = response.headers().firstValue("Retry-After")
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
        OtlpAnswer.Kind kind = switch (response.statusCode()) {
            case 400, 415 -> OtlpAnswer.Kind.INVALID;
            case 401 -> OtlpAnswer.Kind.UNAUTHENTICATED;
            case 413 -> OtlpAnswer.Kind.TOO_LARGE;
            case 429, 502, 503, 504 -> OtlpAnswer.Kind.RETRYABLE;
            default -> OtlpAnswer.Kind.OTHER;
        };
        boolean isJson = contentType.startsWith(JSON);
        String answerType = response.headers().firstValue("Content-Type").orElse("");
        boolean sameType = answerType.startsWith(isJson ? JSON : PROTOBUF);
        if (response.statusCode() == 200) {
            if (!sameType) {
                throw new AssertionError("a request of " + contentType + " was answered with " + answerType);
            }
            return isJson ? acceptedJson(response.body()) : acceptedProtobuf(response.body());
        }
        String raw = Integer.toString(response.statusCode());
        return new OtlpAnswer.Refused(kind, raw, sameType ? message(response.body(), isJson)
                : "(" + answerType + ") " + new String(response.body(), StandardCharsets.UTF_8), retryAfter);
    }

    private static OtlpAnswer acceptedJson(byte[] body) {
        try {
            JsonNode partial = MAPPER.readTree(body).path("partialSuccess");
            return new OtlpAnswer.Accepted(partial.path("rejectedSpans").asLong(), partial.path("errorMessage").asText());
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + new String(body, StandardCharsets.UTF_8), e);
        }
    }

    private static OtlpAnswer acceptedProtobuf(byte[] body) {
        try {
            var partial = ExportTraceServiceResponse.parseFrom(body).getPartialSuccess();
            return new OtlpAnswer.Accepted(partial.getRejectedSpans(), partial.getErrorMessage());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("not an ExportTraceServiceResponse", e);
        }
    }

    private static String message(byte[] body, boolean isJson) {
        try {
            return isJson ? MAPPER.readTree(body).path("message").asText() : Status.parseFrom(body).getMessage();
        } catch (IOException e) {
            throw new AssertionError("an error without a google.rpc.Status: "
                    + new String(body, StandardCharsets.UTF_8), e);
        }
    }

    public static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        http.close();
    }
}
