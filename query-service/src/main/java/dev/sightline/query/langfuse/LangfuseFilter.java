package dev.sightline.query.langfuse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.Parameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a list of Langfuse's API is to hold: the conditions of its JSON {@code filter} and those that its simple
 * parameters mean. A column that the filter names is the filter's alone; the simple parameter for it does not count.
 * All conditions hold together. One translator for all lists: they differ in their {@link LangfuseColumns} only.
 */
final class LangfuseFilter {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final int CLAUSES_MAX = 100;
    private static final int CHARS_MAX = 100_000;
    private static final Set<String> WITHOUT_VALUE = Set.of("is null", "is not null", "is set", "is not set");

    private final Map<String, LangfuseColumn> columns;
    private final List<LangfuseClause> clauses;

    private LangfuseFilter(Map<String, LangfuseColumn> columns, List<LangfuseClause> clauses) {
        this.columns = columns;
        this.clauses = clauses;
    }

    /** Throws INVALID_ARGUMENT that names the place in {@code filter} and the column. */
    static LangfuseFilter of(Map<String, LangfuseColumn> columns, String filter, Simple simple) {
        List<LangfuseClause> clauses = parse(filter);
        for (LangfuseClause clause : clauses) {
            if (!columns.containsKey(clause.column())) {
                throw ServiceException.invalid(clause.path("column"), "'" + clause.column()
                        + "' can't be filtered by here; the columns are " + String.join(", ", columns.keySet()));
            }
        }
        Set<String> named = clauses.stream().map(LangfuseClause::column).collect(Collectors.toSet());
        simple.clauses.stream().filter(clause -> !named.contains(clause.column())).forEach(clauses::add);
        return new LangfuseFilter(columns, clauses);
    }

    /** Adds all conditions to the query, whose rows are those that the columns are about. */
    ProjectQuery addTo(ProjectQuery query, ProjectScope scope) {
        clauses.forEach(clause -> columns.get(clause.column()).add(query, scope, clause));
        return query;
    }

    /** From when on rows can match, as far as a condition on the column of times says so. */
    Optional<Instant> from(String column) {
        return bound(column, Set.of(">", ">=", "="));
    }

    /** Up to when, inclusive. */
    Optional<Instant> until(String column) {
        return bound(column, Set.of("<", "<=", "="));
    }

    /** Whether every condition is on one of these columns; also where there is none. */
    boolean isOnlyOn(Set<String> columns) {
        return clauses.stream().allMatch(clause -> columns.contains(clause.column()));
    }

    /** The one text that the column has to be, where a condition says so. */
    Optional<String> equalTo(String column) {
        return clauses.stream().filter(clause -> clause.column().equals(column) && clause.type().equals("string")
                && clause.operator().equals("=")).map(LangfuseClause::text).filter(text -> !text.isEmpty()).findFirst();
    }

    private Optional<Instant> bound(String column, Set<String> operators) {
        return clauses.stream().filter(clause -> clause.column().equals(column) && clause.type().equals("datetime")
                && operators.contains(clause.operator())).findFirst().map(LangfuseClause::time);
    }

    private static List<LangfuseClause> parse(String filter) {
        List<LangfuseClause> clauses = new ArrayList<>();
        if (Parameters.text(filter).isEmpty()) {
            return clauses;
        }
        if (filter.length() > CHARS_MAX) {
            throw ServiceException.invalid("filter", "has more than " + CHARS_MAX + " characters");
        }
        JsonNode array;
        try {
            array = JSON.readTree(filter);
        } catch (JsonProcessingException e) {
            throw ServiceException.invalid("filter", "is not JSON");
        }
        if (!array.isArray() || array.size() > CLAUSES_MAX) {
            throw ServiceException.invalid("filter", "must be a JSON list of at most " + CLAUSES_MAX + " conditions");
        }
        for (JsonNode node : array) {
            clauses.add(clause("filter[" + clauses.size() + "]", node));
        }
        return clauses;
    }

    private static LangfuseClause clause(String place, JsonNode node) {
        if (!node.isObject()) {
            throw ServiceException.invalid(place, "must be an object with type, column, operator and value");
        }
        String operator = required(place, node, "operator");
        JsonNode value = node.path("value");
        if (value.isMissingNode() && !WITHOUT_VALUE.contains(operator)) {
            throw ServiceException.invalid(place + ".value", "is missing");
        }
        return new LangfuseClause(place, required(place, node, "column"), required(place, node, "type"), operator,
                node.path("key").asText(""), value);
    }

    private static String required(String place, JsonNode node, String name) {
        JsonNode text = node.path(name);
        if (!text.isTextual() || text.textValue().isEmpty()) {
            throw ServiceException.invalid(place + "." + name, "is missing");
        }
        return text.textValue();
    }

    /** The simple parameters of a list, as conditions. A parameter that was not given adds none. */
    static final class Simple {
        private final List<LangfuseClause> clauses = new ArrayList<>();

        /** The parameter's text is the column's. */
        Simple equal(String parameter, String column, String value) {
            Parameters.text(value).ifPresent(text -> add(parameter, column, "string", "=", text));
            return this;
        }

        /** One of these, as a parameter that is given several times; no empty ones. */
        Simple anyOf(String parameter, String column, List<String> values) {
            return options(parameter, column, "stringOptions", "any of", values);
        }

        /** One of these, as a comma list. */
        Simple anyOf(String parameter, String column, String commaList) {
            return anyOf(parameter, column, Parameters.text(commaList)
                    .map(list -> List.of(list.split("\\s*,\\s*"))).orElse(List.of()));
        }

        /** All of these. */
        Simple allOf(String parameter, String column, List<String> values) {
            return options(parameter, column, "arrayOptions", "all of", values);
        }

        /** At or after, or before. */
        Simple time(String parameter, String column, String operator, String value) {
            Parameters.text(value).ifPresent(text -> add(parameter, column, "datetime", operator, text));
            return this;
        }

        Simple number(String parameter, String column, String operator, String value) {
            Parameters.text(value).ifPresent(text -> {
                try {
                    add(parameter, column, "number", operator, Double.valueOf(text.strip()));
                } catch (NumberFormatException e) {
                    throw ServiceException.invalid(parameter, "must be a number");
                }
            });
            return this;
        }

        Simple flag(String parameter, String column, String value) {
            Parameters.text(value).ifPresent(text -> add(parameter, column, "boolean", "=",
                    LangfuseParameters.flag(parameter, text)));
            return this;
        }

        Simple absent(String parameter, String column) {
            return add(parameter, column, "null", "is null", "");
        }

        private Simple options(String parameter, String column, String type, String operator, List<String> values) {
            List<String> given = values.stream().filter(value -> !value.isBlank()).toList();
            return given.isEmpty() ? this : add(parameter, column, type, operator, given);
        }

        private Simple add(String parameter, String column, String type, String operator, Object value) {
            clauses.add(LangfuseClause.simple(parameter, column, type, operator, value));
            return this;
        }
    }
}
