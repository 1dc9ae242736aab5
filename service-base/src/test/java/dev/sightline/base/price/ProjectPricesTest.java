package dev.sightline.base.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.proto.control.v1.ModelPrice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A project's own prices: before the shipped ones, from their start on, by token or by the second. */
class ProjectPricesTest {
    private static final long START = 1_790_000_000_000_000_000L;
    private static final Usage USAGE = new Usage(Map.of("input", 100L, "input_cached_tokens", 50L, "output", 10L),
            150, 10, 160);

    private final Prices prices = Prices.shipped();

    @Test
    void theProjectsPriceComesBeforeTheShippedOneFromItsStartOn() {
        ProjectPrices own = ProjectPrices.of(List.of(
                price("gpt-4o", "gpt-4o", START, Map.of("input", 7L, "output", 11L)),
                price("gpt-4o later", "(?i)^GPT-4O$", START + 10, Map.of("input", 8L, "output", 12L)),
                price("mine", "my-.*", 0, Map.of("input_tokens", 1L, "cache_read_input_tokens", 2L))));
        assertThat(cost(own, "gpt-4o", START - 1).totalPicoUsd()).isEqualTo(412_500_000L);
        assertThat(cost(own, "GPT-4o", START).totalPicoUsd()).isEqualTo(150 * 7 + 10 * 11);
        assertThat(cost(own, "gpt-4o", START + 9).totalPicoUsd()).isEqualTo(150 * 7 + 10 * 11);
        assertThat(cost(own, "gpt-4o", START + 10).totalPicoUsd()).isEqualTo(150 * 8 + 10 * 12);
        assertThat(cost(own, "gpt-4o-mini", START)).isEqualTo(cost(ProjectPrices.NONE, "gpt-4o-mini", START));
        // The whole reported name: a path before it makes it another one.
        assertThat(cost(own, "azure/gpt-4o", START)).isEqualTo(cost(ProjectPrices.NONE, "gpt-4o", START));
        assertThat(cost(own, "my-model", 0).picoUsdByKind()).containsExactlyInAnyOrderEntriesOf(
                Map.of("input", 100L, "input_cached_tokens", 100L, "total", 200L));
    }

    @Test
    void computeIsPricedByTheSecondOfTheCall() {
        ProjectPrices own = ProjectPrices.of(List.of(ModelPrice.newBuilder().setModel("gpu").setPattern("llama3.*")
                .setPicoUsdPerComputeSecond(1_000_000_003L).build()));
        assertThat(prices.cost(own, "ollama", "llama3:8b", _ -> null, USAGE, START, 2_500_000_000L).picoUsdByKind())
                .containsExactlyInAnyOrderEntriesOf(Map.of("compute", 2_500_000_008L, "total", 2_500_000_008L));
        assertThat(prices.cost(own, "ollama", "llama3:8b", _ -> null, Usage.NONE, START, 1).totalPicoUsd())
                .isEqualTo(1);
        assertThat(prices.cost(own, "ollama", "qwen3:8b", _ -> null, USAGE, START, 1)).isEqualTo(Cost.FREE);
        // A dollar a second for ten years is more than any call costs.
        ProjectPrices dear = ProjectPrices.of(List.of(ModelPrice.newBuilder().setPattern(".*")
                .setPicoUsdPerComputeSecond(1_000_000_000_000L).build()));
        assertThat(prices.cost(dear, "", "m", _ -> null, USAGE, START, 315_360_000_000_000_000L))
                .isEqualTo(Cost.UNKNOWN);
        assertThat(prices.cost(dear, "", "m", _ -> null, USAGE, START, Long.MAX_VALUE)).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void computeAndTokensAddUp() {
        ProjectPrices own = ProjectPrices.of(List.of(ModelPrice.newBuilder().setPattern("m")
                .setPicoUsdPerComputeSecond(5).putPicoUsdByKind("output", 3).build()));
        assertThat(prices.cost(own, "", "m", _ -> null, USAGE, START, 2_000_000_000L).picoUsdByKind())
                .containsExactlyInAnyOrderEntriesOf(Map.of("output", 30L, "compute", 10L, "total", 40L));
    }

    @Test
    void aPriceOfNothingIsKnownToBeNothing() {
        ProjectPrices own = ProjectPrices.of(List.of(price("free", "gpt-4o", 0, Map.of("input", 0L, "output", 0L))));
        Cost cost = cost(own, "gpt-4o", START);
        assertThat(cost.isUnknown()).isFalse();
        assertThat(cost.totalPicoUsd()).isZero();
    }

    @Test
    void aBadPatternCostsItsOwnPriceOnly() {
        ProjectPrices own = ProjectPrices.of(List.of(price("bad", "(", 0, Map.of("input", 7L)),
                price("lookahead", "(?=x)", 0, Map.of("input", 7L)), price("good", "m", 0, Map.of("input", 1L))));
        assertThat(cost(own, "m", START).totalPicoUsd()).isEqualTo(150);
        assertThat(cost(own, "(", START)).isEqualTo(Cost.UNKNOWN);
    }

    @Test
    void theSameSettingsAreCompiledOnce() {
        List<ModelPrice> settings = List.of(price("m", "m", 0, Map.of("input", 1L)));
        assertThat(ProjectPrices.of(settings))
                .isSameAs(ProjectPrices.of(List.of(price("m", "m", 0, Map.of("input", 1L)))))
                .isNotSameAs(ProjectPrices.of(List.of(price("m", "m", 0, Map.of("input", 2L)))));
        assertThat(ProjectPrices.of(List.of())).isSameAs(ProjectPrices.NONE);
    }

    private Cost cost(ProjectPrices own, String model, long startUnixNano) {
        return prices.cost(own, "", model, _ -> null, USAGE, startUnixNano, 1);
    }

    private static ModelPrice price(String model, String pattern, long start, Map<String, Long> picoUsdByKind) {
        return ModelPrice.newBuilder().setModel(model).setPattern(pattern).setStartUnixNano(start)
                .putAllPicoUsdByKind(picoUsdByKind).build();
    }
}
