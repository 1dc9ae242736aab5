package dev.sightline.ingestion.mapping;

import dev.sightline.base.price.Cost;
import dev.sightline.base.price.Prices;
import dev.sightline.base.price.ProjectPrices;
import dev.sightline.base.price.Usage;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.Map;

/**
 * Works out what an observation's usage and cost fields hold from what its sender said: the sums of the usage, an
 * estimate of the usage where the sender reported none, and the cost where it stated none. The edge asks it for each
 * span, and whoever merges several messages about one observation asks it for the result, so that both agree. Usage and
 * cost that are there are the sender's and stay, except where the observation was put together from patches: its
 * {@code field_clocks} tell what was said, and what was worked out before from less is worked out anew. Asking twice
 * changes nothing. Safe for use by many threads.
 */
public final class Pricing {
    /** Where Ollama listens unless told otherwise. */
    private static final String OLLAMA_PORT = "11434";

    private final Prices prices;

    /** Prices by this table where a project has no price of its own. */
    public Pricing(Prices prices) {
        this.prices = prices;
    }

    /** Sets usage, cost and their sums. All other fields must be set before: content, level, model, times. */
    public void price(Observation.Builder observation, ProjectPrices own) {
        if (observation.getFieldClocksCount() > 0) {
            forget(observation);
        }
        boolean stated = observation.getCostPicoUsdCount() > 0;
        Usage usage = usage(observation);
        if (usage.isEmpty() && !stated && mayBeEstimated(observation)) {
            usage = TokenEstimate.of(observation);
            observation.setUsageEstimated(!usage.isEmpty());
        }
        set(observation, usage);
        if (stated) {
            state(observation);
        } else if (!observation.getModel().isEmpty()) {
            Cost cost = cost(observation, own, usage);
            observation.putAllCostPicoUsd(cost.picoUsdByKind()).setTotalCostPicoUsd(cost.totalPicoUsd());
        }
    }

    /** Clears what no patch has said. */
    private static void forget(Observation.Builder observation) {
        if (!observation.containsFieldClocks(Observation.COST_PICO_USD_FIELD_NUMBER)) {
            observation.clearCostPicoUsd().clearTotalCostPicoUsd();
        }
        if (observation.getUsageEstimated()) {
            if (!observation.containsFieldClocks(Observation.USAGE_FIELD_NUMBER)) {
                observation.clearUsage().clearTotalTokens();
            }
            observation.setUsageEstimated(false);
        }
    }

    /** Only a model call that succeeded used tokens for what it says it read and wrote. */
    private static boolean mayBeEstimated(Observation.Builder observation) {
        return !observation.getModel().isEmpty() && observation.getLevel() != Level.ERROR
                && (observation.getType() == ObservationType.GENERATION
                        || observation.getType() == ObservationType.EMBEDDING);
    }

    private static Usage usage(Observation.Builder observation) {
        long input = 0;
        long output = 0;
        for (Map.Entry<String, Long> kind : observation.getUsageMap().entrySet()) {
            input += kind.getKey().startsWith("input") ? kind.getValue() : 0;
            output += kind.getKey().startsWith("output") ? kind.getValue() : 0;
        }
        return new Usage(observation.getUsageMap(), input, output,
                Math.max(input + output, observation.getTotalTokens()));
    }

    private static void set(Observation.Builder observation, Usage usage) {
        if (!usage.kinds().equals(observation.getUsageMap())) {
            observation.clearUsage().putAllUsage(usage.kinds());
        }
        observation.setInputTokens(usage.inputTokens())
                .setOutputTokens(usage.outputTokens())
                .setTotalTokens(usage.totalTokens());
    }

    private static void state(Observation.Builder observation) {
        Cost cost = Cost.stated(observation.getCostPicoUsdMap());
        if (!cost.picoUsdByKind().equals(observation.getCostPicoUsdMap())) {
            observation.clearCostPicoUsd().putAllCostPicoUsd(cost.picoUsdByKind());
        }
        observation.setTotalCostPicoUsd(cost.totalPicoUsd());
    }

    private Cost cost(Observation.Builder observation, ProjectPrices own, Usage usage) {
        String parameters = observation.getModelParameters();
        return prices.cost(own, provider(observation), observation.getModel(),
                name -> parameters.contains(name) ? Json.textField(parameters, name) : null, usage,
                observation.getStartUnixNano(),
                Math.max(0, observation.getEndUnixNano() - observation.getStartUnixNano()));
    }

    /** Who runs the model: LangChain says it in metadata only, a client of OpenAI's API at Ollama by the port only. */
    private static String provider(Observation.Builder observation) {
        if (OLLAMA_PORT.equals(observation.getAttributesOrDefault("server.port", ""))) {
            return "ollama";
        }
        return observation.getProvider().isEmpty()
                ? observation.getMetadataOrDefault("ls_provider", "") : observation.getProvider();
    }
}
