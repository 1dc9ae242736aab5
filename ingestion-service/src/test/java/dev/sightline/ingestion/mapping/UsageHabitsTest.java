package dev.sightline.ingestion.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.base.price.UsageKind;
import dev.sightline.proto.observation.v1.Observation;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The same consumption, told in the habit of each provider and framework, is the same usage: every token once, in its
 * kind. And whatever numbers are told, nothing is negative, the kinds sum up to the totals, and no total is more than
 * what was told.
 */
class UsageHabitsTest {
    /** What was really consumed, in parts that do not overlap. */
    private record Truth(long fresh, long cached, long created, long answered, long reasoned) {
        long input() {
            return fresh + cached + created;
        }

        long output() {
            return answered + reasoned;
        }

        long total() {
            return input() + output();
        }

        static Truth random(Random random) {
            return new Truth(some(random), some(random), some(random), some(random), some(random));
        }

        private static long some(Random random) {
            return random.nextInt(4) == 0 ? 0 : random.nextInt(1, 100_000);
        }

        Truth withoutCreation() {
            return new Truth(fresh, cached, 0, answered, reasoned);
        }

        Truth withoutReasoning() {
            return new Truth(fresh, cached, created, answered, 0);
        }
    }

    /** How a truth is told: the attributes, and the part of the truth that they can tell. */
    private record Told(Truth truth, Map<String, Object> attributes) {
    }

    private interface Habit {
        Told tell(Truth truth, boolean withTotal);
    }

    private static final Map<String, Habit> HABITS = habits();

    private static Map<String, Habit> habits() {
        Map<String, Habit> habits = new LinkedHashMap<>();
        habits.put("OpenAI chat completions", (all, total) -> {
            Truth t = all.withoutCreation();
            return told(t, total, "gen_ai.usage.total_tokens", "gen_ai.usage.prompt_tokens", t.input(),
                    "gen_ai.usage.completion_tokens", t.output(),
                    "gen_ai.usage.prompt_tokens_details.cached_tokens", t.cached,
                    "gen_ai.usage.completion_tokens_details.reasoning_tokens", t.reasoned);
        });
        habits.put("OpenAI responses", (all, total) -> {
            Truth t = all.withoutCreation();
            return told(t, total, "gen_ai.usage.total_tokens", "gen_ai.usage.input_tokens", t.input(),
                    "gen_ai.usage.output_tokens", t.output(),
                    "gen_ai.usage.input_tokens_details.cached_tokens", t.cached,
                    "gen_ai.usage.output_tokens_details.reasoning_tokens", t.reasoned);
        });
        habits.put("OpenAI through Langfuse's wrapper", (all, total) -> {
            Truth t = all.withoutCreation();
            return told(t, false, "", "langfuse.observation.usage_details", ("{\"prompt_tokens\":%d,"
                    + "\"completion_tokens\":%d,\"total_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":%d,"
                    + "\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":%d}}")
                    .formatted(t.input(), t.output(), t.total(), t.cached, t.reasoned));
        });
        habits.put("the GenAI conventions, any provider", (t, total) -> told(t, total, "gen_ai.usage.total_tokens",
                "gen_ai.usage.input_tokens", t.input(), "gen_ai.usage.output_tokens", t.output(),
                "gen_ai.usage.cache_read.input_tokens", t.cached, "gen_ai.usage.cache_creation.input_tokens", t.created,
                "gen_ai.usage.reasoning.output_tokens", t.reasoned));
        habits.put("Anthropic's API through Langfuse", (all, total) -> {
            Truth t = all.withoutReasoning();
            return told(t, false, "", "langfuse.observation.usage_details", ("{\"input_tokens\":%d,"
                    + "\"output_tokens\":%d,\"cache_read_input_tokens\":%d,\"cache_creation_input_tokens\":%d}")
                    .formatted(t.fresh, t.output(), t.cached, t.created));
        });
        habits.put("Anthropic's API with a total", (all, total) -> {
            Truth t = all.withoutReasoning();
            return told(t, true, "gen_ai.usage.total_tokens", "gen_ai.usage.input_tokens", t.fresh,
                    "gen_ai.usage.output_tokens", t.output(), "gen_ai.usage.cache_read_input_tokens", t.cached,
                    "gen_ai.usage.cache_creation_input_tokens", t.created);
        });
        habits.put("Gemini's API", (all, total) -> {
            Truth t = all.withoutCreation();
            return told(t, total, "gen_ai.usage.total_token_count", "gen_ai.usage.prompt_token_count", t.input(),
                    "gen_ai.usage.candidates_token_count", t.answered, "gen_ai.usage.thoughts_token_count", t.reasoned,
                    "gen_ai.usage.cached_content_token_count", t.cached);
        });
        habits.put("Google ADK", (all, total) -> {
            Truth t = all.withoutCreation();
            return told(t, false, "", "gen_ai.usage.input_tokens", t.input(), "gen_ai.usage.output_tokens", t.answered,
                    "gcp.vertex.agent.llm_response", ("{\"usage_metadata\":{\"prompt_token_count\":%d,"
                            + "\"candidates_token_count\":%d,\"thoughts_token_count\":%d,"
                            + "\"cached_content_token_count\":%d,\"total_token_count\":%d}}")
                            .formatted(t.input(), t.answered, t.reasoned, t.cached, t.total()));
        });
        habits.put("Bedrock's Converse", (all, total) -> {
            Truth t = all.withoutReasoning();
            return told(t, total, "gen_ai.usage.totalTokens", "gen_ai.usage.inputTokens", t.fresh,
                    "gen_ai.usage.outputTokens", t.output(), "gen_ai.usage.cacheReadInputTokens", t.cached,
                    "gen_ai.usage.cacheWriteInputTokens", t.created);
        });
        habits.put("OpenInference", (t, total) -> told(t, total, "llm.token_count.total",
                "llm.token_count.prompt", t.input(), "llm.token_count.completion", t.output(),
                "llm.token_count.prompt_details.cache_read", t.cached,
                "llm.token_count.prompt_details.cache_write", t.created,
                "llm.token_count.completion_details.reasoning", t.reasoned));
        habits.put("Vercel AI SDK, OpenAI", (all, total) -> {
            Truth t = all.withoutCreation();
            return told(t, total, "ai.usage.totalTokens", "ai.operationId", "ai.generateText.doGenerate",
                    "ai.usage.inputTokens", t.input(), "ai.usage.outputTokens", t.output(),
                    "ai.usage.cachedInputTokens", t.cached, "ai.usage.reasoningTokens", t.reasoned);
        });
        habits.put("Vercel AI SDK 5, Anthropic", (all, total) -> {
            Truth t = all.withoutReasoning();
            Told told = told(t, false, "", "ai.operationId", "ai.streamText.doStream",
                    "ai.usage.inputTokens", t.fresh, "ai.usage.outputTokens", t.output(),
                    "ai.usage.cachedInputTokens", t.cached, "ai.response.providerMetadata",
                    ("{\"anthropic\":{\"usage\":{\"input_tokens\":%d,\"cache_creation_input_tokens\":%d,"
                            + "\"cache_read_input_tokens\":%d},\"cacheCreationInputTokens\":%d}}")
                            .formatted(t.fresh, t.created, t.cached, t.created));
            if (total) {
                told.attributes.put("ai.usage.totalTokens", t.fresh + t.output());
            }
            return told;
        });
        habits.put("Vercel AI SDK 5, Google", (all, total) -> {
            Truth t = all.withoutCreation();
            return told(t, false, "", "ai.operationId", "ai.generateText.doGenerate",
                    "ai.usage.inputTokens", t.input(), "ai.usage.outputTokens", t.answered,
                    "ai.response.providerMetadata", ("{\"google\":{\"usageMetadata\":{\"promptTokenCount\":%d,"
                            + "\"candidatesTokenCount\":%d,\"thoughtsTokenCount\":%d,\"cachedContentTokenCount\":%d,"
                            + "\"totalTokenCount\":%d}}}")
                            .formatted(t.input(), t.answered, t.reasoned, t.cached, t.total()));
        });
        habits.put("LangChain through LangSmith", (t, total) -> told(t, total, "gen_ai.usage.total_tokens",
                "gen_ai.usage.input_tokens", t.input(), "gen_ai.usage.output_tokens", t.output(),
                "gen_ai.usage.input_token_details", "{\"cache_read\":%d,\"cache_creation\":%d}"
                        .formatted(t.cached, t.created),
                "gen_ai.usage.output_token_details", "{\"reasoning\":%d}".formatted(t.reasoned)));
        habits.put("LangChain through Langfuse's handler", (t, total) -> told(t, false, "",
                "langfuse.observation.usage_details", ("{\"input\":%d,\"output\":%d,\"total\":%d,\"input_cache_read\":%d,"
                        + "\"input_cache_creation\":%d,\"output_reasoning\":%d}")
                        .formatted(t.fresh, t.answered, t.total(), t.cached, t.created, t.reasoned)));
        habits.put("LiteLLM through Langfuse", (all, total) -> {
            Truth t = all.withoutReasoning();
            return told(t, false, "", "langfuse.observation.usage_details", ("{\"input\":%d,\"output\":%d,\"total\":%d,"
                    + "\"cache_creation_input_tokens\":%d,\"cache_read_input_tokens\":%d}")
                    .formatted(t.input(), t.output(), t.total(), t.created, t.cached));
        });
        habits.put("MLflow", (all, total) -> {
            Truth t = all.withoutReasoning();
            return told(t, false, "", "mlflow.chat.tokenUsage", ("{\"input_tokens\":%d,\"output_tokens\":%d,"
                    + "\"total_tokens\":%d,\"cache_read_input_tokens\":%d,\"cache_creation_input_tokens\":%d}")
                    .formatted(t.input(), t.output(), t.total(), t.cached, t.created));
        });
        return habits;
    }

    private static Told told(Truth truth, boolean withTotal, String totalKey, Object... attributes) {
        Map<String, Object> told = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            told.put((String) attributes[i], attributes[i + 1]);
        }
        if (withTotal) {
            told.put(totalKey, truth.total());
        }
        return new Told(truth, told);
    }

    @Test
    void everyHabitTellsTheSameUsage() {
        long seed = Long.getLong("sightline.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            Truth truth = Truth.random(random);
            HABITS.forEach((name, habit) -> {
                for (boolean withTotal : new boolean[] {true, false}) {
                    Told told = habit.tell(truth, withTotal);
                    check("seed " + seed + ", " + name + ", " + told, told.truth, map(told.attributes));
                }
            });
        }
    }

    private static void check(String description, Truth truth, Observation observation) {
        Map<String, Long> expected = new LinkedHashMap<>();
        put(expected, UsageKind.INPUT, truth.fresh);
        put(expected, UsageKind.CACHED, truth.cached);
        put(expected, UsageKind.CACHE_CREATION, truth.created);
        put(expected, UsageKind.OUTPUT, truth.answered);
        put(expected, UsageKind.REASONING, truth.reasoned);
        Map<String, Long> stored = new LinkedHashMap<>(observation.getUsageMap());
        stored.values().removeIf(units -> units == 0);
        assertThat(stored).as(description).isEqualTo(expected);
        assertThat(observation.getInputTokens()).as(description).isEqualTo(truth.input());
        assertThat(observation.getOutputTokens()).as(description).isEqualTo(truth.output());
        assertThat(observation.getTotalTokens()).as(description).isEqualTo(truth.total());
    }

    private static void put(Map<String, Long> usage, UsageKind kind, long units) {
        if (units > 0) {
            usage.put(kind.key(), units);
        }
    }

    @Test
    void whateverIsToldTheTotalsAreNoMore() {
        long seed = Long.getLong("sightline.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> spellings = spellings();
        for (int round = 0; round < 20_000; round++) {
            Map<String, Object> told = new LinkedHashMap<>();
            String prefix = random.nextBoolean() ? "gen_ai.usage." : "llm.token_count.";
            long sum = 0;
            for (int i = random.nextInt(1, 9); i > 0; i--) {
                long units = random.nextInt(5) == 0 ? random.nextInt(-3, 1) : random.nextInt(1_000);
                sum += told.put(prefix + spellings.get(random.nextInt(spellings.size())), units) == null
                        ? Math.max(0, units) : 1_000;
            }
            Observation observation = map(told);
            String description = "seed " + seed + ", round " + round + ", " + told;
            assertThat(observation.getUsageMap().values()).as(description).allMatch(units -> units >= 0);
            assertThat(sum(observation, "input")).as(description).isEqualTo(observation.getInputTokens());
            assertThat(sum(observation, "output")).as(description).isEqualTo(observation.getOutputTokens());
            assertThat(observation.getTotalTokens()).as(description).isLessThanOrEqualTo(sum)
                    .isGreaterThanOrEqualTo(observation.getInputTokens() + observation.getOutputTokens());
        }
    }

    private static long sum(Observation observation, String side) {
        return observation.getUsageMap().entrySet().stream().filter(kind -> kind.getKey().startsWith(side))
                .mapToLong(Map.Entry::getValue).sum();
    }

    private static List<String> spellings() {
        List<String> spellings = new ArrayList<>(UsageKind.spellings());
        spellings.addAll(List.of("my_units", "input_something", "details.unheard_of"));
        return spellings;
    }

    private static Observation map(Map<String, Object> attributes) {
        Span.Builder span = Spans.span();
        attributes.forEach((name, value) -> span.addAttributes(Spans.attribute(name, value)));
        return Spans.mapped(span);
    }
}
