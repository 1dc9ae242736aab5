package dev.sightline.base.price;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The price table: finds a model by its reported name and computes what a call cost, in exact arithmetic. The table is
 * `prices.json`: USD per million units by usage kind, in tiers, from a date on, with a version; docs/usage-and-cost.md
 * says how it is made. Patterns run on RE2/J, so that no name takes more than linear time. Safe for use by many
 * threads.
 */
public final class Prices {
    private static final String RESOURCE = "/prices.json";
    private static final int REMEMBERED_NAMES_MAX = 10_000;
    /** Picos in a dollar, over the million units that a price in the table is for. */
    private static final BigDecimal PICO_USD_PER_MILLIONTH = BigDecimal.valueOf(1_000_000);

    private final String version;
    private final PriceTable table;

    private Prices(String version, List<PricedModel> models) {
        this.version = version;
        this.table = new PriceTable(models, ModelNames::of, REMEMBERED_NAMES_MAX);
    }

    /** The price table that ships with this service. */
    public static Prices shipped() {
        try (InputStream json = Prices.class.getResourceAsStream(RESOURCE)) {
            return read(json);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE, e);
        }
    }

    /** Reads a table; fails on a pattern that RE2/J does not take and on a price finer than 1e-12 dollars a unit. */
    static Prices read(InputStream json) throws IOException {
        JsonNode table = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build()
                .readTree(json);
        List<PricedModel> models = new ArrayList<>();
        for (JsonNode model : table.required("models")) {
            List<PricedModel.Tier> tiers = new ArrayList<>();
            for (JsonNode tier : model.required("tiers")) {
                tiers.add(tier(tier));
            }
            models.add(new PricedModel(model.required("name").textValue(),
                    Pattern.compile(model.required("match").textValue(), Pattern.CASE_INSENSITIVE),
                    start(model.path("start")), List.copyOf(tiers), 0));
        }
        return new Prices(table.required("version").textValue(), models);
    }

    /** Which state of the prices this is, for example `2026-08`. */
    public String version() {
        return version;
    }

    /**
     * What a call cost: by the project's own price, else, on the sender's own machine, nothing ({@link Cost#FREE}),
     * else by the table. {@link Cost#UNKNOWN} for a model that has no price, or none for what was used.
     *
     * @param parameter     gives a model parameter by name, or null; asked only where a tier depends on it
     * @param startUnixNano when the call began, which decides between prices of different dates
     * @param durationNanos how long it took, for models that are priced by the time of their machine
     */
    public Cost cost(ProjectPrices own, String provider, String model, UnaryOperator<String> parameter, Usage usage,
            long startUnixNano, long durationNanos) {
        Optional<PricedModel> price = own.find(model, startUnixNano);
        if (price.isEmpty()) {
            if (LocalModels.isLocal(provider, model)) {
                return Cost.FREE;
            }
            price = table.find(model, startUnixNano);
        }
        if (price.isEmpty()) {
            return Cost.UNKNOWN;
        }
        try {
            Cost cost = price.get().cost(parameter, usage, durationNanos);
            return cost.totalPicoUsd() > Cost.PICO_USD_MAX ? Cost.UNKNOWN : cost;
        } catch (ArithmeticException _) {
            // No real call costs nine million dollars: the usage is a mistake of the sender.
            return Cost.UNKNOWN;
        }
    }

    /** The row of the table for a reported name at a time. */
    Optional<PricedModel> find(String model, long unixNano) {
        return table.find(model, unixNano);
    }

    List<PricedModel> models() {
        return table.models();
    }

    private static long start(JsonNode date) {
        return date.isMissingNode() ? 0 : TimeUnit.SECONDS.toNanos(
                LocalDate.parse(date.textValue()).atStartOfDay(ZoneOffset.UTC).toEpochSecond());
    }

    private static PricedModel.Tier tier(JsonNode tier) {
        Map<String, Set<String>> parameters = new HashMap<>();
        long inputTokensAbove = -1;
        for (Map.Entry<String, JsonNode> condition : tier.path("when").properties()) {
            if (condition.getKey().equals("input_tokens_above")) {
                inputTokensAbove = condition.getValue().longValue();
            } else {
                Set<String> values = new HashSet<>();
                condition.getValue().forEach(value -> values.add(value.textValue().toLowerCase(Locale.ROOT)));
                parameters.put(condition.getKey(), Set.copyOf(values));
            }
        }
        Map<String, Long> picoUsdPerUnit = new HashMap<>();
        for (Map.Entry<String, JsonNode> price : tier.required("usd_per_million").properties()) {
            picoUsdPerUnit.put(price.getKey(),
                    price.getValue().decimalValue().multiply(PICO_USD_PER_MILLIONTH).longValueExact());
        }
        return new PricedModel.Tier(tier.required("name").textValue(), Map.copyOf(parameters), inputTokensAbove,
                Map.copyOf(picoUsdPerUnit));
    }
}
