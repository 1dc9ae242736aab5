package dev.sightline.localstack.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One span of a demo conversation before it is sent: when it starts after its parent, how long it lasts, what it says.
 * Attribute values are String, Long, Double or a List of String.
 */
record Step(String name, Duration after, Duration lasts, Map<String, Object> attributes, List<Step> children,
            Failure failure) {

    /** How a step failed: an exception event and the span's status. */
    record Failure(String exceptionType, String message) {
    }

    static Step of(String name, int afterMillis, int lastsMillis) {
        return new Step(name, Duration.ofMillis(afterMillis), Duration.ofMillis(lastsMillis),
                new LinkedHashMap<>(), new ArrayList<>(), null);
    }

    Step with(String key, Object value) {
        attributes.put(key, value);
        return this;
    }

    Step then(Step child) {
        children.add(child);
        return this;
    }

    Step failed(String exceptionType, String message) {
        return new Step(name, after, lasts, attributes, children, new Failure(exceptionType, message));
    }
}
