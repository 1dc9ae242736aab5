package dev.sightline.ingestion.mapping;

import dev.sightline.ingestion.price.Prices;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HashMap;
import java.util.Map;

/** Understands spans. Stateless and safe for use by many threads. */
public final class ObservationMapper {
    private final SpanLimits limits;
    private final Prices prices;

    public ObservationMapper(SpanLimits limits, Prices prices) {
        this.limits = limits;
        this.prices = prices;
    }

    /** Reads a resource once for all of its spans. */
    public ResourceContext resource(Resource resource) {
        Map<String, String> attributes = new HashMap<>();
        for (KeyValue attribute : resource.getAttributesList()) {
            attributes.put(attribute.getKey(), attribute.getValue().getStringValue());
        }
        return new ResourceContext(Map.copyOf(attributes), attributes.getOrDefault("service.name", ""),
                attributes.getOrDefault("service.version", ""), attributes.getOrDefault("telemetry.sdk.name", ""),
                attributes.getOrDefault("telemetry.sdk.version", ""),
                attributes.getOrDefault("telemetry.sdk.language", ""));
    }

    /** Maps one span; never throws for anything a sender can put into it. */
    public Result map(ResourceContext resource, InstrumentationScope scope, Span span, long nowUnixNano) {
        if (span.getTraceId().size() != 16 || span.getSpanId().size() != 8) {
            return new Result.Rejected("trace_id and span_id must be 16 and 8 bytes");
        }
        return new Result.Mapped(Observation.newBuilder()
                .setTraceId(span.getTraceId())
                .setSpanId(span.getSpanId())
                .setParentSpanId(span.getParentSpanId())
                .setName(span.getName())
                .setType(ObservationType.SPAN)
                .setLevel(span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR
                        ? Level.ERROR : Level.DEFAULT)
                .setStartUnixNano(span.getStartTimeUnixNano())
                .setEndUnixNano(span.getEndTimeUnixNano())
                .setEnvironment("default")
                .setServiceName(resource.serviceName())
                .putAllResourceAttributes(resource.attributes())
                .build());
    }
}
