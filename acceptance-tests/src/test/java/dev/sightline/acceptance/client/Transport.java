package dev.sightline.acceptance.client;

import dev.sightline.acceptance.stack.Stack;
import java.net.URI;
import java.time.Duration;

/** The ways on which OTLP in protobuf reaches a stack. */
public enum Transport {
    GRPC,
    /** At OTLP's own port and path. */
    HTTP,
    /** Under the base URL, at the path that Langfuse's clients use: through the gateway. */
    HTTP_BASE_URL;

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    public OtlpClient client(Stack stack) {
        return switch (this) {
            case GRPC -> new OtlpGrpcClient(stack.file().text("otlp_grpc"), DEADLINE);
            case HTTP, HTTP_BASE_URL -> new OtlpHttpClient(endpoint(stack), DEADLINE);
        };
    }

    /** Where HTTP sends to. */
    public URI endpoint(Stack stack) {
        return switch (this) {
            case GRPC -> throw new IllegalStateException("no URL");
            case HTTP -> stack.file().uri("otlp_http").resolve("/v1/traces");
            case HTTP_BASE_URL -> stack.file().uri("base_url").resolve("/api/public/otel/v1/traces");
        };
    }
}
