package dev.sightline.ingestion.mapping;

import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Attributes of a resource or a scope: sent once, stored with every span below. So they are held to a size at which
 * that multiplies into nothing: values are cut, and what is over the count or the sum is dropped and counted in
 * `sightline.dropped_attributes`.
 */
final class Shared {
    private static final int COUNT_MAX = 200;
    private static final int VALUE_CHARS_MAX = 4_000;
    private static final int CHARS_MAX = 32_000;

    private Shared() {
    }

    static Map<String, String> attributes(List<KeyValue> sent) {
        Map<String, String> attributes = new LinkedHashMap<>();
        int chars = 0;
        int dropped = 0;
        for (KeyValue attribute : sent) {
            String value = cut(Json.text(attribute.getValue()));
            int size = attribute.getKey().length() + value.length();
            if (attributes.size() < COUNT_MAX && chars + size <= CHARS_MAX) {
                attributes.put(attribute.getKey(), value);
                chars += size;
            } else {
                dropped++;
            }
        }
        if (dropped > 0) {
            attributes.put("sightline.dropped_attributes", Integer.toString(dropped));
        }
        return attributes;
    }

    private static String cut(String value) {
        if (value.length() <= VALUE_CHARS_MAX) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(VALUE_CHARS_MAX - 1)) ? VALUE_CHARS_MAX - 1 : VALUE_CHARS_MAX;
        return value.substring(0, end);
    }
}
