package dev.sightline.clickhouse;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ServerException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * The real process, started as production starts it: the built jar, libjsig in front, the documented JVM flags.
 *
 * <p>Listens on a free port. What it writes to standard error goes to this test's.
 */
final class EngineProcess implements AutoCloseable {

    static final String USER = "default";
    static final String PASSWORD = "a secret: ü";
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final String url;

    private EngineProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    static Path library() throws IOException {
        return EngineLibrary.fetch(EngineLibrary.defaultCacheDir(), System.err::println);
    }

    /** Starts and waits until it answers. */
    static EngineProcess start(Path data, String... options) throws IOException {
        var arguments = new ArrayList<>(List.of("--path", data.toString(), "--port", "0"));
        arguments.addAll(List.of(options));
        Process process = launch(arguments);
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready on ")) {
                return new EngineProcess(process, line.substring("ready on ".length(), line.indexOf(',')));
            }
        }
        throw new IOException("the engine process ended with code " + process.exitValue());
    }

    /** Starts and does not wait. Standard error is inherited unless the caller redirects it. */
    static Process launch(List<String> arguments) throws IOException {
        return builder(arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    static ProcessBuilder builder(List<String> arguments) throws IOException {
        String javaHome = System.getProperty("java.home");
        var command = new ArrayList<>(List.of(javaHome + "/bin/java"));
        command.addAll(ClickHouseLocal.JVM_FLAGS);
        command.addAll(List.of("-jar", jar().toString(), "--library", library().toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().put("LD_PRELOAD", javaHome + "/lib/libjsig.so");
        builder.environment().put(ClickHouseLocal.PASSWORD_VARIABLE, PASSWORD);
        return builder;
    }

    private static Path jar() {
        return Path.of(System.getProperty("basedir", "."), "target", "clickhouse-local.jar").toAbsolutePath();
    }

    String url() {
        return url;
    }

    int port() {
        return URI.create(url).getPort();
    }

    long pid() {
        return process.pid();
    }

    Connection jdbc(String... properties) throws SQLException {
        var all = new Properties();
        all.setProperty("user", USER);
        all.setProperty("password", PASSWORD);
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:clickhouse://127.0.0.1:" + port() + "/default", all);
    }

    Client.Builder client() {
        return new Client.Builder().addEndpoint(url).setUsername(USER).setPassword(PASSWORD)
                .setDefaultDatabase("default").setSocketTimeout(120_000);
    }

    HttpRequest.Builder request(String pathAndQuery) {
        String pair = USER + ":" + PASSWORD;
        return HttpRequest.newBuilder(URI.create(url + pathAndQuery)).timeout(Duration.ofMinutes(2))
                .header("Authorization", "Basic "
                        + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    HttpResponse<byte[]> send(HttpRequest request) throws IOException {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Runs a statement and returns its answer as text; fails on an error. */
    String sql(String sql) throws IOException {
        var response = send(request("/").POST(HttpRequest.BodyPublishers.ofString(sql)).build());
        String text = new String(response.body(), StandardCharsets.UTF_8);
        if (response.statusCode() != 200) {
            throw new IOException(response.statusCode() + ": " + text);
        }
        return text.strip();
    }

    /** The engine's error number in a driver's exception. */
    static int serverCode(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException server) {
                return server.getCode();
            }
        }
        throw new AssertionError("no server error in the chain", e);
    }

    /** A line of /proc/PID/status in bytes, such as VmRSS. */
    long memory(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024).findFirst().orElseThrow();
    }

    /** Makes VmHWM, the peak, start anew. */
    void resetPeak() throws IOException {
        Files.writeString(Path.of("/proc/" + pid() + "/clear_refs"), "5");
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
        await();
    }

    /** SIGTERM; returns the exit code. */
    int stop() {
        process.destroy();
        return await();
    }

    private int await() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the engine process does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }
}
