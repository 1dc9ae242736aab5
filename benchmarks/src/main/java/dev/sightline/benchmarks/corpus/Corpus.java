package dev.sightline.benchmarks.corpus;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Export requests as an LLM application sends them, always the same bytes: spans by the GenAI conventions with 12 to 14
 * attributes, in traces of an agent, three model calls and a tool, about 200 spans to a request. The corpora differ in
 * how much is said; {@link Kind#AGENT} resends the whole conversation with each of 30 turns, as agents do, and
 * {@link Kind#CODING_AGENT} does so after a tool has been run in each turn whose answer is a file or a page: its last
 * turn weighs 300 kB, 75,000 tokens.
 */
public record Corpus(String name, List<ExportRequest> requests) {
    private static final long SEED = 20_261_123;
    /** 2026-11-23T12:00:00Z. */
    private static final long BASE_UNIX_NANO = 1_795_435_200_000_000_000L;
    private static final int REQUESTS = 24;
    private static final int TRACES_PER_REQUEST = 40;
    private static final int CONVERSATIONS = 96;
    private static final int CODING_CONVERSATIONS = 8;
    private static final int TURNS = 30;
    private static final String[] MODELS = {"gpt-4o-mini-2024-07-18", "gpt-4.1-2025-04-14", "gpt-4o-2024-08-06"};
    private static final String TOOLS = tools();

    /** The corpora by the name that the command line takes. */
    public enum Kind {
        SMALL("0.5k", 0), MIDDLE("2.2k", 1_530), LARGE("8.7k", 8_050), AGENT("agent", 0),
        CODING_AGENT("coding-agent", 0);

        private final String label;
        private final int textChars;

        Kind(String label, int textChars) {
            this.label = label;
            this.textChars = textChars;
        }

        @Override
        public String toString() {
            return label;
        }

        public static Kind of(String label) {
            return Stream.of(values()).filter(kind -> kind.label.equals(label)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the corpora are 0.5k, 2.2k, 8.7k, agent and coding-agent"));
        }
    }

    public static Corpus of(Kind kind) {
        return of(kind, TRACES_PER_REQUEST);
    }

    /** With requests of so many traces, five spans each; the agents' corpora have one conversation to a request. */
    public static Corpus of(Kind kind, int tracesPerRequest) {
        Generator generator = new Generator(new Random(SEED));
        List<ExportRequest> requests = new ArrayList<>();
        switch (kind) {
            case SMALL, MIDDLE, LARGE -> {
                for (int i = 0; i < REQUESTS; i++) {
                    requests.add(generator.request(kind.textChars, tracesPerRequest));
                }
            }
            case AGENT -> {
                for (int i = 0; i < CONVERSATIONS; i++) {
                    requests.add(generator.conversation());
                }
            }
            case CODING_AGENT -> {
                for (int i = 0; i < CODING_CONVERSATIONS; i++) {
                    requests.add(generator.codingConversation());
                }
            }
        }
        return new Corpus(kind.label, List.copyOf(requests));
    }

    public int spanCount() {
        return requests.stream().mapToInt(ExportRequest::spanCount).sum();
    }

    public long bytes() {
        return requests.stream().mapToLong(request -> request.bytes().length).sum();
    }

    /** What the same requests weigh as OTLP/JSON, which is what a client without protobuf would send. */
    public long jsonBytes() {
        long bytes = 0;
        JsonFormat.Printer printer = JsonFormat.printer().omittingInsignificantWhitespace();
        for (ExportRequest request : requests) {
            try {
                bytes += printer.print(ExportTraceServiceRequest.parseFrom(request.bytes()))
                        .getBytes(StandardCharsets.UTF_8).length;
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
        return bytes;
    }

    public double bytesPerSpan() {
        return (double) bytes() / spanCount();
    }

    /** For a heading: the name and what a span of it weighs in protobuf. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%,.0f bytes a span, %d spans in %d requests, %.1f MB)",
                name, bytesPerSpan(), spanCount(), requests.size(), bytes() / 1e6);
    }

    private static String tools() {
        Prose prose = new Prose(new Random(11));
        StringBuilder tools = new StringBuilder("[");
        for (String name : List.of("search_orders", "refund_order", "look_up_customer", "send_mail")) {
            tools.append(tools.length() > 1 ? "," : "").append("{\"type\":\"function\",\"name\":\"").append(name)
                    .append("\",\"description\":\"").append(prose.json(160))
                    .append("\",\"parameters\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}}}}");
        }
        return tools.append(']').toString();
    }

    /** What makes the spans, one random number after the other. */
    private static final class Generator {
        private final Random random;
        private final Prose prose;
        private long clockUnixNano = BASE_UNIX_NANO;

        Generator(Random random) {
            this.random = random;
            this.prose = new Prose(random);
        }

        ExportRequest request(int textChars, int traces) {
            List<Span> spans = new ArrayList<>();
            for (int i = 0; i < traces; i++) {
                ByteString trace = id(16);
                ByteString root = id(8);
                for (int call = 0; call < 3; call++) {
                    int chars = (int) (textChars * (0.5 + random.nextDouble()) * 1.25);
                    spans.add(chat(trace, root, chars == 0 ? null : messages("user", chars * 7 / 10),
                            chars == 0 ? null : messages("assistant", chars * 3 / 10)).build());
                }
                int chars = (int) (textChars * (0.5 + random.nextDouble()) * 0.6);
                spans.add(tool(trace, root, chars).build());
                spans.add(agent(trace, root, (int) (textChars * (0.5 + random.nextDouble()) * 0.6)).build());
            }
            return export(spans);
        }

        /** One trace: each turn's model call carries all that was said before. */
        ExportRequest conversation() {
            return conversation(message("system", 1_200),
                    turn -> turn % 3 == 1 ? toolAnswer(200 + random.nextInt(900))
                            : message("user", 80 + random.nextInt(400)),
                    turn -> turn % 3 == 0 ? toolCall() : message("assistant", 150 + random.nextInt(600)));
        }

        /** One trace: after the user's task each turn calls a tool and sends what it found with the next. */
        ExportRequest codingConversation() {
            return conversation(message("system", 12_000),
                    turn -> turn == 0 ? message("user", 600) : toolAnswer(4_000 + random.nextInt(12_000)),
                    turn -> turn == TURNS - 1 ? message("assistant", 900) : toolCall());
        }

        private ExportRequest conversation(String system, IntFunction<String> said, IntFunction<String> answered) {
            ByteString trace = id(16);
            ByteString root = id(8);
            String session = "conversation-" + Integer.toHexString(random.nextInt());
            StringBuilder history = new StringBuilder("[").append(system);
            List<Span> spans = new ArrayList<>();
            for (int turn = 0; turn < TURNS; turn++) {
                history.append(',').append(said.apply(turn));
                String answer = answered.apply(turn);
                spans.add(chat(trace, root, history + "]", "[" + answer + "]")
                        .addAttributes(text("gen_ai.tool.definitions", TOOLS))
                        .addAttributes(text("session.id", session)).build());
                history.append(',').append(answer);
            }
            spans.add(agent(trace, root, 200).build());
            return export(spans);
        }

        private ExportRequest export(List<Span> spans) {
            return new ExportRequest(ExportTraceServiceRequest.newBuilder().addResourceSpans(ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder()
                            .addAttributes(text("service.name", "support-assistant"))
                            .addAttributes(text("service.version", "3.14.1"))
                            .addAttributes(text("deployment.environment.name", "production"))
                            .addAttributes(text("telemetry.sdk.name", "opentelemetry"))
                            .addAttributes(text("telemetry.sdk.language", "python"))
                            .addAttributes(text("telemetry.sdk.version", "1.38.0")))
                    .addScopeSpans(ScopeSpans.newBuilder()
                            .setScope(InstrumentationScope.newBuilder()
                                    .setName("opentelemetry.instrumentation.openai_v2").setVersion("2.2b0"))
                            .addAllSpans(spans))).build(), clockUnixNano);
        }

        private Span.Builder chat(ByteString trace, ByteString parent, String input, String output) {
            String model = MODELS[random.nextInt(MODELS.length)];
            Span.Builder span = span(trace, id(8), "chat " + model).setParentSpanId(parent)
                    .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                    .addAttributes(text("gen_ai.operation.name", "chat"))
                    .addAttributes(text("gen_ai.provider.name", "openai"))
                    .addAttributes(text("gen_ai.request.model", model.substring(0, model.length() - 11)))
                    .addAttributes(text("gen_ai.response.model", model))
                    .addAttributes(text("gen_ai.response.id", "chatcmpl-" + hex(14)))
                    .addAttributes(number("gen_ai.request.max_tokens", 1024))
                    .addAttributes(decimal("gen_ai.request.temperature", random.nextInt(11) / 10.0))
                    .addAttributes(texts("gen_ai.response.finish_reasons", "stop"))
                    .addAttributes(number("gen_ai.usage.input_tokens", 200 + random.nextInt(4_000)))
                    .addAttributes(number("gen_ai.usage.output_tokens", 20 + random.nextInt(900)))
                    .addAttributes(text("server.address", "api.openai.com"))
                    .addAttributes(text("user.id", "user-" + random.nextInt(5_000)));
            if (input != null) {
                span.addAttributes(text("gen_ai.input.messages", input))
                        .addAttributes(text("gen_ai.output.messages", output));
            }
            return span;
        }

        private Span.Builder tool(ByteString trace, ByteString parent, int chars) {
            Span.Builder span = span(trace, id(8), "execute_tool search_orders").setParentSpanId(parent)
                    .addAttributes(text("gen_ai.operation.name", "execute_tool"))
                    .addAttributes(text("gen_ai.tool.name", "search_orders"))
                    .addAttributes(text("gen_ai.tool.type", "function"))
                    .addAttributes(text("gen_ai.tool.call.id", "call_" + hex(12)))
                    .addAttributes(text("gen_ai.tool.description", "Finds the orders of a customer by their number"))
                    .addAttributes(text("code.function.name", "support.tools.orders.search_orders"))
                    .addAttributes(text("peer.service", "orders"))
                    .addAttributes(number("db.response.returned_rows", random.nextInt(50)))
                    .addAttributes(text("user.id", "user-" + random.nextInt(5_000)));
            if (chars > 0) {
                span.addAttributes(text("gen_ai.tool.call.arguments",
                                "{\"customer\":" + random.nextInt(100_000) + ",\"since\":\"2026-01-01\"}"))
                        .addAttributes(text("gen_ai.tool.call.result", "{\"orders\":\"" + prose.json(chars) + "\"}"));
            }
            return span;
        }

        private Span.Builder agent(ByteString trace, ByteString id, int chars) {
            Span.Builder span = span(trace, id, "invoke_agent support")
                    .addAttributes(text("gen_ai.operation.name", "invoke_agent"))
                    .addAttributes(text("gen_ai.agent.name", "support"))
                    .addAttributes(text("gen_ai.agent.id", "asst_" + hex(10)))
                    .addAttributes(text("gen_ai.provider.name", "openai"))
                    .addAttributes(text("gen_ai.conversation.id", "thread_" + hex(12)))
                    .addAttributes(text("http.route", "/api/conversations/{id}/messages"))
                    .addAttributes(number("gen_ai.usage.input_tokens", 600 + random.nextInt(9_000)))
                    .addAttributes(number("gen_ai.usage.output_tokens", 60 + random.nextInt(2_000)))
                    .addAttributes(text("user.id", "user-" + random.nextInt(5_000)))
                    .addAttributes(texts("langfuse.trace.tags", "support", "production"));
            if (chars > 0) {
                span.addAttributes(text("gen_ai.input.messages", messages("user", chars / 2)))
                        .addAttributes(text("gen_ai.output.messages", messages("assistant", chars / 2)));
            }
            return span;
        }

        private Span.Builder span(ByteString trace, ByteString id, String name) {
            clockUnixNano += 1_000_000 + random.nextInt(1_000_000);
            long took = 1_000_000L * (50 + random.nextInt(4_000));
            return Span.newBuilder().setTraceId(trace).setSpanId(id).setName(name).setFlags(0x101)
                    .setStartTimeUnixNano(clockUnixNano - took).setEndTimeUnixNano(clockUnixNano);
        }

        private String messages(String role, int chars) {
            return '[' + message(role, chars) + ']';
        }

        private String message(String role, int chars) {
            return "{\"role\":\"" + role + "\",\"parts\":[{\"type\":\"text\",\"content\":\"" + prose.json(chars)
                    + "\"}]" + (role.equals("assistant") ? ",\"finish_reason\":\"stop\"}" : "}");
        }

        private String toolCall() {
            return "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"call_" + hex(12)
                    + "\",\"name\":\"search_orders\",\"arguments\":{\"id\":\"" + random.nextInt(1_000_000)
                    + "\"}}],\"finish_reason\":\"tool_call\"}";
        }

        private String toolAnswer(int chars) {
            return "{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":\"call_" + hex(12)
                    + "\",\"result\":\"" + prose.json(chars) + "\"}]}";
        }

        private ByteString id(int bytes) {
            byte[] id = new byte[bytes];
            random.nextBytes(id);
            return ByteString.copyFrom(id);
        }

        private String hex(int bytes) {
            byte[] id = new byte[bytes];
            random.nextBytes(id);
            return java.util.HexFormat.of().formatHex(id);
        }
    }

    private static KeyValue text(String key, String value) {
        return attribute(key, AnyValue.newBuilder().setStringValue(value));
    }

    private static KeyValue number(String key, long value) {
        return attribute(key, AnyValue.newBuilder().setIntValue(value));
    }

    private static KeyValue decimal(String key, double value) {
        return attribute(key, AnyValue.newBuilder().setDoubleValue(value));
    }

    private static KeyValue texts(String key, String... values) {
        ArrayValue.Builder array = ArrayValue.newBuilder();
        for (String value : values) {
            array.addValues(AnyValue.newBuilder().setStringValue(value));
        }
        return attribute(key, AnyValue.newBuilder().setArrayValue(array));
    }

    private static KeyValue attribute(String key, AnyValue.Builder value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }
}
