package dev.sightline.ingestion.mapping;

import static dev.sightline.ingestion.mapping.Spans.NOW_UNIX_NANO;
import static dev.sightline.ingestion.mapping.Spans.attribute;
import static dev.sightline.ingestion.mapping.Spans.mapped;
import static dev.sightline.ingestion.mapping.Spans.span;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Precedences and odd values, field by field; what whole spans become is in the golden files. */
class ObservationMapperTest {
    @Test
    void environmentIsNormalised() {
        Map<String, String> expected = Map.of(
                "production", "production",
                "Prod EU/1", "prod-eu-1",
                "langfuse", "default",
                "Langfuse-Prod", "prod",
                "langfuse_langfuse-x", "x",
                " staging ", "staging",
                "ÄÖ", "--",
                "a".repeat(50), "a".repeat(40),
                "langfuse" + "b".repeat(50), "b".repeat(40),
                "under_score", "under_score");
        expected.forEach((sent, stored) ->
                assertThat(mapped(span("langfuse.environment", sent)).getEnvironment()).isEqualTo(stored));
        assertThat(mapped(span()).getEnvironment()).isEqualTo("default");
    }

    @Test
    void environmentAsksEachNameOnTheSpanThenOnTheResource() {
        Resource resource = Resource.newBuilder()
                .addAttributes(attribute("deployment.environment.name", "from-resource"))
                .addAttributes(attribute("deployment.environment", "old-from-resource")).build();
        assertThat(mapped(resource, "", span()).getEnvironment()).isEqualTo("from-resource");
        assertThat(mapped(resource, "", span("deployment.environment", "old-from-span")).getEnvironment())
                .isEqualTo("from-resource");
        assertThat(mapped(resource, "", span("deployment.environment.name", "from-span")).getEnvironment())
                .isEqualTo("from-span");
        Resource langfuse = resource.toBuilder().addAttributes(attribute("langfuse.environment", "lf")).build();
        assertThat(mapped(langfuse, "", span("deployment.environment.name", "from-span")).getEnvironment())
                .isEqualTo("lf");
    }

    @Test
    void levelComesFromItsNamesThenFromTheStatus() {
        Map<String, Level> levels = Map.of("trace", Level.DEBUG, "Verbose", Level.DEBUG, "INFO", Level.DEFAULT,
                "success", Level.DEFAULT, "warn", Level.WARNING, "FATAL", Level.ERROR, "critical", Level.ERROR);
        levels.forEach((sent, stored) ->
                assertThat(mapped(span("langfuse.observation.level", sent)).getLevel()).isEqualTo(stored));
        Status error = Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("boom").build();
        Observation unknown = mapped(span("langfuse.observation.level", "loud").setStatus(error));
        assertThat(unknown.getLevel()).isEqualTo(Level.ERROR);
        assertThat(unknown.getStatusMessage()).isEqualTo("boom");
        assertThat(mapped(span("langfuse.observation.level", "DEBUG").setStatus(error)).getLevel())
                .isEqualTo(Level.DEBUG);
    }

    @Test
    void typeFollowsTheOrderOfConventions() {
        assertThat(mapped(span("langfuse.observation.type", "retriever", "openinference.span.kind", "LLM")).getType())
                .isEqualTo(ObservationType.RETRIEVER);
        assertThat(mapped(span("langfuse.observation.type", "nonsense", "openinference.span.kind", "LLM")).getType())
                .isEqualTo(ObservationType.GENERATION);
        assertThat(mapped(span("openinference.span.kind", "UNKNOWN", "gen_ai.operation.name", "execute_tool"))
                .getType()).isEqualTo(ObservationType.TOOL);
        assertThat(mapped(span("gen_ai.tool.call.id", "c1", "gen_ai.request.model", "m")).getType())
                .isEqualTo(ObservationType.TOOL);
        assertThat(mapped(span("model", "m")).getType()).isEqualTo(ObservationType.GENERATION);
        assertThat(mapped(span("model", "")).getType()).isEqualTo(ObservationType.SPAN);
        assertThat(mapped(span("ai.operationId", "ai.streamText.doStream")).getType())
                .isEqualTo(ObservationType.SPAN);
        assertThat(mapped(span("operation.name", "ai.streamText.doStream chat", "ai.model.id", "m")).getType())
                .isEqualTo(ObservationType.GENERATION);
    }

    @Test
    void tagsComeInFourShapes() {
        assertThat(mapped(span("langfuse.trace.tags", List.of("a", "b"))).getTagsList()).containsExactly("a", "b");
        assertThat(mapped(span("langfuse.trace.tags", "[\"a\",\"b\"]")).getTagsList()).containsExactly("a", "b");
        assertThat(mapped(span("langfuse.tags", "a, b ,,a")).getTagsList()).containsExactly("a", "b");
        assertThat(mapped(span("tag.tags", "single")).getTagsList()).containsExactly("single");
        assertThat(mapped(span("tag.tags", List.of("with, comma"))).getTagsList()).containsExactly("with, comma");
    }

    @Test
    void appRootIsSaidOrSeenInTheFlags() {
        assertThat(mapped(span()).getAppRoot()).isFalse();
        assertThat(mapped(span().setFlags(0x101)).getAppRoot()).isFalse();
        assertThat(mapped(span().setFlags(0x301)).getAppRoot()).isTrue();
        assertThat(mapped(span().setFlags(0x301).clearParentSpanId()).getAppRoot()).isFalse();
        assertThat(mapped(span("langfuse.internal.is_app_root", true)).getAppRoot()).isTrue();
        assertThat(mapped(span("langfuse.internal.as_root", "true")).getAppRoot()).isTrue();
    }

    @Test
    void completionStartIsReadInEveryForm() {
        long start = span().getStartTimeUnixNano();
        assertThat(completionStart("langfuse.observation.completion_start_time", "2026-11-23T11:59:59.000000001Z"))
                .isEqualTo(NOW_UNIX_NANO - 999_999_999L);
        assertThat(completionStart("langfuse.observation.completion_start_time", "\"2026-11-23T12:59:59+01:00\""))
                .isEqualTo(NOW_UNIX_NANO - 1_000_000_000L);
        assertThat(completionStart("langfuse.observation.completion_start_time", "2026-11-23T11:59:59.5"))
                .isEqualTo(NOW_UNIX_NANO - 500_000_000L);
        assertThat(completionStart("ai.stream.msToFirstChunk", 231.5)).isEqualTo(start + 231_500_000L);
        assertThat(completionStart("gen_ai.response.time_to_first_chunk", 0.25)).isEqualTo(start + 250_000_000L);
        for (String bad : List.of("yesterday", "2026-11-22T00:00:00Z", "\"", "+999999999-12-31T00:00:00Z")) {
            Observation observation = mapped(span("langfuse.observation.completion_start_time", bad));
            assertThat(observation.getCompletionStartUnixNano()).isZero();
            assertThat(observation.getAttributesMap()).containsValue(bad);
        }
    }

    private static long completionStart(String key, Object value) {
        return mapped(span(key, value)).getCompletionStartUnixNano();
    }

    @Test
    void metadataIsFlattenedAndTheTraceWins() {
        Observation observation = mapped(span(
                "langfuse.observation.metadata", "{\"a\":{\"b\":[1,{\"c\":2}],\"n\":null},\"s\":\"t\",\"x\":1.50}",
                "langfuse.observation.metadata.x", "from observation",
                "langfuse.trace.metadata.x", "from trace",
                "langfuse.observation.metadata.j", "{\"k\":\"\\ud800\"}",
                "langfuse.observation.metadata.broken", "{\"k\":",
                "ai.telemetry.metadata.plan", "pro"));
        assertThat(observation.getMetadataMap()).containsExactlyInAnyOrderEntriesOf(Map.of("a.b", "[1,{\"c\":2}]",
                "s", "t", "x", "from trace", "j.k", "?", "broken", "{\"k\":", "plan", "pro"));
        assertThat(mapped(span("langfuse.observation.metadata", "just text")).getMetadataMap())
                .containsOnly(Map.entry("metadata", "just text"));
    }

    @Test
    void costStatedByTheClientDisablesCalculation() {
        Observation stated = mapped(span("gen_ai.request.model", "gpt-4o", "gen_ai.usage.input_tokens", 1_000_000,
                "gen_ai.usage.cost", 0.000000000001));
        assertThat(stated.getCostPicoUsdMap()).containsOnly(Map.entry("total", 1L));
        Observation details = mapped(span("langfuse.observation.cost_details",
                "{\"input\":0.1,\"output\":0.2,\"cache_read_input_tokens\":1e-7}", "gen_ai.usage.cost", 9.0));
        assertThat(details.getCostPicoUsdMap()).containsExactlyInAnyOrderEntriesOf(Map.of("input", 100_000_000_000L,
                "output", 200_000_000_000L, "input_cached_tokens", 100_000L, "total", 300_000_100_000L));
        assertThat(details.getTotalCostPicoUsd()).isEqualTo(300_000_100_000L);
        assertThat(mapped(span("llm.cost.total", "0.5")).getTotalCostPicoUsd()).isEqualTo(500_000_000_000L);
        for (String bad : List.of("-1", "NaN", "1e400", "1000000", "1e-999999999x", "free", "1e999999999")) {
            assertThat(mapped(span("gen_ai.usage.cost", bad)).getCostPicoUsdMap()).isEmpty();
        }
        assertThat(mapped(span("gen_ai.usage.cost", "1e-999999999")).getCostPicoUsdMap())
                .containsOnly(Map.entry("total", 0L));
    }

    @Test
    void modelParametersAreJsonFromWhicheverPlace() {
        assertThat(mapped(span("langfuse.observation.model.parameters", "{\"t\": 1}", "gen_ai.request.top_p", 0.5))
                .getModelParameters()).isEqualTo("{\"t\": 1}");
        assertThat(mapped(span("langfuse.observation.model.parameters", "not json", "gen_ai.request.top_p", 0.5,
                "llm.invocation_parameters.seed", 7)).getModelParameters()).isEqualTo("{\"top_p\":0.5,\"seed\":7}");
        assertThat(mapped(span("gen_ai.request.model", "m")).getModelParameters()).isEmpty();
        assertThat(mapped(span("openai.response.service_tier", "flex", "gen_ai.openai.request.service_tier", "auto"))
                .getModelParameters()).isEqualTo("{\"service_tier\":\"flex\"}");
    }

    @Test
    void theServedTierDecidesThePrice() {
        Observation flex = mapped(span("gen_ai.request.model", "gpt-5", "gen_ai.usage.output_tokens", 1_000,
                "openai.response.service_tier", "flex"));
        Observation standard = mapped(span("gen_ai.request.model", "gpt-5", "gen_ai.usage.output_tokens", 1_000));
        assertThat(standard.getTotalCostPicoUsd()).isEqualTo(10_000_000_000L);
        assertThat(flex.getTotalCostPicoUsd()).isEqualTo(5_000_000_000L);
    }

    @Test
    void oneSideFromEachSourceAndLosersStayAttributes() {
        Observation observation = mapped(span("gen_ai.input.messages", "[{\"role\":\"user\"}]",
                "traceloop.entity.input", "other", "output.value", "answer"));
        assertThat(observation.getInput()).isEqualTo("[{\"role\":\"user\"}]");
        assertThat(observation.getOutput()).isEqualTo("answer");
        assertThat(observation.getAttributesMap()).containsOnly(Map.entry("traceloop.entity.input", "other"));
    }

    @Test
    void indexedMessagesKeepTheirOrderAndCostNothingForHoles() {
        Observation observation = mapped(span("gen_ai.prompt.9.content", "c", "gen_ai.prompt.0.content", "a",
                "gen_ai.prompt.2147483647.content", "far", "gen_ai.prompt.99999999999.content", "farther",
                "gen_ai.prompt.1.__proto__", "b", "gen_ai.prompt.name", "greeting"));
        assertThat(observation.getInput())
                .isEqualTo("[{\"content\":\"a\"},{\"__proto__\":\"b\"},{\"content\":\"c\"}]");
        assertThat(observation.getAttributesMap()).containsOnlyKeys("gen_ai.prompt.2147483647.content",
                "gen_ai.prompt.99999999999.content", "gen_ai.prompt.name");
    }

    @Test
    void systemInstructionsComeFirst() {
        assertThat(mapped(span("gen_ai.system_instructions", "Be brief", "gen_ai.input.messages", " [ ] ")).getInput())
                .isEqualTo("[{\"role\":\"system\",\"content\":\"Be brief\"} ]");
        assertThat(mapped(span("gen_ai.system_instructions", "[{\"type\":\"text\"}]", "gen_ai.input.messages", "hi"))
                .getInput()).isEqualTo("[{\"role\":\"system\",\"parts\":[{\"type\":\"text\"}]},"
                        + "{\"role\":\"user\",\"content\":\"hi\"}]");
        assertThat(mapped(span("gen_ai.system_instructions", "[broken")).getInput())
                .isEqualTo("[{\"role\":\"system\",\"content\":\"[broken\"}]");
    }

    @Test
    void numbersAndListsBecomeTextThatIsJson() {
        assertThat(mapped(span("d", 3.0, "e", 0.1, "n", Double.NaN, "l", List.of(Double.NaN, "\"\n\u0001ü", true)))
                .getAttributesMap()).containsExactlyInAnyOrderEntriesOf(Map.of("d", "3", "e", "0.1", "n", "NaN",
                        "l", "[\"NaN\",\"\\\"\\n\\u0001ü\",true]"));
    }
}
