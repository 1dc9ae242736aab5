package dev.sightline.query.evaluator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Timestamp;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Judge;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Evaluators in the shape of Langfuse's public API, version 2. One of its evaluators is a judge of ours with the template
 * that its prompt becomes; scorers have no shape there. A text that cannot be kept is refused by the name of its field.
 */
final class LangfuseEvaluators {
    static final String TYPE = "llm_as_judge";
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 100;
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*}}");
    /** Where a variable comes from, by Langfuse's word for it. */
    private static final Map<String, VariableMapping> SOURCES = Map.of("input", of("observation", "input"),
            "output", of("observation", "output"), "metadata", of("observation", "metadata"),
            "expected_output", of("trace", "expected_output"), "tool_calls", of("trace", "tool_calls"));

    private LangfuseEvaluators() {
    }

    private static VariableMapping of(String object, String field) {
        return VariableMapping.newBuilder().setObject(object).setField(field).build();
    }

    /** A message of a prompt; there is exactly one, of role user. */
    @Schema(name = "LangfuseEvaluatorMessage")
    record Message(String role, String content) {
    }

    /** Which model is asked: of which LLM connection. */
    @Schema(name = "LangfuseEvaluatorModel")
    record Model(String provider, String model) {
    }

    /** Where a variable comes from; the source is null for what Langfuse has no word for. */
    @Schema(name = "LangfuseVariableMapping")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Mapping(String variable, @JsonInclude(JsonInclude.Include.ALWAYS) String source, String jsonPath) {
    }

    /** What the score looks like. */
    @Schema(name = "LangfuseOutputDefinition")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Output(String dataType, Double minValue, Double maxValue, List<String> categories,
            Boolean shouldAllowMultipleMatches, String scoreReasoningInstructions, String scoreValueInstructions) {
    }

    /** A rule that an evaluator belongs to. */
    @Schema(name = "LangfuseRuleAssignment")
    record RuleAssignment(String evaluationRuleId) {
    }

    /** An evaluator with its latest version. */
    @Schema(name = "LangfuseEvaluator")
    record EvaluatorJson(String id, String name, String description, Object createdBy, String status, Instant pausedAt,
            String pausedReason, String pausedMessage, List<RuleAssignment> evaluationRuleAssignments, Instant createdAt,
            Instant updatedAt, String versionId, long version, Instant versionCreatedAt, Object versionCreatedBy,
            String type, List<Message> prompt, List<String> variables, List<Mapping> variableMapping, Model modelConfig,
            Output outputDefinition) {
        static EvaluatorJson of(Evaluator evaluator, Template template, List<Rule> rules) {
            boolean paused = evaluator.getState().equals("paused");
            Judge judge = evaluator.getJudge();
            return new EvaluatorJson(evaluator.getId(), evaluator.getName(), orNull(evaluator.getDescription()), null,
                    evaluator.getState(), null, paused ? "paused" : null, orNull(evaluator.getPausedReason()),
                    rules.stream().filter(rule -> rule.getEvaluatorIdsList().contains(evaluator.getId()))
                            .map(rule -> new RuleAssignment(rule.getId())).toList(),
                    time(evaluator.getCreatedAt()), time(evaluator.getUpdatedAt()),
                    evaluator.getId() + ":" + evaluator.getVersion(), Integer.toUnsignedLong(evaluator.getVersion()),
                    time(evaluator.getUpdatedAt()), null, TYPE, List.of(new Message("user", template.getPrompt())),
                    template.getVariablesList(), mappings(judge, template),
                    new Model(judge.getConnection(), orNull(judge.getModel())), output(template));
        }
    }

    /** A page of evaluators. */
    @Schema(name = "LangfuseEvaluatorPage")
    record EvaluatorPage(List<EvaluatorJson> data, Cursor meta) {
    }

    /** Where the next page begins; left out on the last one. */
    @Schema(name = "LangfuseNextPage")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Cursor(String cursor) {
    }

    /** What is gone. */
    @Schema(name = "LangfuseDeleted")
    record Deleted(String id) {
    }

    /** What a client writes; a PATCH without a prompt changes name and description only. */
    @Schema(name = "LangfuseEvaluatorWrite")
    record EvaluatorWrite(String name, String description, String type,
            @Schema(implementation = Object.class) JsonNode prompt, Model modelConfig, List<Mapping> variableMapping,
            Output outputDefinition) {
        /** Prompts are the project's own: never in a log by way of toString. */
        @Override
        public String toString() {
            return "EvaluatorWrite[" + name + "]";
        }
    }

    /** The template that a prompt becomes, under the evaluator's name. */
    static Template template(String name, EvaluatorWrite asked) {
        if (asked.type != null && !asked.type.equals(TYPE)) {
            throw ServiceException.invalid("type", "must be " + TYPE + "; code is not run here, "
                    + "/api/v1/evaluators has scorers instead");
        }
        if (asked.outputDefinition == null || asked.outputDefinition.dataType == null) {
            throw ServiceException.invalid("outputDefinition", "is missing");
        }
        Output output = asked.outputDefinition;
        Template.Builder template = Template.newBuilder().setName(name).setTarget("observation")
                .setPrompt(prompt(asked.prompt) + instructions("Score", output.scoreValueInstructions)
                        + instructions("Reasoning", output.scoreReasoningInstructions));
        switch (output.dataType) {
            case "NUMERIC" -> template.setScoreType("numeric").setScoreMin(output.minValue == null ? 0 : output.minValue)
                    .setScoreMax(output.maxValue == null ? 1 : output.maxValue);
            case "BOOLEAN" -> template.setScoreType("boolean");
            case "CATEGORICAL" -> template.setScoreType("categorical")
                    .addAllCategories(output.categories == null ? List.of() : output.categories);
            default -> throw ServiceException.invalid("outputDefinition.dataType",
                    "must be NUMERIC, BOOLEAN or CATEGORICAL");
        }
        if (Boolean.TRUE.equals(output.shouldAllowMultipleMatches)) {
            throw ServiceException.invalid("outputDefinition.shouldAllowMultipleMatches",
                    "must be false: a score has one category");
        }
        return template.addAllMapping(mappings(template.getPrompt(), asked.variableMapping)).build();
    }

    private static String prompt(JsonNode prompt) {
        if (prompt != null && prompt.isTextual()) {
            return prompt.textValue();
        }
        if (prompt != null && prompt.isArray() && prompt.size() == 1 && prompt.get(0).path("role").asText().equals("user")
                && prompt.get(0).path("content").isTextual()) {
            return prompt.get(0).path("content").textValue();
        }
        throw ServiceException.invalid("prompt", "must be a text, or a list of one message of role user");
    }

    private static String instructions(String what, String text) {
        return text == null || text.isBlank() ? "" : "\n\n" + what + ": " + text;
    }

    /** What is given; a variable that is not mapped and bears the name of a source comes from there. */
    private static List<VariableMapping> mappings(String prompt, List<Mapping> given) {
        List<VariableMapping> all = new ArrayList<>();
        List<Mapping> mappings = given == null ? List.of() : given;
        for (int i = 0; i < mappings.size(); i++) {
            Mapping mapping = mappings.get(i);
            VariableMapping source = SOURCES.get(String.valueOf(mapping.source));
            if (source == null) {
                throw ServiceException.invalid("variableMapping[" + i + "].source",
                        "must be input, output, metadata, tool_calls or expected_output");
            }
            all.add(source.toBuilder().setVariable(mapping.variable == null ? "" : mapping.variable)
                    .setJsonPath(mapping.jsonPath == null ? "" : mapping.jsonPath).build());
        }
        Matcher found = VARIABLE.matcher(prompt);
        while (found.find()) {
            String variable = found.group(1);
            if (all.stream().noneMatch(mapping -> mapping.getVariable().equals(variable))) {
                if (!SOURCES.containsKey(variable)) {
                    throw ServiceException.invalid("variableMapping", "does not say where " + variable + " comes from");
                }
                all.add(SOURCES.get(variable).toBuilder().setVariable(variable).build());
            }
        }
        return all;
    }

    private static List<Mapping> mappings(Judge judge, Template template) {
        List<Mapping> all = new ArrayList<>();
        for (String variable : template.getVariablesList()) {
            Optional<VariableMapping> mapping = judge.getMappingList().stream()
                    .filter(m -> m.getVariable().equals(variable)).findFirst().or(() -> template.getMappingList().stream()
                            .filter(m -> m.getVariable().equals(variable)).findFirst());
            String source = mapping.flatMap(found -> SOURCES.entrySet().stream().filter(known -> known.getValue()
                    .equals(of(found.getObject(), found.getField())) && found.getObservationName().isEmpty()
                    && found.getObservationType().isEmpty()).map(Map.Entry::getKey).findFirst()).orElse(null);
            all.add(new Mapping(variable, source, mapping.map(m -> orNull(m.getJsonPath())).orElse(null)));
        }
        return all;
    }

    private static Output output(Template template) {
        return switch (template.getScoreType()) {
            case "boolean" -> new Output("BOOLEAN", null, null, null, null, null, null);
            case "categorical" -> new Output("CATEGORICAL", null, null, template.getCategoriesList(), false, null, null);
            // Langfuse has no judge whose score is a text.
            case "text" -> new Output("CATEGORICAL", null, null, List.of(), false, null, null);
            default -> new Output("NUMERIC", template.getScoreMin(), template.hasScoreMax() ? template.getScoreMax() : 1,
                    null, null, null, null);
        };
    }

    /** A page of a list that is here as a whole, and where the next begins. */
    record Page<T>(List<T> entries, Cursor next) {
        static <T> Page<T> of(List<T> all, String limit, String cursor) {
            int count = limit == null ? LIMIT_DEFAULT : number("limit", limit, 1, LIMIT_MAX);
            int from = cursor == null ? 0 : number("cursor", decoded(cursor), 0, Integer.MAX_VALUE - LIMIT_MAX);
            int to = Math.min(all.size(), from + count);
            return new Page<>(from >= to ? List.of() : all.subList(from, to), new Cursor(to < all.size()
                    ? Base64.getUrlEncoder().withoutPadding().encodeToString(Integer.toString(to).getBytes()) : null));
        }

        private static String decoded(String cursor) {
            try {
                return new String(Base64.getUrlDecoder().decode(cursor));
            } catch (IllegalArgumentException e) {
                return "";
            }
        }

        private static int number(String field, String text, int min, int max) {
            if (text.matches("\\d{1,9}") && Integer.parseInt(text) >= min && Integer.parseInt(text) <= max) {
                return Integer.parseInt(text);
            }
            throw ServiceException.invalid(field, field.equals("limit") ? "must be " + min + " to " + max
                    : "is not the meta.cursor of an earlier page; leave it out to begin");
        }
    }

    static Instant time(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
