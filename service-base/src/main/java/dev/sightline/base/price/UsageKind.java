package dev.sightline.base.price;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of usage kinds, in usage, cost and prices alike. Providers and instrumentations spell the same count in
 * many ways; {@link #of} folds the known spellings, so that a dashboard adds up one kind and not seven.
 * Sources: the GenAI conventions, OpenInference, Langfuse's usage keys, the usage objects of OpenAI, Anthropic,
 * Google and Bedrock.
 */
public enum UsageKind {
    /** Input that no other input kind counts. */
    INPUT("input",
            "prompt_tokens", "input_tokens", "prompt", "input", "promptTokens", "inputTokens", "prompt_token_count",
            "promptTokenCount", "input_token_count", "prompt_eval_count"),
    /** Output that no other output kind counts. */
    OUTPUT("output",
            "completion_tokens", "output_tokens", "completion", "output", "completionTokens", "outputTokens",
            "candidates_token_count", "candidatesTokenCount", "output_token_count", "eval_count"),
    /** The total as reported: never a kind of its own in usage, but some old models are priced by it. */
    TOTAL("total",
            "total_tokens", "total", "totalTokens", "total_token_count", "totalTokenCount"),
    /** Input read from the provider's cache. */
    CACHED("input_cached_tokens",
            "cache_read.input_tokens", "cache_read_input_tokens", "input_cached_tokens", "cached_input_tokens",
            "cached_tokens", "cache_read_tokens", "input_cache_read", "details.cache_read_tokens",
            "details.cache_read_input_tokens", "prompt_details.cache_read", "prompt_details.cached_tokens",
            "details.cached_tokens", "prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens",
            "prompt_cached_tokens", "input_tokens.cached", "cachedInputTokens", "cacheReadInputTokens",
            "inputTokenDetails.cacheReadTokens", "cached_content_token_count", "cachedContentTokenCount",
            "input_cached_text_tokens", "prompt_tokens_cached", "cache_read", "cachedContentTokens",
            "cacheReadTokens", "input_token_details.cache_read", "input_token_details.cached_tokens",
            "prompt_details.cache_input", "details.cached_content_tokens", "prompt_cache_hit_tokens",
            "cached_modality_1", "cached_modality_TEXT", "input_token_details.cached_tokens_details.text_tokens",
            "input_tokens_details.cached_tokens_details.text_tokens",
            "prompt_tokens_details.cached_tokens_details.text_tokens"),
    /** Input read from the cache that was audio. */
    CACHED_AUDIO("input_cached_audio_tokens",
            "input_cached_audio_tokens", "input_token_details.cached_tokens_details.audio_tokens",
            "input_tokens_details.cached_tokens_details.audio_tokens",
            "prompt_tokens_details.cached_tokens_details.audio_tokens", "cached_modality_4", "cached_modality_AUDIO"),
    /** Input written to the provider's cache, lifetime unknown. */
    CACHE_CREATION("input_cache_creation",
            "cache_creation.input_tokens", "cache_creation_input_tokens", "input_cache_creation",
            "cache_creation_tokens", "cache_write_tokens", "cache_write_input_tokens", "cache_write.input_tokens",
            "input_cache_write", "details.cache_write_tokens", "details.cache_creation_input_tokens",
            "details.cache_creation_tokens", "prompt_details.cache_write", "prompt_details.cache_creation",
            "inputTokenDetails.cacheWriteTokens", "cacheWriteInputTokens", "cacheCreationInputTokens",
            "cache_creation", "cacheWriteTokens", "input_token_details.cache_creation",
            "prompt_tokens_details.cache_creation_tokens", "prompt_tokens_details.cache_write_tokens",
            "input_tokens_details.cache_write_tokens"),
    /** Input written to the cache for five minutes. */
    CACHE_CREATION_5M("input_cache_creation_5m",
            "input_cache_creation_5m", "cache_creation.ephemeral_5m_input_tokens", "ephemeral_5m_input_tokens",
            "input_ephemeral_5m_input_tokens", "input_token_details.ephemeral_5m_input_tokens",
            "prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens"),
    /** Input written to the cache for an hour. */
    CACHE_CREATION_1H("input_cache_creation_1h",
            "input_cache_creation_1h", "cache_creation.ephemeral_1h_input_tokens", "ephemeral_1h_input_tokens",
            "input_ephemeral_1h_input_tokens", "input_token_details.ephemeral_1h_input_tokens",
            "prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens"),
    /** Output spent on reasoning. */
    REASONING("output_reasoning_tokens",
            "reasoning.output_tokens", "reasoning_tokens", "output_reasoning_tokens", "output_reasoning",
            "reasoning_output_tokens", "details.reasoning_tokens", "completion_details.reasoning",
            "completion_details.reasoning_tokens", "completion_tokens_details.reasoning_tokens",
            "output_tokens_details.reasoning_tokens", "completion_tokens.reasoning", "output_tokens.reasoning",
            "reasoningTokens", "outputTokenDetails.reasoningTokens", "thoughts_token_count", "thoughtsTokenCount",
            "details.thoughts_tokens", "experimental.reasoning_tokens", "thoughtsTokens",
            "output_token_details.reasoning", "output_token_details.reasoning_tokens"),
    /** Predicted output that was used. */
    ACCEPTED_PREDICTION("output_accepted_prediction_tokens",
            "output_accepted_prediction_tokens", "details.accepted_prediction_tokens",
            "completion_tokens_details.accepted_prediction_tokens", "completion_details.accepted_prediction_tokens"),
    /** Predicted output that was not used and is paid all the same. */
    REJECTED_PREDICTION("output_rejected_prediction_tokens",
            "output_rejected_prediction_tokens", "details.rejected_prediction_tokens",
            "completion_tokens_details.rejected_prediction_tokens", "completion_details.rejected_prediction_tokens"),
    /** Text part of the input: what remains when the other parts are taken out. */
    INPUT_TEXT("input_text_tokens",
            "text.input_tokens", "input_text_tokens", "input_text", "input_modality_1",
            "details.text_prompt_tokens", "prompt_tokens_details.text_tokens", "input_tokens_details.text_tokens",
            "prompt_details.text", "inputTokenDetails.noCacheTokens",
            "input_token_details.text_tokens", "prompt_cache_miss_tokens", "input_modality_TEXT"),
    /** Text part of the output: what remains when the other parts are taken out. */
    OUTPUT_TEXT("output_text_tokens",
            "text.output_tokens", "output_text_tokens", "output_text", "output_modality_1",
            "details.text_candidates_tokens", "completion_tokens_details.text_tokens",
            "output_tokens_details.text_tokens", "completion_details.text", "outputTokenDetails.textTokens",
            "output_token_details.text_tokens", "output_modality_TEXT"),
    /** Audio in the input. */
    INPUT_AUDIO("input_audio_tokens",
            "audio.input_tokens", "input_audio_tokens", "input_audio", "details.input_audio_tokens",
            "prompt_details.audio", "prompt_tokens_details.audio_tokens", "input_tokens_details.audio_tokens",
            "details.audio_prompt_tokens", "input_token_details.audio", "input_token_details.audio_tokens",
            "input_modality_4", "input_modality_AUDIO"),
    /** Audio in the output. */
    OUTPUT_AUDIO("output_audio_tokens",
            "audio.output_tokens", "output_audio_tokens", "output_audio", "details.output_audio_tokens",
            "completion_details.audio", "completion_tokens_details.audio_tokens",
            "output_tokens_details.audio_tokens", "details.audio_candidates_tokens", "output_token_details.audio",
            "output_token_details.audio_tokens", "output_modality_4", "output_modality_AUDIO"),
    /** Images in the input. */
    INPUT_IMAGE("input_image_tokens",
            "image.input_tokens", "input_image_tokens", "input_image", "details.image_prompt_tokens",
            "prompt_tokens_details.image_tokens", "input_tokens_details.image_tokens",
            "input_token_details.image_tokens", "prompt_details.image", "input_modality_2", "input_modality_IMAGE"),
    /** Images in the output. */
    OUTPUT_IMAGE("output_image_tokens",
            "image.output_tokens", "output_image_tokens", "output_image", "completion_tokens_details.image_tokens",
            "output_tokens_details.image_tokens", "output_modality_2", "output_modality_IMAGE"),
    /** Video in the input. */
    INPUT_VIDEO("input_video_tokens",
            "video.input_tokens", "input_video_tokens", "input_video", "details.video_prompt_tokens",
            "prompt_tokens_details.video_tokens", "input_modality_3", "input_modality_VIDEO"),
    /** Video in the output. */
    OUTPUT_VIDEO("output_video_tokens",
            "video.output_tokens", "output_video_tokens", "output_video", "completion_tokens_details.video_tokens",
            "output_modality_3", "output_modality_VIDEO"),
    /** What Gemini's own tools put into the prompt; Gemini counts it beside the prompt, always. */
    TOOL_USE("input_tool_use_tokens",
            "input_tool_use_tokens", "tool_use_prompt_token_count", "toolUsePromptTokenCount"),
    /** Searches on the web that the model made, priced by the search. */
    WEB_SEARCHES("web_search_queries",
            "web_search_queries", "webSearchQueries", "web_search_requests", "server_tool_use.web_search_requests"),
    /** Searches for grounding that the model made, priced by the search. */
    GROUNDING("grounding_queries",
            "grounding_queries", "groundingQueries");

    /** A spelling of a kind; of two spellings for one count the one with the lower rank is believed. */
    public record Spelling(UsageKind kind, int rank) {
    }

    private static final Map<String, Spelling> SPELLINGS = allSpellings();

    private final String key;
    private final List<String> spelledAs;

    UsageKind(String key, String... spelledAs) {
        this.key = key;
        this.spelledAs = List.of(spelledAs);
    }

    /** The name in usage, cost and prices. */
    public String key() {
        return key;
    }

    /** The kind whose price holds: text costs what its whole costs, of which it is the rest. */
    UsageKind priced() {
        return switch (this) {
            case INPUT_TEXT -> INPUT;
            case OUTPUT_TEXT -> OUTPUT;
            default -> this;
        };
    }

    /** The kind behind a name with its prefix (`gen_ai.usage.`) removed, or null where nobody knows it. */
    public static Spelling of(String name) {
        return SPELLINGS.get(name);
    }

    /** Every spelling that is known, of any kind. */
    public static Set<String> spellings() {
        return SPELLINGS.keySet();
    }

    private static Map<String, Spelling> allSpellings() {
        Map<String, Spelling> spellings = new HashMap<>();
        for (UsageKind kind : values()) {
            for (int rank = 0; rank < kind.spelledAs.size(); rank++) {
                if (spellings.put(kind.spelledAs.get(rank), new Spelling(kind, rank)) != null) {
                    throw new IllegalStateException("Two kinds are spelled " + kind.spelledAs.get(rank));
                }
            }
        }
        return Map.copyOf(spellings);
    }
}
