package dev.sightline.ingestion.mapping;

import java.util.Map;

/**
 * What a resource says about all of its spans, read once per `ResourceSpans` by {@link ObservationMapper#resource}.
 * Immutable. `attributes` holds every resource attribute as text and is stored with each observation; an empty string
 * elsewhere means that the resource does not say.
 */
public record ResourceContext(
        Map<String, String> attributes,
        String serviceName,
        String serviceVersion,
        String sdkName,
        String sdkVersion,
        String sdkLanguage,
        String release,
        String langfuseEnvironment,
        String deploymentEnvironmentName,
        String deploymentEnvironment) {

    /** Takes the named fields from the attributes. */
    static ResourceContext of(Map<String, String> attributes) {
        return new ResourceContext(
                Map.copyOf(attributes),
                attributes.getOrDefault("service.name", ""),
                attributes.getOrDefault("service.version", ""),
                attributes.getOrDefault("telemetry.sdk.name", ""),
                attributes.getOrDefault("telemetry.sdk.version", ""),
                attributes.getOrDefault("telemetry.sdk.language", ""),
                attributes.getOrDefault("langfuse.release", ""),
                attributes.getOrDefault("langfuse.environment", ""),
                attributes.getOrDefault("deployment.environment.name", ""),
                attributes.getOrDefault("deployment.environment", ""));
    }
}
