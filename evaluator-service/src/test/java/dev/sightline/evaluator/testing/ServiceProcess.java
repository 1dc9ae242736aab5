package dev.sightline.evaluator.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The built evaluator-service as its own process. */
public final class ServiceProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Base64 of 32 bytes, as every installation has one. */
    public static final String ENCRYPTION_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private final int port;
    private final int grpcPort;
    private final Process process;

    public ServiceProcess(Path log, Map<String, String> environment) throws IOException {
        port = KafkaBroker.freePort();
        grpcPort = KafkaBroker.freePort();
        Files.createDirectories(log.getParent());
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-jar",
                "target/quarkus-app/quarkus-run.jar").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        variables.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        variables.put("QUARKUS_GRPC_SERVER_HOST", "127.0.0.1");
        variables.put("QUARKUS_GRPC_SERVER_PORT", Integer.toString(grpcPort));
        variables.put("SIGHTLINE_INTERNAL_TOKEN", TraceStore.TOKEN);
        variables.put("SIGHTLINE_ENCRYPTION_KEY", ENCRYPTION_KEY);
        builder.environment().putAll(variables);
        process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Where its gRPC services listen. */
    public int grpcPort() {
        return grpcPort;
    }

    /** Status of GET path; 0 when nothing listens. */
    public int status(String path) throws InterruptedException {
        try {
            return HTTP.send(request(path), HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    public String get(String path) throws IOException, InterruptedException {
        return HTTP.send(request(path), HttpResponse.BodyHandlers.ofString()).body();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    }

    /** VmRSS of the process, from Linux. */
    public long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElseThrow();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** As kill -9 does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As kill does: the service may say good-bye. */
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
