package dev.sightline.ingestion.price;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The price table: finds a model by its reported name and computes what a call cost, in exact arithmetic. The table is
 * `prices.json`: USD per million units by usage kind, in tiers, with a version. Patterns run on RE2/J, so that no name
 * takes more than linear time; the answer for a name is remembered in a bounded cache. Safe for use by many threads.
 */
public final class Prices {
    private static final String RESOURCE = "/prices.json";
    private static final int MODEL_NAME_CHARS_MAX = 256;
    private static final int REMEMBERED_NAMES_MAX = 10_000;
    /** Picos in a dollar, over the million units that a price in the table is for. */
    private static final BigDecimal PICO_USD_PER_MILLIONTH = BigDecimal.valueOf(1_000_000);
    /** Providers that run on the sender's own machine: nobody sends a bill. */
    private static final Set<String> LOCAL_PROVIDERS =
            Set.of("ollama", "llama.cpp", "llamacpp", "llama_cpp", "lmstudio", "lm_studio", "lm-studio", "gpt4all");

    private final String version;
    private final List<PricedModel> models;
    private final Cache<String, Optional<PricedModel>> byName =
            Caffeine.newBuilder().maximumSize(REMEMBERED_NAMES_MAX).build();

    private Prices(String version, List<PricedModel> models) {
        this.version = version;
        this.models = List.copyOf(models);
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
                    List.copyOf(tiers)));
        }
        return new Prices(table.required("version").textValue(), models);
    }

    /** Which state of the prices this is, for example `2026-08`. */
    public String version() {
        return version;
    }

    /**
     * What a call cost, {@link Cost#UNKNOWN} for a model that is not in the table, or {@link Cost#FREE} for a provider
     * on the sender's own machine.
     *
     * @param parameter gives a model parameter by name, or null; asked only where a tier depends on it
     */
    public Cost cost(String provider, String model, UnaryOperator<String> parameter, Usage usage) {
        if (usage.isEmpty() || model.isEmpty()) {
            return Cost.UNKNOWN;
        }
        if (isLocal(provider, model)) {
            return Cost.FREE;
        }
        Optional<PricedModel> priced = find(model);
        if (priced.isEmpty()) {
            return Cost.UNKNOWN;
        }
        try {
            Cost cost = priced.get().cost(parameter, usage);
            return cost.totalPicoUsd() > Cost.PICO_USD_MAX ? Cost.UNKNOWN : cost;
        } catch (ArithmeticException _) {
            // No real call costs nine million dollars: the usage is a mistake of the sender.
            return Cost.UNKNOWN;
        }
    }

    /** The model a reported name stands for; the first that matches, in the order of the table. */
    Optional<PricedModel> find(String model) {
        if (model.length() > MODEL_NAME_CHARS_MAX) {
            return Optional.empty();
        }
        return byName.get(model, this::search);
    }

    List<PricedModel> models() {
        return models;
    }

    private Optional<PricedModel> search(String model) {
        Optional<PricedModel> found = firstMatch(model);
        int slash = model.lastIndexOf('/');
        // Gateways and clouds put a path before the name: `models/gemini-2.5-pro`, `azure/gpt-4o`, a Bedrock ARN.
        return found.isPresent() || slash < 0 ? found : firstMatch(model.substring(slash + 1));
    }

    private Optional<PricedModel> firstMatch(String model) {
        return models.stream().filter(candidate -> candidate.match().matches(model)).findFirst();
    }

    private static boolean isLocal(String provider, String model) {
        return !provider.isEmpty() && LOCAL_PROVIDERS.contains(provider.toLowerCase(Locale.ROOT))
                || model.startsWith("ollama/");
    }

    private static PricedModel.Tier tier(JsonNode tier) {
        Map<String, Set<String>> parameters = new HashMap<>();
        long inputTokensAbove = -1;
        for (Map.Entry<String, JsonNode> condition : tier.path("when").properties()) {
            if (condition.getKey().equals("input_tokens_above")) {
                inputTokensAbove = condition.getValue().longValue();
            } else {
                Set<String> values = new HashSet<>();
                condition.getValue().forEach(value -> values.add(value.textValue()));
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
