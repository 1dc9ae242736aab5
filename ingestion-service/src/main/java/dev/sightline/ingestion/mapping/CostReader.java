package dev.sightline.ingestion.mapping;

import dev.sightline.base.price.Cost;
import dev.sightline.base.price.UsageKind;
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
    private static final Key[] TOTALS = {Key.GEN_AI_COST, Key.LITELLM_COST, Key.OPERATION_COST, Key.LLM_COST_TOTAL};
    private static final Map<Key, UsageKind> SIDES =
            Map.of(Key.LLM_COST_PROMPT, UsageKind.INPUT, Key.LLM_COST_COMPLETION, UsageKind.OUTPUT);

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
        for (Key key : TOTALS) {
            long amount = take(attributes, key);
            if (amount != NONE) {
                return new Cost(Map.of(Cost.TOTAL, amount));
            }
        }
        Map<String, Long> sides = new LinkedHashMap<>();
        SIDES.forEach((key, kind) -> {
            long amount = take(attributes, key);
            if (amount != NONE) {
                sides.put(kind.key(), amount);
            }
        });
        return Cost.stated(sides);
    }

    /** The amount an attribute states, or -1 and the attribute is left alone. */
    private static long take(SpanAttributes attributes, Key key) {
        String text = attributes.peekText(key);
        long amount = text == null ? NONE : picoUsd(text);
        if (amount != NONE) {
            attributes.take(key);
        }
        return amount;
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
        return Cost.stated(amounts);
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
