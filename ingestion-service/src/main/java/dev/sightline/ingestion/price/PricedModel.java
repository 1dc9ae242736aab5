package dev.sightline.ingestion.price;

import com.google.re2j.Pattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What one model costs. The pattern is matched against the whole reported name, whatever its case. The first tier whose
 * conditions hold gives the prices; the last one has no condition.
 */
record PricedModel(String name, Pattern match, List<Tier> tiers) {
    /**
     * Prices under a condition.
     *
     * @param parameters          model parameters that must have one of the given values, for example `service_tier`
     * @param inputTokensAbove    applies when all input together is more than this; -1: always
     * @param picoUsdPerUnit      1e-12 US dollars for one unit of a kind
     */
    record Tier(String name, Map<String, Set<String>> parameters, long inputTokensAbove,
            Map<String, Long> picoUsdPerUnit) {

        boolean applies(UnaryOperator<String> parameter, Usage usage) {
            if (usage.inputTokens() <= inputTokensAbove) {
                return false;
            }
            for (Map.Entry<String, Set<String>> condition : parameters.entrySet()) {
                String value = parameter.apply(condition.getKey());
                if (value == null || !condition.getValue().contains(value)) {
                    return false;
                }
            }
            return true;
        }

        Cost cost(Usage usage) {
            Map<String, Long> cost = LinkedHashMap.newLinkedHashMap(usage.kinds().size() + 1);
            Long perToken = picoUsdPerUnit.get(UsageKind.TOTAL.key());
            if (perToken != null) {
                cost.put(Cost.TOTAL, Math.multiplyExact(usage.totalTokens(), perToken));
                return new Cost(cost);
            }
            long total = 0;
            for (Map.Entry<String, Long> used : usage.kinds().entrySet()) {
                Long price = price(used.getKey());
                if (price != null) {
                    long amount = Math.multiplyExact(used.getValue(), price);
                    cost.put(used.getKey(), amount);
                    total = Math.addExact(total, amount);
                }
            }
            if (cost.isEmpty()) {
                return Cost.UNKNOWN;
            }
            cost.put(Cost.TOTAL, total);
            return new Cost(cost);
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

    Cost cost(UnaryOperator<String> parameter, Usage usage) {
        for (Tier tier : tiers) {
            if (tier.applies(parameter, usage)) {
                return tier.cost(usage);
            }
        }
        return Cost.UNKNOWN;
    }
}
