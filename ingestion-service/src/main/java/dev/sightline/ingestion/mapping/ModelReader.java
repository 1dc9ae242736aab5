package dev.sightline.ingestion.mapping;

import dev.sightline.proto.observation.v1.ObservationType;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.LinkedHashSet;
import java.util.List;

/** Reads which model was asked, how, with which tools, and why it stopped. */
final class ModelReader {
    private static final Key[] PROVIDER = {Key.PROVIDER_NAME, Key.SYSTEM, Key.AI_MODEL_PROVIDER, Key.LLM_PROVIDER,
        Key.LLM_SYSTEM};
    private static final Key[] MODEL = {Key.LANGFUSE_MODEL, Key.RESPONSE_MODEL, Key.AI_MODEL_ID, Key.REQUEST_MODEL,
        Key.LLM_RESPONSE_MODEL, Key.LLM_MODEL_NAME, Key.EMBEDDING_MODEL_NAME, Key.MODEL};
    private static final Key[] PARAMETERS = {Key.LANGFUSE_MODEL_PARAMETERS, Key.LLM_INVOCATION_PARAMETERS,
        Key.EMBEDDING_INVOCATION_PARAMETERS, Key.MODEL_CONFIG};
    private static final Key[] SERVICE_TIER = {Key.NEW_OPENAI_RESPONSE_SERVICE_TIER,
        Key.OPENAI_RESPONSE_SERVICE_TIER, Key.NEW_OPENAI_REQUEST_SERVICE_TIER, Key.OPENAI_REQUEST_SERVICE_TIER};
    private static final Key[] FINISH_REASON = {Key.FINISH_REASONS, Key.AI_RESPONSE_FINISH_REASON,
        Key.GEN_AI_FINISH_REASON, Key.LLM_RESPONSE_FINISH_REASON, Key.LLM_FINISH_REASON};
    private static final Key[] TOOL_DEFINITIONS = {Key.TOOL_DEFINITIONS, Key.AI_PROMPT_TOOLS, Key.MLFLOW_TOOLS,
        Key.LIVEKIT_FUNCTION_TOOLS};
    private static final int FINISH_REASONS_MAX = 16;

    private final SpanAttributes attributes;
    private final String scopeName;

    ModelReader(SpanAttributes attributes, String scopeName) {
        this.attributes = attributes;
        this.scopeName = scopeName;
    }

    /** Agents report the sum of their generations: their model, usage and cost would be counted twice. */
    boolean sumsOthers() {
        String operation = attributes.peekText(Key.OPERATION_NAME);
        return "invoke_agent".equals(operation) || "agent_step".equals(operation)
                || operation == null && scopeName.equals("pydantic-ai") && attributes.has(Key.PYDANTIC_AGENT_NAME);
    }

    String provider() {
        String provider = attributes.text(PROVIDER);
        if (!provider.isEmpty()) {
            return provider;
        }
        if (attributes.has(Key.MLFLOW_PROVIDER)) {
            return Json.unquote(attributes.text(Key.MLFLOW_PROVIDER));
        }
        String genkit = genkitModel();
        int slash = genkit.indexOf('/');
        return slash < 0 ? "" : genkit.substring(0, slash);
    }

    String model() {
        if (attributes.has(Key.MLFLOW_MODEL)) {
            return Json.unquote(attributes.text(Key.MLFLOW_MODEL));
        }
        String model = attributes.text(MODEL);
        if (!model.isEmpty()) {
            return model;
        }
        String genkit = genkitModel();
        return genkit.isEmpty() ? askedModel() : genkit;
    }

    /** OpenInference names the model only where it answered; a call that failed has it among the parameters. */
    private String askedModel() {
        String parameters = attributes.peekText(Key.LLM_INVOCATION_PARAMETERS);
        String model = parameters == null ? null : Json.textField(parameters, "model");
        return model == null ? "" : model;
    }

    private String genkitModel() {
        String subtype = attributes.peekText(Key.GENKIT_SUBTYPE);
        String name = attributes.peekText(Key.GENKIT_NAME);
        return name != null && ("model".equals(subtype) || "background-model".equals(subtype)) ? name : "";
    }

    /** A JSON object, or empty. */
    String parameters() {
        for (Key key : PARAMETERS) {
            String json = attributes.peekText(key);
            if (json != null && Json.firstChar(json) == '{' && Json.isContainer(json)) {
                attributes.take(key);
                return json;
            }
        }
        String genkit = attributes.peekText(Key.GENKIT_INPUT);
        String config = genkit == null ? null : Json.field(genkit, "config");
        if (config != null && Json.firstChar(config) == '{') {
            return config;
        }
        StringBuilder json = new StringBuilder(128).append('{');
        if (attributes.has(Key.AI_OPERATION_ID)) {
            member(json, "maxSteps", Key.AI_SETTINGS_MAX_STEPS);
            member(json, "maxRetries", Key.AI_SETTINGS_MAX_RETRIES);
            member(json, "mode", Key.AI_SETTINGS_MODE);
            member(json, "toolChoice", Key.AI_PROMPT_TOOL_CHOICE);
        }
        members(json, Family.REQUEST);
        members(json, Family.INVOCATION_PARAMETERS);
        serviceTier(json);
        return json.length() == 1 ? "" : json.append('}').toString();
    }

    private void member(StringBuilder json, String name, Key key) {
        AnyValue value = attributes.peek(key);
        if (value != null) {
            separate(json);
            Json.quote(json, name);
            Json.write(json.append(':'), value);
            attributes.take(key);
        }
    }

    private void members(StringBuilder json, Family family) {
        for (int i = 0; i < attributes.size(family); i++) {
            KeyValue member = attributes.member(family, i);
            separate(json);
            Json.quote(json, member.getKey().substring(family.prefix().length()));
            Json.write(json.append(':'), member.getValue());
            attributes.take(family, i);
        }
    }

    /** The tier that was served decides the price, the tier that was asked for does where nothing else is known. */
    private void serviceTier(StringBuilder json) {
        for (Key key : SERVICE_TIER) {
            if (attributes.has(key)) {
                if (json.indexOf("\"service_tier\":") < 0) {
                    member(json, "service_tier", key);
                }
                return;
            }
        }
        String metadata = attributes.peekText(Key.AI_RESPONSE_PROVIDER_METADATA);
        if (metadata != null && metadata.contains("\"serviceTier\"") && json.indexOf("\"service_tier\":") < 0) {
            String openai = Json.field(metadata, "openai");
            String tier = openai == null ? null : Json.textField(openai, "serviceTier");
            if (tier != null) {
                separate(json);
                Json.quote(json.append("\"service_tier\":"), tier);
            }
        }
    }

    private static void separate(StringBuilder json) {
        if (json.length() > 1) {
            json.append(',');
        }
    }

    /** Why the model stopped; several reasons that differ are joined by commas. */
    String finishReason() {
        for (Key key : FINISH_REASON) {
            AnyValue value = attributes.peek(key);
            if (value == null) {
                continue;
            }
            attributes.take(key);
            List<String> reasons = texts(value);
            return reasons.size() == 1 ? reasons.getFirst() : String.join(",", new LinkedHashSet<>(
                    reasons.subList(0, Math.min(reasons.size(), FINISH_REASONS_MAX))));
        }
        for (int i = 0; i < attributes.size(Family.COMPLETION); i++) {
            if (attributes.memberName(Family.COMPLETION, i).equals("0.finish_reason")) {
                return Json.text(attributes.member(Family.COMPLETION, i).getValue());
            }
        }
        return "";
    }

    /** A list of texts, sent as an array, as a JSON array in text, or as one text. */
    static List<String> texts(AnyValue value) {
        if (value.hasArrayValue()) {
            return value.getArrayValue().getValuesList().stream().map(Json::text).toList();
        }
        String text = Json.text(value);
        List<String> elements = Json.elements(text);
        return elements == null ? List.of(text) : elements.stream().map(Json::unquote).toList();
    }

    /** The tools the model could call, as a JSON array, or empty. */
    String toolDefinitions(int slotMax) {
        for (Key key : TOOL_DEFINITIONS) {
            AnyValue value = attributes.peek(key);
            if (value != null) {
                attributes.take(key);
                return toolArray(value);
            }
        }
        for (Family family : new Family[] {Family.LLM_TOOLS, Family.LLM_FUNCTIONS}) {
            String tools = IndexedMessages.json(attributes, family, slotMax);
            if (tools != null) {
                return tools;
            }
        }
        String pydantic = attributes.peekText(Key.PYDANTIC_MODEL_REQUEST);
        String tools = pydantic == null ? null : Json.field(pydantic, "function_tools");
        return tools == null || tools.equals("[]") || Json.firstChar(tools) != '[' ? "" : tools;
    }

    /** Each tool may be JSON text of its own, as the AI SDK sends them. */
    private static String toolArray(AnyValue value) {
        if (!value.hasArrayValue()) {
            String text = Json.text(value);
            return Json.firstChar(text) == '[' && Json.isContainer(text) ? text : toolArray(List.of(text));
        }
        return toolArray(value.getArrayValue().getValuesList().stream().map(Json::text).toList());
    }

    private static String toolArray(List<String> tools) {
        StringBuilder json = new StringBuilder("[");
        for (String tool : tools) {
            separate(json);
            Json.embed(json, tool);
        }
        return json.append(']').toString();
    }

    /** Name and version of the managed prompt behind a generation. */
    record PromptLink(String name, int version) {
        static final PromptLink NONE = new PromptLink("", 0);
    }

    PromptLink prompt(ObservationType type) {
        if (type != ObservationType.GENERATION) {
            return PromptLink.NONE;
        }
        String name = attributes.text(Key.LANGFUSE_OBSERVATION_PROMPT_NAME, Key.LANGFUSE_PROMPT_NAME);
        String version = attributes.text(Key.LANGFUSE_OBSERVATION_PROMPT_VERSION, Key.LANGFUSE_PROMPT_VERSION);
        String linked = attributes.peekText(Key.AI_LANGFUSE_PROMPT);
        if (name.isEmpty() && linked != null) {
            String linkedName = Json.textField(linked, "name");
            String linkedVersion = Json.textField(linked, "version");
            name = linkedName == null ? "" : linkedName;
            version = linkedVersion == null ? "" : linkedVersion;
            attributes.take(Key.AI_LANGFUSE_PROMPT);
        }
        return name.isEmpty() ? PromptLink.NONE : new PromptLink(name, version(version));
    }

    private static int version(String text) {
        try {
            return Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
