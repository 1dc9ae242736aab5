package dev.sightline.evaluator.catalog;

import dev.sightline.base.error.ServiceException;
import dev.sightline.evaluator.judge.TemplatePrompt;
import dev.sightline.evaluator.material.Material;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether what a caller wrote can be kept. Each error names the field by its path and says how to mend it. */
final class Checks {
    static final Set<String> TARGETS = new TreeSet<>(List.of("trace", "observation", "session", "trajectory",
            "dataset_run_item"));
    private static final Set<String> SCORE_TYPES = new TreeSet<>(List.of("numeric", "boolean", "categorical", "text"));
    private static final Set<String> OBJECTS = new TreeSet<>(List.of("trace", "observation", "session"));
    private static final Set<String> TYPES = Arrays.stream(ObservationType.values())
            .filter(type -> type != ObservationType.UNRECOGNIZED
                    && type != ObservationType.OBSERVATION_TYPE_UNSPECIFIED)
            .map(type -> type.name().toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(TreeSet::new));
    private static final int NAME_MAX = 100;
    private static final int TEXT_MAX = 2_000;
    private static final int PROMPT_MAX = 50_000;
    private static final int QUERY_MAX = 5_000;
    private static final int LIST_MAX = 50;
    private static final int DELAY_SECONDS_MAX = 7 * 24 * 3600;

    private Checks() {
    }

    static void require(boolean holds, String field, String problem) {
        if (!holds) {
            throw ServiceException.invalid(field, problem);
        }
    }

    static void name(String name) {
        require(!name.isBlank() && name.length() <= NAME_MAX && name.equals(name.strip())
                && name.chars().noneMatch(Character::isISOControl), "name", "must have 1 to " + NAME_MAX + " characters");
    }

    static void description(String description) {
        require(description.length() <= TEXT_MAX, "description", "has more than " + TEXT_MAX + " characters");
    }

    /** With its variables set and defaults filled in. */
    static Template template(Template given) {
        name(given.getName());
        require(!given.getName().startsWith(ShippedTemplates.PREFIX), "name",
                "names that begin with '" + ShippedTemplates.PREFIX + "' are shipped; copy it under another name");
        description(given.getDescription());
        require(!given.getPrompt().isBlank() && given.getPrompt().length() <= PROMPT_MAX, "prompt",
                "must have 1 to " + PROMPT_MAX + " characters");
        List<String> variables = TemplatePrompt.variables(given.getPrompt());
        require(!variables.isEmpty(), "prompt", "has no {{variable}}, so there is nothing to judge");
        require(variables.size() <= LIST_MAX, "prompt", "has more than " + LIST_MAX + " variables");
        Template.Builder kept = given.toBuilder().clearVariables().addAllVariables(variables).clearCopyOf()
                .setShipped(false).setTarget(given.getTarget().isEmpty() ? "trace" : given.getTarget())
                .setScoreType(given.getScoreType().isEmpty() ? "numeric" : given.getScoreType());
        require(TARGETS.contains(kept.getTarget()), "target", "must be one of " + String.join(", ", TARGETS));
        require(SCORE_TYPES.contains(kept.getScoreType()), "score_type",
                "must be one of " + String.join(", ", SCORE_TYPES));
        if (kept.getScoreType().equals("numeric")) {
            kept.setScoreMin(given.getScoreMin()).setScoreMax(given.hasScoreMax() ? given.getScoreMax() : 1);
            require(Double.isFinite(kept.getScoreMin()) && Double.isFinite(kept.getScoreMax())
                    && kept.getScoreMin() < kept.getScoreMax(), "score_max", "must be more than score_min");
        }
        if (kept.getScoreType().equals("categorical")) {
            require(given.getCategoriesCount() >= 2 && given.getCategoriesCount() <= LIST_MAX
                    && given.getCategoriesList().stream().allMatch(c -> !c.isBlank() && c.length() <= NAME_MAX)
                    && new HashSet<>(given.getCategoriesList()).size() == given.getCategoriesCount(), "categories",
                    "must be 2 to " + LIST_MAX + " different names");
        }
        mappings("mapping", given.getMappingList());
        return kept.build();
    }

    static void mappings(String path, List<VariableMapping> mappings) {
        require(mappings.size() <= LIST_MAX, path, "has more than " + LIST_MAX + " entries");
        for (int i = 0; i < mappings.size(); i++) {
            VariableMapping mapping = mappings.get(i);
            String field = path + "[" + i + "]";
            require(mapping.getVariable().matches("[A-Za-z_][A-Za-z0-9_]{0,63}"), field + ".variable",
                    "must be a name of letters, digits and underscores");
            require(OBJECTS.contains(mapping.getObject()), field + ".object",
                    "must be one of " + String.join(", ", OBJECTS));
            Set<String> fields = switch (mapping.getObject()) {
                case "session" -> Material.SESSION_FIELDS;
                case "observation" -> Material.OBSERVATION_FIELDS;
                default -> Material.TRACE_FIELDS;
            };
            require(fields.contains(mapping.getField()), field + ".field",
                    "must be one of " + String.join(", ", new TreeSet<>(fields)));
            require(mapping.getJsonPath().isEmpty() || (mapping.getJsonPath().length() <= TEXT_MAX
                    && Material.isJsonPath(mapping.getJsonPath())), field + ".json_path",
                    "is no JSONPath that is allowed here (=~ is not)");
            require(mapping.getObservationType().isEmpty() || TYPES.contains(mapping.getObservationType()),
                    field + ".observation_type", "must be one of " + String.join(", ", TYPES));
        }
    }

    /** With defaults filled in and what the server says cleared. */
    static Rule rule(Rule given) {
        name(given.getName());
        description(given.getDescription());
        Rule.Builder kept = given.toBuilder().clearActivity()
                .setTarget(given.getTarget().isEmpty() ? "trace" : given.getTarget())
                .setSampling(given.hasSampling() ? given.getSampling() : 1)
                .setEnabled(!given.hasEnabled() || given.getEnabled());
        require(TARGETS.contains(kept.getTarget()), "target", "must be one of " + String.join(", ", TARGETS));
        require(given.getQuery().length() <= QUERY_MAX, "query", "has more than " + QUERY_MAX + " characters");
        require(given.getEvaluatorIdsCount() <= LIST_MAX, "evaluator_ids", "has more than " + LIST_MAX + " entries");
        require(kept.getSampling() > 0 && kept.getSampling() <= 1, "sampling", "must be more than 0 and at most 1");
        require(given.getDelaySeconds() >= 0 && given.getDelaySeconds() <= DELAY_SECONDS_MAX, "delay_seconds",
                "must be 0 to " + DELAY_SECONDS_MAX);
        require(given.getBudgetPerDay() >= 0, "budget_per_day", "is too large");
        require(given.getConcurrency() >= 0 && given.getConcurrency() <= 1_000, "concurrency", "must be 0 to 1000");
        boolean observations = kept.getTarget().equals("observation");
        require(observations || given.getObservationTypesCount() + given.getObservationNamesCount() == 0,
                "observation_types", "is only for target observation");
        require(TYPES.containsAll(given.getObservationTypesList()), "observation_types",
                "must be some of " + String.join(", ", TYPES));
        require(given.getObservationNamesCount() <= LIST_MAX && given.getObservationNamesList().stream()
                .allMatch(name -> name.length() <= TEXT_MAX), "observation_names", "has too much");
        return kept.build();
    }
}
