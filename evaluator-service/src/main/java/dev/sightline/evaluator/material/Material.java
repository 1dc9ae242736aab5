package dev.sightline.evaluator.material;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import dev.sightline.evaluator.run.Texts;
import dev.sightline.evaluator.trace.Messages;
import dev.sightline.evaluator.trace.Turn;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What there is to judge of a trace, of one of its observations or of a session: the values that the variables of a
 * prompt and the scorers read. Nothing of it is cut here. Immutable.
 *
 * @param observations of the trace, by start; of a session those of its traces in turn
 * @param focus the judged observation, or the one that stands for an item of a dataset run; empty where the trace or the
 *     session is judged
 * @param turns question and answer of the trace, or of each of the session's traces in their order
 */
public record Material(List<Observation> observations, Optional<Observation> focus, List<Turn> turns) {
    /** What can be asked of a trace. */
    public static final Set<String> TRACE_FIELDS = Set.of("question", "answer", "input", "output", "context",
            "expected_output", "steps", "tool_calls", "tool_definitions", "name", "metadata", "tags", "user_id");
    /** What can be asked of an observation. */
    public static final Set<String> OBSERVATION_FIELDS = Set.of("input", "output", "expected_output", "metadata",
            "name", "model", "tool_definitions", "status_message");
    /** What can be asked of a session. */
    public static final Set<String> SESSION_FIELDS = Set.of("conversation");

    private static final Set<ObservationType> STEPS = EnumSet.of(ObservationType.GENERATION, ObservationType.AGENT,
            ObservationType.TOOL, ObservationType.RETRIEVER, ObservationType.GUARDRAIL);
    private static final int STEP_CHARACTERS_MAX = 2_000;
    private static final Configuration JSON_PATH = Configuration.builder()
            .jsonProvider(new JacksonJsonNodeJsonProvider()).mappingProvider(new JacksonMappingProvider())
            .options(Option.SUPPRESS_EXCEPTIONS).build();

    public Material {
        observations = observations.stream().filter(o -> !o.getTraceRecord() || !o.getInput().isEmpty()
                || !o.getOutput().isEmpty()).sorted(Comparator.comparingLong(Observation::getStartUnixNano)).toList();
        turns = List.copyOf(turns);
    }

    public static Material ofTrace(List<Observation> observations) {
        return new Material(observations, Optional.empty(), turn(observations).stream().toList());
    }

    /** Of one observation of the trace: question and answer are its own. */
    public static Material ofObservation(List<Observation> observations, Observation focus) {
        String question = Messages.question(focus.getInput());
        String answer = Messages.answer(focus.getOutput());
        List<Turn> turns = question.isEmpty() && answer.isEmpty() ? List.of()
                : List.of(new Turn(question, answer, focus.getSpanId(), focus.getEnvironment()));
        return new Material(observations, Optional.of(focus), turns);
    }

    /**
     * Of an item of a dataset run: of its observation with what is beneath it, as if that were a trace of its own, or of
     * the whole trace where it has none.
     */
    static Material ofRunItem(List<Observation> observations, Optional<Observation> root, String expected) {
        List<Observation> part = root.map(top -> Turn.subtree(top, observations)).orElse(observations);
        Material whole = ofTrace(part);
        Optional<Observation> focus = root.or(whole::root).map(top -> expected.isEmpty() ? top
                : top.toBuilder().setExperimentExpectedOutput(expected).build());
        return new Material(part, focus, whole.turns);
    }

    /** Made up by hand, to try something: variables named question, answer, context and expected_output count. */
    public static Material ofVariables(Map<String, String> variables) {
        Observation root = Observation.newBuilder().setType(ObservationType.SPAN)
                .setSpanId(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, 1}))
                .setInput(Texts.json(Map.of("question", variables.getOrDefault("question", ""))))
                .setOutput(Texts.json(Map.of("answer", variables.getOrDefault("answer", ""))))
                .setExperimentExpectedOutput(variables.getOrDefault("expected_output", "")).build();
        Observation context = Observation.newBuilder().setType(ObservationType.RETRIEVER).setStartUnixNano(1)
                .setParentSpanId(root.getSpanId()).setSpanId(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, 2}))
                .setOutput(variables.getOrDefault("context", "")).build();
        return ofTrace(List.of(root, context));
    }

    /** @param traces the observations of each of the session's traces, in their order */
    public static Material ofSession(List<List<Observation>> traces) {
        return new Material(traces.stream().flatMap(List::stream).toList(), Optional.empty(),
                traces.stream().flatMap(trace -> turn(trace).stream()).toList());
    }

    /**
     * Only what makes the turn of a trace, so that the traces of a session need little memory together: its question and
     * answer as a single observation.
     */
    public static List<Observation> slim(List<Observation> observations) {
        return turn(observations).map(turn -> Observation.newBuilder()
                .setTraceId(observations.getFirst().getTraceId()).setSpanId(turn.rootSpanId())
                .setType(ObservationType.SPAN).setEnvironment(turn.environment())
                .setStartUnixNano(observations.getFirst().getStartUnixNano())
                .setInput(Texts.json(Map.of("question", turn.question())))
                .setOutput(Texts.json(Map.of("answer", turn.answer()))).build()).stream().toList();
    }

    private static Optional<Turn> turn(List<Observation> observations) {
        return Turn.find(observations) instanceof Turn.Search.Found(Turn turn) ? Optional.of(turn) : Optional.empty();
    }

    /** The last thing that was asked; empty where nothing was. */
    public String question() {
        return turns.isEmpty() ? "" : turns.getLast().question();
    }

    /** The last answer; empty where there is none. */
    public String answer() {
        return turns.isEmpty() ? "" : turns.getLast().answer();
    }

    /** The span that a score of a trace links to. */
    public ByteString rootSpanId() {
        return turns.isEmpty() ? ByteString.EMPTY : turns.getLast().rootSpanId();
    }

    public String environment() {
        return focus.or(() -> root()).map(Observation::getEnvironment).orElse("");
    }

    /** What was looked up before the answer: the outputs of the retrievers, or of the tools where there are none. */
    public String context() {
        String retrieved = outputs(ObservationType.RETRIEVER);
        return retrieved.isEmpty() ? outputs(ObservationType.TOOL) : retrieved;
    }

    /** What should have been answered, where the trace says so. */
    public String expectedOutput() {
        return focus.map(Material::expected).filter(text -> !text.isEmpty())
                .orElseGet(() -> first(Material::expected));
    }

    /** Whether an agent or a tool had a part in it: else there is no path to judge. */
    public boolean isTrajectory() {
        return observations.stream().anyMatch(o ->
                o.getType() == ObservationType.AGENT || o.getType() == ObservationType.TOOL);
    }

    public List<Observation> toolCalls() {
        return observations.stream().filter(o -> o.getType() == ObservationType.TOOL).toList();
    }

    /** The whole exchange, oldest first, each line saying who speaks. */
    public String conversation() {
        return turns.stream().map(turn -> "User: " + turn.question() + "\nAssistant: " + turn.answer())
                .collect(Collectors.joining("\n\n"));
    }

    /** The value of a variable; empty where the trace has nothing of the kind. */
    public String value(VariableMapping mapping) {
        String whole = switch (mapping.getObject()) {
            case "session" -> conversation();
            case "observation" -> observation(mapping).map(found -> field(found, mapping.getField())).orElse("");
            default -> traceField(mapping.getField());
        };
        return mapping.getJsonPath().isEmpty() ? whole.strip() : part(whole, mapping.getJsonPath());
    }

    /** Whether a path can be used. Matching by Java's regular expressions is refused: it may take for ever. */
    public static boolean isJsonPath(String path) {
        try {
            JsonPath.compile(path);
            return !path.contains("=~");
        } catch (InvalidPathException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String part(String json, String path) {
        try {
            JsonNode found = JsonPath.using(JSON_PATH).parse(json).read(path);
            return found == null || found.isNull() || found.isMissingNode() || (found.isArray() && found.isEmpty()) ? ""
                    : found.isTextual() ? found.textValue().strip()
                    : found.isArray() && found.size() == 1 && found.get(0).isTextual() ? found.get(0).textValue().strip()
                    : found.toString();
        } catch (JsonPathException | IllegalArgumentException e) {
            // Text that is no JSON has no parts.
            return "";
        }
    }

    private Optional<Observation> observation(VariableMapping mapping) {
        if (mapping.getObservationName().isEmpty() && mapping.getObservationType().isEmpty()) {
            return focus.or(this::root);
        }
        return observations.reversed().stream().filter(o -> (mapping.getObservationName().isEmpty()
                || o.getName().equals(mapping.getObservationName())) && (mapping.getObservationType().isEmpty()
                || typeOf(o).equals(mapping.getObservationType()))).findFirst();
    }

    /** As the API writes it. */
    public static String typeOf(Observation observation) {
        return observation.getType().name().toLowerCase(Locale.ROOT);
    }

    private Optional<Observation> root() {
        return observations.stream().filter(o -> o.getSpanId().equals(rootSpanId())).findFirst()
                .or(() -> observations.stream().filter(o -> o.getParentSpanId().isEmpty()).findFirst())
                .or(() -> observations.stream().findFirst());
    }

    private String traceField(String field) {
        return switch (field) {
            case "question" -> question();
            case "answer" -> answer();
            case "context" -> context();
            case "expected_output" -> expectedOutput();
            case "steps" -> steps();
            case "tool_calls" -> calls();
            case "tool_definitions" -> first(Observation::getToolDefinitions);
            case "tags" -> root().map(o -> Texts.json(o.getTagsList())).orElse("");
            case "user_id" -> first(Observation::getUserId);
            case "conversation" -> conversation();
            case "name" -> root().map(o -> o.getTraceName().isEmpty() ? o.getName() : o.getTraceName()).orElse("");
            default -> root().map(o -> field(o, field)).orElse("");
        };
    }

    private static String field(Observation o, String field) {
        return switch (field) {
            case "input" -> o.getInput();
            case "output" -> o.getOutput();
            case "expected_output" -> expected(o);
            case "metadata" -> o.getMetadataCount() == 0 ? "" : Texts.json(new TreeMap<>(o.getMetadataMap()));
            case "name" -> o.getName();
            case "model" -> o.getModel();
            case "tool_definitions" -> o.getToolDefinitions();
            case "status_message" -> o.getStatusMessage();
            default -> "";
        };
    }

    static String expected(Observation o) {
        return o.getExperimentExpectedOutput().isEmpty() ? o.getMetadataOrDefault("expected_output", "")
                : o.getExperimentExpectedOutput();
    }

    private String first(Function<Observation, String> field) {
        return observations.stream().map(field).filter(text -> !text.isEmpty()).findFirst().orElse("");
    }

    private String outputs(ObservationType type) {
        return observations.stream().filter(o -> o.getType() == type).map(Observation::getOutput)
                .filter(text -> !text.isBlank()).collect(Collectors.joining("\n\n"));
    }

    private String calls() {
        return toolCalls().stream().map(o -> Texts.json(call(o))).collect(Collectors.joining("\n"));
    }

    private static Map<String, String> call(Observation o) {
        Map<String, String> call = new LinkedHashMap<>();
        call.put("tool", toolName(o));
        call.put("arguments", Texts.cut(o.getInput(), STEP_CHARACTERS_MAX));
        call.put("result", Texts.cut(o.getOutput(), STEP_CHARACTERS_MAX));
        if (!o.getStatusMessage().isEmpty()) {
            call.put("error", o.getStatusMessage());
        }
        return call;
    }

    public static String toolName(Observation o) {
        return o.getToolName().isEmpty() ? o.getName() : o.getToolName();
    }

    /** The path of an agent: what it said, called and got, in the order in which it began. */
    private String steps() {
        StringBuilder steps = new StringBuilder();
        int number = 0;
        for (Observation o : observations) {
            if (STEPS.contains(o.getType())) {
                String said = switch (o.getType()) {
                    case GENERATION, AGENT -> Messages.answer(o.getOutput());
                    case OBSERVATION_TYPE_UNSPECIFIED, SPAN, EVENT, TOOL, CHAIN, RETRIEVER, EVALUATOR, EMBEDDING,
                            GUARDRAIL, UNRECOGNIZED -> Texts.cut(o.getInput(), STEP_CHARACTERS_MAX) + " -> "
                            + Texts.cut(o.getOutput(), STEP_CHARACTERS_MAX);
                };
                steps.append(++number).append(". ").append(typeOf(o)).append(' ')
                        .append(o.getType() == ObservationType.TOOL ? toolName(o) : o.getName()).append(": ")
                        .append(said.isEmpty() ? Texts.cut(o.getOutput(), STEP_CHARACTERS_MAX)
                                : Texts.cut(said, STEP_CHARACTERS_MAX * 2));
                if (!o.getStatusMessage().isEmpty()) {
                    steps.append(" [").append(o.getStatusMessage()).append(']');
                }
                steps.append('\n');
            }
        }
        return steps.toString();
    }

    /** Content is user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "Material[observations=" + observations.size() + ", turns=" + turns.size() + "]";
    }
}
