package dev.sightline.acceptance.crash;

import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.KafkaState;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.Stack;
import dev.sightline.acceptance.stack.StackFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** The processes that are killed, and how to tell that one is back. */
final class Victims implements AutoCloseable {
    static final String WRITER = "ingestion-writer";
    static final String EDGE = "ingestion-edge";
    static final String KAFKA = "kafka";
    static final String CLICKHOUSE = "clickhouse";
    static final List<String> ALL = List.of(WRITER, EDGE, KAFKA, CLICKHOUSE);
    private static final Duration BACK = Duration.ofMinutes(3);

    private final Stack stack;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();

    Victims(Stack stack) {
        this.stack = stack;
    }

    /** Kills it with signal 9 and returns the pid it had. */
    long kill(String victim) {
        return stack.signal(victim, "KILL");
    }

    /** Returns when the supervisor has started it again; it need not be ready yet. */
    void awaitStarted(String victim, long killedPid) {
        Await.until(victim + " to be started again", BACK, () -> {
            StackFile.Process process = stack.file().process(victim);
            return process.pid() != killedPid && process.isAlive();
        });
    }

    void awaitReady(String victim) {
        Await.until(victim + " to be ready again", BACK, () -> isReady(victim));
    }

    private boolean isReady(String victim) throws Exception {
        return switch (victim) {
            case KAFKA -> {
                try (KafkaState kafka = new KafkaState(stack.file().text("kafka"))) {
                    yield kafka.answers();
                }
            }
            case CLICKHOUSE -> new ClickHouseClient(stack).number("SELECT 1") == 1;
            default -> get(stack.file().process(victim).http().resolve("/q/health/ready")) == 200;
        };
    }

    private int get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Override
    public void close() {
        http.close();
    }
}
