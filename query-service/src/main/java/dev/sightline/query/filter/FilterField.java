package dev.sightline.query.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one list of what a filter can ask about: names, kinds and, where it is one, the column of `observations`. Names
 * are matched whatever their capitals, underscores left out, so that {@code userId} and {@code user_id} are one.
 */
enum FilterField {
    TRACE_ID(Kind.ID, "trace_id", "trace_id", "The trace's id: 32 hexadecimal digits, or the sender's own id",
            List.of("trace_id:0af7651916cd43dd8448eb211c80319c", "trace_id:0af7*"), "trace", "id"),
    OBSERVATION_ID(Kind.ID, "observation_id", "span_id", "An observation's id: 16 hexadecimal digits, or the sender's",
            List.of("observation_id:00f067aa0ba902b7"), "span_id", "span"),
    PARENT_ID(Kind.ID, "parent_id", "parent_span_id", "The id of an observation's parent",
            List.of("parent_id:00f067aa0ba902b7"), "parent", "parent_span_id", "parent_observation_id"),
    NAME(Kind.TEXT, "name", "", "The trace's name or an observation's", List.of("name:chat*", "name:\"support question\"")),
    TRACE_NAME(Kind.TEXT, "trace_name", "if(trace_name != '', trace_name, "
            + "if(parent_span_id = toFixedString('', 8), name, ''))", "The trace's name",
            List.of("trace_name:checkout")),
    OBSERVATION_NAME(Kind.TEXT, "observation_name", "name", "An observation's own name",
            List.of("observation_name:embed*"), "span_name"),
    TYPE(Kind.CHOICE, "type", "type", "span, generation, event, agent, tool, chain, retriever, evaluator, embedding or "
            + "guardrail", List.of("type:generation", "type:(tool,agent)"), "observation_type"),
    LEVEL(Kind.CHOICE, "level", "level", "DEBUG, DEFAULT, WARNING or ERROR", List.of("level:ERROR"), "severity"),
    STATUS_MESSAGE(Kind.TEXT, "status_message", "status_message", "What an observation says of its end",
            List.of("status_message:*timeout*"), "status"),
    MODEL(Kind.TEXT, "model", "model", "The model as the provider answered it, else as requested",
            List.of("model:gpt-4o", "model:(gpt-4o,o3)", "model:claude-*"), "model_name", "provided_model_name"),
    PROVIDER(Kind.TEXT, "provider", "provider", "Whose model it was", List.of("provider:openai")),
    USER(Kind.TEXT, "user", "user_id", "The application's end user", List.of("user:alice", "user:*@acme.com"),
            "user_id"),
    SESSION(Kind.TEXT, "session", "session_id", "The session that groups traces", List.of("session:s-17"),
            "session_id", "conversation"),
    ENVIRONMENT(Kind.TEXT, "environment", "environment", "Such as production", List.of("environment:production"),
            "env"),
    RELEASE(Kind.TEXT, "release", "release", "The application's release", List.of("release:2026.11*")),
    VERSION(Kind.TEXT, "version", "version", "The version the sender gave to the trace or step", List.of("version:7")),
    TAG(Kind.TAGS, "tag", "tags", "A tag of the trace", List.of("tag:beta", "-tag:internal"), "tags", "trace_tags"),
    SERVICE(Kind.TEXT, "service", "service_name", "The service that sent it", List.of("service:desk"),
            "service_name", "service.name"),
    TOOL(Kind.TEXT, "tool", "tool_name", "The tool that was called", List.of("tool:lookup"), "tool_name"),
    AGENT(Kind.TEXT, "agent", "agent_name", "The agent that ran", List.of("agent:planner"), "agent_name"),
    PROMPT(Kind.TEXT, "prompt", "prompt_name", "The managed prompt's name", List.of("prompt:answer"), "prompt_name"),
    PROMPT_VERSION(Kind.COUNT, "prompt_version", "prompt_version", "The managed prompt's version",
            List.of("prompt_version:3", "prompt_version:>=3")),
    ERROR(Kind.TEXT, "error", "error_type", "The type of the error", List.of("error:timeout", "has:error"),
            "error_type"),
    FINISH_REASON(Kind.TEXT, "finish_reason", "finish_reason", "Why the model stopped",
            List.of("finish_reason:length")),
    EXPERIMENT(Kind.TEXT, "experiment", "", "The experiment's id or name", List.of("experiment:nightly"),
            "experiment_id", "experiment_name"),
    DATASET(Kind.TEXT, "dataset", "experiment_dataset_id", "The dataset of the experiment", List.of("dataset:d1"),
            "dataset_id", "experiment_dataset_id"),
    ROOT(Kind.FLAG, "root", "parent_span_id = toFixedString('', 8)", "Has no parent", List.of("root:true"), "is_root",
            "is_root_observation"),
    PUBLIC(Kind.FLAG, "public", "public", "Was shared by its sender", List.of("public:true"), "is_public"),
    LATENCY(Kind.DURATION, "latency", "(toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time))",
            "From start to end; of a trace as a whole. A number without a unit is seconds",
            List.of("latency:>2s", "latency:100ms..1s"), "duration"),
    TIME_TO_FIRST_TOKEN(Kind.DURATION, "ttft",
            "(toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time))",
            "From start to the first token of the answer. A number without a unit is seconds", List.of("ttft:>800ms"),
            "time_to_first_token"),
    TOKENS(Kind.COUNT, "tokens", "total_tokens", "Tokens in all; of a trace as a whole", List.of("tokens:>10k"),
            "total_tokens", "tokens.total"),
    INPUT_TOKENS(Kind.COUNT, "input_tokens", "input_tokens", "Tokens of the input, cached ones included",
            List.of("input_tokens:>8k"), "tokens.input", "prompt_tokens"),
    OUTPUT_TOKENS(Kind.COUNT, "output_tokens", "output_tokens", "Tokens of the output, reasoning included",
            List.of("output_tokens:0"), "tokens.output", "completion_tokens"),
    COST(Kind.MONEY, "cost", "total_cost", "US dollars; of a trace as a whole", List.of("cost:>$0.50", "cost:0.1..2"),
            "total_cost"),
    START(Kind.TIME, "start", "start_time", "When it began, UTC: a date or a time by ISO-8601",
            List.of("start:2026-11-26", "start:>=2026-11-26T09:00:00Z", "start:2026-11-01..2026-11-15"), "start_time",
            "timestamp", "time"),
    METADATA(Kind.KEYED_TEXT, "metadata.KEY", "metadata", "A value of the metadata, by its dotted path",
            List.of("metadata.tenant.id:42", "has:metadata.tenant.id", "metadata.retries:>2")),
    ATTRIBUTE(Kind.KEYED_TEXT, "attribute.KEY", "attributes", "An attribute of the span that no other field took",
            List.of("attribute.http.route:/ask"), "attributes.KEY", "attr.KEY"),
    RESOURCE(Kind.KEYED_TEXT, "resource.KEY", "resource_attributes", "An attribute of the resource that sent the span",
            List.of("resource.host.name:n1"), "resource_attributes.KEY"),
    SCORE(Kind.SCORE, "score.KEY", "", "A score by its name: a number, true or false, or a category",
            List.of("score.relevance:<0.5", "score.tone:(rude,cold)", "score.helpful:true", "has:score.relevance"),
            "scores.KEY"),
    EVALUATOR(Kind.TEXT, "evaluator", "evaluator_name", "Has a score of this evaluator", List.of("evaluator:judge"),
            "evaluator_name"),
    SCORE_SOURCE(Kind.CHOICE, "score_source", "source", "Has a score of this source: feedback, evaluator, annotation or "
            + "api", List.of("score_source:annotation")),
    INPUT(Kind.CONTENT, "input", "input", "The input has this text in it, whatever its capitals",
            List.of("input:refund", "input:\"where is my order\"")),
    OUTPUT(Kind.CONTENT, "output", "output", "The output has this text in it, whatever its capitals",
            List.of("output:sorry"));

    /** What values a field takes, and what may be asked of it. */
    enum Kind {
        ID("id"), TEXT("text"), CHOICE("choice"), TAGS("text"), FLAG("flag"), COUNT("number"), DURATION("duration"),
        MONEY("money"), TIME("time"), CONTENT("content"), KEYED_TEXT("text"), SCORE("score");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** As the API names it. */
        String title() {
            return title;
        }

        boolean isOrdered() {
            return switch (this) {
                case COUNT, DURATION, MONEY, TIME, KEYED_TEXT, SCORE -> true;
                case ID, TEXT, CHOICE, TAGS, FLAG, CONTENT -> false;
            };
        }

        boolean takesPatterns() {
            return switch (this) {
                case ID, TEXT, TAGS, KEYED_TEXT, SCORE -> true;
                case CHOICE, FLAG, COUNT, DURATION, MONEY, TIME, CONTENT -> false;
            };
        }

        List<String> operators() {
            Stream<String> always = Stream.of(":", "has:");
            Stream<String> lists = this == FLAG ? Stream.of() : Stream.of(":(,)");
            Stream<String> ordered = isOrdered() ? Stream.of(":>", ":>=", ":<", ":<=", ":..") : Stream.of();
            Stream<String> patterns = takesPatterns() ? Stream.of(":*") : Stream.of();
            return Stream.of(always, lists, ordered, patterns).flatMap(Function.identity()).toList();
        }
    }

    private static final String KEY = ".KEY";
    private static final Map<String, FilterField> BY_NAME = Arrays.stream(values())
            .flatMap(field -> field.names().map(name -> Map.entry(plain(name), field)))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private final Kind kind;
    private final String title;
    private final String column;
    private final String description;
    private final List<String> examples;
    private final List<String> aliases;

    FilterField(Kind kind, String title, String column, String description, List<String> examples, String... aliases) {
        this.kind = kind;
        this.title = title;
        this.column = column;
        this.description = description;
        this.examples = examples;
        this.aliases = List.of(aliases);
    }

    /** The field that goes by this name, for a map's without its key. */
    static Optional<FilterField> named(String name) {
        return Optional.ofNullable(BY_NAME.get(plain(name)));
    }

    /** All names, as a caller may write them. */
    Stream<String> names() {
        return Stream.concat(Stream.of(title), aliases.stream());
    }

    Kind kind() {
        return kind;
    }

    /** The name in queries and in the API; of a map with {@code .KEY} at its end. */
    String title() {
        return title;
    }

    boolean isKeyed() {
        return title.endsWith(KEY);
    }

    /** The column of `observations`, or what stands for it; of fields that live in other tables, their column. */
    String column() {
        return column;
    }

    String description() {
        return description;
    }

    List<String> examples() {
        return examples;
    }

    static String plain(String name) {
        String bare = name.endsWith(KEY) ? name.substring(0, name.length() - KEY.length()) : name;
        return bare.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
