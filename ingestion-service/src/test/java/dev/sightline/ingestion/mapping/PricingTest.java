package dev.sightline.ingestion.mapping;

import static dev.sightline.ingestion.mapping.Spans.mapped;
import static dev.sightline.ingestion.mapping.Spans.span;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.base.price.Prices;
import dev.sightline.base.price.ProjectPrices;
import dev.sightline.proto.control.v1.ModelPrice;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What usage and cost become of what was sent: reported, stated, computed, estimated. */
class PricingTest {
    private static final ProjectPrices OWN = ProjectPrices.of(List.of(
            ModelPrice.newBuilder().setPattern("gpt-4o").putPicoUsdByKind("input", 1).putPicoUsdByKind("output", 2)
                    .build(),
            ModelPrice.newBuilder().setPattern("llama3.*").setPicoUsdPerComputeSecond(1_000_000).build()));

    private final Pricing pricing = new Pricing(Prices.shipped());

    @Test
    void usageIsEstimatedOnlyWhereNothingWasReported() {
        Object[] call = {"gen_ai.operation.name", "chat", "gen_ai.request.model", "gpt-4o",
            "gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"Where is my parcel?\"}]",
            "gen_ai.output.messages", "[{\"role\":\"assistant\",\"content\":\"It arrives today.\"}]"};
        Observation estimated = mapped(span(call));
        assertThat(estimated.getUsageEstimated()).isTrue();
        assertThat(estimated.getUsageMap())
                .containsExactlyInAnyOrderEntriesOf(Map.of("input", 12L, "output", 4L));
        assertThat(estimated.getTotalTokens()).isEqualTo(16);
        assertThat(estimated.getTotalCostPicoUsd()).isEqualTo(12 * 2_500_000 + 4 * 10_000_000);

        for (Object[] more : new Object[][] {{"gen_ai.usage.output_tokens", 3}, {"gen_ai.usage.total_tokens", 3},
            {"gen_ai.usage.cost", 0.5}, {"gen_ai.usage.input_tokens", 0}}) {
            Observation reported = mapped(span(call).addAttributes(Spans.attribute((String) more[0], more[1])));
            assertThat(reported.getUsageEstimated()).as((String) more[0]).isFalse();
            assertThat(reported.getInputTokens()).isZero();
        }
        Observation failed = mapped(span(call).setStatus(Status.newBuilder().setCodeValue(2)));
        assertThat(failed.getUsageEstimated()).isFalse();
        assertThat(failed.getTotalTokens()).isZero();
    }

    @Test
    void onlyModelCallsAreEstimated() {
        assertThat(mapped(span("gen_ai.operation.name", "chat", "input.value", "hi")).getUsageEstimated()).isFalse();
        for (String operation : List.of("invoke_agent", "execute_tool", "retrieval")) {
            Observation other = mapped(span("gen_ai.operation.name", operation, "gen_ai.request.model", "gpt-4o",
                    "input.value", "hi", "output.value", "ho"));
            assertThat(other.getUsageEstimated()).as(operation).isFalse();
            assertThat(other.getTotalTokens()).isZero();
        }
        Observation embedding = mapped(span("gen_ai.operation.name", "embeddings",
                "gen_ai.request.model", "text-embedding-3-small", "input.value", "hi"));
        assertThat(embedding.getUsageEstimated()).isTrue();
        assertThat(embedding.getTotalCostPicoUsd()).isEqualTo(20_000);
        assertThat(mapped(span("gen_ai.operation.name", "chat", "gen_ai.request.model", "gpt-4o"))
                .getUsageEstimated()).isFalse();
    }

    @Test
    void theMapperUsesTheProjectsPrices() {
        Result result = Spans.MAPPER.map(Spans.MAPPER.resource(Resource.getDefaultInstance()),
                InstrumentationScope.getDefaultInstance(), span("gen_ai.request.model", "gpt-4o",
                        "gen_ai.usage.input_tokens", 10, "gen_ai.usage.output_tokens", 1).build(),
                Spans.NOW_UNIX_NANO, OWN);
        assertThat(((Result.Mapped) result).observation().getTotalCostPicoUsd()).isEqualTo(12);
    }

    @Test
    void theStatedCostWinsOverEveryPrice() {
        Observation.Builder observation = call("gpt-4o").putCostPicoUsd("input", 5).putCostPicoUsd("output", 6);
        pricing.price(observation, OWN);
        assertThat(observation.getCostPicoUsdMap()).containsExactlyInAnyOrderEntriesOf(
                Map.of("input", 5L, "output", 6L, "total", 11L));
        assertThat(observation.getTotalCostPicoUsd()).isEqualTo(11);
        Observation.Builder zero = call("gpt-4o").putCostPicoUsd("total", 0);
        pricing.price(zero, OWN);
        assertThat(zero.getCostPicoUsdMap()).containsOnly(Map.entry("total", 0L));
    }

    @Test
    void aMergeGivesWhatTheEdgeGives() {
        Observation sent = mapped(span("gen_ai.request.model", "gpt-5.4", "openai.response.service_tier", "flex",
                "gen_ai.usage.input_tokens", 10, "gen_ai.usage.output_tokens", 1));
        // Merged from its fields in any order, without what was worked out from them.
        Observation.Builder merged = sent.toBuilder().clearInputTokens().clearOutputTokens().clearTotalTokens()
                .clearCostPicoUsd().clearTotalCostPicoUsd();
        pricing.price(merged, ProjectPrices.NONE);
        assertThat(merged.build()).isEqualTo(sent);
        pricing.price(merged, ProjectPrices.NONE);
        assertThat(merged.build()).isEqualTo(sent);

        Observation estimated = mapped(span("gen_ai.request.model", "gpt-4o", "input.value", "hi"));
        assertThat(estimated.getUsageEstimated()).isTrue();
        Observation.Builder again = estimated.toBuilder();
        pricing.price(again, ProjectPrices.NONE);
        assertThat(again.build()).isEqualTo(estimated);
    }

    @Test
    void patchesMakeWhatWasWorkedOutBeNew() {
        Observation.Builder row = Observation.newBuilder().setModel("gpt-4o").setType(ObservationType.GENERATION)
                .setLevel(Level.DEFAULT).setInput("Where is my parcel?").putFieldClocks(Observation.INPUT_FIELD_NUMBER, 1);
        pricing.price(row, ProjectPrices.NONE);
        assertThat(row.getUsageMap()).containsOnly(Map.entry("input", 5L));
        assertThat(row.getTotalCostPicoUsd()).isEqualTo(5 * 2_500_000);

        row.setOutput("It arrives today.").putFieldClocks(Observation.OUTPUT_FIELD_NUMBER, 2);
        pricing.price(row, ProjectPrices.NONE);
        assertThat(row.getUsageEstimated()).isTrue();
        assertThat(row.getTotalTokens()).isEqualTo(9);
        assertThat(row.getTotalCostPicoUsd()).isEqualTo(5 * 2_500_000 + 4 * 10_000_000);

        row.clearUsage().putUsage("input", 7).setInputTokens(7).setOutputTokens(0).setTotalTokens(7)
                .putFieldClocks(Observation.USAGE_FIELD_NUMBER, 3);
        pricing.price(row, ProjectPrices.NONE);
        assertThat(row.getUsageEstimated()).isFalse();
        assertThat(row.getUsageMap()).containsOnly(Map.entry("input", 7L));
        assertThat(row.getTotalCostPicoUsd()).isEqualTo(7 * 2_500_000);

        row.clearCostPicoUsd().putCostPicoUsd("input", 3).putFieldClocks(Observation.COST_PICO_USD_FIELD_NUMBER, 4);
        pricing.price(row, ProjectPrices.NONE);
        assertThat(row.getCostPicoUsdMap()).containsOnly(Map.entry("input", 3L), Map.entry("total", 3L));
        Observation once = row.build();
        pricing.price(row, ProjectPrices.NONE);
        assertThat(row.build()).isEqualTo(once);
    }

    @Test
    void aReportedTotalIsKeptWhereItIsLarger() {
        Observation.Builder observation = Observation.newBuilder().setModel("m").putUsage("input", 3)
                .putUsage("output_reasoning_tokens", 4).putUsage("searches", 9).setTotalTokens(20);
        pricing.price(observation, ProjectPrices.NONE);
        assertThat(observation.getInputTokens()).isEqualTo(3);
        assertThat(observation.getOutputTokens()).isEqualTo(4);
        assertThat(observation.getTotalTokens()).isEqualTo(20);
        assertThat(observation.getCostPicoUsdMap()).isEmpty();
    }

    @Test
    void localModelsAreKnownToBeFreeOrPricedByTheirTime() {
        for (Observation local : List.of(
                mapped(span("gen_ai.system", "ollama", "gen_ai.request.model", "deepseek-r1")),
                mapped(span("gen_ai.request.model", "deepseek-r1:7b")),
                mapped(span("gen_ai.system", "openai", "gen_ai.request.model", "m", "server.address", "localhost",
                        "server.port", 11434)),
                mapped(span("gen_ai.request.model", "m", "langfuse.observation.metadata.ls_provider", "ollama")))) {
            assertThat(local.getCostPicoUsdMap()).containsOnly(Map.entry("total", 0L));
        }
        Observation.Builder timed = call("llama3:8b").setProvider("ollama").setStartUnixNano(1)
                .setEndUnixNano(2_500_000_001L);
        pricing.price(timed, OWN);
        assertThat(timed.getCostPicoUsdMap())
                .containsExactlyInAnyOrderEntriesOf(Map.of("compute", 2_500_000L, "total", 2_500_000L));
        assertThat(mapped(span("gen_ai.system", "openai", "gen_ai.request.model", "m", "server.port", 443))
                .getCostPicoUsdMap()).isEmpty();
        // No model was called: there is nothing whose cost could be known.
        assertThat(mapped(span("gen_ai.system", "ollama")).getCostPicoUsdMap()).isEmpty();
    }

    private static Observation.Builder call(String model) {
        return Observation.newBuilder().setModel(model).setType(ObservationType.GENERATION).setLevel(Level.DEFAULT)
                .putUsage("input", 10).putUsage("output", 1);
    }
}
