package dev.sightline.ingestion.write;

import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.TraceField;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What holds for all observations of one trace: user, session, release, version, environment, name, tags, whether it is
 * public. Each observation may say it; where they differ the trace record wins over the root, the root over the others,
 * and among equals who came first. {@link #fill} gives it to an observation that does not say it itself and
 * notes which fields it gave. Immutable.
 */
record TraceAttributes(Map<TraceField, Said> texts, List<String> tags, boolean isPublic) {
    /** The fields of one text each. */
    static final List<TraceField> TEXTS = List.of(TraceField.USER_ID, TraceField.SESSION_ID, TraceField.RELEASE,
            TraceField.VERSION, TraceField.ENVIRONMENT, TraceField.TRACE_NAME);
    static final TraceAttributes EMPTY = new TraceAttributes(Map.of(), List.of(), false);
    private static final String DEFAULT_ENVIRONMENT = "default";
    private static final int TAGS_MAX = 100;

    /** A value and the weight of who said it. */
    record Said(String value, int rank) {
    }

    /** How much an observation's word on its trace counts; {@link StoredObservations} has the same in SQL. */
    static int rank(Observation observation) {
        if (observation.getTraceRecord()) {
            return 3;
        }
        return observation.getParentSpanId().isEmpty() || observation.getAppRoot() ? 2 : 1;
    }

    /** With what one more observation says. The trace record and the root may change their minds. */
    TraceAttributes with(Observation observation) {
        int rank = rank(observation);
        Map<TraceField, Said> merged = null;
        for (TraceField field : TEXTS) {
            String value = own(observation, field);
            if (value.isEmpty()) {
                continue;
            }
            Said known = (merged == null ? texts : merged).get(field);
            if (known == null || rank > known.rank || rank == known.rank && rank > 1 && !value.equals(known.value)) {
                merged = merged == null ? new HashMap<>(texts) : merged;
                merged.put(field, new Said(value, rank));
            }
        }
        List<String> united = isInherited(observation, TraceField.TAGS) ? tags
                : united(tags, observation.getTagsList());
        boolean published = isPublic || observation.getPublic() && !isInherited(observation, TraceField.PUBLIC);
        return merged == null && united == tags && published == isPublic ? this
                : new TraceAttributes(merged == null ? texts : Map.copyOf(merged), united, published);
    }

    /** The same with the values that {@code shared} answers for equal ones, so that many traces hold one copy. */
    TraceAttributes sharing(UnaryOperator<Said> shared) {
        Map<TraceField, Said> same = new HashMap<>();
        texts.forEach((field, said) -> same.put(field, shared.apply(said)));
        return new TraceAttributes(Map.copyOf(same), tags, isPublic);
    }

    /** Whether both give the same to observations. */
    boolean gives(TraceAttributes other) {
        return isPublic == other.isPublic && tags.equals(other.tags) && texts.keySet().equals(other.texts.keySet())
                && texts.entrySet().stream().allMatch(said -> said.getValue().value.equals(
                        other.texts.get(said.getKey()).value));
    }

    boolean isEmpty() {
        return texts.isEmpty() && tags.isEmpty() && !isPublic;
    }

    /** The observation with what its trace says and it does not say itself; the same object when that is nothing. */
    Observation fill(Observation observation) {
        if (isEmpty()) {
            return observation;
        }
        Observation.Builder filled = null;
        for (Map.Entry<TraceField, Said> said : texts.entrySet()) {
            TraceField field = said.getKey();
            String value = said.getValue().value;
            if (own(observation, field).isEmpty() && !text(observation, field).equals(value)) {
                filled = filled == null ? observation.toBuilder() : filled;
                filled.setInherited(filled.getInherited() | bit(field));
                set(filled, field, value);
            }
        }
        List<String> united = united(observation.getTagsList(), tags);
        if (united != observation.getTagsList()) {
            filled = filled == null ? observation.toBuilder() : filled;
            filled.setInherited(filled.getInherited() | bit(TraceField.TAGS)).clearTags().addAllTags(united);
        }
        if (isPublic && !observation.getPublic()) {
            filled = filled == null ? observation.toBuilder() : filled;
            filled.setInherited(filled.getInherited() | bit(TraceField.PUBLIC)).setPublic(true);
        }
        return filled == null ? observation : filled.build();
    }

    /** What the observation says itself; empty when it says nothing or has it from the trace. */
    private static String own(Observation observation, TraceField field) {
        if (isInherited(observation, field)) {
            return "";
        }
        String value = text(observation, field);
        return field == TraceField.ENVIRONMENT && value.equals(DEFAULT_ENVIRONMENT) ? "" : value;
    }

    private static boolean isInherited(Observation observation, TraceField field) {
        return (observation.getInherited() & bit(field)) != 0;
    }

    private static int bit(TraceField field) {
        return 1 << field.getNumber();
    }

    private static String text(Observation observation, TraceField field) {
        return switch (field) {
            case USER_ID -> observation.getUserId();
            case SESSION_ID -> observation.getSessionId();
            case RELEASE -> observation.getRelease();
            case VERSION -> observation.getVersion();
            case ENVIRONMENT -> observation.getEnvironment();
            case TRACE_NAME -> observation.getTraceName();
            case TAGS, PUBLIC, UNRECOGNIZED -> "";
        };
    }

    private static void set(Observation.Builder observation, TraceField field, String value) {
        switch (field) {
            case USER_ID -> observation.setUserId(value);
            case SESSION_ID -> observation.setSessionId(value);
            case RELEASE -> observation.setRelease(value);
            case VERSION -> observation.setVersion(value);
            case ENVIRONMENT -> observation.setEnvironment(value);
            case TRACE_NAME -> observation.setTraceName(value);
            case TAGS, PUBLIC, UNRECOGNIZED -> throw new IllegalArgumentException(field.name());
        }
    }

    /** {@code some} itself when nothing is added. */
    private static List<String> united(List<String> some, List<String> more) {
        if (some.size() >= TAGS_MAX || some.containsAll(more)) {
            return some;
        }
        TreeSet<String> all = new TreeSet<>(some);
        all.addAll(more);
        return all.stream().limit(TAGS_MAX).toList();
    }
}
