package dev.sightline.evaluator.rule;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.score.ScoreId;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.observation.v1.Observation;
import java.util.List;

/** What of a trace a rule judges, once the trace matches its query. */
public final class RuleRuns {
    private RuleRuns() {
    }

    /** Whether the rule's sampling takes the trace: the same for every rule of the same share, on every machine. */
    public static boolean samples(Rule rule, ByteString traceId) {
        double share = rule.hasSampling() ? rule.getSampling() : 1;
        long hash = ScoreId.hash(8, "sampling", ScoreId.hex(traceId)).asReadOnlyByteBuffer().getLong();
        return (hash >>> 11) * 0x1.0p-53 < share;
    }

    /** The spans that a rule for observations judges. */
    public static List<Observation> observations(Rule rule, List<Observation> observations) {
        return observations.stream().filter(o -> !o.getTraceRecord()
                && (rule.getObservationTypesCount() == 0
                        || rule.getObservationTypesList().contains(Material.typeOf(o)))
                && (rule.getObservationNamesCount() == 0 || rule.getObservationNamesList().contains(o.getName())))
                .toList();
    }

    public static String sessionId(List<Observation> observations) {
        return observations.stream().map(Observation::getSessionId).filter(id -> !id.isEmpty()).findFirst().orElse("");
    }

    public static long startUnixNano(List<Observation> observations) {
        return observations.stream().mapToLong(Observation::getStartUnixNano).min().orElse(0);
    }
}
