package dev.sightline.ingestion.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The price table and its arithmetic. */
class PricesTest {
    private static final Path FACTS = Path.of("/work/shared/data/prices/models.jsonl");
    private static final UnaryOperator<String> NO_PARAMETERS = _ -> null;

    private final Prices prices = Prices.shipped();

    @Test
    void theTableIsWhole() {
        assertThat(prices.version()).isEqualTo("2026-08");
        assertThat(prices.models()).hasSize(167);
        assertThat(prices.models().stream().mapToInt(model -> model.tiers().size()).sum()).isEqualTo(251);
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
        prices.models().forEach(model -> models.put(model.name(), model));
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
                    String kind = wholeInputOrOutput(UsageKind.of(price.getKey()).kind()).key();
                    assertThat(ours.picoUsdPerUnit().get(kind)).as(model.name() + " " + price.getKey())
                            .isEqualTo(price.getValue().decimalValue().movePointRight(12).longValueExact());
                    compared++;
                }
            }
        }
        assertThat(compared).isEqualTo(1_673);
    }

    private static UsageKind wholeInputOrOutput(UsageKind kind) {
        return switch (kind) {
            case INPUT_TEXT -> UsageKind.INPUT;
            case OUTPUT_TEXT -> UsageKind.OUTPUT;
            default -> kind;
        };
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
    void namesAreMatchedWholeAndInAnyCase() {
        assertThat(prices.find("GPT-4o").orElseThrow().name()).isEqualTo("gpt-4o");
        assertThat(prices.find("openai/gpt-4o").orElseThrow().name()).isEqualTo("gpt-4o");
        assertThat(prices.find("gpt-4o-2024-08-06").orElseThrow().name()).isEqualTo("gpt-4o-2024-08-06");
        assertThat(prices.find("us.anthropic.claude-sonnet-4-5-20250929-v1:0").orElseThrow().name())
                .isEqualTo("claude-sonnet-4-5-20250929");
        assertThat(prices.find("models/gemini-2.5-pro").orElseThrow().name()).isEqualTo("gemini-2.5-pro");
        assertThat(prices.find("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-6-v1:0"))
                .isPresent();
        assertThat(prices.find("gpt-4o-or-so")).isEmpty();
        assertThat(prices.find("my gpt-4o")).isEmpty();
        assertThat(prices.find("gpt-4o".repeat(1_000))).isEmpty();
    }

    @Test
    void tiersDependOnParametersAndOnTheWholeInput() {
        Usage small = usage(Map.of("input", 1_000L, "input_cached_tokens", 200_000L, "output", 1_000L));
        Usage large = usage(Map.of("input", 1_000L, "input_cached_tokens", 271_001L, "output", 1_000L));
        assertThat(cost("gpt-5.4", small).picoUsdByKind()).containsEntry("output", 15_000_000_000L);
        assertThat(cost("gpt-5.4", large).picoUsdByKind()).containsEntry("output", 22_500_000_000L);
        assertThat(prices.cost("openai", "gpt-5.4", Map.of("service_tier", "flex")::get, small).picoUsdByKind())
                .containsEntry("output", 7_500_000_000L);
        assertThat(prices.cost("openai", "gpt-5.4", Map.of("service_tier", "flex")::get, large).picoUsdByKind())
                .containsEntry("output", 11_250_000_000L);
        assertThat(prices.cost("openai", "gpt-5.4", Map.of("service_tier", "priority")::get, small).picoUsdByKind())
                .containsEntry("output", 30_000_000_000L);
        assertThat(prices.cost("openai", "gpt-5.4", Map.of("service_tier", "default")::get, small))
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
        assertThat(cost("gpt-4o", usage(Map.of("my_units", 1L)))).isEqualTo(Cost.UNKNOWN);
        for (String provider : List.of("ollama", "Ollama", "lmstudio")) {
            assertThat(prices.cost(provider, "deepseek-r1:7b", NO_PARAMETERS, usage)).isEqualTo(Cost.FREE);
        }
        assertThat(cost("ollama/llama3", usage)).isEqualTo(Cost.FREE);
    }

    @Test
    void absurdUsageHasNoCostInsteadOfAWrongOne() {
        assertThat(cost("o1-pro", usage(Map.of("output", 1_000_000_000_000_000L)))).isEqualTo(Cost.UNKNOWN);
        assertThat(cost("gpt-4", usage(Map.of("output", 20_000_000_000L)))).isEqualTo(Cost.UNKNOWN);
        assertThat(cost("gpt-4", usage(Map.of("output", 16_000_000_000L))).totalPicoUsd())
                .isEqualTo(960_000_000_000_000_000L);
    }

    private Cost cost(String model, Usage usage) {
        return prices.cost("", model, NO_PARAMETERS, usage);
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
