package dev.sightline.evaluator.scorer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.Struct;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.json.ProtoJson;
import dev.sightline.evaluator.material.Material;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.evaluator.run.Texts;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether an output is JSON, and of the shape that a schema says. */
final class JsonValidity implements Scorer {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final int SCHEMA_CHARACTERS_MAX = 50_000;
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012,
            // References to elsewhere are not followed.
            builder -> builder.schemaLoaders(loaders -> loaders.values(all -> all.clear())));

    @Override
    public ScorerInfo info() {
        return ScorerInfo.newBuilder().setName("json-valid").setScoreType("boolean")
                .setDescription("Whether the answer is JSON and fits a schema.")
                .setLimits("A fence around the JSON is taken off; text around it is not. Schemas: draft 2020-12 without "
                        + "pattern, patternProperties and references to elsewhere.")
                .addParameters("schema: a JSON schema; without one any JSON will do").build();
    }

    @Override
    public void check(Struct parameters) {
        Parameters.requireKnown(this, parameters);
        if (parameters.containsFields("schema")) {
            if (!parameters.getFieldsOrThrow("schema").hasStructValue()) {
                throw ServiceException.invalid("scorer.parameters.schema", "must be a JSON schema as an object");
            }
            schema(parameters);
        }
    }

    @Override
    public Optional<Outcome> score(Material material, Struct parameters) {
        String answer = material.focus().map(o -> o.getOutput()).filter(output -> !output.isBlank())
                .orElse(material.answer());
        if (answer.isBlank()) {
            return Optional.empty();
        }
        JsonNode node;
        try {
            node = JSON.readTree(withoutFence(answer));
            // An output that was sent as a JSON text holds its JSON inside.
            if (node.isTextual()) {
                node = JSON.readTree(withoutFence(node.textValue()));
            }
        } catch (JsonProcessingException e) {
            return Scorer.scored(ScoreValue.bool(false), "Not JSON"
                    + (e.getLocation() == null ? "." : ", from line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + "."), Map.of());
        }
        if (!parameters.containsFields("schema")) {
            return Scorer.scored(ScoreValue.bool(true), "", Map.of());
        }
        Set<ValidationMessage> wrong = schema(parameters).validate(node);
        return Scorer.scored(ScoreValue.bool(wrong.isEmpty()), wrong.stream().limit(5)
                .map(message -> Texts.cut(message.getMessage(), 200)).collect(Collectors.joining("; ")), Map.of());
    }

    private static JsonSchema schema(Struct parameters) {
        String text = ProtoJson.print(parameters.getFieldsOrThrow("schema").getStructValue());
        try {
            JsonNode schema = JSON.readTree(text);
            if (text.length() > SCHEMA_CHARACTERS_MAX) {
                throw ServiceException.invalid("scorer.parameters.schema", "is too large");
            }
            if (schema.findValue("pattern") != null || schema.findValue("patternProperties") != null) {
                throw ServiceException.invalid("scorer.parameters.schema",
                        "must not hold pattern or patternProperties: they may take for ever");
            }
            if (schema.findValues("$ref").stream().anyMatch(ref -> !ref.asText().startsWith("#"))) {
                throw ServiceException.invalid("scorer.parameters.schema", "must not refer to elsewhere");
            }
            return SCHEMAS.getSchema(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a Struct is always JSON", e);
        }
    }

    private static String withoutFence(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith("```") || !stripped.endsWith("```") || stripped.indexOf('\n') < 0) {
            return stripped;
        }
        return stripped.substring(stripped.indexOf('\n'), stripped.length() - 3).strip();
    }
}
