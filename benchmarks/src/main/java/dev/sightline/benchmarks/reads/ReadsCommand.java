package dev.sightline.benchmarks.reads;

import dev.sightline.benchmarks.stack.RunningStack;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast query-service answers on a store of a given size: one client and many, beside the same SQL sent to the
 * engine bare and beside a `SELECT 1`.
 */
@Command(name = "reads", description = "Reads over REST on millions of observations: ./benchmarks/run reads --rows 1000000")
public final class ReadsCommand implements Callable<Integer> {
    /** Requests of a kind before those that are measured. */
    private static final int WARM_UP = 40;

    @Option(names = "--rows", description = "Observations in all projects together. Default: ${DEFAULT-VALUE}.")
    private long rows = 1_000_000;

    @Option(names = "--requests", description = "Of each kind, by one client. Default: ${DEFAULT-VALUE}.")
    private int requests = 40;

    @Option(names = "--clients", description = "Clients at one time in the second turn. Default: ${DEFAULT-VALUE}.")
    private int clients = 20;

    @Option(names = "--ports", arity = "3", description = "HTTP, OTLP gRPC, OTLP HTTP. Default: ${DEFAULT-VALUE}.")
    private List<Integer> ports = List.of(3160, 4160, 4161);

    @Option(names = "--data", description = "A folder that stays. One that was filled before is not filled again.")
    private Path data;

    @Option(names = "--only", description = "Only reads whose name has this in it, such as text.")
    private String only = "";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String base;
    private String authorization;
    private Engine engine;
    private final Instant now = Instant.now();

    private record Case(String name, String target, String path, String body) {
    }

    private record Times(double p50, double p95) {
        static Times of(double[] millis) {
            Arrays.sort(millis);
            return new Times(millis[millis.length / 2], millis[(int) Math.ceil(millis.length * 0.95) - 1]);
        }
    }

    @Override
    public Integer call() throws Exception {
        Path folder = data == null ? Files.createTempDirectory("sightline-benchmark") : data;
        List<String> portOptions = List.of("--http-port", ports.get(0).toString(),
                "--otlp-grpc-port", ports.get(1).toString(), "--otlp-http-port", ports.get(2).toString());
        // Once to learn which SQL is sent, and once without a log of it to measure.
        Map<String, List<String>> sql = new HashMap<>();
        with(folder, portOptions, Map.of("SIGHTLINE_QUERY_LOG_LEVEL", "TRACE"), project -> {
            fill(project);
            SentSql sent = new SentSql(folder.resolve("logs/query-service.log"));
            for (Case each : cases(project)) {
                sent.take();
                http.send(request(each), HttpResponse.BodyHandlers.discarding());
                Thread.sleep(300);
                sql.put(each.name, sent.take());
            }
        });
        with(folder, portOptions, Map.of(), project -> run(project, sql));
        return 0;
    }

    private interface Work {
        void on(String project) throws Exception;
    }

    private void with(Path folder, List<String> portOptions, Map<String, String> environment, Work work)
            throws Exception {
        try (RunningStack stack = RunningStack.start(folder, portOptions, environment)) {
            stack.signal(RunningStack.EVALUATOR, "STOP");
            try {
                base = stack.text("base_url");
                authorization = stack.authorization();
                engine = new Engine(stack);
                work.on(stack.text("project_id"));
            } finally {
                stack.signal(RunningStack.EVALUATOR, "CONT");
            }
        }
    }

    private void fill(String project) throws InterruptedException {
        if (Long.parseLong(engine.run("SELECT count() FROM observations")) < rows) {
            long begin = System.nanoTime();
            new ReadCorpus(engine, project, now.getEpochSecond() * 1_000_000_000L).fill(rows);
            System.out.printf(Locale.ROOT, "filled in %.0f s%n", (System.nanoTime() - begin) / 1e9);
            engine.awaitMerges();
        }
    }

    private void run(String project, Map<String, List<String>> sql) throws Exception {
        System.out.printf("%s observations in all, %s in the measured project, %s parts; on disk:%n",
                engine.run("SELECT count() FROM observations"),
                engine.run("SELECT count() FROM observations WHERE project_id = '" + project + "'"),
                engine.run("SELECT count() FROM system.parts WHERE active AND table = 'observations'"));
        System.out.println(engine.run("SELECT table, formatReadableSize(sum(bytes_on_disk)), "
                + "formatReadableSize(sum(secondary_indices_compressed_bytes)) FROM system.parts WHERE active "
                + "AND database = 'sightline' GROUP BY table ORDER BY sum(bytes_on_disk) DESC"));
        System.out.printf("%n%-42s %7s %7s %7s %7s %8s %8s %8s %8s %9s %7s%n", "", "target", "first", "p50", "p95",
                "bare p50", "x bare", "SELECT 1", "x that", clients + " p50", clients + " p95");
        for (Case each : cases(project)) {
            if (each.name.contains(only)) {
                report(each, sql.get(each.name));
            }
        }
    }

    private List<Case> cases(String project) {
        String ofProject = " FROM observations WHERE project_id = '" + project + "'";
        String[] lengths = {String.valueOf(ReadCorpus.SHORT_STEPS), String.valueOf(ReadCorpus.LONG_STEPS)};
        String[] ids = Arrays.stream(lengths).map(length -> engine.run("SELECT lower(hex(trace_id))" + ofProject
                + " AND start_time > now() - INTERVAL 1 DAY GROUP BY trace_id HAVING count() = " + length + " LIMIT 1"))
                .toArray(String[]::new);
        String request = engine.run("SELECT attributes['request.id'] FROM observation_content WHERE project_id = '"
                + project + "' LIMIT 1");
        String day = "&from=" + now.minus(Duration.ofDays(1));
        String month = "&from=" + now.minus(Duration.ofDays(30));
        String chart = "{\"view\":\"observations\",\"from\":\"" + now.minus(Duration.ofDays(30)) + "\",\"to\":\"" + now
                + "\",\"granularity\":\"day\",\"measures\":[{\"measure\":\"count\"},{\"measure\":\"total_cost\","
                + "\"aggregation\":\"sum\"},{\"measure\":\"latency\",\"aggregation\":\"p95\"}],";
        return List.of(
                new Case("list of 50 traces, 24 hours", "50", "/traces?limit=50" + day, null),
                new Case("trace of 20 observations", "20", "/traces/" + ids[0], null),
                new Case("trace of 10,000, first 1,000", "150", "/traces/" + ids[1] + "?content=false&limit=1000", null),
                new Case("trace of 10,000, all, no content", "-", "/traces/" + ids[1] + "?content=false", null),
                new Case("30 days by model", "50", "/metrics", chart + "\"dimensions\":[\"model\"]}"),
                new Case("30 days by top 10 users", "200", "/metrics", chart
                        + "\"dimensions\":[\"user_id\"],\"top\":{\"n\":10,\"others\":true}}"),
                new Case("attribute of one, 30 days", "200", query("attribute.request.id:" + request) + month, null),
                new Case("attribute of a fortieth, 24 hours", "200", query("attribute.http.route:/r7") + day, null),
                new Case("metadata of a thousandth, 30 days", "200", query("metadata.tenant.id:tenant-77") + month, null),
                new Case("user and level, 30 days", "-", query("user:user-3 level:ERROR") + month, null),
                new Case("full text, rare, 30 days", "300", query("\"refund order\"") + month, null),
                new Case("full text, frequent word, 24 hours", "300", query("w1234") + day, null),
                new Case("sums: latency and cost, 24 hours", "-", query("latency:>5s cost:>0.01") + day, null),
                new Case("sessions, 24 hours", "-", "/sessions?limit=50" + day, null),
                new Case("facets, 24 hours", "-", "/traces/facets?query=" + day, null));
    }

    private static String query(String text) {
        return "/traces?limit=50&query=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest request(Case each) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/api/v1" + each.path))
                .header("Authorization", authorization);
        return (each.body == null ? request.GET() : request.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(each.body))).build();
    }

    private void report(Case each, List<String> sql) throws Exception {
        HttpRequest asked = request(each);
        long begin = System.nanoTime();
        HttpResponse<String> answer = http.send(asked, HttpResponse.BodyHandlers.ofString());
        double first = (System.nanoTime() - begin) / 1e6;
        if (answer.statusCode() != 200) {
            System.out.printf("%-42s not measured: %d %.120s%n", each.name, answer.statusCode(), answer.body());
            return;
        }
        measure(WARM_UP, () -> send(asked));
        Times alone = Times.of(measure(requests, () -> send(asked)));
        Times bare = Times.of(measure(requests, () -> sql.forEach(engine::run)));
        // Beside each read: the machine is not equally fast from one minute to the next.
        Times one = Times.of(measure(requests, () -> engine.run("SELECT 1")));
        Times crowd = Times.of(crowd(asked));
        System.out.printf(Locale.ROOT, "%-42s %7s %7.1f %7.1f %7.1f %8.1f %8.2f %8.2f %8.1f %9.1f %7.1f   (%d queries, %d kB)%n",
                each.name, each.target, first, alone.p50, alone.p95, bare.p50, alone.p50 / bare.p50, one.p50,
                alone.p50 / one.p50, crowd.p50, crowd.p95, sql.size(), answer.body().length() / 1000);
    }

    private void send(HttpRequest request) {
        try {
            HttpResponse<Void> answer = http.send(request, HttpResponse.BodyHandlers.discarding());
            while (answer.statusCode() == 503) {
                // As a client does that is told to come again; its time goes on.
                TimeUnit.SECONDS.sleep(answer.headers().firstValueAsLong("Retry-After").orElse(1));
                answer = http.send(request, HttpResponse.BodyHandlers.discarding());
            }
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(request.uri() + " answered " + answer.statusCode());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static double[] measure(int times, Runnable work) {
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            work.run();
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        return millis;
    }

    private double[] crowd(HttpRequest request) throws Exception {
        int each = Math.max(2, requests / 8);
        List<Future<double[]>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                results.add(threads.submit(() -> measure(each, () -> send(request))));
            }
        }
        List<double[]> all = new ArrayList<>();
        for (Future<double[]> result : results) {
            all.add(result.get());
        }
        return all.stream().flatMapToDouble(Arrays::stream).toArray();
    }
}
