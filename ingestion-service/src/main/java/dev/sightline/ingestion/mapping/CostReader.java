package dev.sightline.ingestion.mapping;

import dev.sightline.ingestion.price.Cost;
import dev.sightline.ingestion.price.UsageKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads what the client says a call cost, in US dollars. A client that states a cost is believed: nothing is computed
 * from prices then. Where it gives kinds without a total, the total is their sum.
 */
public final class CostReader {
    private static final int KINDS_MAX = 64;
    private static final int DIGITS_MAX = 64;
    private static final int PICO_DIGITS = 12;
    private static final double USD_MAX = 1_000_000;
    private static final double USD_MIN = 5e-13;
    private static final long NONE = -1;

    private CostReader() {
    }

    /** The stated cost, or {@link Cost#UNKNOWN}. Takes the attribute it came from. */
    static Cost read(SpanAttributes attributes) {
        String details = attributes.peekText(Key.LANGFUSE_COST);
        if (details != null) {
            Cost cost = details(details);
            if (!cost.isUnknown()) {
                attributes.take(Key.LANGFUSE_COST);
                return cost;
            }
        }
        for (Key key : new Key[] {Key.GEN_AI_COST, Key.LLM_COST_TOTAL}) {
            String text = attributes.peekText(key);
            long amount = text == null ? NONE : picoUsd(text);
            if (amount != NONE) {
                attributes.take(key);
                return new Cost(Map.of(Cost.TOTAL, amount));
            }
        }
        return Cost.UNKNOWN;
    }

    /** Cost details as Langfuse's clients send them: a JSON object of dollars by kind; unknown where it is none. */
    public static Cost details(String json) {
        Map<String, Long> amounts = new LinkedHashMap<>();
        Json.flatten(json, "", (name, value) -> {
            long amount = picoUsd(value);
            if (amount != NONE && amounts.size() < KINDS_MAX) {
                UsageKind.Spelling spelling = UsageKind.of(name);
                amounts.merge(spelling == null ? name : spelling.kind().key(), amount, Math::max);
            }
        });
        if (amounts.isEmpty()) {
            return Cost.UNKNOWN;
        }
        if (!amounts.containsKey(Cost.TOTAL)) {
            // At most 64 amounts of at most a million dollars: the sum fits, and may still be too much to store.
            BigDecimal sum = BigDecimal.ZERO;
            for (long amount : amounts.values()) {
                sum = sum.add(BigDecimal.valueOf(amount));
            }
            if (sum.compareTo(BigDecimal.valueOf(Cost.PICO_USD_MAX)) > 0) {
                return Cost.UNKNOWN;
            }
            amounts.put(Cost.TOTAL, sum.longValueExact());
        }
        return new Cost(amounts);
    }

    /** Dollars as text to 1e-12 dollars, or -1 where it is no amount or more than a million. */
    private static long picoUsd(String text) {
        if (text.isEmpty() || text.length() > DIGITS_MAX || Character.isLetter(text.charAt(0))) {
            return NONE;
        }
        try {
            double usd = Double.parseDouble(text);
            if (!(usd >= 0 && usd < USD_MAX)) {
                return NONE;
            }
            // Checked before BigDecimal sees it: an exponent of minus a billion is cheap to write and dear to round.
            return usd < USD_MIN ? 0
                    : new BigDecimal(text).movePointRight(PICO_DIGITS).setScale(0, RoundingMode.HALF_EVEN)
                            .longValueExact();
        } catch (ArithmeticException | NumberFormatException _) {
            return NONE;
        }
    }
}
