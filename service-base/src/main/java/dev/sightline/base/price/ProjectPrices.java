package dev.sightline.base.price;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.sightline.proto.control.v1.ModelPrice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A project's own prices, asked before the shipped ones. A pattern is matched against the whole reported name, whatever
 * its case. Kinds may be spelled as senders spell them. Compiled once per list of prices and remembered, for the
 * projects used last. Immutable and safe for use by many threads.
 */
public final class ProjectPrices {
    /** A project that has no prices of its own. */
    public static final ProjectPrices NONE = new ProjectPrices(List.of());

    private static final Logger LOG = Logger.getLogger(ProjectPrices.class);
    private static final int REMEMBERED_LISTS_MAX = 256;
    private static final int REMEMBERED_NAMES_MAX = 256;
    private static final Cache<List<ModelPrice>, ProjectPrices> COMPILED =
            Caffeine.newBuilder().maximumSize(REMEMBERED_LISTS_MAX).build();

    private final PriceTable table;

    private ProjectPrices(List<PricedModel> models) {
        this.table = new PriceTable(models, List::of, REMEMBERED_NAMES_MAX);
    }

    /** The prices of a project's settings. One with a pattern that RE2 does not take is left out and logged. */
    public static ProjectPrices of(List<ModelPrice> prices) {
        return prices.isEmpty() ? NONE : COMPILED.get(List.copyOf(prices), ProjectPrices::compile);
    }

    /** The project's price of a model at the time of the call. */
    Optional<PricedModel> find(String model, long unixNano) {
        return table.find(model, unixNano);
    }

    private static ProjectPrices compile(List<ModelPrice> prices) {
        List<PricedModel> models = new ArrayList<>();
        for (ModelPrice price : prices) {
            try {
                models.add(model(price));
            } catch (PatternSyntaxException e) {
                LOG.warnf("The price of model %s is not used: its pattern %s is no RE2 pattern: %s", price.getModel(),
                        price.getPattern(), e.getDescription());
            }
        }
        return new ProjectPrices(models);
    }

    private static PricedModel model(ModelPrice price) {
        Map<String, Long> picoUsdPerUnit = new HashMap<>();
        price.getPicoUsdByKindMap().forEach((name, picoUsd) -> {
            UsageKind.Spelling spelling = UsageKind.of(name);
            picoUsdPerUnit.put(spelling == null ? name : spelling.kind().priced().key(), picoUsd);
        });
        return new PricedModel(price.getModel(), Pattern.compile(price.getPattern(), Pattern.CASE_INSENSITIVE),
                price.getStartUnixNano(),
                List.of(new PricedModel.Tier("", Map.of(), -1, Map.copyOf(picoUsdPerUnit))),
                price.getPicoUsdPerComputeSecond());
    }
}
