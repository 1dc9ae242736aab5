package dev.sightline.ingestion.mapping;

/** Attributes that come as many under one prefix: numbered messages, usage by kind, request parameters, metadata. */
enum Family {
    PROMPT("gen_ai.prompt."),
    COMPLETION("gen_ai.completion."),
    USAGE("gen_ai.usage."),
    REQUEST("gen_ai.request."),
    LLM_INPUT("llm.input_messages."),
    LLM_OUTPUT("llm.output_messages."),
    LLM_TOOLS("llm.tools."),
    LLM_FUNCTIONS("llm.request.functions."),
    TOKEN_COUNT("llm.token_count."),
    INVOCATION_PARAMETERS("llm.invocation_parameters."),
    OBSERVATION_METADATA("langfuse.observation.metadata."),
    TRACE_METADATA("langfuse.trace.metadata."),
    LANGFUSE_METADATA("langfuse.metadata."),
    AI_METADATA("ai.telemetry.metadata."),
    AI_USAGE("ai.usage."),
    RETRIEVED("retrieval.documents."),
    FLUE_TOOL("flue.tool."),
    FLUE_TASK("flue.task.");

    static final int COUNT = values().length;

    private static final Family[] GEN_AI = {USAGE, REQUEST, PROMPT, COMPLETION};
    private static final Family[] LLM = {LLM_INPUT, LLM_OUTPUT, TOKEN_COUNT, LLM_TOOLS, LLM_FUNCTIONS,
        INVOCATION_PARAMETERS};
    private static final Family[] LANGFUSE = {OBSERVATION_METADATA, TRACE_METADATA, LANGFUSE_METADATA};
    private static final Family[] AI = {AI_USAGE, AI_METADATA};
    private static final Family[] RETRIEVAL = {RETRIEVED};
    private static final Family[] FLUE = {FLUE_TOOL, FLUE_TASK};
    private static final Family[] NONE = {};

    private final String prefix;

    Family(String prefix) {
        this.prefix = prefix;
    }

    /** What all of its attributes start with, the dot included. */
    String prefix() {
        return prefix;
    }

    /** The family of an attribute, or null. */
    static Family of(String attribute) {
        for (Family family : candidates(attribute)) {
            if (attribute.startsWith(family.prefix)) {
                return family.isNumbered() && !isNumber(attribute, family.prefix.length()) ? null : family;
            }
        }
        return null;
    }

    /** Two characters tell most attributes apart from all families: this runs for every attribute of every span. */
    private static Family[] candidates(String attribute) {
        if (attribute.length() < 6) {
            return NONE;
        }
        return switch (attribute.charAt(0)) {
            case 'g' -> attribute.charAt(5) == 'i' ? GEN_AI : NONE;
            case 'l' -> attribute.charAt(1) == 'l' ? LLM : attribute.charAt(1) == 'a' ? LANGFUSE : NONE;
            case 'a' -> attribute.charAt(1) == 'i' ? AI : NONE;
            case 'r' -> RETRIEVAL;
            case 'f' -> FLUE;
            default -> NONE;
        };
    }

    private boolean isNumbered() {
        return switch (this) {
            case PROMPT, COMPLETION, LLM_INPUT, LLM_OUTPUT, LLM_TOOLS, LLM_FUNCTIONS, RETRIEVED -> true;
            case USAGE, REQUEST, TOKEN_COUNT, INVOCATION_PARAMETERS, OBSERVATION_METADATA, TRACE_METADATA,
                    LANGFUSE_METADATA, AI_METADATA, AI_USAGE, FLUE_TOOL, FLUE_TASK -> false;
        };
    }

    /** `gen_ai.prompt.0.role` is a message, `gen_ai.prompt.name` is not. */
    private static boolean isNumber(String attribute, int at) {
        return at < attribute.length() && attribute.charAt(at) >= '0' && attribute.charAt(at) <= '9';
    }
}
