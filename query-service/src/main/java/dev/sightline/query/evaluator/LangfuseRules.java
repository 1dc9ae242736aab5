package dev.sightline.query.evaluator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.query.filter.FilterPrinter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Evaluation rules in the shape of Langfuse's public API, version 2, where a filter says all that a rule chooses by. What
 * there is no column for there has two columns of ours, {@code target} and {@code query}, so that every rule can be read
 * and sent back. Conditions other than on type and name of observations are those of the trace.
 */
final class LangfuseRules {
    /** Columns that are fields of the query language. */
    private static final Map<String, String> FIELDS = Map.of("environment", "environment", "traceName", "trace_name",
            "userId", "user", "sessionId", "session", "version", "version", "release", "release", "tags", "tag",
            "level", "level", "providedModelName", "model", "datasetId", "dataset");

    private LangfuseRules() {
    }

    /** One condition; all have to hold. */
    @Schema(name = "LangfuseRuleFilter")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Filter(String type, String column, String key, String operator,
            @Schema(implementation = Object.class) JsonNode value) {
    }

    /** An evaluator of a rule. A mapping of its own is not kept: it is the evaluator's. */
    @Schema(name = "LangfuseEvaluatorAssignment")
    record Assignment(String evaluatorId, List<LangfuseEvaluators.Mapping> variableMapping) {
    }

    /** A rule. */
    @Schema(name = "LangfuseEvaluationRule")
    record RuleJson(String id, String name, Object createdBy, boolean enabled, double sampling, List<Filter> filter,
            List<Assignment> evaluatorAssignments, Instant createdAt, Instant updatedAt) {
        static RuleJson of(Rule rule) {
            return new RuleJson(rule.getId(), rule.getName(), null, !rule.hasEnabled() || rule.getEnabled(),
                    rule.hasSampling() ? rule.getSampling() : 1, filters(rule),
                    rule.getEvaluatorIdsList().stream().map(id -> new Assignment(id, null)).toList(),
                    LangfuseEvaluators.time(rule.getCreatedAt()), LangfuseEvaluators.time(rule.getUpdatedAt()));
        }
    }

    /** A page of rules. */
    @Schema(name = "LangfuseEvaluationRulePage")
    record RulePage(List<RuleJson> data, LangfuseEvaluators.Cursor meta) {
    }

    /** What a client writes. */
    @Schema(name = "LangfuseEvaluationRuleWrite")
    record RuleWrite(String name, Boolean enabled, Double sampling, List<Filter> filter,
            List<Assignment> evaluatorAssignments) {
    }

    static List<String> evaluatorIds(List<Assignment> assignments) {
        for (int i = 0; i < assignments.size(); i++) {
            if (assignments.get(i).variableMapping != null) {
                throw ServiceException.invalid("evaluatorAssignments[" + i + "].variableMapping",
                        "must be null: the mapping is the evaluator's own, PATCH it there");
            }
        }
        return assignments.stream().map(one -> one.evaluatorId == null ? "" : one.evaluatorId).toList();
    }

    /** What the filter chooses: target, types and names of observations, query. */
    static Rule choice(List<Filter> filters) {
        String target = "observation";
        List<String> types = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> terms = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            Filter filter = filters.get(i);
            String condition = filter.type + " " + filter.column + " " + filter.operator;
            switch (condition) {
                case "string target =" -> target = text(filter, i);
                case "string query =" -> terms.add(filters.size() == 1 ? text(filter, i) : "(" + text(filter, i) + ")");
                case "boolean isExperimentItemRootSpan =" -> {
                    requireTrue(filter, i);
                    target = "dataset_run_item";
                }
                case "boolean isRootObservation =" -> {
                    requireTrue(filter, i);
                    target = "trace";
                }
                case "null parentObservationId is null" -> target = "trace";
                case "stringOptions type any of" -> types.addAll(texts(filter, i).stream()
                        .map(type -> type.toLowerCase(Locale.ROOT)).toList());
                case "stringOptions name any of" -> names.addAll(texts(filter, i));
                default -> terms.add(term(filter, i));
            }
        }
        boolean observations = target.equals("observation");
        if (!observations && !types.isEmpty()) {
            terms.add("type:" + list(types));
        }
        if (!observations && !names.isEmpty()) {
            terms.add("observation_name:" + list(names));
        }
        return Rule.newBuilder().setTarget(target).addAllObservationTypes(observations ? types : List.of())
                .addAllObservationNames(observations ? names : List.of()).setQuery(String.join(" ", terms)).build();
    }

    private static String term(Filter filter, int place) {
        boolean metadata = "stringObject".equals(filter.type) && "metadata".equals(filter.column) && filter.key != null;
        String field = metadata ? "metadata." + FilterPrinter.quote(filter.key) : FIELDS.get(String.valueOf(filter.column));
        if (field == null) {
            throw ServiceException.invalid("filter[" + place + "].column", "is not one that rules choose by: type, name, "
                    + "isExperimentItemRootSpan, isRootObservation, parentObservationId, metadata with a key, "
                    + FIELDS.keySet().stream().sorted().collect(Collectors.joining(", ")) + ", target, query");
        }
        return switch (filter.type + " " + filter.operator) {
            case "string =", "stringObject =" -> field + ":" + FilterPrinter.quote(text(filter, place));
            case "stringOptions any of", "arrayOptions any of" -> field + ":" + list(texts(filter, place));
            case "stringOptions none of", "arrayOptions none of" -> "-" + field + ":" + list(texts(filter, place));
            case "arrayOptions all of" -> texts(filter, place).stream().map(value -> field + ":" + FilterPrinter.quote(value))
                    .collect(Collectors.joining(" "));
            default -> throw ServiceException.invalid("filter[" + place + "].operator",
                    "must be = of a string, any of, none of, or all of");
        };
    }

    private static List<Filter> filters(Rule rule) {
        List<Filter> filters = new ArrayList<>();
        JsonNodeFactory json = JsonNodeFactory.instance;
        switch (rule.getTarget()) {
            case "observation" -> {
            }
            case "trace" -> filters.add(new Filter("null", "parentObservationId", null, "is null", json.textNode("")));
            case "dataset_run_item" ->
                    filters.add(new Filter("boolean", "isExperimentItemRootSpan", null, "=", json.booleanNode(true)));
            default -> filters.add(new Filter("string", "target", null, "=", json.textNode(rule.getTarget())));
        }
        if (rule.getObservationTypesCount() > 0) {
            filters.add(new Filter("stringOptions", "type", null, "any of", array(rule.getObservationTypesList().stream()
                    .map(type -> type.toUpperCase(Locale.ROOT)).toList())));
        }
        if (rule.getObservationNamesCount() > 0) {
            filters.add(new Filter("stringOptions", "name", null, "any of", array(rule.getObservationNamesList())));
        }
        if (!rule.getQuery().isBlank()) {
            filters.add(new Filter("string", "query", null, "=", json.textNode(rule.getQuery())));
        }
        return filters;
    }

    private static JsonNode array(List<String> texts) {
        var array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    private static String text(Filter filter, int place) {
        if (filter.value == null || !filter.value.isTextual()) {
            throw ServiceException.invalid("filter[" + place + "].value", "must be a text");
        }
        return filter.value.textValue();
    }

    private static List<String> texts(Filter filter, int place) {
        List<String> texts = new ArrayList<>();
        if (filter.value != null && filter.value.isArray()) {
            filter.value.forEach(value -> texts.add(value.asText()));
        }
        if (texts.isEmpty()) {
            throw ServiceException.invalid("filter[" + place + "].value", "must be a list of texts");
        }
        return texts;
    }

    private static void requireTrue(Filter filter, int place) {
        if (filter.value == null || !filter.value.isBoolean() || !filter.value.booleanValue()) {
            throw ServiceException.invalid("filter[" + place + "].value", "must be true");
        }
    }

    private static String list(List<String> values) {
        return values.stream().map(FilterPrinter::quote).collect(Collectors.joining(",", "(", ")"));
    }
}
