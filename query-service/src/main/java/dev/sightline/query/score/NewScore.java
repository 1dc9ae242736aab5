package dev.sightline.query.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.google.protobuf.ByteString;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.publish.RecordPublisher;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A score as somebody gives it; {@link #toScore} says what is valid. */
@JsonNaming(SnakeCaseStrategy.class)
@Schema(name = "NewScore")
record NewScore(
        @Schema(description = "Given again, it takes the place of the score before; default: a new one")
        @Nullable String id,
        @Schema(description = "The trace that is scored; as its sender calls it") @Nullable String traceId,
        @Schema(description = "The observation of the trace that is scored") @Nullable String observationId,
        @Schema(description = "The session that is scored, in place of a trace") @Nullable String sessionId,
        @Schema(description = "What is judged; with config_id the config's name") @Nullable String name,
        @Schema(implementation = Object.class, description = "A number, true or false, or a text") JsonNode value,
        @Schema(ref = "ScoreDataType", description = "Default: what the value is") @Nullable String dataType,
        @Nullable String comment,
        @Schema(description = "A score config that the value has to fit") @Nullable String configId,
        @Schema(description = "Default: default") @Nullable String environment) {
    private static final int NAME_CHARS_MAX = 200;
    private static final int TEXT_CHARS_MAX = 20_000;

    /** Throws INVALID_ARGUMENT that names the field. */
    Score toScore(String author, ScoreConfigs configs, ProjectScope scope) {
        Score.Builder score = Score.newBuilder().setId(shortText("id", id, UUID.randomUUID().toString()))
                .setSource(ScoreSource.ANNOTATION).setAuthorUserId(author).setComment(text("comment", comment, TEXT_CHARS_MAX))
                .setEnvironment(shortText("environment", environment, "default"))
                .setTimestampUnixNano(RecordPublisher.now()).setUpdatedAtUnixNano(RecordPublisher.now());
        target(score);
        Optional<ScoreConfig> config = Optional.ofNullable(configId).map(given -> configs.get(scope, given)
                .orElseThrow(() -> ServiceException.invalid("config_id", "is no score config of this project")));
        score.setName(shortText("name", name, config.map(found -> found.name).orElse("")));
        if (score.getName().isBlank()) {
            throw ServiceException.invalid("name", "is missing");
        }
        String type = dataType != null ? dataType : config.map(found -> found.dataType).orElseGet(this::inferred);
        value(score, type);
        config.ifPresent(found -> fit(score, found, type, configs));
        return score.build();
    }

    private void target(Score.Builder score) {
        boolean ofTrace = traceId != null && !traceId.isEmpty();
        boolean ofSession = sessionId != null && !sessionId.isEmpty();
        if (ofTrace == ofSession) {
            throw ServiceException.invalid("trace_id", "or session_id must be given, and not both");
        }
        if (ofSession) {
            if (observationId != null) {
                throw ServiceException.invalid("observation_id", "needs the trace_id of its trace");
            }
            score.setSessionId(shortText("session_id", sessionId, ""));
            return;
        }
        ByteString trace = ExternalIds.traceId(shortText("trace_id", traceId, ""));
        score.setTraceId(trace).setExternalTraceId(ExternalIds.external(traceId, trace));
        if (observationId != null && !observationId.isEmpty()) {
            ByteString span = ExternalIds.observationId(shortText("observation_id", observationId, ""));
            score.setSpanId(span).setExternalObservationId(ExternalIds.external(observationId, span));
        }
    }

    private String inferred() {
        return value == null ? "" : value.isNumber() ? "NUMERIC" : value.isBoolean() ? "BOOLEAN" : "CATEGORICAL";
    }

    private void value(Score.Builder score, String type) {
        if (value == null || value.isNull()) {
            throw ServiceException.invalid("value", "is missing");
        }
        switch (type) {
            case "NUMERIC" -> {
                require(value.isNumber() && Double.isFinite(value.doubleValue()), "must be a number");
                score.setDataType(ScoreDataType.NUMERIC).setValue(value.doubleValue());
            }
            case "BOOLEAN" -> {
                boolean isFlag = value.isBoolean() || value.isNumber()
                        && (value.doubleValue() == 0 || value.doubleValue() == 1);
                require(isFlag, "must be true or false");
                boolean isTrue = value.isBoolean() ? value.booleanValue() : value.doubleValue() == 1;
                score.setDataType(ScoreDataType.BOOLEAN).setValue(isTrue ? 1 : 0)
                        .setStringValue(Boolean.toString(isTrue));
            }
            case "CATEGORICAL", "TEXT" -> {
                require(value.isTextual() && !value.textValue().isEmpty(), "must be a text");
                score.setDataType(ScoreDataType.valueOf(type)).setStringValue(text("value", value.textValue(),
                        type.equals("TEXT") ? TEXT_CHARS_MAX : NAME_CHARS_MAX));
            }
            default -> throw ServiceException.invalid("data_type", "must be NUMERIC, BOOLEAN, CATEGORICAL or TEXT");
        }
    }

    private static void fit(Score.Builder score, ScoreConfig config, String type, ScoreConfigs configs) {
        if (config.isArchived) {
            throw ServiceException.invalid("config_id", "is archived");
        }
        if (!config.name.equals(score.getName())) {
            throw ServiceException.invalid("name", "must be '" + config.name + "', the config's");
        }
        if (!config.dataType.equals(type)) {
            throw ServiceException.invalid("data_type", "must be " + config.dataType + ", the config's");
        }
        require(config.minValue == null || score.getValue() >= config.minValue, "is below " + config.minValue);
        require(config.maxValue == null || score.getValue() <= config.maxValue, "is above " + config.maxValue);
        if (type.equals("CATEGORICAL")) {
            score.setValue(configs.categories(config).stream()
                    .filter(category -> category.label().equals(score.getStringValue())).findFirst()
                    .orElseThrow(() -> ServiceException.invalid("value", "is no category of the config")).value());
        }
        score.setConfigId(config.id);
    }

    private static String shortText(String field, String given, String otherwise) {
        return given == null ? otherwise : text(field, given, NAME_CHARS_MAX);
    }

    private static String text(String field, String given, int charsMax) {
        if (given != null && given.length() > charsMax) {
            throw ServiceException.invalid(field, "has more than " + charsMax + " characters");
        }
        return given == null ? "" : given;
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw ServiceException.invalid("value", problem);
        }
    }
}
