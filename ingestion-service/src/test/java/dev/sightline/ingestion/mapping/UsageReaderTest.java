package dev.sightline.ingestion.mapping;

import static dev.sightline.ingestion.mapping.Spans.mapped;
import static dev.sightline.ingestion.mapping.Spans.span;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.base.price.Usage;
import dev.sightline.proto.observation.v1.Observation;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every provider's habit of counting, and that no token is ever counted twice. */
class UsageReaderTest {
    @Test
    void openAiInputIncludesTheCache() {
        expect(mapped(span("gen_ai.usage.prompt_tokens", 2_000, "gen_ai.usage.completion_tokens", 500,
                "gen_ai.usage.prompt_tokens_details.cached_tokens", 1_500,
                "gen_ai.usage.completion_tokens_details.reasoning_tokens", 400)),
                2_000, 500, 2_500,
                Map.of("input", 500L, "input_cached_tokens", 1_500L, "output", 100L, "output_reasoning_tokens", 400L));
    }

    @Test
    void anthropicAsTheConventionsHaveItIncludesTheCache() {
        expect(mapped(span("gen_ai.provider.name", "anthropic", "gen_ai.usage.input_tokens", 5_120,
                "gen_ai.usage.output_tokens", 200, "gen_ai.usage.cache_read.input_tokens", 4_096,
                "gen_ai.usage.cache_creation.input_tokens", 1_000)),
                5_120, 200, 5_320,
                Map.of("input", 24L, "input_cached_tokens", 4_096L, "input_cache_creation", 1_000L, "output", 200L));
    }

    @Test
    void anthropicAsItsOwnApiHasItExcludesTheCache() {
        expect(mapped(span("gen_ai.system", "anthropic", "gen_ai.usage.input_tokens", 3,
                "gen_ai.usage.output_tokens", 90, "gen_ai.usage.cache_read_input_tokens", 2_048)),
                2_051, 90, 2_141,
                Map.of("input", 3L, "input_cached_tokens", 2_048L, "output", 90L));
    }

    @Test
    void aReportedTotalShowsWhatIsInside() {
        // 500 + 300 read from the cache + 100 out: the cache is beside the input although it would fit into it.
        expect(mapped(span("gen_ai.usage.input_tokens", 500, "gen_ai.usage.output_tokens", 100,
                "gen_ai.usage.cache_read_input_tokens", 300, "gen_ai.usage.total_tokens", 900)),
                800, 100, 900, Map.of("input", 500L, "input_cached_tokens", 300L, "output", 100L));
        // Gemini: candidates without thoughts, prompt with cache.
        expect(mapped(span("gen_ai.usage.prompt_token_count", 1_000, "gen_ai.usage.candidates_token_count", 50,
                "gen_ai.usage.thoughts_token_count", 30, "gen_ai.usage.cached_content_token_count", 600,
                "gen_ai.usage.total_token_count", 1_080)),
                1_000, 80, 1_080,
                Map.of("input", 400L, "input_cached_tokens", 600L, "output", 50L, "output_reasoning_tokens", 30L));
        expect(mapped(span("llm.token_count.prompt", 900, "llm.token_count.completion", 30,
                "llm.token_count.total", 930, "llm.token_count.prompt_details.cache_read", 512)),
                900, 30, 930, Map.of("input", 388L, "input_cached_tokens", 512L, "output", 30L));
    }

    @Test
    void aTotalThatKnowsMoreThanItsPartsIsKept() {
        expect(mapped(span("gen_ai.usage.input_tokens", 10, "gen_ai.usage.output_tokens", 5,
                "gen_ai.usage.total_tokens", 40)), 10, 5, 40, Map.of("input", 10L, "output", 5L));
        expect(mapped(span("gen_ai.usage.total_tokens", 40)), 0, 0, 40, Map.of());
    }

    @Test
    void partsByModalityAreTakenOutOfTheWhole() {
        expect(mapped(span("gen_ai.usage.input_tokens", 100, "gen_ai.usage.text.input_tokens", 60,
                "gen_ai.usage.audio.input_tokens", 25, "gen_ai.usage.image.input_tokens", 15,
                "gen_ai.usage.output_tokens", 50, "gen_ai.usage.audio.output_tokens", 40)),
                100, 50, 150, Map.of("input", 60L, "input_audio_tokens", 25L, "input_image_tokens", 15L,
                        "output", 10L, "output_audio_tokens", 40L));
        // More parts than whole, because some of the cached input was audio: the sum stays the whole.
        expect(mapped(span("gen_ai.usage.input_tokens", 100, "gen_ai.usage.cache_read.input_tokens", 80,
                "gen_ai.usage.audio.input_tokens", 50, "gen_ai.usage.output_tokens", 0)),
                100, 0, 100, Map.of("input", 0L, "input_cached_tokens", 80L, "input_audio_tokens", 20L,
                        "output", 0L));
    }

    @Test
    void langfuseUsageDetailsAreBucketsUnlessTheyLookLikeOpenAi() {
        expect(mapped(span("langfuse.observation.usage_details",
                "{\"input\":20,\"output\":10,\"cache_read_input_tokens\":15}")),
                35, 10, 45, Map.of("input", 20L, "input_cached_tokens", 15L, "output", 10L));
        expect(mapped(span("langfuse.observation.usage_details",
                "{\"input\":20,\"output\":10,\"total\":30,\"cache_read_input_tokens\":15}")),
                20, 10, 30, Map.of("input", 5L, "input_cached_tokens", 15L, "output", 10L));
        expect(mapped(span("langfuse.observation.usage_details",
                "{\"prompt_tokens\":20,\"completion_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":15}}")),
                20, 10, 30, Map.of("input", 5L, "input_cached_tokens", 15L, "output", 10L));
        expect(mapped(span("langfuse.observation.usage_details",
                "{\"input\":1,\"my_units\":7,\"output_sketches\":2,\"bad\":-1,\"worse\":\"x\",\"none\":null}")),
                1, 2, 3, Map.of("input", 1L, "my_units", 7L, "output_sketches", 2L));
        // One bad document does not hide what the conventions say.
        expect(mapped(span("langfuse.observation.usage_details", "{broken", "gen_ai.usage.input_tokens", 4)),
                4, 0, 4, Map.of("input", 4L));
    }

    @Test
    void theUsageObjectOfLangfusesOlderClientsIsRead() {
        Usage usage = UsageReader.details("{\"input\":10,\"output\":5,\"total\":15,\"unit\":\"TOKENS\","
                + "\"inputCost\":1,\"outputCost\":2,\"totalCost\":3}");
        assertThat(usage).isEqualTo(new Usage(Map.of("input", 10L, "output", 5L), 10, 5, 15));
        assertThat(UsageReader.details("{\"promptTokens\":10,\"completionTokens\":5,\"totalTokens\":15}"))
                .isEqualTo(usage);
        assertThat(UsageReader.details("nothing")).isEqualTo(Usage.NONE);
    }

    @Test
    void twoSpellingsOfOneCountAreOneCount() {
        expect(mapped(span("gen_ai.usage.input_tokens", 10, "gen_ai.usage.prompt_tokens", 10,
                "gen_ai.usage.output_tokens", 4, "gen_ai.usage.completion_tokens", 4,
                "gen_ai.usage.cache_read_input_tokens", 6, "gen_ai.usage.details.cache_read_tokens", 6)),
                10, 4, 14, Map.of("input", 4L, "input_cached_tokens", 6L, "output", 4L));
    }

    @Test
    void unknownDetailsStayAttributesAndNonsenseIsIgnored() {
        Observation observation = mapped(span("gen_ai.usage.input_tokens", "12", "gen_ai.usage.output_tokens", 3.0,
                "gen_ai.usage.input_tokens_guess", 5, "gen_ai.usage.details.new_thing", 5,
                "gen_ai.usage.searches", 2, "gen_ai.usage.total_tokens", -1));
        expect(observation, 12, 3, 15, Map.of("input", 12L, "output", 3L, "searches", 2L));
        assertThat(observation.getAttributesMap()).containsOnlyKeys("gen_ai.usage.input_tokens_guess",
                "gen_ai.usage.details.new_thing", "gen_ai.usage.total_tokens");
    }

    @Test
    void theUsageOfAnAgentIsKeptWithoutModelAndCost() {
        Observation agent = mapped(span("gen_ai.operation.name", "invoke_agent", "gen_ai.request.model", "gpt-4o",
                "gen_ai.usage.input_tokens", 10, "gen_ai.usage.cost", 0.5));
        expect(agent, 10, 0, 10, Map.of("input", 10L));
        assertThat(agent.getModel()).isEmpty();
        assertThat(agent.getCostPicoUsdMap()).isEmpty();
        assertThat(agent.getAttributesMap()).containsEntry("gen_ai.usage.cost", "0.5");
        // Where another convention overrules the type, a query could not tell the sum from a call of its own.
        Observation span = mapped(span("gen_ai.operation.name", "invoke_agent", "langfuse.observation.type", "span",
                "gen_ai.usage.input_tokens", 10));
        expect(span, 0, 0, 0, Map.of());
        assertThat(span.getAttributesMap()).containsEntry("gen_ai.usage.input_tokens", "10");
    }

    private static void expect(Observation observation, long input, long output, long total,
            Map<String, Long> kinds) {
        assertThat(observation.getUsageMap()).containsExactlyInAnyOrderEntriesOf(kinds);
        assertThat(observation.getInputTokens()).isEqualTo(input);
        assertThat(observation.getOutputTokens()).isEqualTo(output);
        assertThat(observation.getTotalTokens()).isEqualTo(total);
    }
}
