package dev.sightline.query.score;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.control.ControlData;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The score configs of projects, in PostgreSQL. Small: lists are read whole. Thread-safe, blocking. */
@Singleton
public class ScoreConfigs {
    private static final TypeReference<List<Category>> CATEGORIES = new TypeReference<>() { };
    private static final List<Category> BOOLEAN = List.of(new Category(1.0, "True"), new Category(0.0, "False"));
    private static final Set<String> DATA_TYPES = Set.of("NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT");
    private static final int CONFIGS_MAX = 1_000;
    private static final int CATEGORIES_MAX = 200;
    private static final int NAME_CHARS_MAX = 200;
    private static final int DESCRIPTION_CHARS_MAX = 10_000;

    private final ControlData control;
    private final ObjectMapper json;

    ScoreConfigs(ControlData control, ObjectMapper json) {
        this.control = control;
        this.json = json;
    }

    /** A category and the number it counts as. */
    public record Category(Double value, String label) {
    }

    /** What a config is to say; in a change, null is what it says already. */
    public record Change(String name, String dataType, Boolean isArchived, Double minValue, Double maxValue,
            List<Category> categories, String description) {
    }

    /** Newest first. */
    public List<ScoreConfig> list(ProjectScope scope) {
        return control.read(() -> ScoreConfig.<ScoreConfig>list("projectId = ?1 order by createdAt desc, id",
                scope.projectId()));
    }

    public Optional<ScoreConfig> get(ProjectScope scope, String id) {
        return Optional.ofNullable(control.read(() -> ScoreConfig.<ScoreConfig>find("id = ?1 and projectId = ?2", id,
                scope.projectId()).firstResult()));
    }

    /** Throws INVALID_ARGUMENT that names the field. */
    public ScoreConfig create(ProjectScope scope, Change asked) {
        if (asked.dataType == null || !DATA_TYPES.contains(asked.dataType)) {
            throw ServiceException.invalid("dataType", "must be NUMERIC, BOOLEAN, CATEGORICAL or TEXT");
        }
        if (list(scope).size() >= CONFIGS_MAX) {
            throw ServiceException.invalid("body", "is one score config too many: a project has at most " + CONFIGS_MAX);
        }
        ScoreConfig config = new ScoreConfig();
        config.id = UUID.randomUUID().toString();
        config.projectId = scope.projectId();
        config.dataType = asked.dataType;
        config.createdAt = Instant.now();
        apply(config, asked);
        control.write(() -> config.persist());
        return config;
    }

    /** Throws NOT_FOUND, and INVALID_ARGUMENT that names the field. */
    public ScoreConfig update(ProjectScope scope, String id, Change asked) {
        ScoreConfig config = get(scope, id).orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                "Score config " + id + " not found within authorized project"));
        apply(config, asked);
        control.write(() -> ScoreConfig.update("""
                name = ?1, isArchived = ?2, minValue = ?3, maxValue = ?4, categories = ?5, description = ?6,
                updatedAt = ?7 where id = ?8 and projectId = ?9""", config.name, config.isArchived, config.minValue,
                config.maxValue, config.categories, config.description, config.updatedAt, id, scope.projectId()));
        return config;
    }

    /** The categories of a config; empty where it has none. */
    public List<Category> categories(ScoreConfig config) {
        try {
            return config.categories == null ? List.of() : json.readValue(config.categories, CATEGORIES);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, "the categories of a score config can't be read", e);
        }
    }

    private void apply(ScoreConfig config, Change asked) {
        config.name = asked.name == null ? config.name : asked.name;
        config.isArchived = asked.isArchived == null ? config.isArchived : asked.isArchived;
        config.minValue = asked.minValue == null ? config.minValue : asked.minValue;
        config.maxValue = asked.maxValue == null ? config.maxValue : asked.maxValue;
        config.description = asked.description == null ? config.description : asked.description;
        config.updatedAt = Instant.now();
        require(config.name != null && !config.name.isBlank() && config.name.length() <= NAME_CHARS_MAX, "name",
                "must have 1 to " + NAME_CHARS_MAX + " characters");
        require(config.description == null || config.description.length() <= DESCRIPTION_CHARS_MAX, "description",
                "has more than " + DESCRIPTION_CHARS_MAX + " characters");
        boolean isNumeric = config.dataType.equals("NUMERIC");
        require(isNumeric || config.minValue == null, "minValue", "is for NUMERIC only");
        require(isNumeric || config.maxValue == null, "maxValue", "is for NUMERIC only");
        require(config.minValue == null || config.maxValue == null || config.minValue < config.maxValue, "maxValue",
                "must be greater than minValue");
        boolean isCategorical = config.dataType.equals("CATEGORICAL");
        require(isCategorical || asked.categories == null, "categories",
                config.dataType.equals("BOOLEAN") ? "are True and False for BOOLEAN" : "are for CATEGORICAL only");
        if (isCategorical && (asked.categories != null || config.categories == null)) {
            config.categories = write(checked(asked.categories));
        } else if (config.dataType.equals("BOOLEAN")) {
            config.categories = write(BOOLEAN);
        }
    }

    private static List<Category> checked(List<Category> categories) {
        require(categories != null && !categories.isEmpty() && categories.size() <= CATEGORIES_MAX, "categories",
                "must be a list of 1 to " + CATEGORIES_MAX + " categories");
        Set<String> labels = new HashSet<>();
        Set<Double> values = new HashSet<>();
        for (int i = 0; i < categories.size(); i++) {
            Category category = categories.get(i);
            String field = "categories[" + i + "]";
            require(category != null && category.value != null && Double.isFinite(category.value), field + ".value",
                    "must be a number");
            require(category.label != null && !category.label.isBlank() && category.label.length() <= NAME_CHARS_MAX,
                    field + ".label", "must have 1 to " + NAME_CHARS_MAX + " characters");
            require(labels.add(category.label), field + ".label", "is there twice");
            require(values.add(category.value), field + ".value", "is there twice");
        }
        return categories;
    }

    private String write(List<Category> categories) {
        try {
            return json.writeValueAsString(categories);
        } catch (JsonProcessingException e) {
            throw ServiceException.of(ErrorCode.INTERNAL, "categories can't be written", e);
        }
    }

    private static void require(boolean holds, String field, String problem) {
        if (!holds) {
            throw ServiceException.invalid(field, problem);
        }
    }
}
