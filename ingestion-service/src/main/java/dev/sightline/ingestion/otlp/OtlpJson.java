package dev.sightline.ingestion.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads OTLP/JSON by the specification's rules: lowerCamelCase names (the proto names are taken too), ids in hex of
 * any case, 64-bit numbers as numbers or strings, enums as integers (names are taken too), unknown fields ignored.
 * A span that can't be read is reported by its place and the others are kept.
 */
final class OtlpJson {
    private static final int DEPTH_MAX = 100;
    /** Brackets, names and values: some 200 MB as a tree at the most, and far beyond any exporter's batch. */
    private static final long TOKENS_MAX = 2_000_000;

    private final ObjectMapper json;

    OtlpJson(int stringLengthMax) {
        this.json = new ObjectMapper(JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder()
                .maxStringLength(stringLengthMax).maxNestingDepth(DEPTH_MAX * 4).maxTokenCount(TOKENS_MAX)
                .build()).build());
    }

    DecodedExport decode(byte[] bytes) {
        List<String> rejected = new ArrayList<>();
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        try {
            JsonNode root = json.readTree(bytes);
            if (root == null || !root.isObject()) {
                throw new FieldError("body", "must be a JSON object with resourceSpans");
            }
            for (Element e : list(root, "resourceSpans", "")) {
                request.addResourceSpans(resourceSpans(e, rejected));
            }
        } catch (StreamConstraintsException e) {
            throw ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE, "the body is too much JSON for one request: "
                    + e.getOriginalMessage() + "; send smaller batches");
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INVALID_ARGUMENT, "the body is not JSON: " + e.getOriginalMessage());
        } catch (FieldError e) {
            throw ServiceException.invalid(e.path, e.getMessage());
        } catch (IOException e) {
            throw ServiceException.of(ErrorCode.INVALID_ARGUMENT, "the body is not JSON: " + e.getMessage());
        }
        return new DecodedExport(request.build(), rejected, List.of());
    }

    private record Element(JsonNode node, String path) {
    }

    private static final class FieldError extends RuntimeException {
        private final transient String path;

        FieldError(String path, String message) {
            super(message);
            this.path = path;
        }
    }

    private static ResourceSpans resourceSpans(Element e, List<String> rejected) {
        ResourceSpans.Builder result = ResourceSpans.newBuilder();
        JsonNode resource = field(e.node, "resource");
        if (resource.isObject()) {
            result.setResource(Resource.newBuilder()
                    .addAllAttributes(attributes(resource, e.path + ".resource", 0)));
        }
        result.setSchemaUrl(text(e.node, "schemaUrl", e.path));
        for (Element scopeSpans : list(e.node, "scopeSpans", e.path)) {
            result.addScopeSpans(scopeSpans(scopeSpans, rejected));
        }
        return result.build();
    }

    private static ScopeSpans scopeSpans(Element e, List<String> rejected) {
        ScopeSpans.Builder result = ScopeSpans.newBuilder().setSchemaUrl(text(e.node, "schemaUrl", e.path));
        JsonNode scope = field(e.node, "scope");
        if (scope.isObject()) {
            result.setScope(InstrumentationScope.newBuilder()
                    .setName(text(scope, "name", e.path + ".scope"))
                    .setVersion(text(scope, "version", e.path + ".scope"))
                    .addAllAttributes(attributes(scope, e.path + ".scope", 0)));
        }
        for (Element span : list(e.node, "spans", e.path)) {
            try {
                result.addSpans(span(span));
            } catch (FieldError error) {
                rejected.add(error.path + " " + error.getMessage());
            }
        }
        return result.build();
    }

    private static Span span(Element e) {
        require(e.node.isObject(), e.path, "must be an object");
        Span.Builder span = Span.newBuilder()
                .setTraceId(hex(e.node, "traceId", e.path))
                .setSpanId(hex(e.node, "spanId", e.path))
                .setParentSpanId(hex(e.node, "parentSpanId", e.path))
                .setTraceState(text(e.node, "traceState", e.path))
                .setFlags((int) number(e.node, "flags", e.path))
                .setName(text(e.node, "name", e.path))
                .setKindValue(enumNumber(e.node, "kind", "SPAN_KIND_",
                        List.of("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"), e.path))
                .setStartTimeUnixNano(number(e.node, "startTimeUnixNano", e.path))
                .setEndTimeUnixNano(number(e.node, "endTimeUnixNano", e.path))
                .setDroppedAttributesCount((int) number(e.node, "droppedAttributesCount", e.path))
                .addAllAttributes(attributes(e.node, e.path, 0));
        for (Element event : list(e.node, "events", e.path)) {
            span.addEvents(Span.Event.newBuilder()
                    .setTimeUnixNano(number(event.node, "timeUnixNano", event.path))
                    .setName(text(event.node, "name", event.path))
                    .addAllAttributes(attributes(event.node, event.path, 0)));
        }
        for (Element link : list(e.node, "links", e.path)) {
            span.addLinks(Span.Link.newBuilder()
                    .setTraceId(hex(link.node, "traceId", link.path))
                    .setSpanId(hex(link.node, "spanId", link.path))
                    .addAllAttributes(attributes(link.node, link.path, 0)));
        }
        JsonNode status = field(e.node, "status");
        if (status.isObject()) {
            span.setStatus(Status.newBuilder()
                    .setMessage(text(status, "message", e.path + ".status"))
                    .setCodeValue(enumNumber(status, "code", "STATUS_CODE_",
                            List.of("UNSET", "OK", "ERROR"), e.path + ".status")));
        }
        return span.build();
    }

    private static List<KeyValue> attributes(JsonNode owner, String path, int depth) {
        return keyValues(owner, "attributes", path, depth);
    }

    private static List<KeyValue> keyValues(JsonNode owner, String name, String path, int depth) {
        List<KeyValue> result = new ArrayList<>();
        for (Element e : list(owner, name, path)) {
            KeyValue.Builder pair = KeyValue.newBuilder().setKey(text(e.node, "key", e.path));
            JsonNode value = field(e.node, "value");
            if (value.isObject()) {
                pair.setValue(anyValue(value, e.path + ".value", depth + 1));
            }
            result.add(pair.build());
        }
        return result;
    }

    private static AnyValue anyValue(JsonNode node, String path, int depth) {
        require(depth <= DEPTH_MAX, path, "is nested deeper than " + DEPTH_MAX);
        AnyValue.Builder value = AnyValue.newBuilder();
        ifPresent(node, "stringValue", _ -> value.setStringValue(text(node, "stringValue", path)));
        ifPresent(node, "boolValue", v -> value.setBoolValue(v.asBoolean()));
        ifPresent(node, "intValue", _ -> value.setIntValue(number(node, "intValue", path)));
        ifPresent(node, "doubleValue", v -> value.setDoubleValue(decimal(v, path + ".doubleValue")));
        ifPresent(node, "bytesValue", v -> value.setBytesValue(base64(v, path + ".bytesValue")));
        ifPresent(node, "arrayValue", v -> {
            ArrayValue.Builder array = ArrayValue.newBuilder();
            for (Element e : list(v, "values", path + ".arrayValue")) {
                array.addValues(anyValue(e.node, e.path, depth + 1));
            }
            value.setArrayValue(array);
        });
        ifPresent(node, "kvlistValue", v -> value.setKvlistValue(KeyValueList.newBuilder()
                .addAllValues(keyValues(v, "values", path + ".kvlistValue", depth))));
        return value.build();
    }

    private static JsonNode field(JsonNode owner, String name) {
        JsonNode value = owner.path(name);
        return value.isMissingNode() ? owner.path(snakeCase(name)) : value;
    }

    private static void ifPresent(JsonNode owner, String name, Consumer<JsonNode> then) {
        JsonNode value = field(owner, name);
        if (!value.isMissingNode() && !value.isNull()) {
            then.accept(value);
        }
    }

    private static List<Element> list(JsonNode owner, String name, String path) {
        JsonNode value = field(owner, name);
        String place = path.isEmpty() ? name : path + "." + name;
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        require(value.isArray(), place, "must be a list");
        List<Element> elements = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            elements.add(new Element(element, place + "[" + elements.size() + "]"));
        }
        return elements;
    }

    private static String text(JsonNode owner, String name, String path) {
        JsonNode value = field(owner, name);
        require(value.isMissingNode() || value.isNull() || value.isValueNode(), path + "." + name, "must be a string");
        return value.isMissingNode() || value.isNull() ? "" : wellFormed(value.asText());
    }

    /** JSON's escapes can spell half a surrogate pair, which no UTF-8 can hold: it becomes a question mark. */
    private static String wellFormed(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text)
                ? text : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static long number(JsonNode owner, String name, String path) {
        JsonNode value = field(owner, name);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (value.isIntegralNumber()) {
            return value.bigIntegerValue().longValue();
        }
        try {
            return value.isTextual() ? new java.math.BigInteger(value.asText()).longValue()
                    : value.decimalValue().longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new FieldError(path + "." + name, "must be a whole number");
        }
    }

    private static double decimal(JsonNode value, String path) {
        try {
            return value.isNumber() ? value.asDouble() : Double.parseDouble(value.asText());
        } catch (NumberFormatException e) {
            throw new FieldError(path, "must be a number");
        }
    }

    private static int enumNumber(JsonNode owner, String name, String prefix, List<String> names, String path) {
        JsonNode value = field(owner, name);
        if (value.isTextual() && !value.asText().isEmpty() && !Character.isDigit(value.asText().charAt(0))) {
            String short_ = value.asText().replace(prefix, "");
            require(names.contains(short_), path + "." + name, "must be a number from 0 to " + (names.size() - 1));
            return names.indexOf(short_);
        }
        return (int) number(owner, name, path);
    }

    private static ByteString hex(JsonNode owner, String name, String path) {
        String value = text(owner, name, path);
        try {
            return ByteString.copyFrom(HexFormat.of().parseHex(value.toLowerCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new FieldError(path + "." + name, "must be hex digits");
        }
    }

    private static ByteString base64(JsonNode value, String path) {
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(value.asText()));
        } catch (IllegalArgumentException e) {
            throw new FieldError(path, "must be base64");
        }
    }

    private static void require(boolean holds, String path, String message) {
        if (!holds) {
            throw new FieldError(path, message);
        }
    }

    private static String snakeCase(String name) {
        StringBuilder result = new StringBuilder(name.length() + 4);
        for (char c : name.toCharArray()) {
            if (Character.isUpperCase(c)) {
                result.append('_').append(Character.toLowerCase(c));
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }
}
