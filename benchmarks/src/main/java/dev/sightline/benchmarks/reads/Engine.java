package dev.sightline.benchmarks.reads;

import dev.sightline.benchmarks.stack.RunningStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** The stack's ClickHouse, asked directly over its HTTP protocol, on connections that stay open. */
final class Engine {
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI uri;
    private final String authorization;

    Engine(RunningStack stack) {
        uri = URI.create(stack.text("clickhouse_url") + "/?database=sightline");
        authorization = "Basic " + Base64.getEncoder().encodeToString(
                ("default:" + stack.secret("SIGHTLINE_CLICKHOUSE_PASSWORD")).getBytes(StandardCharsets.UTF_8));
    }

    /** The answer as tab-separated text. */
    String run(String sql) {
        HttpRequest request = HttpRequest.newBuilder(uri).header("Authorization", authorization)
                .header("X-ClickHouse-Format", "TabSeparated").POST(HttpRequest.BodyPublishers.ofString(sql)).build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(answer.body() + "\n" + sql);
            }
            return answer.body().strip();
        } catch (IOException e) {
            throw new IllegalStateException("ClickHouse did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Until no part is being merged. */
    void awaitMerges() throws InterruptedException {
        for (int quiet = 0; quiet < 5; ) {
            TimeUnit.SECONDS.sleep(1);
            quiet = run("SELECT count() FROM system.merges").equals("0") ? quiet + 1 : 0;
        }
    }
}
