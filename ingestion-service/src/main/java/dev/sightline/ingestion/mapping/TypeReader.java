package dev.sightline.ingestion.mapping;

import dev.sightline.proto.observation.v1.ObservationType;
import java.util.Locale;
import java.util.Set;

/**
 * Decides what kind of step a span is. The conventions are asked in the order of docs/attribute-mapping.md; one that
 * speaks but says nothing known is passed over.
 */
final class TypeReader {
    private static final ObservationType NONE = ObservationType.OBSERVATION_TYPE_UNSPECIFIED;
    private static final Key[] GENERATION_KEYS = {Key.LANGFUSE_MODEL, Key.LANGFUSE_COST, Key.LANGFUSE_USAGE,
        Key.LANGFUSE_COMPLETION_START, Key.LANGFUSE_MODEL_PARAMETERS, Key.LANGFUSE_OBSERVATION_PROMPT_NAME,
        Key.LANGFUSE_OBSERVATION_PROMPT_VERSION};
    private static final Key[] MODEL_KEYS = {Key.LANGFUSE_MODEL, Key.REQUEST_MODEL, Key.RESPONSE_MODEL,
        Key.LLM_MODEL_NAME, Key.MODEL};
    private static final Key[] VERCEL_MODEL_KEYS = {Key.LANGFUSE_MODEL, Key.AI_MODEL_ID, Key.REQUEST_MODEL,
        Key.RESPONSE_MODEL};
    private static final Set<String> VERCEL_GENERATIONS = Set.of("ai.generateText.doGenerate",
            "ai.streamText.doStream", "ai.generateObject.doGenerate", "ai.streamObject.doStream");
    private static final Set<String> VERCEL_EMBEDDINGS = Set.of("ai.embed.doEmbed", "ai.embedMany.doEmbed");

    private final SpanAttributes attributes;
    private final ResourceContext resource;
    private final String scopeName;
    private final String scopeVersion;
    private final String spanName;

    private TypeReader(SpanAttributes attributes, ResourceContext resource, String scopeName, String scopeVersion,
            String spanName) {
        this.attributes = attributes;
        this.resource = resource;
        this.scopeName = scopeName;
        this.scopeVersion = scopeVersion;
        this.spanName = spanName;
    }

    static ObservationType read(SpanAttributes attributes, ResourceContext resource, String scopeName,
            String scopeVersion, String spanName) {
        return new TypeReader(attributes, resource, scopeName, scopeVersion, spanName).read();
    }

    private ObservationType read() {
        ObservationType type = langfuse();
        type = type == NONE ? openInference() : type;
        type = type == NONE ? genAiOperation() : type;
        type = type == NONE ? genkit() : type;
        type = type == NONE ? vercel() : type;
        type = type == NONE ? tool() : type;
        type = type == NONE && scopeName.equals("livekit-agents") ? liveKit() : type;
        type = type == NONE && scopeName.equals("pydantic-ai") && attributes.has(Key.PYDANTIC_AGENT_NAME)
                ? ObservationType.AGENT : type;
        type = type == NONE ? traceloop() : type;
        type = type == NONE ? mlflow() : type;
        if (type != NONE) {
            return type;
        }
        return attributes.hasAny(MODEL_KEYS) ? ObservationType.GENERATION : ObservationType.SPAN;
    }

    private ObservationType langfuse() {
        String value = attributes.peekText(Key.LANGFUSE_TYPE);
        if (value == null) {
            return NONE;
        }
        if (value.equals("span") && isOldPythonSdk() && attributes.hasAny(GENERATION_KEYS)) {
            return taking(Key.LANGFUSE_TYPE, ObservationType.GENERATION);
        }
        return taking(Key.LANGFUSE_TYPE, switch (value.toLowerCase(Locale.ROOT)) {
            case "span" -> ObservationType.SPAN;
            case "generation" -> ObservationType.GENERATION;
            case "event" -> ObservationType.EVENT;
            case "agent" -> ObservationType.AGENT;
            case "tool" -> ObservationType.TOOL;
            case "chain" -> ObservationType.CHAIN;
            case "retriever" -> ObservationType.RETRIEVER;
            case "evaluator" -> ObservationType.EVALUATOR;
            case "embedding" -> ObservationType.EMBEDDING;
            case "guardrail" -> ObservationType.GUARDRAIL;
            default -> NONE;
        });
    }

    /** Langfuse's Python SDK up to 3.3 calls a generation a span when its fields are set by an update. */
    private boolean isOldPythonSdk() {
        if (!scopeName.equals("langfuse-sdk") || !resource.sdkLanguage().equals("python")) {
            return false;
        }
        if (scopeVersion.isEmpty()) {
            return true;
        }
        String[] parts = scopeVersion.split("\\.", 3);
        try {
            int major = Integer.parseInt(parts[0]);
            int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
            return major < 3 || major == 3 && minor <= 3;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private ObservationType openInference() {
        String value = attributes.peekText(Key.OPENINFERENCE_KIND);
        return value == null ? NONE : taking(Key.OPENINFERENCE_KIND, switch (value.toUpperCase(Locale.ROOT)) {
            case "LLM" -> ObservationType.GENERATION;
            case "CHAIN" -> ObservationType.CHAIN;
            case "RETRIEVER" -> ObservationType.RETRIEVER;
            case "EMBEDDING" -> ObservationType.EMBEDDING;
            case "AGENT" -> ObservationType.AGENT;
            case "TOOL" -> ObservationType.TOOL;
            case "GUARDRAIL" -> ObservationType.GUARDRAIL;
            case "EVALUATOR" -> ObservationType.EVALUATOR;
            default -> NONE;
        });
    }

    private ObservationType genAiOperation() {
        String value = attributes.peekText(Key.OPERATION_NAME);
        return value == null ? NONE : switch (value) {
            case "chat", "completion", "text_completion", "generate_content", "generate" ->
                ObservationType.GENERATION;
            case "embeddings" -> ObservationType.EMBEDDING;
            case "invoke_agent", "create_agent" -> ObservationType.AGENT;
            case "execute_tool" -> ObservationType.TOOL;
            case "retrieval" -> ObservationType.RETRIEVER;
            case "invoke_workflow" -> ObservationType.CHAIN;
            default -> NONE;
        };
    }

    private ObservationType genkit() {
        String value = attributes.peekText(Key.GENKIT_SUBTYPE);
        return value == null ? NONE : taking(Key.GENKIT_SUBTYPE, switch (value) {
            case "model", "background-model" -> ObservationType.GENERATION;
            case "tool", "tool.v2" -> ObservationType.TOOL;
            case "embedder" -> ObservationType.EMBEDDING;
            case "retriever" -> ObservationType.RETRIEVER;
            case "evaluator" -> ObservationType.EVALUATOR;
            case "agent" -> ObservationType.AGENT;
            case "flow" -> ObservationType.CHAIN;
            default -> NONE;
        });
    }

    private ObservationType vercel() {
        String id = attributes.peekText(Key.AI_OPERATION_ID);
        String operation = attributes.peekText(Key.OPERATION);
        if (id == null && operation == null) {
            return NONE;
        }
        if (is(VERCEL_GENERATIONS, id, operation) && attributes.hasAny(VERCEL_MODEL_KEYS)) {
            return ObservationType.GENERATION;
        }
        if (is(VERCEL_EMBEDDINGS, id, operation) && attributes.hasAny(VERCEL_MODEL_KEYS)) {
            return ObservationType.EMBEDDING;
        }
        return "ai.toolCall".equals(id) || operation != null && operation.startsWith("ai.toolCall")
                ? ObservationType.TOOL : NONE;
    }

    /** The SDK may put the function's name behind the operation's: `ai.streamText.doStream support-chat`. */
    private static boolean is(Set<String> operations, String id, String operation) {
        return id != null && operations.contains(id)
                || operation != null && operations.stream().anyMatch(operation::startsWith);
    }

    private ObservationType tool() {
        if (attributes.has(Key.TOOL_NAME) || attributes.has(Key.TOOL_CALL_ID)) {
            return ObservationType.TOOL;
        }
        if (attributes.size(Family.FLUE_TOOL) > 0 || attributes.hasAny(Key.FLUE_TOOL_NAME, Key.FLUE_TOOL_CALL_ID,
                Key.FLUE_TOOL_ARGUMENTS, Key.FLUE_TOOL_RESULT, Key.FLUE_TOOL_CALL_ARGUMENTS,
                Key.FLUE_TOOL_CALL_RESULT)) {
            return ObservationType.TOOL;
        }
        if (attributes.size(Family.FLUE_TASK) > 0 || attributes.hasAny(Key.FLUE_TASK_ID, Key.FLUE_TASK_AGENT,
                Key.FLUE_TASK_PROMPT, Key.FLUE_TASK_RESULT)) {
            return ObservationType.AGENT;
        }
        return NONE;
    }

    private ObservationType liveKit() {
        return switch (spanName) {
            case "agent_turn", "start_agent_activity" -> ObservationType.AGENT;
            case "function_tool" -> ObservationType.TOOL;
            // They name the model of the one call, llm_request, that they stand around and below.
            case "llm_node", "llm_request_run" -> ObservationType.SPAN;
            default -> NONE;
        };
    }

    private ObservationType traceloop() {
        String value = attributes.peekText(Key.TRACELOOP_KIND);
        return value == null ? NONE : taking(Key.TRACELOOP_KIND, switch (value) {
            case "agent" -> ObservationType.AGENT;
            case "tool" -> ObservationType.TOOL;
            case "workflow", "task" -> ObservationType.CHAIN;
            default -> NONE;
        });
    }

    private ObservationType mlflow() {
        String value = attributes.peekText(Key.MLFLOW_TYPE);
        return value == null ? NONE : taking(Key.MLFLOW_TYPE, switch (Json.unquote(value)) {
            case "LLM", "CHAT_MODEL" -> ObservationType.GENERATION;
            case "AGENT" -> ObservationType.AGENT;
            case "TOOL" -> ObservationType.TOOL;
            case "CHAIN", "WORKFLOW" -> ObservationType.CHAIN;
            case "RETRIEVER" -> ObservationType.RETRIEVER;
            case "EMBEDDING" -> ObservationType.EMBEDDING;
            case "EVALUATOR" -> ObservationType.EVALUATOR;
            case "GUARDRAIL" -> ObservationType.GUARDRAIL;
            default -> NONE;
        });
    }

    private ObservationType taking(Key key, ObservationType type) {
        if (type != NONE) {
            attributes.take(key);
        }
        return type;
    }
}
