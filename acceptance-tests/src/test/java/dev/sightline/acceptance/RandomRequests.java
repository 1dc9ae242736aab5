package dev.sightline.acceptance;

import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.Spans;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.Arrays;
import java.util.Random;

/** Requests that are right on the wire and wild in everything else, and ways to break their bytes. */
final class RandomRequests {
    private static final String[] KEYS = {"", "a", "a.b", "gen_ai.operation.name", "gen_ai.request.model",
        "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.usage.cost", "gen_ai.input.messages",
        "gen_ai.output.messages", "gen_ai.prompt.0.content", "gen_ai.prompt.999999999.content", "gen_ai.prompt.-1.role",
        "llm.input_messages.3.message.role", "langfuse.observation.metadata", "langfuse.observation.metadata.x.y",
        "langfuse.observation.usage_details", "langfuse.observation.cost_details", "langfuse.trace.tags",
        "langfuse.observation.level", "langfuse.observation.type", "langfuse.environment",
        "langfuse.observation.completion_start_time", "langfuse.observation.prompt.version", "session.id", "user.id",
        "input.value", "output.value", "ai.prompt.messages", "ai.response.text", "mlflow.spanInputs", "error.type",
        "deployment.environment.name", "service.name", "\ud83d\ude80", "\u0000"};
    private static final String[] TEXTS = {"", " ", "null", "true", "-1", "1e308", "NaN", "9223372036854775808", "[]", "{}",
        "{\"a\":", "[[[[[[[[[[", "{\"role\":\"user\",\"content\":null}", "[{\"role\":5,\"content\":[{\"type\":\"text\"}]}]",
        "{\"input\":-5,\"output\":1e30,\"total\":\"x\"}", "2026-11-23T00:00:00Z", "gpt-4o", "chat", "ERROR", "\u0000",
        "'; DROP TABLE observations; --", "\\x", "\ud83d\ude80\u202e", "a\nb\r\n\tc"};

    private final Random random;

    RandomRequests(Random random) {
        this.random = random;
    }

    /** A request with the good span somewhere between wild ones. */
    ExportTraceServiceRequest around(Span good) {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        int resources = 1 + random.nextInt(3);
        int goodAt = random.nextInt(resources);
        for (int i = 0; i < resources; i++) {
            ResourceSpans.Builder resource = ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder().addAllAttributes(Arrays.asList(attributes(2))));
            ScopeSpans.Builder scope = ScopeSpans.newBuilder().setSchemaUrl(text()).setScope(InstrumentationScope
                    .newBuilder().setName(text()).setVersion(text()).addAllAttributes(Arrays.asList(attributes(1))));
            for (int j = random.nextInt(4); j > 0; j--) {
                scope.addSpans(span());
            }
            if (i == goodAt) {
                scope.addSpans(good);
                scope.addSpans(span());
            }
            request.addResourceSpans(resource.addScopeSpans(scope));
        }
        return request.build();
    }

    private Span span() {
        Span.Builder span = Spans.span(random.nextInt(4) == 0 ? bytes() : Spans.newTraceId(), text());
        if (random.nextInt(4) == 0) {
            span.setSpanId(bytes());
        }
        if (random.nextInt(3) == 0) {
            span.setParentSpanId(bytes());
        }
        if (random.nextInt(4) == 0) {
            span.setStartTimeUnixNano(number());
        }
        if (random.nextInt(4) == 0) {
            span.setEndTimeUnixNano(number());
        }
        span.setKindValue(random.nextInt(8) - 1).setFlags(random.nextInt()).setTraceState(text())
                .setDroppedAttributesCount(random.nextInt()).addAllAttributes(Arrays.asList(attributes(12)))
                .setStatus(Status.newBuilder().setCodeValue(random.nextInt(5) - 1).setMessage(text()));
        for (int i = random.nextInt(3); i > 0; i--) {
            span.addEvents(Span.Event.newBuilder().setName(random.nextBoolean() ? "exception" : text())
                    .setTimeUnixNano(number()).addAllAttributes(Arrays.asList(attributes(3))));
            span.addLinks(Span.Link.newBuilder().setTraceId(bytes()).setSpanId(bytes())
                    .addAllAttributes(Arrays.asList(attributes(2))));
        }
        return span.build();
    }

    private KeyValue[] attributes(int max) {
        KeyValue[] attributes = new KeyValue[random.nextInt(max + 1)];
        for (int i = 0; i < attributes.length; i++) {
            KeyValue.Builder attribute = KeyValue.newBuilder().setKey(KEYS[random.nextInt(KEYS.length)]);
            if (random.nextInt(20) > 0) {
                attribute.setValue(value(0));
            }
            attributes[i] = attribute.build();
        }
        return attributes;
    }

    private AnyValue value(int depth) {
        AnyValue.Builder value = AnyValue.newBuilder();
        switch (random.nextInt(depth > 5 ? 5 : 8)) {
            case 0 -> value.setStringValue(text());
            case 1 -> value.setBoolValue(random.nextBoolean());
            case 2 -> value.setIntValue(number());
            case 3 -> value.setDoubleValue(Double.longBitsToDouble(random.nextLong()));
            case 4 -> value.setBytesValue(bytes());
            case 5 -> {
                ArrayValue.Builder array = ArrayValue.newBuilder();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.addValues(value(depth + 1));
                }
                value.setArrayValue(array);
            }
            case 6 -> {
                KeyValueList.Builder list = KeyValueList.newBuilder();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.addValues(KeyValue.newBuilder().setKey(text()).setValue(value(depth + 1)));
                }
                value.setKvlistValue(list);
            }
            default -> {
                // No value at all.
            }
        }
        return value.build();
    }

    private String text() {
        return random.nextInt(30) == 0 ? "x".repeat(random.nextInt(200_000)) : TEXTS[random.nextInt(TEXTS.length)];
    }

    private long number() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            case 3 -> Long.MIN_VALUE;
            case 4 -> random.nextInt(1000);
            default -> random.nextLong();
        };
    }

    private ByteString bytes() {
        byte[] bytes = new byte[new int[] {0, 1, 7, 8, 16, 16, 17, 40}[random.nextInt(8)]];
        if (random.nextInt(5) > 0) {
            random.nextBytes(bytes);
        }
        return ByteString.copyFrom(bytes);
    }

    /** The bytes with a few places changed, cut out, doubled or filled with noise, or cut short. */
    byte[] broken(byte[] bytes) {
        byte[] broken = bytes;
        for (int i = 1 + random.nextInt(4); i > 0 && broken.length > 8; i--) {
            int at = random.nextInt(broken.length - 4);
            int length = 1 + random.nextInt(Math.min(64, broken.length - at));
            broken = switch (random.nextInt(5)) {
                case 0 -> joined(Arrays.copyOf(broken, at), Arrays.copyOfRange(broken, at + length, broken.length));
                case 1 -> joined(Arrays.copyOf(broken, at + length), Arrays.copyOfRange(broken, at, broken.length));
                case 2 -> Arrays.copyOf(broken, at);
                default -> {
                    byte[] changed = broken.clone();
                    byte[] noise = new byte[Math.min(length, 1 + random.nextInt(4))];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, changed, at, noise.length);
                    yield changed;
                }
            };
        }
        return broken;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
