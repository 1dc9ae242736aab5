package dev.sightline.evaluator.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.Timestamp;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.json.ProtoJson;
import dev.sightline.evaluator.judge.Circuit;
import dev.sightline.evaluator.judge.JudgeConfig;
import dev.sightline.evaluator.judge.JudgeModel;
import dev.sightline.evaluator.judge.ModelSpec;
import dev.sightline.evaluator.judge.Provider;
import dev.sightline.evaluator.store.Database;
import dev.sightline.proto.evaluator.v1.LlmConnection;
import dev.sightline.proto.evaluator.v1.TestConnectionResponse;
import io.quarkus.hibernate.reactive.panache.Panache;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The LLM connections of projects: stored with their keys closed, handed out as models that can be asked. The connection
 * {@value #DEFAULT} is the judge that the environment configures (SIGHTLINE_JUDGE_*), the same for every project. Each
 * connection has a {@link Circuit} of its own. Blocking, thread-safe.
 */
@Singleton
public class Connections {
    /** The name of the one from the environment. */
    public static final String DEFAULT = "default";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}");
    private static final int MODELS_MAX = 100;
    private static final int TEXT_MAX = 500;
    private static final int CONCURRENCY_MAX = 1_000;
    private static final int TIMEOUT_SECONDS_MAX = 600;
    /** What cloud machines answer secrets at. */
    private static final Pattern METADATA_HOST =
            Pattern.compile("(?i)169\\.254\\.\\d+\\.\\d+|\\[f[ef][89ab][0-9a-f]:.*]|metadata\\.google\\.internal\\.?");

    private final Database database;
    private final SecretBox secrets;
    private final JudgeConfig environment;
    private final ConnectionConfig config;
    private final Map<String, Circuit> circuits = new ConcurrentHashMap<>();
    private final Cache<ModelSpec, JudgeModel> models = Caffeine.newBuilder().maximumSize(200).build();

    Connections(Database database, SecretBox secrets, JudgeConfig environment, ConnectionConfig config) {
        this.database = database;
        this.secrets = secrets;
        this.environment = environment;
        this.config = config;
    }

    /** A connection that can be used, with its key. */
    private record Opened(LlmConnection connection, Optional<String> key) {
        @Override
        public String toString() {
            return "Opened[" + connection.getName() + "]";
        }
    }

    public List<LlmConnection> list(String projectId) {
        List<LlmConnection> all = new ArrayList<>();
        ofEnvironment().ifPresent(opened -> all.add(shown(projectId, opened.connection)));
        database.read(() -> ConnectionRow.<ConnectionRow>list("id.projectId = ?1 order by id.name", projectId))
                .forEach(row -> all.add(shown(projectId, document(row))));
        return all;
    }

    /** Throws NOT_FOUND. */
    public LlmConnection get(String projectId, String name) {
        return shown(projectId, opened(projectId, name).connection);
    }

    /** Makes it or replaces it. Throws INVALID_ARGUMENT, which names the field. */
    public LlmConnection put(String projectId, LlmConnection given) {
        check(given);
        Optional<ConnectionRow> before = row(projectId, given.getName());
        if (before.isEmpty() && list(projectId).size() >= config.perProjectMax()) {
            throw ServiceException.invalid("name", "the project has " + config.perProjectMax() + " connections already");
        }
        LlmConnection.Builder kept = given.toBuilder().clearApiKey().clearFromEnvironment().clearCircuitOpen()
                .clearUpdatedAt().clearDisplayKey();
        byte[] secret;
        if (given.getApiKey().isEmpty()) {
            boolean sameServer = before.filter(row -> document(row).getBaseUrl().equals(given.getBaseUrl())
                    && document(row).getProvider().equals(given.getProvider())).isPresent();
            // A key goes to the server that it was entered for, and to no other.
            secret = sameServer ? before.get().secret : null;
            before.filter(row -> sameServer).ifPresent(row -> kept.setDisplayKey(document(row).getDisplayKey()));
        } else {
            secret = secrets.close(given.getApiKey(), context(projectId, given.getName()));
            kept.setDisplayKey(displayKey(given.getApiKey()));
        }
        ConnectionRow row = new ConnectionRow();
        row.id = new ConnectionRow.Key(projectId, given.getName());
        row.document = ProtoJson.print(kept);
        row.secret = secret;
        row.updatedAt = Instant.now();
        database.write(() -> Panache.getSession()
                .chain(session -> session.merge(row)));
        circuits.remove(context(projectId, given.getName()));
        return shown(projectId, document(row));
    }

    /** Throws NOT_FOUND. */
    public void delete(String projectId, String name) {
        long deleted = database.write(() -> ConnectionRow.delete("id.projectId = ?1 and id.name = ?2", projectId, name));
        if (deleted == 0) {
            throw unknown(name);
        }
        circuits.remove(context(projectId, name));
    }

    /** Asks the model for a word. Gives the reason where that does not work; throws NOT_FOUND. */
    public TestConnectionResponse test(String projectId, String name, String model) {
        ModelSpec spec = spec(projectId, name, model, Optional.empty(), Optional.empty());
        Instant start = Instant.now();
        TestConnectionResponse.Builder result = TestConnectionResponse.newBuilder().setModel(spec.model());
        try {
            ChatResponse response = new JudgeModel(spec).ask("You are asked whether you can be reached.",
                    "Reply with the word: yes", Optional.empty());
            result.setOk(true);
            Optional.ofNullable(response.modelName()).filter(said -> !said.isBlank()).ifPresent(result::setModel);
        } catch (JudgeModel.Failure failure) {
            result.setError(failure.getMessage());
        }
        return result.setDurationSeconds(Duration.between(start, Instant.now()).toMillis() / 1000.0).build();
    }

    /** What a judge asks. Throws NOT_FOUND for the connection, INVALID_ARGUMENT where no model is named. */
    public ModelSpec spec(String projectId, String name, String model, Optional<Double> temperature,
            Optional<Integer> maxOutputTokens) {
        Opened opened = opened(projectId, name);
        LlmConnection connection = opened.connection;
        if (model.isEmpty() && connection.getModelsCount() == 0) {
            throw ServiceException.invalid("model", "is missing, and the connection " + name + " names none");
        }
        Provider provider = Provider.of(connection.getProvider()).orElseThrow();
        boolean fromEnvironment = connection.getFromEnvironment();
        return new ModelSpec(provider, connection.getBaseUrl().isEmpty() ? provider.baseUrl().orElseThrow()
                : connection.getBaseUrl(), opened.key, model.isEmpty() ? connection.getModels(0) : model,
                connection.getApiVersion().isEmpty() ? ModelSpec.API_VERSION : connection.getApiVersion(),
                temperature.or(() -> fromEnvironment ? environment.temperature() : Optional.of(0.0)),
                maxOutputTokens.or(() -> fromEnvironment ? environment.maxOutputTokens() : Optional.empty()),
                !fromEnvironment || environment.jsonMode(), timeout(connection));
    }

    public JudgeModel model(ModelSpec spec) {
        return models.get(spec, JudgeModel::new);
    }

    public Circuit circuit(String projectId, String name) {
        return circuits.computeIfAbsent(circuitKey(projectId, name),
                key -> new Circuit(config.circuitFailures(), config.circuitPause(), Clock.systemUTC()));
    }

    /** How many requests may be under way at once. Throws NOT_FOUND. */
    public int concurrency(String projectId, String name) {
        int own = opened(projectId, name).connection.getConcurrency();
        return own > 0 ? own : config.concurrency();
    }

    private Duration timeout(LlmConnection connection) {
        return connection.getTimeoutSeconds() > 0 ? Duration.ofSeconds(connection.getTimeoutSeconds())
                : connection.getFromEnvironment() ? environment.timeout() : config.timeout();
    }

    private Opened opened(String projectId, String name) {
        if (name.equals(DEFAULT)) {
            return ofEnvironment().orElseThrow(() -> unknown(name));
        }
        ConnectionRow row = row(projectId, name).orElseThrow(() -> unknown(name));
        return new Opened(document(row), Optional.ofNullable(row.secret)
                .map(secret -> secrets.open(secret, context(projectId, name))));
    }

    private Optional<Opened> ofEnvironment() {
        return environment.baseUrl().map(url -> new Opened(LlmConnection.newBuilder().setName(DEFAULT)
                .setProvider(environment.provider().name().toLowerCase(Locale.ROOT)).setBaseUrl(url)
                .addAllModels(environment.model().stream().toList()).setApiVersion(environment.apiVersion())
                .setConcurrency(environment.concurrency()).setFromEnvironment(true)
                .setTimeoutSeconds((int) Math.max(1, environment.timeout().toSeconds()))
                .setDisplayKey(environment.apiKey().map(Connections::displayKey).orElse("")).build(),
                environment.apiKey()));
    }

    private Optional<ConnectionRow> row(String projectId, String name) {
        return Optional.ofNullable(database.read(() ->
                ConnectionRow.<ConnectionRow>findById(new ConnectionRow.Key(projectId, name))));
    }

    private static LlmConnection document(ConnectionRow row) {
        return ProtoJson.read(row.document, LlmConnection.newBuilder()).setUpdatedAt(Timestamp.newBuilder()
                .setSeconds(row.updatedAt.getEpochSecond()).setNanos(row.updatedAt.getNano())).build();
    }

    private LlmConnection shown(String projectId, LlmConnection connection) {
        Circuit circuit = circuits.get(circuitKey(projectId, connection.getName()));
        return connection.toBuilder().clearApiKey().setCircuitOpen(circuit != null && circuit.isOpen()).build();
    }

    private static String circuitKey(String projectId, String name) {
        return name.equals(DEFAULT) ? DEFAULT : context(projectId, name);
    }

    private static String context(String projectId, String name) {
        return projectId + "\n" + name;
    }

    private static String displayKey(String key) {
        return "…" + (key.length() >= 12 ? key.substring(key.length() - 4) : "");
    }

    private static ServiceException unknown(String name) {
        return ServiceException.of(ErrorCode.NOT_FOUND, "the project has no LLM connection " + name);
    }

    private static void check(LlmConnection given) {
        if (!NAME.matcher(given.getName()).matches()) {
            throw ServiceException.invalid("name", "must be 1 to 100 letters, digits, spaces, dots, dashes or underscores");
        }
        if (given.getName().equals(DEFAULT)) {
            throw ServiceException.invalid("name", "'default' is the connection of the environment (SIGHTLINE_JUDGE_*)");
        }
        Provider provider = Provider.of(given.getProvider()).orElseThrow(() -> ServiceException.invalid("provider",
                "must be openai, openai-compatible, azure, anthropic, ollama, gemini or bedrock"));
        if (given.getBaseUrl().isEmpty() && provider.baseUrl().isEmpty()) {
            throw ServiceException.invalid("base_url", "is missing; " + provider.label() + " has no address of its own");
        }
        if (!given.getBaseUrl().isEmpty() && (given.getBaseUrl().length() > TEXT_MAX
                || !ModelSpec.isHttp(given.getBaseUrl()) || URI.create(given.getBaseUrl()).getUserInfo() != null)) {
            throw ServiceException.invalid("base_url", "must be an http or https address without user and password");
        }
        if (!given.getBaseUrl().isEmpty()
                && METADATA_HOST.matcher(URI.create(given.getBaseUrl()).getHost()).matches()) {
            throw ServiceException.invalid("base_url", "must not be a link-local address");
        }
        if (given.getModelsCount() > MODELS_MAX || given.getModelsList().stream()
                .anyMatch(model -> model.isBlank() || model.length() > TEXT_MAX)) {
            throw ServiceException.invalid("models", "must be at most " + MODELS_MAX + " names");
        }
        if (given.getApiKey().length() > 4_000 || given.getApiKey().chars().anyMatch(c -> c < 0x21 || c > 0x7e)) {
            throw ServiceException.invalid("api_key", "must be at most 4000 visible ASCII characters");
        }
        if (given.getConcurrency() < 0 || given.getConcurrency() > CONCURRENCY_MAX) {
            throw ServiceException.invalid("concurrency", "must be 0 to " + CONCURRENCY_MAX);
        }
        if (given.getTimeoutSeconds() < 0 || given.getTimeoutSeconds() > TIMEOUT_SECONDS_MAX) {
            throw ServiceException.invalid("timeout_seconds", "must be 0 to " + TIMEOUT_SECONDS_MAX);
        }
        if (!given.getApiVersion().matches("[A-Za-z0-9.-]{0,40}")) {
            throw ServiceException.invalid("api_version", "must look like 2024-10-21");
        }
    }
}
