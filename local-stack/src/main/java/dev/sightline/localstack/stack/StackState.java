package dev.sightline.localstack.stack;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What stack.json says of a running stack: addresses, and each process with its pid. Tests and tools read it, so fields
 * may be added but keep their names and meaning. It holds no secrets.
 *
 * @param pid of the launcher
 * @param startedAt when {@code up} was called
 * @param ready whether every process is ready now
 * @param readyAfterMs from {@code up} to the first time all were ready, 0 before that
 * @param baseUrl UI and every HTTP API
 */
public record StackState(
        long pid, Instant startedAt, boolean ready, long readyAfterMs, String baseUrl, String otlpGrpc, String otlpHttp,
        String queryGrpc, String guardGrpc, String clickhouseUrl, String kafka, String postgresUrl, String projectId, String publicKey,
        List<ProcessState> processes) {

    /**
     * One process.
     *
     * @param pid 0 while it is being started again
     * @param state as in {@link dev.sightline.localstack.process.SupervisedProcess.State}, in lower case
     * @param restarts how often it was started again
     * @param http its own HTTP address, empty when it has none
     * @param log file with its output
     */
    public record ProcessState(
            String name, long pid, String state, Instant startedAt, int restarts, String http, String log) { }

    /** Replaces the file at once, so that no reader ever sees half of it. */
    public void write(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, toJson().encodePrettily() + "\n");
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Empty when there is no file. */
    public static Optional<StackState> read(Path file) throws IOException {
        return Files.exists(file) ? Optional.of(fromJson(new JsonObject(Files.readString(file)))) : Optional.empty();
    }

    private JsonObject toJson() {
        JsonArray list = new JsonArray();
        for (ProcessState process : processes) {
            JsonObject json = new JsonObject()
                    .put("name", process.name()).put("pid", process.pid()).put("state", process.state())
                    .put("started_at", process.startedAt().toString()).put("restarts", process.restarts());
            if (!process.http().isEmpty()) {
                json.put("http", process.http());
            }
            list.add(json.put("log", process.log()));
        }
        return new JsonObject()
                .put("pid", pid).put("started_at", startedAt.toString())
                .put("ready", ready).put("ready_after_ms", readyAfterMs)
                .put("base_url", baseUrl).put("otlp_grpc", otlpGrpc).put("otlp_http", otlpHttp)
                .put("query_grpc", queryGrpc).put("guard_grpc", guardGrpc)
                .put("clickhouse_url", clickhouseUrl).put("kafka", kafka)
                .put("postgres_url", postgresUrl).put("project_id", projectId).put("public_key", publicKey)
                .put("processes", list);
    }

    private static StackState fromJson(JsonObject json) {
        JsonArray list = json.getJsonArray("processes");
        List<ProcessState> processes = IntStream.range(0, list.size()).mapToObj(list::getJsonObject)
                .map(process -> new ProcessState(process.getString("name"), process.getLong("pid"),
                        process.getString("state"), process.getInstant("started_at"), process.getInteger("restarts"),
                        process.getString("http", ""), process.getString("log")))
                .toList();
        return new StackState(json.getLong("pid"), json.getInstant("started_at"), json.getBoolean("ready"),
                json.getLong("ready_after_ms"), json.getString("base_url"), json.getString("otlp_grpc"),
                json.getString("otlp_http"), json.getString("query_grpc"), json.getString("guard_grpc"),
                json.getString("clickhouse_url"),
                json.getString("kafka"), json.getString("postgres_url"), json.getString("project_id"),
                json.getString("public_key"), processes);
    }
}
