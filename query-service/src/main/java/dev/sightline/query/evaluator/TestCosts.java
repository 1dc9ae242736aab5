package dev.sightline.query.evaluator;

import dev.sightline.base.price.Cost;
import dev.sightline.base.price.Prices;
import dev.sightline.base.price.ProjectPrices;
import dev.sightline.base.price.Usage;
import dev.sightline.proto.evaluator.v1.TestEvaluatorResponse;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.settings.SettingsStore;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the test of an evaluator cost, by the prices that the edge would have taken for it. Thread-safe. */
@Singleton
class TestCosts {
    private static final int PICO_DIGITS = 12;

    private final SettingsStore settings;
    private final Prices shipped = Prices.shipped();

    TestCosts(SettingsStore settings) {
        this.settings = settings;
    }

    /** The same with its cost, where its model was asked and has a price. */
    TestEvaluatorResponse priced(ProjectScope project, TestEvaluatorResponse test) {
        long input = test.getInputTokens();
        long output = test.getOutputTokens();
        if (test.getModel().isEmpty() || input + output == 0) {
            return test;
        }
        Cost cost = shipped.cost(ProjectPrices.of(settings.of(project).toProto("", 0).getModelPricesList()), "",
                test.getModel(), parameter -> null,
                new Usage(Map.of("input", input, "output", output), input, output, input + output),
                TimeUnit.MILLISECONDS.toNanos(Instant.now().toEpochMilli()),
                (long) (test.getDurationSeconds() * TimeUnit.SECONDS.toNanos(1)));
        return cost.isUnknown() ? test : test.toBuilder()
                .setTotalCost(BigDecimal.valueOf(cost.totalPicoUsd(), PICO_DIGITS).doubleValue()).build();
    }
}
