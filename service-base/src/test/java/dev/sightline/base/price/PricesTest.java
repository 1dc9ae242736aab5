package dev.sightline.base.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The price table and its arithmetic. */
class PricesTest {
    private static final Path FACTS = Path.of("/work/shared/data/prices/models.jsonl");
    private static final UnaryOperator<String> NO_PARAMETERS = _ -> null;
    private static final long NOW_UNIX_NANO = unixNano("2026-11-23T12:00:00Z");

    private final Prices prices = Prices.shipped();

    @Test
    void theTableIsWhole() {
        assertThat(prices.version()).isEqualTo("2026-08");
        assertThat(prices.models()).hasSize(169);
        assertThat(prices.models().stream().mapToInt(model -> model.tiers().size()).sum()).isEqualTo(253);
        for (PricedModel model : prices.models()) {
            PricedModel.Tier last = model.tiers().getLast();
            assertThat(last.parameters()).as(model.name()).isEmpty();
            assertThat(last.inputTokensAbove()).isEqualTo(-1);
            for (PricedModel.Tier tier : model.tiers()) {
                assertThat(tier.picoUsdPerUnit()).isNotEmpty();
                assertThat(tier.picoUsdPerUnit().values()).allMatch(price -> price > 0);
                assertThat(tier.picoUsdPerUnit().keySet()).allMatch(kind -> UsageKind.of(kind) != null
                        && UsageKind.of(kind).kind().key().equals(kind));
            }
        }
    }

    /** Where the facts are at hand, every price of theirs is in the table, to the last digit. */
    @Test
    void theTableSaysWhatItsFactsSay() throws IOException {
        assumeTrue(Files.exists(FACTS));
        JsonMapper json = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
        Map<String, PricedModel> models = new HashMap<>();
        prices.models().forEach(model -> models.putIfAbsent(model.name(), model));
        int compared = 0;
        for (String line : Files.readAllLines(FACTS)) {
            JsonNode fact = json.readTree(line);
            PricedModel model = models.get(fact.get("model").textValue());
            assertThat(model.tiers()).hasSize(fact.get("tiers").size());
            for (JsonNode tier : fact.get("tiers")) {
                PricedModel.Tier ours = model.tiers().stream()
                        .filter(candidate -> candidate.name().equals(tier.get("name").textValue())).findFirst().get();
                assertThat(ours.parameters().size() + (ours.inputTokensAbove() < 0 ? 0 : 1))
                        .isEqualTo(tier.get("conditions").size());
                for (Map.Entry<String, JsonNode> price : tier.get("usd_per_unit").properties()) {
                    String kind = UsageKind.of(price.getKey()).kind().priced().key();
                    assertThat(ours.picoUsdPerUnit().get(kind)).as(model.name() + " " + price.getKey())
                            .isEqualTo(price.getValue().decimalValue().movePointRight(12).longValueExact());
                    compared++;
                }
            }
        }
        assertThat(compared).isEqualTo(1_673);
    }

    @Test
    void costsAreExact() {
        // 7.5e-8, 3.75e-8 and 3e-7 dollars a token: no binary fraction holds them.
        Cost cost = cost("gpt-4o-mini", usage(Map.of("input", 1_333_337L, "input_cached_tokens", 7L, "output", 3L)));
        BigDecimal input = new BigDecimal("1.5e-7").multiply(BigDecimal.valueOf(1_333_337));
        BigDecimal cached = new BigDecimal("7.5e-8").multiply(BigDecimal.valueOf(7));
        BigDecimal output = new BigDecimal("6e-7").multiply(BigDecimal.valueOf(3));
        assertThat(dollars(cost, "input")).isEqualByComparingTo(input);
        assertThat(dollars(cost, "input_cached_tokens")).isEqualByComparingTo(cached);
        assertThat(dollars(cost, "output")).isEqualByComparingTo(output);
        assertThat(dollars(cost, "total")).isEqualByComparingTo(input.add(cached).add(output));
    }

    @Test
    void theStartOfTheCallDecidesBetweenPricesOfDifferentDates() {
        Usage usage = usage(Map.of("input", 1_000_000L));
        assertThat(prices.cost(ProjectPrices.NONE, "openai", "o3", NO_PARAMETERS, usage,
                unixNano("2025-06-09T23:59:59Z"), 0).totalPicoUsd()).isEqualTo(10_000_000_000_000L);
        assertThat(prices.cost(ProjectPrices.NONE, "openai", "openai/o3", NO_PARAMETERS, usage,
                unixNano("2025-06-10T00:00:00Z"), 0).totalPicoUsd()).isEqualTo(2_000_000_000_000L);
        assertThat(cost("o3-2025-04-16", usage).totalPicoUsd()).isEqualTo(2_000_000_000_000L);
    }

    @Test
    void aTableWithSeveralVersionsTakesTheOneThatStartedLast() throws IOException {
        Prices table = Prices.read(new ByteArrayInputStream("""
                {"version": "1", "models": [
                  {"name": "b", "match": "m", "start": "2026-02-01", "tiers": [{"name": "", "usd_per_million": {"input": 2}}]},
                  {"name": "c", "match": "m", "start": "2026-03-01", "tiers": [{"name": "", "usd_per_million": {"input": 3}}]},
                  {"name": "d", "match": "m", "start": "2026-03-01", "tiers": [{"name": "", "usd_per_million": {"input": 4}}]}
                ]}""".getBytes(StandardCharsets.UTF_8)));
        assertThat(table.find("m", unixNano("2026-01-31T23:59:59.999Z"))).isEmpty();
        assertThat(table.find("m", unixNano("2026-02-01T00:00:00Z")).orElseThrow().name()).isEqualTo("b");
        assertThat(table.find("M", unixNano("2026-11-01T00:00:00Z")).orElseThrow().name()).isEqualTo("c");
    }

    @Test
    void tiersDependOnParametersAndOnTheWholeInput() {
        Usage small = usage(Map.of("input", 1_000L, "input_cached_tokens", 200_000L, "output", 1_000L));
        Usage large = usage(Map.of("input", 1_000L, "input_cached_tokens", 271_001L, "output", 1_000L));
        assertThat(cost("gpt-5.4", small).picoUsdByKind()).containsEntry("output", 15_000_000_000L);
        assertThat(cost("gpt-5.4", large).picoUsdByKind()).containsEntry("output", 22_500_000_000L);
        assertThat(cost("gpt-5.4", Map.of("service_tier", "flex")::get, small).picoUsdByKind())
                .containsEntry("output", 7_500_000_000L);
        assertThat(cost("gpt-5.4", Map.of("service_tier", "flex")::get, large).picoUsdByKind())
                .containsEntry("output", 11_250_000_000L);
        assertThat(cost("gpt-5.4", Map.of("service_tier", "priority")::get, small).picoUsdByKind())
                .containsEntry("output", 30_000_000_000L);
        assertThat(cost("gpt-5.4", Map.of("service_tier", "Flex")::get, small))
                .isEqualTo(cost("gpt-5.4", Map.of("service_tier", "flex")::get, small));
        assertThat(cost("gpt-5.4", Map.of("service_tier", "default")::get, small))
                .isEqualTo(cost("gpt-5.4", small));
    }

    @Test
    void aPartWithoutAPriceOfItsOwnCostsWhatTheWholeCosts() {
        // gpt-4 has no price for the cache or for reasoning.
        Cost cost = cost("gpt-4", usage(Map.of("input", 1L, "input_cached_tokens", 10L, "output_reasoning_tokens", 2L,
                "my_units", 5L)));
        assertThat(cost.picoUsdByKind()).containsExactlyInAnyOrderEntriesOf(Map.of("input", 30_000_000L,
                "input_cached_tokens", 300_000_000L, "output_reasoning_tokens", 120_000_000L, "total", 450_000_000L));
        assertThat(cost("claude-3-haiku-20240307", usage(Map.of("input_cache_creation_1h", 1L))).isUnknown()).isFalse();
    }

    @Test
    void oldModelsArePricedByTheirTotal() {
        assertThat(cost("text-embedding-ada-002", new Usage(Map.of("input", 8L), 8, 0, 8)).picoUsdByKind())
                .containsOnly(Map.entry("total", 800_000L));
        assertThat(cost("text-davinci-003", new Usage(Map.of(), 0, 0, 100)).totalPicoUsd()).isEqualTo(2_000_000_000L);
    }

    @Test
    void unknownIsNotFreeAndLocalIs() {
        Usage usage = usage(Map.of("input", 1L));
        assertThat(cost("my-model", usage)).isEqualTo(Cost.UNKNOWN);
        assertThat(cost("", usage)).isEqualTo(Cost.UNKNOWN);
        assertThat(cost("gpt-4o", Usage.NONE)).isEqualTo(Cost.UNKNOWN);
        assertThat(cost("text-davinci-003", Usage.NONE)).isEqualTo(Cost.UNKNOWN);
        assertThat(cost("gpt-4o", usage(Map.of("my_units", 1L)))).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void whatRunsOnTheSendersMachineIsFree() {
        Usage usage = usage(Map.of("input", 1L));
        for (String provider : List.of("ollama", "Ollama", "ollama.chat", "lmstudio", "LM Studio", "llama.cpp",
                "llama_cpp", "vllm", "vLLM", "hosted_vllm")) {
            assertThat(local(provider, "my-model", usage)).as(provider).isEqualTo(Cost.FREE);
        }
        for (String model : List.of("ollama/llama3", "ollama_chat/qwen3", "hosted_vllm/meta-llama/Llama-3.1-8B",
                "deepseek-r1:7b", "llama3.2:latest", "qwen2.5:14b-instruct-q4_K_M", "mixtral:8x7b", "gemma3n:e4b",
                "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:latest", "smollm:135m", "LLAMA3:8B")) {
            assertThat(local("", model, usage)).as(model).isEqualTo(Cost.FREE);
            assertThat(local("", model, Usage.NONE)).as(model).isEqualTo(Cost.FREE);
        }
        for (String model : List.of("gpt-oss:120b-cloud", "anthropic.claude-v9:1", "meta.llama3-1-70b-instruct-v1:0",
                "meta-llama/llama-3-70b:free", "my:model", "a:b", ":7b", "ft:my-model:org::7b", "x".repeat(300) + ":7b")) {
            assertThat(local("openai", model, usage)).as(model).isEqualTo(Cost.UNKNOWN);
        }
        assertThat(local("x".repeat(100_000), "m", usage)).isEqualTo(Cost.UNKNOWN);
    }

    private Cost local(String provider, String model, Usage usage) {
        return prices.cost(ProjectPrices.NONE, provider, model, NO_PARAMETERS, usage, NOW_UNIX_NANO, 1);
    }

    @Test
    void absurdUsageHasNoCostInsteadOfAWrongOne() {
        assertThat(cost("o1-pro", usage(Map.of("output", 1_000_000_000_000_000L)))).isEqualTo(Cost.UNKNOWN);
        assertThat(cost("gpt-4", usage(Map.of("output", 20_000_000_000L)))).isEqualTo(Cost.UNKNOWN);
        assertThat(cost("gpt-4", usage(Map.of("output", 16_000_000_000L))).totalPicoUsd())
                .isEqualTo(960_000_000_000_000_000L);
    }

    private Cost cost(String model, Usage usage) {
        return cost(model, NO_PARAMETERS, usage);
    }

    private Cost cost(String model, UnaryOperator<String> parameter, Usage usage) {
        return prices.cost(ProjectPrices.NONE, "", model, parameter, usage, NOW_UNIX_NANO, 1);
    }

    private static long unixNano(String instant) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.parse(instant));
    }

    private static Usage usage(Map<String, Long> kinds) {
        long input = kinds.entrySet().stream().filter(kind -> kind.getKey().startsWith("input"))
                .mapToLong(Map.Entry::getValue).sum();
        long output = kinds.entrySet().stream().filter(kind -> kind.getKey().startsWith("output"))
                .mapToLong(Map.Entry::getValue).sum();
        return new Usage(kinds, input, output, input + output);
    }

    private static BigDecimal dollars(Cost cost, String kind) {
        return BigDecimal.valueOf(cost.picoUsdByKind().get(kind), 12);
    }
}
