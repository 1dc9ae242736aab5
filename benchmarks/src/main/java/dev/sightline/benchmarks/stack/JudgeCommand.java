package dev.sightline.benchmarks.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Judgements by a language model that takes its time, all that may be under way at once, with every JVM of the stack on a
 * small heap: how many calls there are at once, how far the pace is from what the model alone would allow, and what the
 * evaluator uses. The model is a server in this process.
 */
@Command(name = "judge", description = "The stack with a slow model: judgements under way at once, pace and memory.")
public final class JudgeCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRACES_A_REQUEST = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String ANSWER = "{\"id\":\"1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"slow\","
            + "\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":"
            + "\"{\\\"reasoning\\\":\\\"It answers what was asked.\\\",\\\"score\\\":0.75}\"}}],"
            + "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120}}";

    @Option(names = "--calls", description = "Calls that the connection allows at once. Default: ${DEFAULT-VALUE}.")
    private int calls = 50;

    @Option(names = "--judgements", description = "Default: ${DEFAULT-VALUE}.")
    private int judgements = 500;

    @Option(names = "--seconds", description = "That the model takes for an answer. Default: ${DEFAULT-VALUE}.")
    private int seconds = 2;

    @Option(names = "--characters", description = "Of each judged answer. Default: ${DEFAULT-VALUE}.")
    private int characters = 20_000;

    @Option(names = "--heap", description = "Of each JVM, MiB. Default: ${DEFAULT-VALUE}.")
    private int heapMiB = 256;

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicLong firstNanos = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong lastNanos = new AtomicLong();
    private final HttpClient http = HttpClient.newHttpClient();

    @Override
    public Integer call() throws Exception {
        Path data = Files.createTempDirectory("sightline-benchmark");
        HttpServer model = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4 * calls);
        // _JAVA_OPTIONS wins over the launcher's own heap sizes.
        Map<String, String> environment = Map.of("_JAVA_OPTIONS", "-Xmx" + heapMiB + "m", "SIGHTLINE_SETTLE", "PT2S",
                "SIGHTLINE_RELEVANCE_ENABLED", "false", "SIGHTLINE_EVALUATOR_CATALOG_BUILT_IN_SCORERS", "false");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                RunningStack stack = RunningStack.start(data, List.of("--http-port", "3150", "--otlp-grpc-port", "4150",
                        "--otlp-http-port", "4151"), environment)) {
            model.createContext("/v1/chat/completions", this::answer);
            model.setExecutor(threads);
            model.start();
            measure(stack, "http://127.0.0.1:" + model.getAddress().getPort() + "/v1");
        } finally {
            model.stop(0);
        }
        return 0;
    }

    private void measure(RunningStack stack, String modelUrl) throws Exception {
        send(stack, "PUT", "/api/v1/llm-connections/slow", "{\"provider\":\"openai-compatible\",\"base_url\":\"" + modelUrl
                + "\",\"models\":[\"slow\"],\"concurrency\":" + calls + "}");
        String evaluator = send(stack, "POST", "/api/v1/evaluators", "{\"name\":\"slow\",\"judge\":{\"template\":"
                + "\"sightline/helpfulness\",\"connection\":\"slow\"}}").required("id").textValue();
        String rule = send(stack, "POST", "/api/v1/evaluation-rules", "{\"name\":\"slow\",\"evaluator_ids\":[\"" + evaluator
                + "\"]}").required("id").textValue();
        // Rules are remembered for a while.
        Thread.sleep(3_000);
        ProcessUse process = stack.process(RunningStack.EVALUATOR);
        CpuMeter cpu = new CpuMeter(List.of(process));
        Random random = new Random(1);
        // Many to a request: what is measured must not wait for them to arrive.
        for (int i = 0; i < judgements; i += TRACES_A_REQUEST) {
            send(stack, "POST", "/api/public/otel/v1/traces", "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":["
                    + IntStream.range(i, Math.min(judgements, i + TRACES_A_REQUEST))
                            .mapToObj(number -> span(random, number)).collect(Collectors.joining(",")) + "]}]}]}");
        }
        Instant end = Instant.now().plus(PATIENCE);
        JsonNode activity = JSON.createObjectNode();
        while (answered.get() < judgements || activity.path("waiting").intValue() > 0) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("after " + PATIENCE + " " + answered.get() + " answered: " + activity);
            }
            Thread.sleep(100);
            activity = send(stack, "GET", "/api/v1/evaluation-rules/" + rule, "").path("activity");
        }
        double took = (lastNanos.get() - firstNanos.get()) / 1e9;
        double most = (double) calls / seconds;
        System.out.printf(Locale.ROOT, "%d judgements of %,d characters, the model takes %d s, at most %d at once, heap "
                + "%d MiB%n", judgements, characters, seconds, calls, heapMiB);
        System.out.printf(Locale.ROOT, "  under way at once    %d at most%n", mostUnderWay.get());
        System.out.printf(Locale.ROOT, "  pace                 %.1f a second, %.0f %% of the %.1f that the model allows%n",
                judgements / took, 100 * judgements / took / most, most);
        System.out.printf(Locale.ROOT, "  given up, failed     %d, %d; processes started again %d%n",
                activity.path("dead").intValue(), activity.path("failed_today").intValue(), stack.restarts());
        System.out.printf(Locale.ROOT, "  evaluator-service    %.1f ms of processor time a judgement, %d MiB resident at "
                + "most%n", 1_000 * cpu.sum() / judgements, process.mostResidentMiB());
    }

    private void answer(HttpExchange exchange) throws IOException {
        int now = underWay.incrementAndGet();
        mostUnderWay.accumulateAndGet(now, Math::max);
        firstNanos.accumulateAndGet(System.nanoTime(), Math::min);
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            Thread.sleep(Duration.ofSeconds(seconds));
            byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            underWay.decrementAndGet();
            lastNanos.accumulateAndGet(System.nanoTime(), Math::max);
            answered.incrementAndGet();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String span(Random random, int number) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        String hex = HexFormat.of().formatHex(id);
        long now = System.currentTimeMillis() * 1_000_000;
        String answer = ("It is the number " + number + ". ").repeat(characters / 20 + 1).substring(0, characters);
        return "{\"traceId\":\"" + hex + "\",\"spanId\":\""
                + hex.substring(0, 16) + "\",\"name\":\"chat\",\"startTimeUnixNano\":\"" + (now - 1_000_000)
                + "\",\"endTimeUnixNano\":\"" + now + "\",\"attributes\":[{\"key\":\"input.value\",\"value\":{\"stringValue\":"
                + "\"What is number " + number + "?\"}},{\"key\":\"output.value\",\"value\":{\"stringValue\":\"" + answer
                + "\"}}]}";
    }

    private JsonNode send(RunningStack stack, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(stack.text("base_url") + path))
                .header("Authorization", stack.authorization()).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
