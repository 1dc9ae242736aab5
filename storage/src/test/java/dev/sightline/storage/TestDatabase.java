package dev.sightline.storage;

import dev.sightline.clickhouse.ClickHouseLocal;
import dev.sightline.clickhouse.EngineLibrary;
import dev.sightline.storage.migrate.Migrator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The real engine for this module's tests: one process, started when first asked for; a database for each test. */
public final class TestDatabase {
    private static final String PASSWORD = "test-password";
    private static String url;

    private TestDatabase() {
    }

    public static ClickHouseEndpoint endpoint(String database) {
        return new ClickHouseEndpoint(start(), database, "default", PASSWORD);
    }

    /** A new database without tables. */
    public static ClickHouse empty(String database) throws SQLException {
        try (ClickHouse server = new ClickHouse(endpoint("default"));
             Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + database);
            statement.execute("CREATE DATABASE " + database);
        }
        return new ClickHouse(endpoint(database));
    }

    /** A new database with the schema. */
    public static ClickHouse migrated(String database) throws SQLException {
        ClickHouse clickHouse = empty(database);
        new Migrator(endpoint(database), step -> { }).migrate();
        return clickHouse;
    }

    private static synchronized String start() {
        if (url == null) {
            try {
                url = startProcess();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return url;
    }

    private static String startProcess() throws IOException, InterruptedException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        Path library = EngineLibrary.fetch(EngineLibrary.defaultCacheDir(), System.out::println);
        Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target")).toAbsolutePath(), "clickhouse");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path java = Path.of(System.getProperty("java.home"));
        List<String> command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
        command.addAll(ClickHouseLocal.JVM_FLAGS);
        command.addAll(List.of("-jar", root.resolve("clickhouse-local/target/clickhouse-local.jar").toString(),
                "--path", data.toString(), "--library", library.toString(), "--port", Integer.toString(port)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(Path.of("target", "clickhouse.log").toFile());
        builder.environment().put("LD_PRELOAD", java.resolve("lib/libjsig.so").toString());
        builder.environment().put(ClickHouseLocal.PASSWORD_VARIABLE, PASSWORD);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        String address = "http://127.0.0.1:" + port;
        Instant deadline = Instant.now().plus(Duration.ofMinutes(1));
        while (!answers(address)) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                throw new IOException("the engine did not start, see storage/target/clickhouse.log");
            }
            Thread.sleep(100);
        }
        return address;
    }

    private static boolean answers(String address) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(address + "/ping")).build(),
                    HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
