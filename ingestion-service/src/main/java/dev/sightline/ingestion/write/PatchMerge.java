package dev.sightline.ingestion.write;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.proto.observation.v1.TraceField;
import java.util.List;
import java.util.TreeSet;

/**
 * Puts patches onto an observation, whatever their order: each field remembers when it was set
 * ({@code field_clocks}), each key of the metadata too, and takes only what is later; creates come before all updates. Tags are united, metadata is
 * merged key by key. The same patch a second time changes nothing. Rules: Langfuse's batch API, in which later events
 * win field by field.
 */
final class PatchMerge {
    private static final long UPDATE_BIT = 1L << 62;

    private PatchMerge() {
    }

    /**
     * The observation as it is after these patches, all of the one observation.
     *
     * @param before what is known of it; null when nothing is
     */
    static Observation merge(Observation before, List<ObservationPatch> patches) {
        Observation.Builder merged = before == null ? started(patches) : before.toBuilder();
        for (ObservationPatch patch : patches) {
            apply(merged, patch);
        }
        return merged.build();
    }

    /** Nothing is known yet but the ids, and that it had begun by the first event. */
    private static Observation.Builder started(List<ObservationPatch> patches) {
        Observation ids = patches.getFirst().getObservation();
        return Observation.newBuilder().setTraceId(ids.getTraceId()).setSpanId(ids.getSpanId())
                .setExternalId(ids.getExternalId()).setExternalTraceId(ids.getExternalTraceId())
                .setTraceRecord(ids.getTraceRecord())
                .setStartUnixNano(patches.stream().mapToLong(ObservationPatch::getEventUnixNano).min().orElseThrow());
    }

    private static void apply(Observation.Builder merged, ObservationPatch patch) {
        Observation said = patch.getObservation();
        long clock = patch.getEventUnixNano() | (patch.getCreate() ? 0 : UPDATE_BIT);
        for (int number : patch.getSetFieldsList()) {
            FieldDescriptor field = Observation.getDescriptor().findFieldByNumber(number);
            if (field == null) {
                continue;
            }
            boolean later = clock >= merged.getFieldClocksOrDefault(number, 0);
            switch (number) {
                case Observation.TAGS_FIELD_NUMBER -> {
                    TreeSet<String> united = new TreeSet<>(merged.getTagsList());
                    united.addAll(said.getTagsList());
                    merged.clearTags().addAllTags(united);
                }
                case Observation.METADATA_FIELD_NUMBER -> said.getMetadataMap().forEach((key, value) -> {
                    if (clock >= merged.getMetadataClocksOrDefault(key, 0)) {
                        merged.putMetadata(key, value).putMetadataClocks(key, clock);
                    }
                });
                default -> {
                    if (later) {
                        merged.setField(field, said.getField(field))
                                .setInherited(own(merged.getInherited(), number));
                    }
                }
            }
            if (later) {
                merged.putFieldClocks(number, clock);
            }
        }
    }

    /** What the observation now says itself it no longer has from its trace. */
    private static int own(int inherited, int fieldNumber) {
        return switch (fieldNumber) {
            case Observation.USER_ID_FIELD_NUMBER -> inherited & ~(1 << TraceField.USER_ID_VALUE);
            case Observation.SESSION_ID_FIELD_NUMBER -> inherited & ~(1 << TraceField.SESSION_ID_VALUE);
            case Observation.RELEASE_FIELD_NUMBER -> inherited & ~(1 << TraceField.RELEASE_VALUE);
            case Observation.VERSION_FIELD_NUMBER -> inherited & ~(1 << TraceField.VERSION_VALUE);
            case Observation.ENVIRONMENT_FIELD_NUMBER -> inherited & ~(1 << TraceField.ENVIRONMENT_VALUE);
            case Observation.TRACE_NAME_FIELD_NUMBER -> inherited & ~(1 << TraceField.TRACE_NAME_VALUE);
            default -> inherited;
        };
    }
}
