package dev.sightline.base.price;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Cost by usage kind in 1e-12 US dollars, so that sums are exact. Either empty (unknown) or with key {@link #TOTAL}.
 * A total is at most {@link #PICO_USD_MAX}: what the store's Decimal(18, 12) holds, just under a million dollars.
 */
public record Cost(Map<String, Long> picoUsdByKind) {
    /** The key of the sum over all kinds. */
    public static final String TOTAL = "total";
    /** The key of what the time of the call cost, for models that are priced by it. */
    public static final String COMPUTE = "compute";
    /** The largest amount that can be stored. */
    public static final long PICO_USD_MAX = 999_999_999_999_999_999L;
    /** Nobody knows what it cost. */
    public static final Cost UNKNOWN = new Cost(Map.of());
    /** It is known to have cost nothing: the model runs on the sender's own machine. */
    public static final Cost FREE = new Cost(Map.of(TOTAL, 0L));

    /** A cost as its sender states it: the total is the sum of the kinds where it is missing. Unknown if too large. */
    public static Cost stated(Map<String, Long> picoUsdByKind) {
        if (picoUsdByKind.isEmpty() || picoUsdByKind.containsKey(TOTAL)) {
            return new Cost(picoUsdByKind);
        }
        long total = 0;
        for (long amount : picoUsdByKind.values()) {
            // Both are at most what can be stored: their sum fits into a long.
            total += Math.min(amount, PICO_USD_MAX);
            if (total > PICO_USD_MAX) {
                return UNKNOWN;
            }
        }
        Map<String, Long> withTotal = new LinkedHashMap<>(picoUsdByKind);
        withTotal.put(TOTAL, total);
        return new Cost(withTotal);
    }

    /** Whether the cost is unknown, which is not the same as zero. */
    public boolean isUnknown() {
        return picoUsdByKind.isEmpty();
    }

    /** The sum in 1e-12 US dollars; zero where unknown. */
    public long totalPicoUsd() {
        return picoUsdByKind.getOrDefault(TOTAL, 0L);
    }
}
