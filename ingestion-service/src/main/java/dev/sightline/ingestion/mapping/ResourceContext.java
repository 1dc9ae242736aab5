package dev.sightline.ingestion.mapping;

import java.util.Map;

/**
 * What a resource says about all of its spans, read once per `ResourceSpans` by {@link ObservationMapper#resource}.
 * Immutable. `attributes` holds every resource attribute as text and is stored with each observation.
 */
public record ResourceContext(
        Map<String, String> attributes,
        String serviceName,
        String serviceVersion,
        String sdkName,
        String sdkVersion,
        String sdkLanguage) {
}
