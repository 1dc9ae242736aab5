package dev.sightline.ingestion.mapping;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every span attribute that has a meaning of its own, by the conventions that define it. */
enum Key {
    // Langfuse
    LANGFUSE_TYPE("langfuse.observation.type"),
    LANGFUSE_LEVEL("langfuse.observation.level"),
    LANGFUSE_STATUS_MESSAGE("langfuse.observation.status_message"),
    LANGFUSE_INPUT("langfuse.observation.input"),
    LANGFUSE_OUTPUT("langfuse.observation.output"),
    LANGFUSE_OBSERVATION_METADATA("langfuse.observation.metadata"),
    LANGFUSE_METADATA("langfuse.metadata"),
    LANGFUSE_MODEL("langfuse.observation.model.name"),
    LANGFUSE_MODEL_PARAMETERS("langfuse.observation.model.parameters"),
    LANGFUSE_USAGE("langfuse.observation.usage_details"),
    LANGFUSE_COST("langfuse.observation.cost_details"),
    LANGFUSE_COMPLETION_START("langfuse.observation.completion_start_time"),
    LANGFUSE_OBSERVATION_PROMPT_NAME("langfuse.observation.prompt.name"),
    LANGFUSE_OBSERVATION_PROMPT_VERSION("langfuse.observation.prompt.version"),
    LANGFUSE_PROMPT_NAME("langfuse.prompt.name"),
    LANGFUSE_PROMPT_VERSION("langfuse.prompt.version"),
    LANGFUSE_TRACE_NAME("langfuse.trace.name"),
    LANGFUSE_TRACE_INPUT("langfuse.trace.input"),
    LANGFUSE_TRACE_OUTPUT("langfuse.trace.output"),
    LANGFUSE_TRACE_METADATA("langfuse.trace.metadata"),
    LANGFUSE_TRACE_TAGS("langfuse.trace.tags"),
    LANGFUSE_TAGS("langfuse.tags"),
    LANGFUSE_TRACE_PUBLIC("langfuse.trace.public"),
    LANGFUSE_PUBLIC("langfuse.public"),
    LANGFUSE_ENVIRONMENT("langfuse.environment"),
    LANGFUSE_RELEASE("langfuse.release"),
    LANGFUSE_VERSION("langfuse.version"),
    LANGFUSE_USER_ID("langfuse.user.id"),
    LANGFUSE_SESSION_ID("langfuse.session.id"),
    LANGFUSE_OBSERVATION_METADATA_USER_ID("langfuse.observation.metadata.langfuse_user_id"),
    LANGFUSE_TRACE_METADATA_USER_ID("langfuse.trace.metadata.langfuse_user_id"),
    LANGFUSE_OBSERVATION_METADATA_SESSION_ID("langfuse.observation.metadata.langfuse_session_id"),
    LANGFUSE_TRACE_METADATA_SESSION_ID("langfuse.trace.metadata.langfuse_session_id"),
    LANGFUSE_OBSERVATION_METADATA_TAGS("langfuse.observation.metadata.langfuse_tags"),
    LANGFUSE_TRACE_METADATA_TAGS("langfuse.trace.metadata.langfuse_tags"),
    LANGFUSE_IS_APP_ROOT("langfuse.internal.is_app_root"),
    LANGFUSE_AS_ROOT("langfuse.internal.as_root"),
    EXPERIMENT_ID("langfuse.experiment.id"),
    EXPERIMENT_NAME("langfuse.experiment.name"),
    EXPERIMENT_DATASET_ID("langfuse.experiment.dataset.id"),
    EXPERIMENT_ITEM_ID("langfuse.experiment.item.id"),
    EXPERIMENT_ITEM_ROOT("langfuse.experiment.item.root_observation_id"),
    EXPERIMENT_EXPECTED_OUTPUT("langfuse.experiment.item.expected_output"),

    // OpenTelemetry GenAI, the three generations
    OPERATION_NAME("gen_ai.operation.name"),
    PROVIDER_NAME("gen_ai.provider.name"),
    SYSTEM("gen_ai.system"),
    REQUEST_MODEL("gen_ai.request.model"),
    RESPONSE_MODEL("gen_ai.response.model"),
    FINISH_REASONS("gen_ai.response.finish_reasons"),
    TIME_TO_FIRST_CHUNK("gen_ai.response.time_to_first_chunk"),
    CONVERSATION_ID("gen_ai.conversation.id"),
    INPUT_MESSAGES("gen_ai.input.messages"),
    OUTPUT_MESSAGES("gen_ai.output.messages"),
    SYSTEM_INSTRUCTIONS("gen_ai.system_instructions"),
    TOOL_DEFINITIONS("gen_ai.tool.definitions"),
    TOOL_NAME("gen_ai.tool.name"),
    TOOL_CALL_ID("gen_ai.tool.call.id"),
    TOOL_CALL_ARGUMENTS("gen_ai.tool.call.arguments"),
    TOOL_CALL_RESULT("gen_ai.tool.call.result"),
    GEN_AI_AGENT_NAME("gen_ai.agent.name"),
    RETRIEVAL_QUERY("gen_ai.retrieval.query.text"),
    RETRIEVAL_DOCUMENTS("gen_ai.retrieval.documents"),
    GEN_AI_PROMPT("gen_ai.prompt"),
    GEN_AI_COMPLETION("gen_ai.completion"),
    GEN_AI_COST("gen_ai.usage.cost"),
    LITELLM_COST("gen_ai.cost.total_cost"),
    OPERATION_COST("operation.cost"),
    OPENAI_REQUEST_SERVICE_TIER("gen_ai.openai.request.service_tier"),
    OPENAI_RESPONSE_SERVICE_TIER("gen_ai.openai.response.service_tier"),
    NEW_OPENAI_REQUEST_SERVICE_TIER("openai.request.service_tier"),
    NEW_OPENAI_RESPONSE_SERVICE_TIER("openai.response.service_tier"),

    // OpenTelemetry in general
    USER_ID("user.id"),
    SESSION_ID("session.id"),
    ERROR_TYPE("error.type"),
    DEPLOYMENT_ENVIRONMENT_NAME("deployment.environment.name"),
    DEPLOYMENT_ENVIRONMENT("deployment.environment"),

    // OpenInference
    OPENINFERENCE_KIND("openinference.span.kind"),
    INPUT_VALUE("input.value"),
    OUTPUT_VALUE("output.value"),
    LLM_MODEL_NAME("llm.model_name"),
    LLM_RESPONSE_MODEL("llm.response.model"),
    LLM_PROVIDER("llm.provider"),
    LLM_SYSTEM("llm.system"),
    LLM_INVOCATION_PARAMETERS("llm.invocation_parameters"),
    LLM_COST_TOTAL("llm.cost.total"),
    LLM_COST_PROMPT("llm.cost.prompt"),
    LLM_COST_COMPLETION("llm.cost.completion"),
    LLM_FINISH_REASON("llm.finish_reason"),
    TAG_TAGS("tag.tags"),
    OPENINFERENCE_TOOL_NAME("tool.name"),
    OPENINFERENCE_TOOL_ID("tool.id"),
    OPENINFERENCE_AGENT_NAME("agent.name"),
    OPENINFERENCE_METADATA("metadata"),
    EMBEDDING_MODEL_NAME("embedding.model_name"),
    EMBEDDING_INVOCATION_PARAMETERS("embedding.invocation_parameters"),

    // OpenLLMetry (Traceloop)
    TRACELOOP_KIND("traceloop.span.kind"),
    TRACELOOP_ENTITY_NAME("traceloop.entity.name"),
    TRACELOOP_INPUT("traceloop.entity.input"),
    TRACELOOP_OUTPUT("traceloop.entity.output"),
    TRACELOOP_SESSION_ID("traceloop.association.properties.session_id"),
    TRACELOOP_USER_ID("traceloop.association.properties.user_id"),
    LLM_RESPONSE_FINISH_REASON("llm.response.finish_reason"),
    LLM_TOTAL_TOKENS("llm.usage.total_tokens"),

    // Vercel AI SDK
    OPERATION("operation.name"),
    AI_OPERATION_ID("ai.operationId"),
    AI_FUNCTION_ID("ai.telemetry.functionId"),
    AI_MODEL_ID("ai.model.id"),
    AI_MODEL_PROVIDER("ai.model.provider"),
    AI_PROMPT_MESSAGES("ai.prompt.messages"),
    AI_PROMPT("ai.prompt"),
    AI_PROMPT_TOOLS("ai.prompt.tools"),
    AI_PROMPT_TOOL_CHOICE("ai.prompt.toolChoice"),
    AI_RESPONSE_TEXT("ai.response.text"),
    AI_RESULT_TEXT("ai.result.text"),
    AI_RESPONSE_OBJECT("ai.response.object"),
    AI_RESULT_OBJECT("ai.result.object"),
    AI_RESPONSE_TOOL_CALLS("ai.response.toolCalls"),
    AI_RESULT_TOOL_CALLS("ai.result.toolCalls"),
    AI_RESPONSE_FINISH_REASON("ai.response.finishReason"),
    AI_RESPONSE_PROVIDER_METADATA("ai.response.providerMetadata"),
    AI_RESPONSE_FIRST_CHUNK_MS("ai.response.msToFirstChunk"),
    AI_STREAM_FIRST_CHUNK_MS("ai.stream.msToFirstChunk"),
    AI_TOOL_CALL_NAME("ai.toolCall.name"),
    AI_TOOL_CALL_ID("ai.toolCall.id"),
    AI_TOOL_CALL_ARGS("ai.toolCall.args"),
    AI_TOOL_CALL_RESULT("ai.toolCall.result"),
    AI_SETTINGS_MAX_STEPS("ai.settings.maxSteps"),
    AI_SETTINGS_MAX_RETRIES("ai.settings.maxRetries"),
    AI_SETTINGS_MODE("ai.settings.mode"),
    AI_USER_ID("ai.telemetry.metadata.userId"),
    AI_SESSION_ID("ai.telemetry.metadata.sessionId"),
    AI_TAGS("ai.telemetry.metadata.tags"),
    AI_LANGFUSE_PROMPT("ai.telemetry.metadata.langfusePrompt"),
    GEN_AI_FINISH_REASON("gen_ai.finishReason"),

    // Pydantic AI and Logfire
    LOGFIRE_MESSAGE("logfire.msg"),
    LOGFIRE_PROMPT("prompt"),
    LOGFIRE_ALL_MESSAGES("all_messages_events"),
    LOGFIRE_EVENTS("events"),
    LOGFIRE_REQUEST("request_data"),
    LOGFIRE_RESPONSE("response_data"),
    PYDANTIC_ALL_MESSAGES("pydantic_ai.all_messages"),
    PYDANTIC_FINAL_RESULT("final_result"),
    PYDANTIC_TOOL_ARGUMENTS("tool_arguments"),
    PYDANTIC_TOOL_RESPONSE("tool_response"),
    PYDANTIC_MODEL_REQUEST("model_request_parameters"),
    PYDANTIC_AGENT_NAME("agent_name"),
    MODEL_CONFIG("model_config"),
    MODEL("model"),
    INPUT("input"),
    OUTPUT("output"),

    // LiveKit; since 1.8 what may hold personal data is called lk.pii.… instead of lk.…
    LIVEKIT_INPUT_TEXT("lk.input_text"),
    LIVEKIT_USER_TRANSCRIPT("lk.user_transcript"),
    LIVEKIT_CHAT_CONTEXT("lk.chat_ctx"),
    LIVEKIT_USER_INPUT("lk.user_input"),
    LIVEKIT_RESPONSE_TEXT("lk.response.text"),
    LIVEKIT_RESPONSE_CALLS("lk.response.function_calls"),
    LIVEKIT_FUNCTION_TOOLS("lk.function_tools"),
    LIVEKIT_TOOL_ID("lk.function_tool.id"),
    LIVEKIT_TOOL_NAME("lk.function_tool.name"),
    LIVEKIT_TOOL_ARGUMENTS("lk.function_tool.arguments"),
    LIVEKIT_TOOL_OUTPUT("lk.function_tool.output"),
    LIVEKIT_AGENT_NAME("lk.agent_name"),

    // MLflow: every value is JSON text
    MLFLOW_TYPE("mlflow.spanType"),
    MLFLOW_INPUTS("mlflow.spanInputs"),
    MLFLOW_OUTPUTS("mlflow.spanOutputs"),
    MLFLOW_MODEL("mlflow.llm.model"),
    MLFLOW_PROVIDER("mlflow.llm.provider"),
    MLFLOW_TOKEN_USAGE("mlflow.chat.tokenUsage"),
    MLFLOW_TOOLS("mlflow.chat.tools"),
    MLFLOW_USER("mlflow.trace.user"),
    MLFLOW_SESSION("mlflow.trace.session"),

    // Google ADK
    ADK_REQUEST("gcp.vertex.agent.llm_request"),
    ADK_RESPONSE("gcp.vertex.agent.llm_response"),
    ADK_TOOL_ARGUMENTS("gcp.vertex.agent.tool_call_args"),
    ADK_TOOL_RESPONSE("gcp.vertex.agent.tool_response"),
    ADK_SESSION_ID("gcp.vertex.agent.session_id"),

    // Genkit
    GENKIT_NAME("genkit:name"),
    GENKIT_SUBTYPE("genkit:metadata:subtype"),
    GENKIT_INPUT("genkit:input"),
    GENKIT_OUTPUT("genkit:output"),

    // Flue
    FLUE_TURN_INPUT("flue.turn.input"),
    FLUE_TURN_OUTPUT("flue.turn.output"),
    FLUE_TOOL_NAME("flue.tool.name"),
    FLUE_TOOL_CALL_ID("flue.tool.call_id"),
    FLUE_TOOL_ARGUMENTS("flue.tool.arguments"),
    FLUE_TOOL_RESULT("flue.tool.result"),
    FLUE_TOOL_CALL_ARGUMENTS("flue.tool.call.arguments"),
    FLUE_TOOL_CALL_RESULT("flue.tool.call.result"),
    FLUE_TASK_ID("flue.task.id"),
    FLUE_TASK_AGENT("flue.task.agent"),
    FLUE_TASK_PROMPT("flue.task.prompt"),
    FLUE_TASK_RESULT("flue.task.result"),
    FLUE_WORKFLOW_PAYLOAD("flue.workflow.payload"),
    FLUE_WORKFLOW_RESULT("flue.workflow.result"),
    FLUE_OPERATION_RESULT("flue.operation.result");

    static final int COUNT = values().length;

    private static final String LIVEKIT_PERSONAL = "lk.pii.";
    private static final Map<String, Key> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(key -> key.attribute, Function.identity()));

    private final String attribute;

    Key(String attribute) {
        this.attribute = attribute;
    }

    /** The attribute's name on the wire. */
    String attribute() {
        return attribute;
    }

    /** The key of an attribute, or null for one without a meaning of its own. */
    static Key of(String attribute) {
        return attribute.startsWith(LIVEKIT_PERSONAL)
                ? BY_NAME.get("lk." + attribute.substring(LIVEKIT_PERSONAL.length())) : BY_NAME.get(attribute);
    }
}
