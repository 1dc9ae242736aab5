package dev.sightline.acceptance.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How an observation, as gRPC tells it, has to look in the two REST APIs. */
public final class ExpectedJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private ExpectedJson() {
    }

    /** Each expected field is there with the same value, numbers by value; further fields are allowed. */
    public static void assertSame(JsonNode actual, Map<String, Object> expected) {
        expected.forEach((field, value) -> {
            assertThat(actual.has(field)).as("field %s in %s", field, actual).isTrue();
            assertThat(plain(actual.get(field))).as(field).isEqualTo(plain(JSON.valueToTree(value)));
        });
    }

    private static Object plain(JsonNode node) {
        if (node.isNumber()) {
            return node.decimalValue().stripTrailingZeros().toPlainString();
        }
        if (node.isObject()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), plain(field.getValue())));
            return fields;
        }
        if (node.isArray()) {
            return java.util.stream.StreamSupport.stream(node.spliterator(), false).map(ExpectedJson::plain).toList();
        }
        return node.isNull() ? "null" : node.asText();
    }

    /** As {@code /api/v1} writes it. */
    public static Map<String, Object> ours(Observation o) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("span_id", Spans.hex(o.getSpanId()));
        json.put("parent_span_id", hex(o.getParentSpanId()));
        json.put("name", o.getName());
        json.put("type", o.getType().name().toLowerCase(Locale.ROOT));
        json.put("level", o.getLevel().name());
        json.put("status_message", text(o.getStatusMessage()));
        json.put("start_time", time(o.getStartUnixNano()));
        json.put("end_time", time(o.getEndUnixNano()));
        json.put("latency_ms", BigDecimal.valueOf(o.getEndUnixNano() - o.getStartUnixNano(), 6));
        json.put("completion_start_time",
                o.getCompletionStartUnixNano() == 0 ? null : time(o.getCompletionStartUnixNano()));
        json.put("environment", text(o.getEnvironment()));
        json.put("model", text(o.getModel()));
        json.put("provider", text(o.getProvider()));
        json.put("model_parameters", o.getModelParameters().isEmpty() ? Map.of() : content(o.getModelParameters()));
        json.put("usage", o.getUsageMap());
        json.put("usage_estimated", o.getUsageEstimated());
        json.put("cost", usd(o.getCostPicoUsdMap()));
        json.put("input_tokens", o.getInputTokens());
        json.put("output_tokens", o.getOutputTokens());
        json.put("total_tokens", o.getTotalTokens());
        json.put("total_cost", BigDecimal.valueOf(o.getTotalCostPicoUsd(), 12));
        json.put("input", content(o.getInput()));
        json.put("output", content(o.getOutput()));
        json.put("attributes", o.getAttributesMap());
        json.put("resource_attributes", o.getResourceAttributesMap());
        json.put("events", o.getEventsList().stream().map(event -> Map.of("name", event.getName(),
                "time", time(event.getTimeUnixNano()), "attributes", event.getAttributesMap())).toList());
        json.put("links", o.getLinksList().stream().map(link -> Map.of("trace_id", Spans.hex(link.getTraceId()),
                "span_id", Spans.hex(link.getSpanId()), "attributes", link.getAttributesMap())).toList());
        json.put("service_name", text(o.getServiceName()));
        json.put("scope_name", text(o.getScopeName()));
        json.put("scope_version", text(o.getScopeVersion()));
        json.put("user_id", text(o.getUserId()));
        json.put("session_id", text(o.getSessionId()));
        json.put("tool_name", text(o.getToolName()));
        json.put("tool_call_id", text(o.getToolCallId()));
        json.put("agent_name", text(o.getAgentName()));
        json.put("prompt_name", text(o.getPromptName()));
        json.put("prompt_version", o.getPromptVersion() == 0 ? null : o.getPromptVersion());
        json.put("error_type", text(o.getErrorType()));
        return json;
    }

    /** As Langfuse's API writes it: times in milliseconds, durations in seconds. */
    public static Map<String, Object> langfuse(Observation o, String projectId) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", Spans.hex(o.getSpanId()));
        json.put("traceId", Spans.hex(o.getTraceId()));
        json.put("projectId", projectId);
        json.put("type", o.getType().name());
        json.put("name", o.getName());
        json.put("startTime", milliseconds(o.getStartUnixNano()));
        json.put("endTime", milliseconds(o.getEndUnixNano()));
        json.put("model", text(o.getModel()));
        json.put("input", content(o.getInput()));
        json.put("output", content(o.getOutput()));
        json.put("environment", o.getEnvironment());
        json.put("level", o.getLevel().name());
        json.put("statusMessage", text(o.getStatusMessage()));
        json.put("parentObservationId", hex(o.getParentSpanId()));
        Map<String, Long> usage = new LinkedHashMap<>(o.getUsageMap());
        if (o.getTotalTokens() > 0) {
            usage.put("total", o.getTotalTokens());
        }
        json.put("usageDetails", usage);
        json.put("costDetails", usd(o.getCostPicoUsdMap()));
        json.put("promptTokens", o.getInputTokens());
        json.put("completionTokens", o.getOutputTokens());
        json.put("totalTokens", o.getTotalTokens());
        json.put("calculatedTotalCost", o.getCostPicoUsdMap().isEmpty()
                ? null : BigDecimal.valueOf(o.getTotalCostPicoUsd(), 12));
        json.put("latency", BigDecimal.valueOf(o.getEndUnixNano() - o.getStartUnixNano(), 9));
        return json;
    }

    public static String milliseconds(long unixNano) {
        return MILLISECONDS.format(Instant.ofEpochSecond(0, unixNano));
    }

    private static String time(long unixNano) {
        return Instant.ofEpochSecond(0, unixNano).toString();
    }

    private static Map<String, BigDecimal> usd(Map<String, Long> picoUsd) {
        Map<String, BigDecimal> usd = new LinkedHashMap<>();
        picoUsd.forEach((kind, cost) -> usd.put(kind, BigDecimal.valueOf(cost, 12)));
        return usd;
    }

    private static Object content(String text) {
        try {
            return text.isEmpty() ? null : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private static String hex(ByteString id) {
        return id.isEmpty() ? null : Spans.hex(id);
    }

    private static String text(String text) {
        return text.isEmpty() ? null : text;
    }
}
