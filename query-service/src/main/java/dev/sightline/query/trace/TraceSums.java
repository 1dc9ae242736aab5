package dev.sightline.query.trace;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.query.v1.TraceSummary;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What a trace is, over all its observations where a read has them anyway: the same as {@link TraceSql} says in SQL, to
 * the last field ({@code TraceSumsTest} holds one to the other), without another query. Nanoseconds since 1970 and
 * 10<sup>-12</sup> US dollars.
 */
final class TraceSums {
    private static final Comparator<Observation> ROOT_FIRST = Comparator
            .<Observation, Boolean>comparing(o -> !o.getParentSpanId().isEmpty())
            .thenComparingLong(Observation::getStartUnixNano)
            .thenComparing(Observation::getSpanId, ByteString.unsignedLexicographicalComparator());
    private static final Comparator<String> BY_UTF8 = Comparator.comparing(ByteString::copyFromUtf8,
            ByteString.unsignedLexicographicalComparator());

    private TraceSums() {
    }

    /** @param observations all of one trace, at least one */
    static TraceSummary.Builder of(List<Observation> observations) {
        List<Observation> rootFirst = observations.stream().sorted(ROOT_FIRST).toList();
        boolean callsReport = observations.stream().anyMatch(o -> (o.getType() == ObservationType.GENERATION
                || o.getType() == ObservationType.EMBEDDING)
                && (o.getTotalTokens() > 0 || o.getTotalCostPicoUsd() != 0));
        // An agent repeats the usage of the calls below it.
        List<Observation> counted = observations.stream()
                .filter(o -> !callsReport || o.getType() != ObservationType.AGENT).toList();
        String traceName = carried(rootFirst, Observation::getTraceName);
        long lastStart = observations.stream().mapToLong(Observation::getStartUnixNano).max().orElseThrow();
        return TraceSummary.newBuilder()
                .setTraceId(observations.getFirst().getTraceId())
                .setName(traceName.isEmpty() ? rootFirst.getFirst().getName() : traceName)
                .setStartUnixNano(observations.stream().mapToLong(Observation::getStartUnixNano).min().orElseThrow())
                .setEndUnixNano(Math.max(lastStart,
                        observations.stream().mapToLong(Observation::getEndUnixNano).max().orElseThrow()))
                .setLevel(observations.stream().map(Observation::getLevel).max(Comparator.comparing(Level::getNumber))
                        .orElseThrow())
                .setObservationCount(observations.stream().filter(o -> !o.getTraceRecord()).count())
                .setErrorCount(observations.stream().filter(o -> o.getLevel() == Level.ERROR).count())
                .setInputTokens(sum(counted, Observation::getInputTokens))
                .setOutputTokens(sum(counted, Observation::getOutputTokens))
                .setTotalTokens(sum(counted, Observation::getTotalTokens))
                .setTotalCostPicoUsd(sum(counted, Observation::getTotalCostPicoUsd))
                .setUserId(carried(rootFirst, Observation::getUserId))
                .setSessionId(carried(rootFirst, Observation::getSessionId))
                .setEnvironment(carried(rootFirst, Observation::getEnvironment))
                .setRelease(carried(rootFirst, Observation::getRelease))
                .setVersion(carried(rootFirst, Observation::getVersion))
                .addAllTags(distinct(observations, Observation::getTagsList, TraceSql.TAGS_MAX))
                .addAllModels(distinct(observations, o -> o.getModel().isEmpty() ? List.of() : List.of(o.getModel()),
                        TraceSql.MODELS_MAX))
                .setUsageEstimated(observations.stream().anyMatch(Observation::getUsageEstimated));
    }

    /** What the first of them says that says it. */
    private static String carried(List<Observation> rootFirst, Function<Observation, String> field) {
        return rootFirst.stream().map(field).filter(value -> !value.isEmpty()).findFirst().orElse("");
    }

    private static long sum(List<Observation> observations, ToLongFunction<Observation> field) {
        return observations.stream().mapToLong(field).reduce(0, Math::addExact);
    }

    private static Set<String> distinct(List<Observation> observations, Function<Observation, List<String>> field,
            int max) {
        Set<String> values = new TreeSet<>(BY_UTF8);
        observations.stream().map(field).flatMap(List::stream).distinct().limit(max).forEach(values::add);
        return values;
    }
}
