package dev.sightline.localstack.stack;

import dev.sightline.clickhouse.ClickHouseLocal;
import dev.sightline.localstack.kafka.KafkaBroker;
import dev.sightline.localstack.kafka.KafkaReadiness;
import dev.sightline.localstack.postgres.PostgresServer;
import dev.sightline.localstack.process.JvmCommand;
import dev.sightline.localstack.process.ProcessSpec;
import dev.sightline.localstack.process.ProcessSpec.Preparation;
import dev.sightline.localstack.process.Readiness;
import dev.sightline.localstack.process.StartFailure;
import dev.sightline.localstack.stack.InternalPorts.Listener;
import dev.sightline.localstack.stack.StackStep.Start;
import dev.sightline.localstack.stack.StackStep.Work;
import dev.sightline.storage.ClickHouseEndpoint;
import dev.sightline.storage.migrate.Migrator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The processes of the local stack and what they are told: commands, environments, order. The environment variables
 * are those that the Kubernetes manifests set.
 */
public record StackPlan(
        Installation installation, Engines engines, DataFolder data, PublicPorts publicPorts, InternalPorts ports,
        StackSecrets secrets) {
    public static final String POSTGRES = "postgres";
    public static final String KAFKA = "kafka";
    public static final String CLICKHOUSE = "clickhouse";
    public static final String MIGRATION = "schema migration";
    public static final String QUERY = "query-service";
    public static final String EDGE = "ingestion-edge";
    public static final String WRITER = "ingestion-writer";
    public static final String EVALUATOR = "evaluator-service";

    /**
     * Halves the processor time of a start and saves 30 MB. Where the work is done elsewhere (in ClickHouse, by
     * embeddings in native code) or is mere input and output, the other compiler gains nothing that is seen here: the
     * broker takes 1.5 s of processor time for 600 MB either way. Only ingestion is worth it.
     */
    private static final List<String> QUICK_COMPILER = List.of("-XX:TieredStopAtLevel=1");
    /**
     * A request or a batch lives until it is acknowledged, which is longer than the 8 MiB of new objects last that a
     * small heap begins with: each would be copied again and again, and a third of the processor time went there. So
     * half of the heap is for new objects, and it grows before it is full.
     */
    private static final List<String> ROOM_FOR_REQUESTS =
            List.of("-XX:NewSize=96m", "-XX:NewRatio=1", "-XX:MinHeapFreeRatio=40", "-XX:MaxHeapFreeRatio=60");
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

    /** Fails when something is not built. */
    public List<StackStep> steps() throws StartFailure, IOException {
        return List.of(postgres(), kafka(), clickHouse(), migration(), query(), edge(), writer(), evaluator());
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + publicPorts.http();
    }

    public String clickHouseUrl() {
        return http(Listener.CLICKHOUSE);
    }

    public String kafkaAddress() {
        return "127.0.0.1:" + ports.of(Listener.KAFKA);
    }

    public String postgresUrl() {
        return "postgresql://127.0.0.1:" + ports.of(Listener.POSTGRES) + "/" + PostgresServer.DATABASE;
    }

    public String queryGrpc() {
        return "127.0.0.1:" + ports.of(Listener.QUERY_GRPC);
    }

    /** Where applications ask the guard. */
    public String guardGrpc() {
        return "127.0.0.1:" + ports.of(Listener.EVALUATOR_GRPC);
    }

    /** Where the services of the HTTPRoute listen. */
    public Map<String, Integer> backendPorts() {
        return Map.of("ingestion-service", publicPorts.otlpHttp(), "query-service", ports.of(Listener.QUERY_HTTP),
                "evaluator-service", ports.of(Listener.EVALUATOR_HTTP));
    }

    private Start postgres() {
        PostgresServer server = new PostgresServer(engines.postgres(), data.postgres(), ports.of(Listener.POSTGRES));
        Preparation prepare = () -> {
            server.create(secrets.get(StackSecrets.POSTGRES_PASSWORD));
            server.clearLeftovers();
        };
        return new Start(new ProcessSpec(POSTGRES, server.command(), Map.of(), data.root(), data.log(POSTGRES),
                prepare, server::ready, server::serverPid, READY_WITHIN, STOP_WITHIN), false, "", Set.of());
    }

    private Start kafka() {
        int port = ports.of(Listener.KAFKA);
        List<String> command = new JvmCommand(KAFKA, data.logFolder(), 384, QUICK_COMPILER)
                .ofOurs(KafkaBroker.class.getName(), data.kafka().toString(), String.valueOf(port),
                        String.valueOf(ports.of(Listener.KAFKA_CONTROLLER)));
        return new Start(jvm(KAFKA, command, Map.of(), new KafkaReadiness(port)), false, "", Set.of());
    }

    private Start clickHouse() throws IOException, StartFailure {
        Map<String, String> environment = new TreeMap<>();
        environment.put(StackSecrets.CLICKHOUSE_PASSWORD, secrets.get(StackSecrets.CLICKHOUSE_PASSWORD));
        // The engine replaces signal handlers that the JVM needs, unless this library stands between them.
        Path java = Path.of(System.getProperty("java.home"), "lib");
        if (Files.exists(java.resolve("libjsig.so"))) {
            environment.put("LD_PRELOAD", java.resolve("libjsig.so").toString());
        } else {
            environment.put("DYLD_INSERT_LIBRARIES", java.resolve("libjsig.dylib").toString());
        }
        List<String> command = new JvmCommand(CLICKHOUSE, data.logFolder(), 192, ClickHouseLocal.JVM_FLAGS)
                .ofJar(installation.childJar(), installation.clickHouseJar(),
                        "--library", engines.clickHouseLibrary().toString(), "--path", data.clickHouse().toString(),
                        "--host", "127.0.0.1", "--port", String.valueOf(ports.of(Listener.CLICKHOUSE)),
                        "--user", "default");
        return new Start(jvm(CLICKHOUSE, command, environment, Readiness.http(clickHouseUrl() + "/ping")),
                false, clickHouseUrl(), Set.of());
    }

    private Work migration() {
        return new Work(MIGRATION, Set.of(CLICKHOUSE), progress -> new Migrator(new ClickHouseEndpoint(
                clickHouseUrl(), "sightline", "default", secrets.get(StackSecrets.CLICKHOUSE_PASSWORD)),
                progress).migrate());
    }

    private Start query() throws IOException, StartFailure {
        Map<String, String> environment = new TreeMap<>(secrets.initEnvironment());
        environment.putAll(clickHouseEnvironment());
        environment.putAll(postgresEnvironment());
        environment.put("SIGHTLINE_EXPORTS_FOLDER", data.exports().toString());
        environment.put("SIGHTLINE_EVALUATOR_GRPC_HOST", "127.0.0.1");
        environment.put("SIGHTLINE_EVALUATOR_GRPC_PORT", String.valueOf(ports.of(Listener.EVALUATOR_GRPC)));
        return service(QUERY, "query-service", 320, QUICK_COMPILER, ports.of(Listener.QUERY_HTTP),
                ports.of(Listener.QUERY_GRPC), environment, Set.of(POSTGRES, MIGRATION));
    }

    private Start edge() throws IOException, StartFailure {
        Map<String, String> environment = new TreeMap<>(queryGrpcEnvironment());
        environment.put("SIGHTLINE_ROLES", "edge");
        environment.put("SIGHTLINE_MEDIA_FOLDER", data.media().toString());
        return service(EDGE, "ingestion-service", 1024, ROOM_FOR_REQUESTS, publicPorts.otlpHttp(),
                publicPorts.otlpGrpc(), environment, Set.of(KAFKA));
    }

    private Start writer() throws IOException, StartFailure {
        Map<String, String> environment = new TreeMap<>(clickHouseEnvironment());
        environment.put("SIGHTLINE_ROLES", "writer");
        // Deleted traces take their media with them.
        environment.put("SIGHTLINE_MEDIA_FOLDER", data.media().toString());
        return service(WRITER, "ingestion-service", 1024, ROOM_FOR_REQUESTS, ports.of(Listener.WRITER_HTTP),
                ports.of(Listener.WRITER_GRPC), environment, Set.of(KAFKA, MIGRATION));
    }

    private Start evaluator() throws IOException, StartFailure {
        Map<String, String> environment = new TreeMap<>(queryGrpcEnvironment());
        environment.putAll(postgresEnvironment());
        return service(EVALUATOR, "evaluator-service", 512, QUICK_COMPILER, ports.of(Listener.EVALUATOR_HTTP),
                ports.of(Listener.EVALUATOR_GRPC), environment, Set.of(POSTGRES, KAFKA));
    }

    private Start service(String name, String module, int heapMax, List<String> flags, int httpPort,
            int grpcPort, Map<String, String> own, Set<String> after) throws IOException, StartFailure {
        Map<String, String> environment = new TreeMap<>(own);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", kafkaAddress());
        environment.put(StackSecrets.INTERNAL_TOKEN, secrets.get(StackSecrets.INTERNAL_TOKEN));
        environment.put(StackSecrets.ENCRYPTION_KEY, secrets.get(StackSecrets.ENCRYPTION_KEY));
        environment.put("SIGHTLINE_PUBLIC_URL", baseUrl());
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", String.valueOf(httpPort));
        environment.put("QUARKUS_GRPC_SERVER_HOST", "127.0.0.1");
        environment.put("QUARKUS_GRPC_SERVER_PORT", String.valueOf(grpcPort));
        List<String> command = new JvmCommand(name, data.logFolder(), heapMax, flags)
                .ofJar(installation.childJar(), installation.serviceJar(module));
        String http = "http://127.0.0.1:" + httpPort;
        return new Start(jvm(name, command, environment, Readiness.http(http + "/q/health/ready")), true, http, after);
    }

    private ProcessSpec jvm(
            String name, List<String> command, Map<String, String> own, Readiness readiness) {
        Map<String, String> environment = new TreeMap<>(own);
        // glibc keeps an arena per thread otherwise, and gives little of it back.
        environment.put("MALLOC_ARENA_MAX", "2");
        return new ProcessSpec(name, command, environment, data.root(), data.log(name), Preparation.NONE, readiness,
                OptionalLong::empty, READY_WITHIN, STOP_WITHIN);
    }

    private Map<String, String> clickHouseEnvironment() {
        return Map.of(
                "SIGHTLINE_CLICKHOUSE_URL", clickHouseUrl(),
                "SIGHTLINE_CLICKHOUSE_DATABASE", "sightline",
                "SIGHTLINE_CLICKHOUSE_USER", "default",
                StackSecrets.CLICKHOUSE_PASSWORD, secrets.get(StackSecrets.CLICKHOUSE_PASSWORD));
    }

    private Map<String, String> postgresEnvironment() {
        return Map.of(
                "QUARKUS_DATASOURCE_REACTIVE_URL", postgresUrl(),
                "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:" + postgresUrl(),
                "QUARKUS_DATASOURCE_USERNAME", PostgresServer.USER,
                StackSecrets.POSTGRES_PASSWORD, secrets.get(StackSecrets.POSTGRES_PASSWORD));
    }

    private Map<String, String> queryGrpcEnvironment() {
        return Map.of(
                "SIGHTLINE_QUERY_GRPC_HOST", "127.0.0.1",
                "SIGHTLINE_QUERY_GRPC_PORT", String.valueOf(ports.of(Listener.QUERY_GRPC)));
    }

    private String http(Listener listener) {
        return "http://127.0.0.1:" + ports.of(listener);
    }
}
