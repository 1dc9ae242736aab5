package dev.sightline.evaluator.scorer;

import com.google.protobuf.Struct;
import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import java.util.Map;
import java.util.Optional;

/**
 * Gives a score without a language model. Implementations are thread-safe and keep nothing of what they read. The same
 * material and parameters give the same score, except where another server is asked.
 */
public interface Scorer {
    /** What it is called and what it can't do. */
    ScorerInfo info();

    /** Changes with the meaning of the score: part of what its scores carry. */
    default String version() {
        return "1";
    }

    /** What computes the score, where that has a name. */
    default String model() {
        return "";
    }

    /** Throws INVALID_ARGUMENT, which names the parameter, for parameters that can't be used. */
    default void check(Struct parameters) {
        Parameters.requireKnown(this, parameters);
    }

    /** Whether it computes within microseconds to milliseconds in this process, so that it may run beside the fetch. */
    default boolean isQuick() {
        return true;
    }

    /** Empty where the material holds nothing of the kind that it judges. */
    Optional<Outcome> score(Material material, Struct parameters) throws InterruptedException;

    static Optional<Outcome> scored(ScoreValue value, String comment, Map<String, String> metadata) {
        return Optional.of(new Outcome.Scored(value, comment, metadata, Optional.empty()));
    }

    /** Reads parameters, which are JSON values. */
    final class Parameters {
        private Parameters() {
        }

        static void requireKnown(Scorer scorer, Struct parameters) {
            for (String name : parameters.getFieldsMap().keySet()) {
                if (scorer.info().getParametersList().stream().noneMatch(known -> known.startsWith(name + ":"))) {
                    throw ServiceException.invalid("scorer.parameters." + name, "is not a parameter of "
                            + scorer.info().getName());
                }
            }
        }

        static String text(Struct parameters, String name, String otherwise) {
            if (!parameters.containsFields(name)) {
                return otherwise;
            }
            if (!parameters.getFieldsOrThrow(name).hasStringValue()) {
                throw ServiceException.invalid("scorer.parameters." + name, "must be a text");
            }
            return parameters.getFieldsOrThrow(name).getStringValue();
        }

        static double number(Struct parameters, String name, double otherwise) {
            if (!parameters.containsFields(name)) {
                return otherwise;
            }
            if (!parameters.getFieldsOrThrow(name).hasNumberValue()) {
                throw ServiceException.invalid("scorer.parameters." + name, "must be a number");
            }
            return parameters.getFieldsOrThrow(name).getNumberValue();
        }
    }
}
