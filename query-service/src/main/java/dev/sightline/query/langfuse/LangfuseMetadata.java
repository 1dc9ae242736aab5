package dev.sightline.query.langfuse;

import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.query.trace.JsonText;
import java.util.Map;
import java.util.TreeMap;

/**
 * An observation's metadata as Langfuse shows it: what the sender called metadata, as the nested object it was, beside
 * {@code resourceAttributes}, {@code scope} and the {@code attributes} that no field took. The sender's own keys win.
 */
final class LangfuseMetadata {
    private LangfuseMetadata() {
    }

    static Map<String, Object> of(Observation o) {
        Map<String, Object> metadata = new TreeMap<>();
        // Sorted: a.b comes after a, so a text at `a` is seen first and `a.b` stays a key of its own.
        new TreeMap<>(o.getMetadataMap()).forEach((path, value) -> put(metadata, path, JsonText.of(value)));
        if (!o.getAttributesMap().isEmpty()) {
            metadata.putIfAbsent("attributes", new TreeMap<>(o.getAttributesMap()));
        }
        if (!o.getResourceAttributesMap().isEmpty()) {
            metadata.putIfAbsent("resourceAttributes", new TreeMap<>(o.getResourceAttributesMap()));
        }
        if (!o.getScopeName().isEmpty()) {
            metadata.putIfAbsent("scope", Map.of("name", o.getScopeName(), "version", o.getScopeVersion()));
        }
        return metadata;
    }

    private static void put(Map<String, Object> into, String path, Object value) {
        int dot = path.indexOf('.');
        boolean nested = dot > 0 && dot < path.length() - 1;
        if (nested && into.computeIfAbsent(path.substring(0, dot), key -> new TreeMap<String, Object>())
                instanceof Map<?, ?> child) {
            @SuppressWarnings("unchecked")
            Map<String, Object> object = (Map<String, Object>) child;
            put(object, path.substring(dot + 1), value);
        } else {
            into.put(path, value);
        }
    }
}
