package dev.sightline.evaluator.run;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What came of an evaluation. {@code call} tells of the model that was asked, where one was. */
public sealed interface Outcome {
    Optional<ModelCall> call();

    /** A value with its reason; {@code metadata} is kept with the score. */
    record Scored(ScoreValue result, String comment, Map<String, String> metadata, Optional<ModelCall> call)
            implements Outcome {
        public Scored {
            metadata = Map.copyOf(metadata);
        }

        /** The number of a numeric or boolean score. */
        public double value() {
            return result.number();
        }
    }

    /** No value. {@code error} is shown to people and holds neither prompt nor answer. */
    record Failed(Reason reason, String error, Optional<ModelCall> call) implements Outcome {
        public static Failed of(Reason reason, String error) {
            return new Failed(reason, error, Optional.empty());
        }
    }

    /** Why there is no value: a metric's label and the span's error type. */
    enum Reason {
        TRACE_UNREADABLE, MODEL_UNAVAILABLE, TIMED_OUT, RATE_LIMITED, REFUSED, UNREADABLE_ANSWER, SATURATED,
        CIRCUIT_OPEN, INTERNAL;

        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** One question to a language model, as the run's trace records it. Token counts are -1 where not reported. */
    record ModelCall(String provider, String model, String system, String prompt, String answer, Instant start,
            Instant end, int attempts, int inputTokens, int outputTokens) {
        /** Prompts are user data: never in a log by way of toString. */
        @Override
        public String toString() {
            return "ModelCall[model=" + model + ", attempts=" + attempts + "]";
        }
    }
}
