package dev.sightline.ingestion.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sightline.base.price.ProjectPrices;
import dev.sightline.proto.observation.v1.Observation;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Known names with values of any type and shape: every span has an outcome and what is stored adds up. */
class FuzzTest {
    private static final List<String> TEXTS = List.of("", "x", "true", "-1", "1e400", "12", "{}", "[]", "null", "\"q\"",
            "{\"a\":1}", "[{\"role\":\"user\",\"content\":\"hi\"}]", "{\"input\":5,\"output\":\"7\",\"total\":1e3}",
            "{\"a\":{\"b\":{\"c\":[1,2]}}}", "[1,", "{\"x\":\"\\ud800\"}", "chat", "invoke_agent", "generation", "LLM",
            "gpt-4o", "2026-11-23T11:59:59Z", "[".repeat(300), "ai.streamText.doStream", "model", "ollama");
    private static final String[] SCOPES = {"", "ai", "langfuse-sdk", "pydantic-ai", "livekit-agents", "genkit-tracer"};
    private static final String[] EVENTS = {"exception", "gen_ai.user.message", "gen_ai.choice",
        "gen_ai.content.prompt", "gen_ai.client.inference.operation.details", "other"};

    @Test
    void everySpanHasAnOutcomeAndItsNumbersAddUp() throws Exception {
        long seed = Long.getLong("sightline.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> names = names();
        for (int round = 0; round < 5_000; round++) {
            Span span = span(random, names);
            InstrumentationScope scope = InstrumentationScope.newBuilder()
                    .setName(SCOPES[random.nextInt(SCOPES.length)]).setVersion(text(random))
                    .addAttributes(attribute(random, "public_key")).build();
            Resource resource = Resource.newBuilder().addAttributes(attribute(random, "service.name"))
                    .addAttributes(attribute(random, "langfuse.environment")).build();
            try {
                Result result = Spans.MAPPER.map(Spans.MAPPER.resource(resource), scope, span, Spans.NOW_UNIX_NANO,
                        ProjectPrices.NONE);
                if (result instanceof Result.Mapped mapped) {
                    check(mapped.observation());
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + span, e);
            }
        }
    }

    private static void check(Observation observation) throws Exception {
        assertThat(Observation.parseFrom(observation.toByteArray())).isEqualTo(observation);
        assertThat(sum(observation.getUsageMap(), "input")).isEqualTo(observation.getInputTokens());
        assertThat(sum(observation.getUsageMap(), "output")).isEqualTo(observation.getOutputTokens());
        assertThat(observation.getTotalTokens())
                .isGreaterThanOrEqualTo(observation.getInputTokens() + observation.getOutputTokens());
        assertThat(observation.getUsageMap().values()).allMatch(units -> units >= 0);
        assertThat(observation.getEnvironment()).matches("[a-z0-9_-]{1,40}").doesNotStartWith("langfuse");
        if (!observation.getCostPicoUsdMap().isEmpty()) {
            assertThat(observation.getCostPicoUsdMap()).containsEntry("total", observation.getTotalCostPicoUsd());
        }
        assertThat(observation.getModelParameters()).matches(json -> json.isEmpty() || Json.isContainer(json));
        assertThat(observation.getToolDefinitions()).matches(json -> json.isEmpty() || Json.isContainer(json));
        assertThat(observation.getEndUnixNano()).isGreaterThanOrEqualTo(observation.getStartUnixNano());
    }

    private static long sum(Map<String, Long> usage, String prefix) {
        return usage.entrySet().stream().filter(kind -> kind.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue).sum();
    }

    private static Span span(Random random, List<String> names) {
        Span.Builder span = Spans.span().setFlags(random.nextInt(0x400));
        if (random.nextInt(20) == 0) {
            span.setStartTimeUnixNano(random.nextLong());
        }
        if (random.nextInt(20) == 0) {
            byte[] id = new byte[random.nextInt(20)];
            random.nextBytes(id);
            span.setTraceId(ByteString.copyFrom(id));
        }
        for (int i = random.nextInt(25); i > 0; i--) {
            span.addAttributes(attribute(random, names.get(random.nextInt(names.size()))));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            span.addEvents(Span.Event.newBuilder().setName(EVENTS[random.nextInt(EVENTS.length)])
                    .setTimeUnixNano(random.nextLong())
                    .addAttributes(attribute(random, "gen_ai.event.content"))
                    .addAttributes(attribute(random, "message")).addAttributes(attribute(random, "role"))
                    .addAttributes(attribute(random, "exception.type")).addAttributes(attribute(random, "tool_calls")));
        }
        span.addLinks(Span.Link.newBuilder().setTraceId(span.getTraceId()).setSpanId(span.getSpanId()));
        return span.build();
    }

    /** Every name with a meaning, and members of every family. */
    private static List<String> names() {
        List<String> names = new ArrayList<>(List.of("custom", "gen_ai.prompt.", "gen_ai.prompt.0", "llm.tools.x"));
        for (Key key : Key.values()) {
            names.add(key.attribute());
        }
        for (Family family : Family.values()) {
            for (String member : List.of("0.role", "0.content", "1.message.content", "0", "input_tokens", "total",
                    "cache_read_input_tokens", "reasoning_tokens", "0.0.0.0", "0..", "1.tool_calls.0.tool_call.id")) {
                names.add(family.prefix() + member);
            }
        }
        return names;
    }

    private static KeyValue attribute(Random random, String key) {
        return KeyValue.newBuilder().setKey(key).setValue(value(random, 3)).build();
    }

    private static AnyValue value(Random random, int depth) {
        AnyValue.Builder value = AnyValue.newBuilder();
        return switch (random.nextInt(depth > 0 ? 12 : 9)) {
            case 0 -> value.setIntValue(random.nextLong()).build();
            case 1 -> value.setIntValue(random.nextInt(1_000)).build();
            case 2 -> value.setDoubleValue(Double.longBitsToDouble(random.nextLong())).build();
            case 3 -> value.setBoolValue(random.nextBoolean()).build();
            case 4 -> value.setBytesValue(ByteString.copyFromUtf8("bytes")).build();
            case 5 -> value.build();
            case 6, 7, 8 -> value.setStringValue(text(random)).build();
            case 9 -> value.setArrayValue(ArrayValue.getDefaultInstance()).build();
            case 10 -> value.setArrayValue(ArrayValue.newBuilder().addValues(value(random, depth - 1))
                    .addValues(value(random, depth - 1))).build();
            default -> value.setKvlistValue(KeyValueList.newBuilder()
                    .addValues(KeyValue.newBuilder().setKey("k").setValue(value(random, depth - 1)))).build();
        };
    }

    private static String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
