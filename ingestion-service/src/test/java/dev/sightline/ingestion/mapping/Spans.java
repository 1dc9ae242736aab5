package dev.sightline.ingestion.mapping;

import com.google.protobuf.ByteString;
import dev.sightline.base.price.Prices;
import dev.sightline.base.price.ProjectPrices;
import dev.sightline.proto.observation.v1.Observation;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.List;

/** Spans for tests, and a mapper with the limits that ship. */
final class Spans {
    static final long NOW_UNIX_NANO = 1_795_435_200_000_000_000L;
    static final ObservationMapper MAPPER = new ObservationMapper(SpanLimits.DEFAULT, Prices.shipped());

    private Spans() {
    }

    static Span.Builder span(Object... attributes) {
        Span.Builder span = Span.newBuilder()
                .setTraceId(id("4bf92f3577b34da6a3ce929d0e0e4736"))
                .setSpanId(id("b7ad6b7169203331"))
                .setParentSpanId(id("00f067aa0ba902b7"))
                .setName("work")
                .setStartTimeUnixNano(NOW_UNIX_NANO - 2_000_000_001L)
                .setEndTimeUnixNano(NOW_UNIX_NANO - 1L);
        for (int i = 0; i < attributes.length; i += 2) {
            span.addAttributes(attribute((String) attributes[i], attributes[i + 1]));
        }
        return span;
    }

    static KeyValue attribute(String key, Object value) {
        return KeyValue.newBuilder().setKey(key).setValue(value(value)).build();
    }

    static AnyValue value(Object value) {
        AnyValue.Builder any = AnyValue.newBuilder();
        return switch (value) {
            case String text -> any.setStringValue(text).build();
            case Integer number -> any.setIntValue(number).build();
            case Long number -> any.setIntValue(number).build();
            case Double number -> any.setDoubleValue(number).build();
            case Boolean flag -> any.setBoolValue(flag).build();
            case List<?> list -> any.setArrayValue(ArrayValue.newBuilder()
                    .addAllValues(list.stream().map(Spans::value).toList())).build();
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    static ByteString id(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    static Result result(Span.Builder span) {
        return MAPPER.map(MAPPER.resource(Resource.getDefaultInstance()), InstrumentationScope.getDefaultInstance(),
                span.build(), NOW_UNIX_NANO, ProjectPrices.NONE);
    }

    static Observation mapped(Span.Builder span) {
        return mapped(Resource.getDefaultInstance(), "", span);
    }

    static Observation mapped(Resource resource, String scope, Span.Builder span) {
        Result result = MAPPER.map(MAPPER.resource(resource),
                InstrumentationScope.newBuilder().setName(scope).build(), span.build(), NOW_UNIX_NANO,
                ProjectPrices.NONE);
        return switch (result) {
            case Result.Mapped mapped -> mapped.observation();
            case Result.Rejected rejected -> throw new AssertionError(rejected.reason());
        };
    }

    static String rejected(Span.Builder span) {
        return switch (result(span)) {
            case Result.Mapped mapped -> throw new AssertionError("mapped: " + mapped.observation());
            case Result.Rejected rejected -> rejected.reason();
        };
    }
}
