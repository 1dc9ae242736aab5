package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sightline.acceptance.client.ExpectedJson;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.TracesClient;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.query.v1.GetTraceRequest;
import dev.sightline.proto.query.v1.GetTraceResponse;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A trace sent over OTLP gRPC by the stock OpenTelemetry SDK and its exporter is read back, field by field, through
 * gRPC, our REST API and Langfuse's. gRPC is held against what was sent, the others against gRPC.
 */
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SdkExportTest {
    private static final String INPUT = "[{\"role\":\"system\",\"parts\":[{\"type\":\"text\",\"content\":\"Be brief.\"}]},"
            + "{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Where is order 4711? \\u00e4\\ud83d\\ude80\"}]}]";
    private static final String OUTPUT = "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":"
            + "\"Order 4711 left our warehouse.\"}],\"finish_reason\":\"stop\"}]";
    /** So that a time cut to micro- or milliseconds is noticed. */
    private static final int ODD_NANOS = 123_456_789;
    private static final String LINKED_TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String LINKED_SPAN = "b7ad6b7169203331";

    private final Stack stack;
    private final Instant start = Instant.now().minusSeconds(20).truncatedTo(ChronoUnit.SECONDS).plusNanos(ODD_NANOS);
    private String traceId;
    private final Map<String, String> spanIds = new HashMap<>();
    private GetTraceResponse stored;

    SdkExportTest(Stack stack) {
        this.stack = stack;
    }

    @BeforeAll
    void sendAndRead() {
        Resource resource = Resource.getDefault().merge(Resource.create(Attributes.builder()
                .put("service.name", "order-desk").put("service.version", "1.4.2")
                .put("deployment.environment.name", "sdk-export").build()));
        OtlpGrpcSpanExporter exporter = OtlpGrpcSpanExporter.builder()
                .setEndpoint("http://" + stack.file().text("otlp_grpc"))
                .addHeader("authorization", stack.project().authorization())
                .setCompression("gzip").setTimeout(60, TimeUnit.SECONDS).build();
        try (SdkTracerProvider provider = SdkTracerProvider.builder().setResource(resource)
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build()).build()) {
            trace(provider.get("order-desk-tracer", "2.1"));
            CompletableResultCode flushed = provider.forceFlush().join(90, TimeUnit.SECONDS);
            assertThat(flushed.isSuccess()).as("the exporter has handed everything over").isTrue();
        }
        try (QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            query.awaitTrace(traceId, 4);
        }
        try (TracesClient traces = new TracesClient(stack, stack.project().authorization())) {
            stored = traces.stub().getTrace(GetTraceRequest.newBuilder().setTraceId(Spans.bytes(traceId)).build());
        }
    }

    private void trace(Tracer tracer) {
        Span agent = tracer.spanBuilder("invoke_agent order-agent").setNoParent().setSpanKind(SpanKind.INTERNAL)
                .setStartTimestamp(start).setAttribute("gen_ai.operation.name", "invoke_agent")
                .setAttribute("gen_ai.agent.name", "order-agent").setAttribute("gen_ai.conversation.id", "session-7")
                .setAttribute("user.id", "user-42")
                .addLink(SpanContext.create(LINKED_TRACE, LINKED_SPAN, TraceFlags.getSampled(), TraceState.getDefault()),
                        Attributes.of(AttributeKey.stringKey("why"), "follow-up"))
                .startSpan();
        traceId = agent.getSpanContext().getTraceId();
        note("agent", agent);
        Context parent = Context.root().with(agent);
        Span chat = tracer.spanBuilder("chat gpt-4o").setParent(parent).setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(start.plusMillis(10)).setAttribute("gen_ai.operation.name", "chat")
                .setAttribute("gen_ai.provider.name", "openai").setAttribute("gen_ai.request.model", "gpt-4o")
                .setAttribute("gen_ai.response.model", "gpt-4o").setAttribute("gen_ai.request.temperature", 0.25)
                .setAttribute("gen_ai.usage.input_tokens", 1200).setAttribute("gen_ai.usage.output_tokens", 350)
                .setAttribute(AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"), List.of("stop"))
                .setAttribute("gen_ai.input.messages", INPUT).setAttribute("gen_ai.output.messages", OUTPUT)
                .setAttribute("app.shop", "north").startSpan();
        note("chat", chat);
        chat.addEvent("first token", Attributes.of(AttributeKey.longKey("app.attempt"), 2L), start.plusMillis(300));
        chat.end(start.plusMillis(900).plusNanos(1));
        Span tool = tracer.spanBuilder("execute_tool find_order").setParent(parent).setStartTimestamp(start.plusMillis(901))
                .setAttribute("gen_ai.operation.name", "execute_tool").setAttribute("gen_ai.tool.name", "find_order")
                .setAttribute("gen_ai.tool.call.id", "call-1")
                .setAttribute("gen_ai.tool.call.arguments", "{\"order\":4711}")
                .setAttribute("gen_ai.tool.call.result", "{\"state\":\"sent\"}").startSpan();
        note("tool", tool);
        tool.end(start.plusMillis(950));
        Span failing = tracer.spanBuilder("chat gpt-4o-mini").setParent(parent).setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(start.plusMillis(951)).setAttribute("gen_ai.operation.name", "chat")
                .setAttribute("gen_ai.provider.name", "openai").setAttribute("gen_ai.request.model", "gpt-4o-mini")
                .setAttribute("error.type", "rate_limit_exceeded").startSpan();
        note("failing", failing);
        failing.setStatus(StatusCode.ERROR, "429: slow down");
        failing.end(start.plusMillis(1000));
        agent.end(start.plusMillis(1001));
    }

    private void note(String name, Span span) {
        spanIds.put(name, span.getSpanContext().getSpanId());
    }

    private Observation observation(String name) {
        return stored.getObservationsList().stream()
                .filter(o -> Spans.hex(o.getSpanId()).equals(spanIds.get(name))).findFirst()
                .orElseThrow(() -> new AssertionError("no observation " + name));
    }

    @Test
    void everySpanIsThereOnceInOrderOfStart() {
        assertThat(stored.getObservationsList()).extracting(o -> Spans.hex(o.getSpanId())).containsExactly(
                spanIds.get("agent"), spanIds.get("chat"), spanIds.get("tool"), spanIds.get("failing"));
        assertThat(stored.getObservationsList()).allSatisfy(o -> {
            assertThat(Spans.hex(o.getTraceId())).isEqualTo(traceId);
            assertThat(o.getServiceName()).isEqualTo("order-desk");
            assertThat(o.getScopeName()).isEqualTo("order-desk-tracer");
            assertThat(o.getScopeVersion()).isEqualTo("2.1");
            assertThat(o.getEnvironment()).isEqualTo("sdk-export");
            assertThat(o.getSdkName()).isEqualTo("opentelemetry");
            assertThat(o.getSdkLanguage()).isEqualTo("java");
            assertThat(o.getResourceAttributesMap()).containsEntry("service.name", "order-desk")
                    .containsEntry("service.version", "1.4.2");
        });
        assertThat(stored.getTruncated()).isFalse();
    }

    @Test
    void theAgentIsTheRoot() {
        Observation agent = observation("agent");
        assertThat(agent.getParentSpanId().isEmpty()).isTrue();
        assertThat(agent.getType()).isEqualTo(ObservationType.AGENT);
        assertThat(agent.getAgentName()).isEqualTo("order-agent");
        assertThat(agent.getSessionId()).isEqualTo("session-7");
        assertThat(agent.getUserId()).isEqualTo("user-42");
        assertThat(agent.getStartUnixNano()).isEqualTo(Spans.unixNano(start));
        assertThat(agent.getEndUnixNano()).isEqualTo(Spans.unixNano(start.plusMillis(1001)));
        assertThat(agent.getLinksList()).singleElement().satisfies(link -> {
            assertThat(Spans.hex(link.getTraceId())).isEqualTo(LINKED_TRACE);
            assertThat(Spans.hex(link.getSpanId())).isEqualTo(LINKED_SPAN);
            assertThat(link.getAttributesMap()).containsEntry("why", "follow-up");
        });
    }

    @Test
    void theGenerationKeepsNanosecondsTokensCostAndContent() {
        Observation chat = observation("chat");
        assertThat(Spans.hex(chat.getParentSpanId())).isEqualTo(spanIds.get("agent"));
        assertThat(chat.getName()).isEqualTo("chat gpt-4o");
        assertThat(chat.getType()).isEqualTo(ObservationType.GENERATION);
        assertThat(chat.getLevel()).isEqualTo(Level.DEFAULT);
        assertThat(chat.getSpanKind()).isEqualTo("client");
        assertThat(chat.getStartUnixNano()).isEqualTo(Spans.unixNano(start.plusMillis(10)));
        assertThat(chat.getEndUnixNano()).isEqualTo(Spans.unixNano(start.plusMillis(900)) + 1);
        assertThat(chat.getProvider()).isEqualTo("openai");
        assertThat(chat.getModel()).isEqualTo("gpt-4o");
        assertThat(chat.getModelParameters()).contains("temperature").contains("0.25");
        assertThat(chat.getFinishReason()).isEqualTo("stop");
        assertThat(chat.getUsageMap()).isEqualTo(Map.of("input", 1200L, "output", 350L));
        assertThat(List.of(chat.getInputTokens(), chat.getOutputTokens(), chat.getTotalTokens()))
                .containsExactly(1200L, 350L, 1550L);
        assertThat(chat.getUsageEstimated()).isFalse();
        // 2.50 and 10 US dollars for a million tokens.
        assertThat(chat.getCostPicoUsdMap()).containsEntry("input", 1200 * 2_500_000L)
                .containsEntry("output", 350 * 10_000_000L);
        assertThat(chat.getTotalCostPicoUsd()).isEqualTo(6_500_000_000L);
        assertThat(chat.getInput()).contains("Be brief.").contains("Where is order 4711?");
        assertThat(chat.getOutput()).contains("Order 4711 left our warehouse.");
        assertThat(chat.getAttributesMap()).containsEntry("app.shop", "north");
        assertThat(chat.getEventsList()).singleElement().satisfies(event -> {
            assertThat(event.getName()).isEqualTo("first token");
            assertThat(event.getTimeUnixNano()).isEqualTo(Spans.unixNano(start.plusMillis(300)));
            assertThat(event.getAttributesMap()).containsEntry("app.attempt", "2");
        });
    }

    @Test
    void theToolKeepsItsCall() {
        Observation tool = observation("tool");
        assertThat(tool.getType()).isEqualTo(ObservationType.TOOL);
        assertThat(tool.getToolName()).isEqualTo("find_order");
        assertThat(tool.getToolCallId()).isEqualTo("call-1");
        assertThat(tool.getInput()).isEqualTo("{\"order\":4711}");
        assertThat(tool.getOutput()).isEqualTo("{\"state\":\"sent\"}");
    }

    @Test
    void theFailureKeepsItsReason() {
        Observation failing = observation("failing");
        assertThat(failing.getLevel()).isEqualTo(Level.ERROR);
        assertThat(failing.getStatusMessage()).isEqualTo("429: slow down");
        assertThat(failing.getErrorType()).isEqualTo("rate_limit_exceeded");
        assertThat(failing.getTotalTokens()).isZero();
        assertThat(failing.getTotalCostPicoUsd()).isZero();
    }

    @Test
    void ourRestApiTellsTheSame() {
        try (QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            JsonNode trace = query.get("/api/v1/traces/" + traceId).ok();
            assertThat(trace.path("truncated").asBoolean()).isFalse();
            assertThat(trace.path("observations").size()).isEqualTo(stored.getObservationsCount());
            for (int i = 0; i < stored.getObservationsCount(); i++) {
                ExpectedJson.assertSame(trace.path("observations").get(i),
                        ExpectedJson.ours(stored.getObservations(i)));
            }
            ExpectedJson.assertSame(trace.path("trace"), summary());
            JsonNode listed = query.get("/api/v1/traces?search=" + traceId).ok().path("data");
            assertThat(listed.size()).isEqualTo(1);
            ExpectedJson.assertSame(listed.get(0), summary());
        }
    }

    private Map<String, Object> summary() {
        Map<String, Object> summary = new HashMap<>();
        summary.put("trace_id", traceId);
        summary.put("name", "invoke_agent order-agent");
        summary.put("start_time", start.toString());
        summary.put("end_time", start.plusMillis(1001).toString());
        summary.put("latency_ms", 1001.0);
        summary.put("level", "ERROR");
        summary.put("observation_count", 4);
        summary.put("error_count", 1);
        summary.put("input_tokens", 1200);
        summary.put("output_tokens", 350);
        summary.put("total_tokens", 1550);
        summary.put("usage_estimated", false);
        summary.put("total_cost", 0.0065);
        summary.put("user_id", "user-42");
        summary.put("session_id", "session-7");
        summary.put("environment", "sdk-export");
        summary.put("models", List.of("gpt-4o", "gpt-4o-mini"));
        return summary;
    }

    @Test
    void langfusesApiTellsTheSame() {
        try (QueryClient query = new QueryClient(stack.file().uri("base_url"), stack.project().authorization())) {
            JsonNode trace = query.get("/api/public/traces/" + traceId).ok();
            assertThat(trace.path("observations").size()).isEqualTo(stored.getObservationsCount());
            for (int i = 0; i < stored.getObservationsCount(); i++) {
                ExpectedJson.assertSame(trace.path("observations").get(i),
                        ExpectedJson.langfuse(stored.getObservations(i), stack.project().id()));
            }
            Map<String, Object> whole = new HashMap<>();
            whole.put("id", traceId);
            whole.put("projectId", stack.project().id());
            whole.put("name", "invoke_agent order-agent");
            whole.put("timestamp", ExpectedJson.milliseconds(Spans.unixNano(start)));
            whole.put("userId", "user-42");
            whole.put("sessionId", "session-7");
            whole.put("environment", "sdk-export");
            whole.put("latency", 1.001);
            whole.put("totalCost", 0.0065);
            ExpectedJson.assertSame(trace, whole);
            JsonNode listed = query.get("/api/public/traces?limit=100&userId=user-42").ok().path("data");
            assertThat(listed).anySatisfy(entry -> assertThat(entry.path("id").asText()).isEqualTo(traceId));
        }
    }
}
