package dev.sightline.localstack.cli;

import dev.sightline.localstack.stack.PublicPorts;
import java.util.List;
import picocli.CommandLine.Option;

/** The ports that applications and browsers know. */
final class PortOptions {
    @Option(names = "--http-port", paramLabel = "PORT", defaultValue = "" + PublicPorts.HTTP,
            description = "UI and every HTTP API (default: ${DEFAULT-VALUE})")
    private int http;

    @Option(names = "--otlp-grpc-port", paramLabel = "PORT", defaultValue = "" + PublicPorts.OTLP_GRPC,
            description = "OTLP over gRPC (default: ${DEFAULT-VALUE})")
    private int otlpGrpc;

    @Option(names = "--otlp-http-port", paramLabel = "PORT", defaultValue = "" + PublicPorts.OTLP_HTTP,
            description = "OTLP over HTTP (default: ${DEFAULT-VALUE})")
    private int otlpHttp;

    PublicPorts ports() {
        return new PublicPorts(http, otlpGrpc, otlpHttp);
    }

    static List<String> arguments(PublicPorts ports) {
        return List.of("--http-port", String.valueOf(ports.http()),
                "--otlp-grpc-port", String.valueOf(ports.otlpGrpc()),
                "--otlp-http-port", String.valueOf(ports.otlpHttp()));
    }
}
