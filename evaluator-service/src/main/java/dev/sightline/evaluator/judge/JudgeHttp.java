package dev.sightline.evaluator.judge;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * LangChain4j's way to HTTP with what its own clients lack: the Retry-After of a refusal, one deadline over the whole
 * answer (the JDK's own ends with the headers), and a bound on the answer's size. HTTP/1.1, no streaming, thread-safe.
 */
final class JudgeHttp implements HttpClient {
    /** Largest answer read, in bytes; a verdict has a few hundred. */
    static final int BODY_BYTES_MAX = 4 << 20;
    private static final int ERROR_CHARACTERS_MAX = 300;

    private final java.net.http.HttpClient client;
    private final Duration timeout;
    private final boolean withoutBearer;
    private final Clock clock;

    private JudgeHttp(Duration connectTimeout, Duration timeout, boolean withoutBearer) {
        this.client = java.net.http.HttpClient.newBuilder().version(java.net.http.HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout).build();
        this.timeout = timeout;
        this.withoutBearer = withoutBearer;
        this.clock = Clock.systemUTC();
    }

    /** An answer other than 2xx. {@code retryAfter} is what the server asked for, if it did. */
    static final class Refusal extends HttpException {
        private final transient Optional<Duration> retryAfter;

        Refusal(int status, String message, Optional<Duration> retryAfter) {
            super(status, message);
            this.retryAfter = retryAfter;
        }

        Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        java.net.http.HttpRequest.Builder builder = java.net.http.HttpRequest.newBuilder(URI.create(request.url()));
        request.headers().forEach((name, values) -> {
            if (!(withoutBearer && name.equalsIgnoreCase("Authorization"))) {
                values.forEach(value -> builder.header(name, value));
            }
        });
        builder.method(request.method().name(), request.body() == null
                ? java.net.http.HttpRequest.BodyPublishers.noBody()
                : java.net.http.HttpRequest.BodyPublishers.ofString(request.body()));
        HttpResponse<String> response = send(builder.build());
        if (response.statusCode() / 100 != 2) {
            String body = response.body().strip();
            throw new Refusal(response.statusCode(), "HTTP " + response.statusCode() + ": "
                    + body.substring(0, Math.min(body.length(), ERROR_CHARACTERS_MAX)), retryAfter(response));
        }
        return SuccessfulHttpResponse.builder().statusCode(response.statusCode()).headers(response.headers().map())
                .body(response.body()).build();
    }

    private HttpResponse<String> send(java.net.http.HttpRequest request) {
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(request,
                BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), BODY_BYTES_MAX));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            answer.cancel(true);
            throw new TimeoutException("no complete answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("stopped while the judge was asked");
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case java.net.http.HttpTimeoutException late -> new TimeoutException(late.getMessage(), late);
                case IOException io -> new UncheckedIOException(io);
                case Throwable other -> new IllegalStateException(other);
            };
        }
    }

    private Optional<Duration> retryAfter(HttpResponse<String> response) {
        try {
            Optional<String> millis = response.headers().firstValue("retry-after-ms");
            if (millis.isPresent()) {
                return Optional.of(Duration.ofMillis((long) Double.parseDouble(millis.get().strip())));
            }
            return response.headers().firstValue("retry-after").map(String::strip).map(value ->
                    Character.isDigit(value.charAt(0)) ? Duration.ofMillis((long) (Double.parseDouble(value) * 1000))
                            : Duration.between(clock.instant(), ZonedDateTime.parse(
                                    value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()));
        } catch (NumberFormatException | DateTimeException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        throw new UnsupportedOperationException("the judge's answers are not streamed");
    }

    /** LangChain4j sets the timeouts through this. */
    static final class Builder implements HttpClientBuilder {
        private final boolean withoutBearer;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration readTimeout = Duration.ofSeconds(60);

        /** {@code withoutBearer}: Azure takes a bearer token for an Entra ID token and refuses its own keys there. */
        Builder(boolean withoutBearer) {
            this.withoutBearer = withoutBearer;
        }

        @Override
        public Duration connectTimeout() {
            return connectTimeout;
        }

        @Override
        public HttpClientBuilder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        @Override
        public Duration readTimeout() {
            return readTimeout;
        }

        @Override
        public HttpClientBuilder readTimeout(Duration timeout) {
            readTimeout = timeout;
            return this;
        }

        @Override
        public HttpClient build() {
            return new JudgeHttp(connectTimeout, readTimeout, withoutBearer);
        }
    }
}
