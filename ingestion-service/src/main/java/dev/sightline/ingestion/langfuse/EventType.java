package dev.sightline.ingestion.langfuse;

import dev.sightline.proto.observation.v1.ObservationType;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What kinds of events a batch may hold. */
sealed interface EventType {
    /** `trace-create`, which also changes a trace that there is already. */
    record Trace() implements EventType { }

    /** `span-create`, `generation-update` and so on. {@code type} is unspecified where the body says it. */
    record Step(ObservationType type, boolean create) implements EventType { }

    /** `score-create`. */
    record NewScore() implements EventType { }

    /** `sdk-log`: what a client says about itself. */
    record SdkLog() implements EventType { }

    /** `dataset-run-item-create`. */
    record DatasetRunItem() implements EventType { }

    /** By the event's `type`. */
    Map<String, EventType> BY_NAME = byName();

    private static Map<String, EventType> byName() {
        Map<String, EventType> types = new HashMap<>(Map.of(
                "trace-create", new Trace(),
                "score-create", new NewScore(),
                "sdk-log", new SdkLog(),
                "dataset-run-item-create", new DatasetRunItem(),
                "observation-create", new Step(ObservationType.OBSERVATION_TYPE_UNSPECIFIED, true),
                "observation-update", new Step(ObservationType.OBSERVATION_TYPE_UNSPECIFIED, false)));
        for (ObservationType type : ObservationType.values()) {
            if (type != ObservationType.OBSERVATION_TYPE_UNSPECIFIED && type != ObservationType.UNRECOGNIZED) {
                String name = type.name().toLowerCase(Locale.ROOT);
                types.put(name + "-create", new Step(type, true));
                types.put(name + "-update", new Step(type, false));
            }
        }
        return Map.copyOf(types);
    }
}
