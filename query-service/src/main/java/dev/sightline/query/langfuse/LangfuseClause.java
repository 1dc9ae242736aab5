package dev.sightline.query.langfuse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One condition on a column, as the {@code filter} of Langfuse's lists has it or as one of the simple parameters means
 * it. What it asks for is read through the methods, which throw INVALID_ARGUMENT: the error names the place in the
 * filter, or the parameter, and the column.
 *
 * @param place {@code filter[2]}, or the name of a simple parameter
 * @param key   empty where the column has no keys
 */
record LangfuseClause(String place, String column, String type, String operator, String key, JsonNode value) {
    private static final int VALUES_MAX = 500;
    private static final int CHARS_MAX = 10_000;
    private static final Set<String> COMPARISONS = Set.of("=", "<>", "!=", ">", "<", ">=", "<=");

    static LangfuseClause simple(String parameter, String column, String type, String operator, Object value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        JsonNode node = switch (value) {
            case List<?> texts -> texts.stream().map(String::valueOf)
                    .collect(json::arrayNode, (array, text) -> array.add(text), (a, b) -> a.addAll(b));
            case Boolean flag -> json.booleanNode(flag);
            case Double number -> json.numberNode(number);
            default -> json.textNode(value.toString());
        };
        return new LangfuseClause(parameter, column, type, operator, "", node);
    }

    String path(String part) {
        return place.startsWith("filter") ? place + "." + part : place;
    }

    String text() {
        if (!value.isTextual()) {
            throw wrong("value", "must be a text");
        }
        return shortEnough(value.textValue());
    }

    /** A text that is looked for in another: an empty one is in all of them. */
    String needle() {
        if (text().isEmpty()) {
            throw wrong("value", "is empty, which every text contains");
        }
        return text();
    }

    List<String> texts() {
        if (!value.isArray() || value.isEmpty() || value.size() > VALUES_MAX) {
            throw wrong("value", "must be a list of 1 to " + VALUES_MAX + " texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : value) {
            if (!each.isTextual()) {
                throw wrong("value", "must be a list of texts");
            }
            texts.add(shortEnough(each.textValue()));
        }
        return texts;
    }

    double number() {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong("value", "must be a number");
        }
        return value.doubleValue();
    }

    Instant time() {
        try {
            Instant time = Parameters.time(path("value"), text()).orElseThrow(() -> wrong("value", "is missing"));
            TraceFilter.requireKnown(path("value"), time);
            return time;
        } catch (ServiceException e) {
            throw wrong("value", e.getMessage());
        }
    }

    boolean flag() {
        if (!value.isBoolean()) {
            throw wrong("value", "must be true or false");
        }
        return value.booleanValue();
    }

    /** The operator as SQL, one of those that compare numbers and times. */
    String comparison() {
        if (!COMPARISONS.contains(operator)) {
            throw operatorIsNoneOf("=", "<>", ">", "<", ">=", "<=");
        }
        return operator;
    }

    String requiredKey() {
        if (key.isEmpty()) {
            throw wrong("key", "is missing");
        }
        return shortEnough(key);
    }

    ServiceException typeIsNoneOf(String... types) {
        return wrong("type", "'" + type + "' does not fit this column; use " + String.join(", ", types));
    }

    ServiceException operatorIsNoneOf(String... operators) {
        return wrong("operator", "'" + operator + "' is not known for type " + type + "; use "
                + String.join(", ", operators));
    }

    ServiceException wrong(String part, String problem) {
        return ServiceException.invalid(path(part), "(column " + column + ") " + problem);
    }

    private String shortEnough(String text) {
        if (text.length() > CHARS_MAX) {
            throw wrong("value", "has more than " + CHARS_MAX + " characters");
        }
        return text;
    }
}
