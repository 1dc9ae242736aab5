package dev.sightline.base.price;

import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What one model costs from a date on. The pattern is matched against the whole reported name, whatever its case. The
 * first tier whose conditions hold gives the prices; the last one has no condition.
 *
 * @param startUnixNano           from when the prices hold; 0: always
 * @param picoUsdPerComputeSecond 1e-12 US dollars for a second of the call, beside what units cost; 0: only units cost
 */
record PricedModel(String name, Pattern match, long startUnixNano, List<Tier> tiers, long picoUsdPerComputeSecond) {
    private static final int NANO_DIGITS = 9;

    /**
     * Prices under a condition.
     *
     * @param parameters       model parameters that must have one of the values (in lower case), such as `service_tier`
     * @param inputTokensAbove applies when all input together is more than this; -1: always
     * @param picoUsdPerUnit   1e-12 US dollars for one unit of a kind
     */
    record Tier(String name, Map<String, Set<String>> parameters, long inputTokensAbove,
            Map<String, Long> picoUsdPerUnit) {

        boolean applies(UnaryOperator<String> parameter, Usage usage) {
            if (usage.inputTokens() <= inputTokensAbove) {
                return false;
            }
            for (Map.Entry<String, Set<String>> condition : parameters.entrySet()) {
                String value = parameter.apply(condition.getKey());
                if (value == null || !condition.getValue().contains(value.toLowerCase(Locale.ROOT))) {
                    return false;
                }
            }
            return true;
        }

        /** Puts what each kind costs; a price by the total counts as kind {@link Cost#TOTAL}. */
        void cost(Usage usage, Map<String, Long> cost) {
            Long perToken = picoUsdPerUnit.get(UsageKind.TOTAL.key());
            if (perToken != null) {
                if (!usage.isEmpty()) {
                    cost.put(Cost.TOTAL, Math.multiplyExact(usage.totalTokens(), perToken));
                }
                return;
            }
            for (Map.Entry<String, Long> used : usage.kinds().entrySet()) {
                Long price = price(used.getKey());
                if (price != null) {
                    cost.put(used.getKey(), Math.multiplyExact(used.getValue(), price));
                }
            }
        }

        /** A part of the input or output that has no price of its own costs what the whole costs, never nothing. */
        private Long price(String kind) {
            Long price = picoUsdPerUnit.get(kind);
            if (price == null && kind.startsWith("input_cache_creation_")) {
                price = picoUsdPerUnit.get(UsageKind.CACHE_CREATION.key());
            }
            if (price == null && kind.startsWith("input")) {
                price = picoUsdPerUnit.get(UsageKind.INPUT.key());
            }
            if (price == null && kind.startsWith("output")) {
                price = picoUsdPerUnit.get(UsageKind.OUTPUT.key());
            }
            return price;
        }
    }

    /** Unknown where nothing of what was used has a price. Throws ArithmeticException where it does not fit. */
    Cost cost(UnaryOperator<String> parameter, Usage usage, long durationNanos) {
        Map<String, Long> cost = LinkedHashMap.newLinkedHashMap(usage.kinds().size() + 2);
        for (Tier tier : tiers) {
            if (tier.applies(parameter, usage)) {
                tier.cost(usage, cost);
                break;
            }
        }
        if (picoUsdPerComputeSecond > 0) {
            cost.put(Cost.COMPUTE, BigDecimal.valueOf(durationNanos)
                    .multiply(BigDecimal.valueOf(picoUsdPerComputeSecond, NANO_DIGITS))
                    .setScale(0, RoundingMode.HALF_EVEN).longValueExact());
        }
        if (cost.isEmpty()) {
            return Cost.UNKNOWN;
        }
        long total = 0;
        for (long amount : cost.values()) {
            total = Math.addExact(total, amount);
        }
        cost.put(Cost.TOTAL, total);
        return new Cost(cost);
    }
}
