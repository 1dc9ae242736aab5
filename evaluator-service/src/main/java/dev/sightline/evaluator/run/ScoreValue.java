package dev.sightline.evaluator.run;

import dev.sightline.proto.score.v1.ScoreDataType;

/**
 * A score's value in the form that the topic carries: a number for NUMERIC and BOOLEAN (0 or 1), a text for CATEGORICAL
 * and TEXT; BOOLEAN says itself as a text too.
 */
public record ScoreValue(ScoreDataType type, double number, String text) {
    public ScoreValue {
        boolean numeric = type == ScoreDataType.NUMERIC || type == ScoreDataType.BOOLEAN;
        if (numeric && !Double.isFinite(number)) {
            throw new IllegalArgumentException("a score's number is finite");
        }
    }

    public static ScoreValue numeric(double number) {
        return new ScoreValue(ScoreDataType.NUMERIC, number, "");
    }

    public static ScoreValue bool(boolean holds) {
        return new ScoreValue(ScoreDataType.BOOLEAN, holds ? 1 : 0, Boolean.toString(holds));
    }

    public static ScoreValue category(String category) {
        return new ScoreValue(ScoreDataType.CATEGORICAL, Double.NaN, category);
    }

    public static ScoreValue text(String text) {
        return new ScoreValue(ScoreDataType.TEXT, Double.NaN, text);
    }

    public boolean isNumber() {
        return type == ScoreDataType.NUMERIC || type == ScoreDataType.BOOLEAN;
    }
}
