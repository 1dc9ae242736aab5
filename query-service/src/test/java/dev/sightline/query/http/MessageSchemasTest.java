package dev.sightline.query.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sightline.base.json.ProtoJson;
import dev.sightline.proto.evaluator.v1.Backfill;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.LlmConnection;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.TestConnectionResponse;
import dev.sightline.proto.evaluator.v1.TestEvaluatorResponse;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What ProtoJson writes of evaluator-service's messages is what openapi.json says of them. */
class MessageSchemasTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Arguments> answers() {
        return Stream.of(Arguments.of("EvaluatorTemplate", Template.newBuilder()),
                Arguments.of("EvaluatorScorer", ScorerInfo.newBuilder()),
                Arguments.of("Evaluator", Evaluator.newBuilder()),
                Arguments.of("EvaluatorTestResult", TestEvaluatorResponse.newBuilder()),
                Arguments.of("EvaluationRule", Rule.newBuilder()), Arguments.of("Backfill", Backfill.newBuilder()),
                Arguments.of("LlmConnection", LlmConnection.newBuilder()),
                Arguments.of("LlmConnectionTestResult", TestConnectionResponse.newBuilder()),
                Arguments.of("GuardPolicy", Policy.newBuilder()),
                Arguments.of("GuardAnswer", CheckResponse.newBuilder()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void aFullAndAnEmptyMessageAreAsDocumented(String schema, Message.Builder message) throws IOException {
        JsonNode document = JSON.readTree(Path.of("openapi.json").toFile());
        document.at("/components/schemas").forEach(MessageSchemasTest::close);
        assertThat(problems(document, schema, message.clone().build())).as("empty").allMatch(problem ->
                problem.contains("does not have a value in the enumeration"));
        assertThat(problems(document, schema, fill(message, document, schema))).as("full").isEmpty();
    }

    @Test
    void whatIsMissingOrUnknownIsFound() throws IOException {
        JsonNode document = JSON.readTree(Path.of("openapi.json").toFile());
        document.at("/components/schemas").forEach(MessageSchemasTest::close);
        assertThat(problems(document, "Backfill", Evaluator.newBuilder().build()))
                .anyMatch(problem -> problem.contains("'rule_id' not found"))
                .anyMatch(problem -> problem.contains("'score_name'"));
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.has("properties")) {
            object.put("additionalProperties", false);
        }
    }

    private static Stream<String> problems(JsonNode document, String name, Message message) throws IOException {
        ObjectNode schema = JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
        schema.set("components", document.path("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema)
                .validate(JSON.readTree(ProtoJson.print(message))).stream().map(Object::toString);
    }

    /** Sets every field, a text to the first word that the document has for it. */
    private static Message fill(Message.Builder message, JsonNode document, String schema) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            JsonNode said = document.at("/components/schemas/" + schema + "/properties/" + field.getName());
            if (field.isMapField() || said.isMissingNode()) {
                continue;
            }
            if (field.isRepeated()) {
                message.addRepeatedField(field, value(message, field, document, said.path("items")));
            } else {
                message.setField(field, value(message, field, document, said));
            }
        }
        return message.build();
    }

    private static Object value(Message.Builder message, FieldDescriptor field, JsonNode document, JsonNode said) {
        return switch (field.getJavaType()) {
            case STRING -> said.at("/enum/0").asText("text");
            case BOOLEAN -> true;
            case DOUBLE -> 0.5;
            case INT -> 7;
            case MESSAGE -> fill(message.newBuilderForField(field), document,
                    said.path("$ref").asText().replace("#/components/schemas/", ""));
            case LONG, FLOAT, BYTE_STRING, ENUM -> throw new IllegalStateException(field.getFullName());
        };
    }
}
