package dev.sightline.acceptance.example;

import dev.sightline.acceptance.stack.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An example that answers HTTP requests: built as a user would, then run on a port that is free, with nothing but
 * environment variables, until it is closed.
 */
public final class ServedExample implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^:\\s]+:([0-9]+)");
    private static final int END_SECONDS = 20;

    private final Process process;
    private final Path log;
    private final URI address;

    private ServedExample(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.address = Await.value("the example to listen", Await.LONG, this::listening);
    }

    /** A Quarkus application of {@code examples/java}; ends the test as left out where its packages are not to be had. */
    public static ServedExample quarkus(String folder, Map<String, String> settings) {
        Toolchain.Installed place = Examples.installed(Toolchain.JAVA, folder);
        List<String> command = new ArrayList<>(place.command());
        command.addAll(command.size() - 1, List.of("-Dquarkus.http.port=0", "-Dquarkus.http.host=127.0.0.1"));
        command.add("quarkus-run.jar");
        try {
            Path log = Files.createTempFile(place.folder(), "run-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command).directory(place.folder().toFile())
                    .redirectErrorStream(true).redirectOutput(log.toFile());
            Examples.forgetClients(builder.environment());
            builder.environment().putAll(settings);
            Process process = builder.start();
            try {
                return new ServedExample(process, log);
            } catch (AssertionError e) {
                process.destroyForcibly();
                throw new AssertionError(folder + ": " + e.getMessage() + "; it said:\n" + Files.readString(log), e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<URI> listening() {
        Matcher said = LISTENING.matcher(output());
        return said.find() ? Optional.of(URI.create("http://127.0.0.1:" + said.group(1))) : Optional.empty();
    }

    public URI address() {
        return address;
    }

    /** What it has printed so far. */
    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
