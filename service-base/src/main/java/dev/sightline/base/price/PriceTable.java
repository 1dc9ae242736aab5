package dev.sightline.base.price;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the price of a model by its reported name and the time of the call. Of several prices for one name the one that
 * started last before the call holds; of two that started together the first in the table. The rows for a name are
 * remembered in a bounded cache, so that patterns run once per name. Safe for use by many threads.
 */
final class PriceTable {
    /** No model is called anything longer. */
    private static final int NAME_CHARS_MAX = 256;

    private final List<PricedModel> newestFirst;
    private final Function<String, List<String>> names;
    private final Cache<String, List<PricedModel>> byName;

    /**
     * @param names              under which names to look for a reported one, best first
     * @param rememberedNamesMax the cache's bound; a name takes at most about a kilobyte
     */
    PriceTable(List<PricedModel> models, Function<String, List<String>> names, int rememberedNamesMax) {
        this.newestFirst = models.stream()
                .sorted(Comparator.comparingLong(PricedModel::startUnixNano).reversed()).toList();
        this.names = names;
        this.byName = Caffeine.newBuilder().maximumSize(rememberedNamesMax).build();
    }

    /** The price that held at that time; empty for a model without one. */
    Optional<PricedModel> find(String model, long unixNano) {
        if (newestFirst.isEmpty() || model.isEmpty() || model.length() > NAME_CHARS_MAX) {
            return Optional.empty();
        }
        for (PricedModel row : byName.get(model, this::search)) {
            if (row.startUnixNano() <= unixNano) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    List<PricedModel> models() {
        return newestFirst;
    }

    private List<PricedModel> search(String model) {
        for (String name : names.apply(model)) {
            List<PricedModel> rows = newestFirst.stream().filter(row -> row.match().matches(name)).toList();
            if (!rows.isEmpty()) {
                return rows;
            }
        }
        return List.of();
    }
}
