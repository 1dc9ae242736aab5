package dev.sightline.query.langfuse;

import dev.sightline.query.settings.IngestSettings.ModelPrice;
import dev.sightline.query.settings.ModelPrices;
import dev.sightline.query.settings.ShippedPrices;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a model costs, in Langfuse's shape: US dollars for one unit. */
@Schema(name = "LangfuseModel")
record LangfuseModel(String id, String modelName, String matchPattern, String startDate, String unit,
        BigDecimal inputPrice, BigDecimal outputPrice, BigDecimal totalPrice, String tokenizerId,
        Object tokenizerConfig, boolean isLangfuseManaged, String createdAt, Map<String, Price> prices,
        List<Tier> pricingTiers) {
    private static final int MILLION_DIGITS = 6;

    /** Of one kind of unit. */
    @Schema(name = "LangfusePrice")
    record Price(BigDecimal price) {
    }

    /** Prices that hold under all of the conditions. */
    @Schema(name = "LangfusePricingTier")
    record Tier(String id, String name, boolean isDefault, int priority, List<Condition> conditions,
            Map<String, BigDecimal> prices) {
    }

    /** About the units of all kinds whose names match. */
    @Schema(name = "LangfusePricingCondition")
    record Condition(String usageDetailPattern, String operator, long value, boolean caseSensitive) {
    }

    /** A price of the project's own. When it was made is not known; its start stands for it. */
    static LangfuseModel of(ModelPrice own) {
        String id = ModelPrices.id(own);
        Map<String, BigDecimal> prices = perUnit(own.usdPerMillion());
        return of(id, own.model(), own.pattern(), own.startTime(), false,
                own.startTime() == null ? Instant.EPOCH : own.startTime(),
                List.of(new Tier(id, "Standard", true, 0, List.of(), prices)));
    }

    /**
     * A price of the shipped table. Tiers that go by a parameter of the call have no shape that all of Langfuse's clients
     * read, so they are not shown.
     */
    static LangfuseModel of(ShippedPrices.Model model, Instant version) {
        String id = id(model);
        List<Tier> tiers = new ArrayList<>();
        for (ShippedPrices.Tier tier : model.tiers()) {
            boolean isDefault = tier == model.tiers().getLast();
            if (!tier.hasOtherConditions()) {
                tiers.add(new Tier(id + "-" + tier.name().toLowerCase(Locale.ROOT).replace(' ', '-'),
                        tier.name(), isDefault, isDefault ? 0 : tiers.size() + 1, tier.inputTokensAbove() == null
                        ? List.of() : List.of(new Condition("^input", "gt", tier.inputTokensAbove(), false)),
                        perUnit(tier.usdPerMillion())));
            }
        }
        return of(id, model.name(), model.pattern(), model.startTime(), true, version, tiers.reversed());
    }

    static String id(ShippedPrices.Model model) {
        return UUID.nameUUIDFromBytes(("shipped\n" + model.name() + "\n" + model.startTime())
                .getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** The first tier is the default. */
    private static LangfuseModel of(String id, String name, String pattern, Instant start, boolean shipped,
            Instant createdAt, List<Tier> tiers) {
        Map<String, BigDecimal> prices = tiers.getFirst().prices;
        Map<String, Price> shown = new TreeMap<>();
        prices.forEach((kind, price) -> shown.put(kind, new Price(price)));
        return new LangfuseModel(id, name, pattern, start == null ? null : LangfuseJson.time(start), "TOKENS",
                prices.get("input"), prices.get("output"), prices.get("total"), null, null, shipped,
                LangfuseJson.time(createdAt), shown, tiers);
    }

    private static Map<String, BigDecimal> perUnit(Map<String, BigDecimal> usdPerMillion) {
        Map<String, BigDecimal> perUnit = new TreeMap<>();
        usdPerMillion.forEach((kind, usd) -> perUnit.put(kind, usd.movePointLeft(MILLION_DIGITS)));
        return perUnit;
    }
}
