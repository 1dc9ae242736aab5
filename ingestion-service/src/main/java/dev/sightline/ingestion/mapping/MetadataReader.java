package dev.sightline.ingestion.mapping;

import dev.sightline.proto.observation.v1.Observation;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import java.util.function.BiConsumer;

/**
 * Collects metadata as dotted paths. Later sources win over earlier ones with the same path: the scope's attributes
 * (as `scope.attributes.…`), OpenInference's, the observation's own metadata, the trace's.
 */
final class MetadataReader {
    private final SpanAttributes attributes;
    private final Observation.Builder observation;
    private final int keysMax;
    private int dropped;

    private MetadataReader(SpanAttributes attributes, Observation.Builder observation, int keysMax) {
        this.attributes = attributes;
        this.observation = observation;
        this.keysMax = keysMax;
    }

    /** Puts all metadata into the observation; answers how many entries were over the limit and left out. */
    static int read(SpanAttributes attributes, InstrumentationScope scope, Observation.Builder observation,
            int keysMax) {
        MetadataReader reader = new MetadataReader(attributes, observation, keysMax);
        if (scope.getAttributesCount() > 0) {
            Shared.attributes(scope.getAttributesList())
                    .forEach((name, value) -> reader.put("scope.attributes." + name, value));
        }
        if (attributes.has(Key.OPENINFERENCE_KIND)) {
            reader.whole(Key.OPENINFERENCE_METADATA);
        }
        Key whole = attributes.has(Key.LANGFUSE_OBSERVATION_METADATA)
                ? Key.LANGFUSE_OBSERVATION_METADATA : Key.LANGFUSE_METADATA;
        reader.whole(whole);
        reader.family(Family.LANGFUSE_METADATA);
        reader.family(Family.AI_METADATA);
        reader.family(Family.OBSERVATION_METADATA);
        reader.whole(Key.LANGFUSE_TRACE_METADATA);
        reader.family(Family.TRACE_METADATA);
        return reader.dropped;
    }

    private void whole(Key key) {
        String value = attributes.textOrNull(key);
        if (value != null && !flatten(value, "")) {
            put("metadata", value);
        }
    }

    private void family(Family family) {
        for (int i = 0; i < attributes.size(family); i++) {
            String name = attributes.memberName(family, i);
            String value = Json.text(attributes.member(family, i).getValue());
            attributes.take(family, i);
            if (Json.firstChar(value) != '{' || !flatten(value, name)) {
                put(name, value);
            }
        }
    }

    private boolean flatten(String json, String prefix) {
        if (!Json.isContainer(json)) {
            return false;
        }
        BiConsumer<String, String> member = this::put;
        return Json.flatten(json, prefix, member);
    }

    private void put(String path, String value) {
        if (observation.getMetadataCount() < keysMax || observation.containsMetadata(path)) {
            observation.putMetadata(path, value);
        } else {
            dropped++;
        }
    }
}
