package dev.sightline.query.settings;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The price table that ships with the services ({@code prices.json} of service-base), to be shown; edges apply it. */
@Singleton
public class ShippedPrices {
    private static final String RESOURCE = "/prices.json";

    private final List<Model> models;
    private final Instant version;

    ShippedPrices() {
        try (InputStream json = ShippedPrices.class.getResourceAsStream(RESOURCE)) {
            JsonNode table = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build()
                    .readTree(json);
            version = day(table.required("version").textValue() + "-01");
            List<Model> read = new ArrayList<>();
            for (JsonNode model : table.required("models")) {
                List<Tier> tiers = new ArrayList<>();
                model.required("tiers").forEach(tier -> tiers.add(tier(tier)));
                read.add(new Model(model.required("name").textValue(), model.required("match").textValue(),
                        model.has("start") ? day(model.path("start").textValue()) : null, List.copyOf(tiers)));
            }
            models = List.copyOf(read);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE, e);
        }
    }

    /** A model's prices; the last tier has no condition. {@code startTime} is null where they always hold. */
    public record Model(String name, String pattern, Instant startTime, List<Tier> tiers) {
    }

    /** Prices that hold for more input than {@code inputTokensAbove} (null: any), or under other conditions. */
    public record Tier(String name, Long inputTokensAbove, boolean hasOtherConditions,
            Map<String, BigDecimal> usdPerMillion) {
    }

    public List<Model> models() {
        return models;
    }

    /** Of which month the table is. */
    public Instant version() {
        return version;
    }

    private static Tier tier(JsonNode tier) {
        Map<String, BigDecimal> prices = new TreeMap<>();
        tier.required("usd_per_million").properties()
                .forEach(price -> prices.put(price.getKey(), price.getValue().decimalValue()));
        JsonNode when = tier.path("when");
        JsonNode above = when.path("input_tokens_above");
        return new Tier(tier.required("name").textValue(), above.isNumber() ? above.longValue() : null,
                when.size() > (above.isNumber() ? 1 : 0), prices);
    }

    private static Instant day(String date) {
        return LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
