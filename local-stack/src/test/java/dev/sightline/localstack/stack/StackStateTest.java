package dev.sightline.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.localstack.stack.StackState.ProcessState;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackStateTest {
    private static final Instant THEN = Instant.parse("2026-11-23T20:00:00Z");
    private static final StackState STATE = new StackState(41, THEN, true, 12_345, "http://127.0.0.1:3000",
            "127.0.0.1:4317", "http://127.0.0.1:4318", "127.0.0.1:20001", "127.0.0.1:20006", "http://127.0.0.1:20002",
            "127.0.0.1:20003", "postgresql://127.0.0.1:20004/sightline", "dev", "pk-sl-dev-1",
            List.of(new ProcessState("kafka", 42, "ready", THEN, 1, "", "/data/logs/kafka.log"),
                    new ProcessState("query-service", 43, "restarting", THEN, 2, "http://127.0.0.1:20005", "/q.log")));

    @TempDir
    private Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        STATE.write(folder.resolve("stack.json"));

        assertThat(StackState.read(folder.resolve("stack.json"))).contains(STATE);
        assertThat(StackState.read(folder.resolve("other.json"))).isEmpty();
    }

    /** Tests and tools depend on these names. */
    @Test
    void keepsTheNamesOfItsFields() throws IOException {
        STATE.write(folder.resolve("stack.json"));

        JsonObject json = new JsonObject(Files.readString(folder.resolve("stack.json")));
        assertThat(json.fieldNames()).containsExactly("pid", "started_at", "ready", "ready_after_ms", "base_url",
                "otlp_grpc", "otlp_http", "query_grpc", "guard_grpc", "clickhouse_url", "kafka", "postgres_url", "project_id",
                "public_key", "processes");
        assertThat(json.getJsonArray("processes").getJsonObject(1).fieldNames())
                .containsExactly("name", "pid", "state", "started_at", "restarts", "http", "log");
        assertThat(json.getJsonArray("processes").getJsonObject(0).fieldNames()).doesNotContain("http");
    }
}
