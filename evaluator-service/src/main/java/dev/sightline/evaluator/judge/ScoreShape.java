package dev.sightline.evaluator.judge;

import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.score.v1.ScoreDataType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a judge's score looks like: how it is asked for, and how it is read from what a model made of that. */
public sealed interface ScoreShape {
    /** A number from 0 to 1. */
    ScoreShape UNIT = new Numeric(0, 1);

    ScoreDataType type();

    /** What the judge is told to put under "score". */
    String instruction();

    /** The same for providers that take a schema. */
    JsonSchemaElement schema();

    /** The value that a text under "score" stands for; empty when it is none of this shape. */
    Optional<ScoreValue> read(String text);

    /** By the template's score type. */
    static ScoreShape of(Template template) {
        return switch (template.getScoreType()) {
            case "boolean" -> new Bool();
            case "categorical" -> new Categorical(template.getCategoriesList());
            case "text" -> new Text();
            default -> new Numeric(template.getScoreMin(), template.hasScoreMax() ? template.getScoreMax() : 1);
        };
    }

    /** The whole answer, as a schema. */
    default JsonSchema answerSchema() {
        return JsonSchema.builder().name("judgement").rootElement(JsonObjectSchema.builder()
                .addProperty("reasoning", JsonStringSchema.builder().build()).addProperty("score", schema())
                .required("reasoning", "score").additionalProperties(false).build()).build();
    }

    /** A number within bounds, or one that names its own scale ("8/10", "80%"), which is then fitted to the bounds. */
    record Numeric(double min, double max) implements ScoreShape {
        private static final Pattern SCALED = Pattern.compile(
                "([0-9]{1,6}(?:\\.[0-9]{1,9})?)\\s*(?:/|out of|of)\\s*([0-9]{1,6}(?:\\.[0-9]{1,9})?)");
        private static final Pattern PERCENT = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,9})?)\\s*%");

        @Override
        public ScoreDataType type() {
            return ScoreDataType.NUMERIC;
        }

        @Override
        public String instruction() {
            return "a number from " + plain(min) + " to " + plain(max);
        }

        @Override
        public JsonSchemaElement schema() {
            return JsonNumberSchema.builder().build();
        }

        @Override
        public Optional<ScoreValue> read(String text) {
            String stripped = text.strip();
            Matcher scaled = SCALED.matcher(stripped);
            Matcher percent = PERCENT.matcher(stripped);
            double value;
            try {
                if (scaled.matches()) {
                    value = fitted(Double.parseDouble(scaled.group(1)) / Double.parseDouble(scaled.group(2)));
                } else if (percent.matches()) {
                    value = fitted(Double.parseDouble(percent.group(1)) / 100);
                } else {
                    value = Double.parseDouble(stripped);
                }
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
            return value >= min && value <= max ? Optional.of(ScoreValue.numeric(value)) : Optional.empty();
        }

        private double fitted(double share) {
            return min + share * (max - min);
        }

        private static String plain(double number) {
            return number == Math.rint(number) && Math.abs(number) < 1e15
                    ? Long.toString((long) number) : Double.toString(number);
        }
    }

    /** True or false, also said as yes, no, 1, 0, pass and fail. */
    record Bool() implements ScoreShape {
        private static final List<String> TRUE = List.of("true", "yes", "1", "1.0", "pass", "passed");
        private static final List<String> FALSE = List.of("false", "no", "0", "0.0", "fail", "failed");

        @Override
        public ScoreDataType type() {
            return ScoreDataType.BOOLEAN;
        }

        @Override
        public String instruction() {
            return "true or false";
        }

        @Override
        public JsonSchemaElement schema() {
            return JsonBooleanSchema.builder().build();
        }

        @Override
        public Optional<ScoreValue> read(String text) {
            String word = text.strip().toLowerCase(Locale.ROOT);
            return TRUE.contains(word) ? Optional.of(ScoreValue.bool(true))
                    : FALSE.contains(word) ? Optional.of(ScoreValue.bool(false)) : Optional.empty();
        }
    }

    /** One of a list, whatever its capitals. */
    record Categorical(List<String> categories) implements ScoreShape {
        public Categorical {
            categories = List.copyOf(categories);
        }

        @Override
        public ScoreDataType type() {
            return ScoreDataType.CATEGORICAL;
        }

        @Override
        public String instruction() {
            return "one of \"" + String.join("\", \"", categories) + "\"";
        }

        @Override
        public JsonSchemaElement schema() {
            return JsonEnumSchema.builder().enumValues(categories).build();
        }

        @Override
        public Optional<ScoreValue> read(String text) {
            return categories.stream().filter(category -> category.equalsIgnoreCase(text.strip())).findFirst()
                    .map(ScoreValue::category);
        }
    }

    /** Words. */
    record Text() implements ScoreShape {
        /** Longer ones are cut: a score is shown in lists. */
        private static final int CHARACTERS_MAX = 2_000;

        @Override
        public ScoreDataType type() {
            return ScoreDataType.TEXT;
        }

        @Override
        public String instruction() {
            return "a short text";
        }

        @Override
        public JsonSchemaElement schema() {
            return JsonStringSchema.builder().build();
        }

        @Override
        public Optional<ScoreValue> read(String text) {
            String stripped = text.strip();
            return stripped.isEmpty() ? Optional.empty() : Optional.of(ScoreValue.text(
                    stripped.substring(0, Math.min(stripped.length(), CHARACTERS_MAX))));
        }
    }
}
