package dev.sightline.acceptance.example;

import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.stack.ScriptedModel;
import dev.sightline.acceptance.stack.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs scripts of {@code examples/} as a user would, with nothing but environment variables: where Sightline is, its
 * keys, and where the {@link ScriptedModel} is. {@link #begin} installs and runs all of them, two at a time, while the
 * tests look at those that have ended.
 */
public final class Examples implements AutoCloseable {
    public static final String ENVIRONMENT = "examples";
    public static final String RELEASE = "2026.11";
    private static final Pattern TRACE = Pattern.compile("(?m)^trace ([0-9a-f-]{32,36})$");
    private static final Pattern OF_CLIENTS =
            Pattern.compile("(LANGFUSE|OTEL|OPENAI|GOOGLE|OLLAMA|MLFLOW|TRACELOOP)_.*");
    private static final int AT_ONCE = 2;
    private static final int RUN_MINUTES = 3;

    /** How a script that uses OpenTelemetry's own exporters is told where to send. */
    public enum Export {
        GRPC("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc"),
        HTTP("OTEL_EXPORTER_OTLP_ENDPOINT", "http/protobuf"),
        /** For what takes an endpoint for all signals as a reason to send more than traces. */
        HTTP_TRACES("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http/protobuf"),
        /** By Langfuse's variables alone. */
        LANGFUSE(null, null),
        /** By Langfuse's variables in a file {@code .env} beside the script. */
        DOTENV(null, null);

        private final String endpointVariable;
        private final String protocol;

        Export(String endpointVariable, String protocol) {
            this.endpointVariable = endpointVariable;
            this.protocol = protocol;
        }
    }

    /** A script in a folder of the language's examples. */
    public record Script(String folder, String file, Export export) {
        @Override
        public String toString() {
            return folder + "/" + file + (export == Export.GRPC ? " over gRPC" : "");
        }
    }

    private final Toolchain toolchain;
    private final Stack stack;
    private final ScriptedModel model = ScriptedModel.start();
    private final QueryClient query;
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    private final Map<Script, CompletableFuture<String>> outputs = new HashMap<>();

    private Examples(Toolchain toolchain, Stack stack) {
        this.toolchain = toolchain;
        this.stack = stack;
        this.query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization());
    }

    public static Examples python(Stack stack) {
        return new Examples(Toolchain.PYTHON, stack);
    }

    public static Examples javaScript(Stack stack) {
        return new Examples(Toolchain.JAVASCRIPT, stack);
    }

    public static Examples java(Stack stack) {
        return new Examples(Toolchain.JAVA, stack);
    }

    /** Installs each folder once and runs the scripts, in this order. */
    public void begin(List<Script> scripts) {
        Map<String, List<Script>> byFolder = new LinkedHashMap<>();
        scripts.forEach(script -> byFolder.computeIfAbsent(script.folder(), _ -> new ArrayList<>()).add(script));
        byFolder.forEach((folder, ofFolder) -> {
            CompletableFuture<Toolchain.Installed> installed =
                    CompletableFuture.supplyAsync(() -> toolchain.install(folder), threads);
            ofFolder.forEach(script ->
                    outputs.put(script, installed.thenApplyAsync(place -> run(script, place), threads)));
        });
    }

    /** What is stored of the trace that the script printed, once it has at least so many observations. */
    public StoredTrace trace(Script script, int observationCount) {
        return StoredTrace.await(query, traceId(script), observationCount);
    }

    private String traceId(Script script) {
        String output = output(script);
        Matcher trace = TRACE.matcher(output);
        if (!trace.find()) {
            throw new AssertionError(script + " printed no trace: " + output);
        }
        return trace.group(1).replace("-", "");
    }

    /** The same, once the trace has these scores as well. */
    public StoredTrace scoredTrace(Script script, int observationCount, String... scores) {
        StoredTrace.awaitScores(query, traceId(script), scores);
        return trace(script, observationCount);
    }

    /** What the script printed; a test whose language or packages are not to be had is left out, and says so. */
    public String output(Script script) {
        try {
            return outputs.get(script).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Toolchain.Missing missing) {
                leaveOut(script.toString(), missing);
            }
            throw new AssertionError(script + ": " + e.getCause().getMessage(), e.getCause());
        }
    }

    private static void leaveOut(String what, Toolchain.Missing missing) {
        System.out.println("SKIPPED: " + what + ": " + missing.getMessage());
        Assumptions.abort(missing.getMessage());
    }

    /** The folder, installed now; the test is left out where that is not possible. */
    static Toolchain.Installed installed(Toolchain toolchain, String folder) {
        try {
            return toolchain.install(folder);
        } catch (Toolchain.Missing missing) {
            leaveOut(folder, missing);
            throw missing;
        }
    }

    /** Nothing of the tester's own settings leaks in. */
    static void forgetClients(Map<String, String> environment) {
        environment.keySet().removeIf(name -> OF_CLIENTS.matcher(name).matches());
    }

    private String run(Script script, Toolchain.Installed place) {
        try {
            Path log = Files.createTempFile(place.folder(), "run-", ".log");
            List<String> command = new ArrayList<>(place.command());
            command.add(script.file());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(place.folder().toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
            forgetClients(builder.environment());
            Map<String, String> settings = settings(script.export());
            if (script.export() == Export.DOTENV) {
                Files.write(place.folder().resolve(".env"), settings.entrySet().stream().map(Object::toString).toList());
            } else {
                builder.environment().putAll(settings);
            }
            Process process = builder.start();
            boolean ended = process.waitFor(RUN_MINUTES, TimeUnit.MINUTES);
            if (!ended) {
                process.destroyForcibly();
            }
            String output = Files.readString(log);
            Files.delete(log);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError((ended ? "it returned " + process.exitValue() : "it did not end")
                        + "; it said:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private Map<String, String> settings(Export export) {
        Map<String, String> settings = new LinkedHashMap<>();
        String baseUrl = stack.file().text("base_url").replaceFirst("/$", "");
        String key = stack.project().publicKey() + ":" + stack.project().secretKey();
        settings.putAll(Map.of(
                // Three generations of one name.
                "LANGFUSE_HOST", baseUrl, "LANGFUSE_BASEURL", baseUrl, "LANGFUSE_BASE_URL", baseUrl,
                "LANGFUSE_PUBLIC_KEY", stack.project().publicKey(),
                "LANGFUSE_SECRET_KEY", stack.project().secretKey(),
                "LANGFUSE_TRACING_ENVIRONMENT", ENVIRONMENT, "LANGFUSE_RELEASE", RELEASE,
                // Seconds. The default of five is short for a machine that runs everything else as well.
                "LANGFUSE_TIMEOUT", "60"));
        settings.putAll(Map.of(
                "OPENAI_BASE_URL", model.origin() + "/v1", "OPENAI_API_KEY", ScriptedModel.API_KEY,
                "OLLAMA_BASE_URL", model.origin() + "/v1", "OLLAMA_API_KEY", ScriptedModel.API_KEY,
                "GOOGLE_GEMINI_BASE_URL", model.origin(), "GOOGLE_API_KEY", ScriptedModel.API_KEY));
        if (export.endpointVariable != null) {
            String path = export == Export.HTTP_TRACES ? "/v1/traces" : "";
            settings.putAll(Map.of(
                    export.endpointVariable, "http://" + authority(export) + path,
                    "OTEL_EXPORTER_OTLP_PROTOCOL", export.protocol,
                    "OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20"
                            + Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8))));
        }
        return settings;
    }

    private String authority(Export export) {
        return export == Export.GRPC ? stack.file().text("otlp_grpc") : stack.file().uri("otlp_http").getAuthority();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        query.close();
        model.close();
    }
}
