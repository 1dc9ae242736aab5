package dev.sightline.query.http;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import dev.sightline.proto.evaluator.v1.Backfill;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.Judge;
import dev.sightline.proto.evaluator.v1.LlmConnection;
import dev.sightline.proto.evaluator.v1.RuleActivity;
import dev.sightline.proto.evaluator.v1.Scorer;
import dev.sightline.proto.evaluator.v1.ScorerInfo;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.TestConnectionRequest;
import dev.sightline.proto.evaluator.v1.TestConnectionResponse;
import dev.sightline.proto.evaluator.v1.TestEvaluatorRequest;
import dev.sightline.proto.evaluator.v1.TestEvaluatorResponse;
import dev.sightline.proto.evaluator.v1.VariableMapping;
import dev.sightline.proto.guard.v1.CheckRequest;
import dev.sightline.proto.guard.v1.CheckResponse;
import dev.sightline.proto.guard.v1.Embeddings;
import dev.sightline.proto.guard.v1.Finding;
import dev.sightline.proto.guard.v1.Policy;
import dev.sightline.proto.guard.v1.Rule;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * Writes into the OpenAPI document the messages of evaluator-service that pass through as JSON, read from their protobuf
 * descriptors, so that the document can't fall behind them. Resources name them by {@code @Schema(ref = …)}: an answer by
 * its name, a list of them with "Page" behind, what is sent with "Input" behind. As
 * {@link dev.sightline.base.json.ProtoJson} writes them, an answer has every field but those that know of being unset;
 * of what is sent everything may be left out.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class MessageSchemas implements OASFilter {
    private static final Map<Descriptor, String> ANSWERS = Map.of(
            Template.getDescriptor(), "EvaluatorTemplate",
            ScorerInfo.getDescriptor(), "EvaluatorScorer",
            Evaluator.getDescriptor(), "Evaluator",
            TestEvaluatorResponse.getDescriptor(), "EvaluatorTestResult",
            dev.sightline.proto.evaluator.v1.Rule.getDescriptor(), "EvaluationRule",
            Backfill.getDescriptor(), "Backfill",
            LlmConnection.getDescriptor(), "LlmConnection",
            TestConnectionResponse.getDescriptor(), "LlmConnectionTestResult",
            Policy.getDescriptor(), "GuardPolicy",
            CheckResponse.getDescriptor(), "GuardAnswer");
    private static final Map<Descriptor, String> REQUESTS = Map.of(
            Template.getDescriptor(), "EvaluatorTemplateInput",
            Evaluator.getDescriptor(), "EvaluatorInput",
            TestEvaluatorRequest.getDescriptor(), "EvaluatorTest",
            dev.sightline.proto.evaluator.v1.Rule.getDescriptor(), "EvaluationRuleInput",
            Backfill.getDescriptor(), "BackfillInput",
            LlmConnection.getDescriptor(), "LlmConnectionInput",
            TestConnectionRequest.getDescriptor(), "LlmConnectionTest",
            Policy.getDescriptor(), "GuardPolicyInput",
            CheckRequest.getDescriptor(), "GuardCheck");
    private static final Map<Descriptor, String> PARTS = Map.of(
            VariableMapping.getDescriptor(), "VariableMapping",
            Judge.getDescriptor(), "Judge",
            Scorer.getDescriptor(), "Scorer",
            RuleActivity.getDescriptor(), "RuleActivity",
            Rule.getDescriptor(), "GuardRule",
            Finding.getDescriptor(), "GuardFinding",
            Embeddings.getDescriptor(), "GuardEmbeddings");
    private static final List<String> TARGETS = List.of("trace", "observation", "session", "trajectory",
            "dataset_run_item");
    private static final List<String> ACTIONS = List.of("allow", "flag", "redact", "block");
    private static final List<String> SCORE_TYPES = List.of("numeric", "boolean", "categorical", "text");
    /** The words of texts that take no others. */
    private static final Map<String, List<String>> WORDS = Map.of(
            "sightline.evaluator.v1.Template.score_type", SCORE_TYPES,
            "sightline.evaluator.v1.ScorerInfo.score_type", SCORE_TYPES,
            "sightline.evaluator.v1.Template.target", TARGETS,
            "sightline.evaluator.v1.Rule.target", TARGETS,
            "sightline.evaluator.v1.Evaluator.state", List.of("active", "paused"),
            "sightline.evaluator.v1.Backfill.state", List.of("running", "paused", "cancelled", "done", "failed"),
            "sightline.guard.v1.Rule.action", ACTIONS.subList(1, ACTIONS.size()),
            "sightline.guard.v1.Finding.action", ACTIONS,
            "sightline.guard.v1.CheckResponse.action", ACTIONS,
            "sightline.guard.v1.CheckRequest.direction", List.of("input", "output"));
    /** REST knows the project from the caller, and takes a policy of a check under one name. */
    private static final Set<String> NOT_IN_REST = Set.of("project_id", "inline_policy");

    private final Map<String, Schema> schemas = new LinkedHashMap<>();

    @Override
    public void filterOpenAPI(OpenAPI api) {
        WORDS.keySet().forEach(MessageSchemas::requireField);
        ANSWERS.forEach((message, name) -> {
            add(message, name, false);
            schemas.put(name + "Page", object().description("All of them: a project has few.")
                    .addProperty("data", list(ref(name)))
                    .addProperty("next_cursor", OASFactory.createSchema().addType(SchemaType.NULL))
                    .required(List.of("data", "next_cursor")));
        });
        REQUESTS.forEach((message, name) -> add(message, name, true));
        schemas.get("GuardCheck").addProperty("policy", OASFactory.createSchema()
                .description("By name (empty: default), or the policy itself")
                .addAnyOf(OASFactory.createSchema().addType(SchemaType.STRING)).addAnyOf(ref("GuardPolicyInput")));
        schemas.get("GuardCheck").required(List.of("direction", "text"));
        schemas.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(entry -> api.getComponents().addSchema(entry.getKey(), entry.getValue()));
    }

    private static void requireField(String name) {
        boolean known = ANSWERS.keySet().stream().anyMatch(message -> isOf(message, name))
                || REQUESTS.keySet().stream().anyMatch(message -> isOf(message, name))
                || PARTS.keySet().stream().anyMatch(message -> isOf(message, name));
        if (!known) {
            throw new IllegalStateException("no message has the field " + name);
        }
    }

    private static boolean isOf(Descriptor message, String field) {
        return message.getFields().stream().anyMatch(each -> each.getFullName().equals(field));
    }

    private void add(Descriptor message, String name, boolean sent) {
        if (schemas.containsKey(name)) {
            return;
        }
        Schema schema = object();
        schemas.put(name, schema);
        for (FieldDescriptor field : message.getFields()) {
            if (NOT_IN_REST.contains(field.getName())) {
                continue;
            }
            schema.addProperty(field.getName(), field.isMapField() ? object().additionalPropertiesSchema(
                    single(field.getMessageType().findFieldByName("value"), sent))
                    : field.isRepeated() ? list(single(field, sent)) : single(field, sent));
            if (!sent && !field.hasPresence()) {
                schema.addRequired(field.getName());
            }
        }
    }

    private Schema single(FieldDescriptor field, boolean sent) {
        return switch (field.getType()) {
            case STRING -> {
                Schema text = OASFactory.createSchema().addType(SchemaType.STRING);
                WORDS.getOrDefault(field.getFullName(), List.of()).forEach(text::addEnumeration);
                yield text;
            }
            case BOOL -> OASFactory.createSchema().addType(SchemaType.BOOLEAN);
            case DOUBLE -> OASFactory.createSchema().addType(SchemaType.NUMBER).format("double");
            case UINT32 -> OASFactory.createSchema().addType(SchemaType.INTEGER).format("int64");
            case MESSAGE -> message(field.getMessageType(), sent);
            case FLOAT, INT64, UINT64, INT32, FIXED64, FIXED32, GROUP, BYTES, ENUM, SFIXED32, SFIXED64, SINT32, SINT64 ->
                    throw new IllegalStateException(field.getFullName() + ": say here how JSON has a " + field.getType());
        };
    }

    private Schema message(Descriptor message, boolean sent) {
        if (message.equals(Timestamp.getDescriptor())) {
            return ref("Instant");
        }
        if (message.equals(Struct.getDescriptor())) {
            return object().additionalPropertiesSchema(OASFactory.createSchema());
        }
        String name = sent ? REQUESTS.get(message) : ANSWERS.get(message);
        if (name == null) {
            name = PARTS.get(message) + (sent ? "Input" : "");
        }
        add(message, name, sent);
        return ref(name);
    }

    private static Schema ref(String name) {
        return OASFactory.createSchema().ref(name);
    }

    private static Schema list(Schema items) {
        return OASFactory.createSchema().addType(SchemaType.ARRAY).items(items);
    }

    private static Schema object() {
        return OASFactory.createSchema().addType(SchemaType.OBJECT);
    }
}
