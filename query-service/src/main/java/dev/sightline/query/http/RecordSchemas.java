package dev.sightline.query.http;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.observation.v1.Outcome;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import dev.sightline.query.metrics.Aggregation;
import dev.sightline.query.metrics.View;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;

/**
 * Says in the OpenAPI document which fields are always there and which may be null, as the records of our own API say it:
 * a component without JSpecify's {@code Nullable} is required and never null; one with it may be left out of what is
 * sent, and is null in an answer, or left out of it where the record leaves out what is null. Also holds the words that
 * levels, types and the like can be, from where they are defined. Langfuse's shapes stay as Langfuse has them.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class RecordSchemas implements OASFilter {
    private static final DotName NULLABLE = DotName.createSimple("org.jspecify.annotations.Nullable");
    private static final DotName SCHEMA =
            DotName.createSimple("org.eclipse.microprofile.openapi.annotations.media.Schema");
    private static final DotName INCLUDE = DotName.createSimple("com.fasterxml.jackson.annotation.JsonInclude");
    private static final String OURS = "dev.sightline.query";
    private static final String REF = "#/components/schemas/";
    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE_CASE =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private final IndexView index;

    public RecordSchemas(IndexView index) {
        this.index = index;
    }

    @Override
    public void filterOpenAPI(OpenAPI api) {
        Set<String> sent = sent(api);
        api.getComponents().getSchemas().forEach((name, schema) -> {
            if (!name.startsWith("Langfuse")) {
                record(name, schema).ifPresent(record -> describe(record, schema, sent.contains(name)));
            }
        });
        words(api, "Level", Arrays.stream(Level.values()).filter(level -> level != Level.LEVEL_UNSPECIFIED
                && level != Level.UNRECOGNIZED).map(Level::name));
        words(api, "ObservationType", Arrays.stream(ObservationType.values()).map(ObservationTable::typeName));
        words(api, "ScoreDataType", Arrays.stream(ScoreDataType.values()).filter(type ->
                type != ScoreDataType.SCORE_DATA_TYPE_UNSPECIFIED && type != ScoreDataType.UNRECOGNIZED)
                .map(ScoreDataType::name));
        words(api, "ScoreSource", Arrays.stream(ScoreSource.values()).map(ScoreTable::sourceName));
        words(api, "IngestOutcome", Arrays.stream(Outcome.values()).filter(outcome ->
                outcome != Outcome.OUTCOME_UNSPECIFIED && outcome != Outcome.UNRECOGNIZED)
                .map(outcome -> outcome.name().toLowerCase(Locale.ROOT)));
        words(api, "MetricsView", Arrays.stream(View.values()).map(View::title));
        words(api, "MetricsAggregation", Arrays.stream(Aggregation.values()).map(Aggregation::title));
    }

    private static void words(OpenAPI api, String name, Stream<String> words) {
        api.getComponents().addSchema(name, OASFactory.createSchema().addType(SchemaType.STRING)
                .enumeration(words.distinct().map(Object.class::cast).toList()));
    }

    /** What stands in the body of a request, directly or below. */
    private static Set<String> sent(OpenAPI api) {
        Set<String> sent = new HashSet<>();
        api.getPaths().getPathItems().values().stream().flatMap(item -> item.getOperations().values().stream())
                .filter(operation -> operation.getRequestBody() != null)
                .map(operation -> operation.getRequestBody().getContent())
                .flatMap(RecordSchemas::schemas).forEach(schema -> collect(schema, api, sent));
        return sent;
    }

    private static Stream<Schema> schemas(Content content) {
        return content == null ? Stream.of() : content.getMediaTypes().values().stream()
                .map(type -> type.getSchema()).filter(schema -> schema != null);
    }

    private static void collect(Schema schema, OpenAPI api, Set<String> found) {
        if (schema == null) {
            return;
        }
        if (schema.getRef() != null && schema.getRef().startsWith(REF)) {
            String name = schema.getRef().substring(REF.length());
            if (found.add(name)) {
                collect(api.getComponents().getSchemas().get(name), api, found);
            }
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(property -> collect(property, api, found));
        }
        collect(schema.getItems(), api, found);
        collect(schema.getAdditionalPropertiesSchema(), api, found);
    }

    /** The record that the schema was made from; none where it was an enum, or no class of ours. */
    private Optional<ClassInfo> record(String name, Schema schema) {
        if (schema.getProperties() == null) {
            return Optional.empty();
        }
        // The index holds a class once for each of its parts that does.
        List<DotName> records = index.getKnownClasses().stream()
                .filter(known -> known.isRecord() && known.name().packagePrefix().startsWith(OURS))
                .filter(record -> nameOf(record).equals(name))
                .filter(record -> shown(record, schema).size() == schema.getProperties().size())
                .map(ClassInfo::name).distinct().toList();
        if (records.size() > 1) {
            throw new IllegalStateException("several records may be the schema " + name + ": " + records
                    + "; give them names by @Schema");
        }
        return records.stream().findFirst().map(index::getClassByName);
    }

    private static String nameOf(ClassInfo record) {
        AnnotationInstance schema = record.declaredAnnotation(SCHEMA);
        return schema != null && schema.value("name") != null ? schema.value("name").asString()
                : record.name().withoutPackagePrefix().replaceAll(".*\\$", "");
    }

    private static List<RecordComponentInfo> shown(ClassInfo record, Schema schema) {
        return record.recordComponentsInDeclarationOrder().stream()
                .filter(component -> property(component, schema) != null).toList();
    }

    private static String property(RecordComponentInfo component, Schema schema) {
        String snakeCase = SNAKE_CASE.translate(component.name());
        return schema.getProperties().containsKey(snakeCase) ? snakeCase
                : schema.getProperties().containsKey(component.name()) ? component.name() : null;
    }

    private static void describe(ClassInfo record, Schema schema, boolean sent) {
        AnnotationInstance include = record.declaredAnnotation(INCLUDE);
        boolean leavesOut = include != null && include.value() != null
                && Set.of("NON_NULL", "NON_EMPTY").contains(include.value().asEnum());
        List<String> required = new ArrayList<>();
        for (RecordComponentInfo component : shown(record, schema)) {
            String property = property(component, schema);
            boolean nullable = component.type().hasAnnotation(NULLABLE);
            if (nullable) {
                schema.addProperty(property, orNull(schema.getProperties().get(property)));
            }
            if (!nullable || !sent && !leavesOut) {
                required.add(property);
            }
        }
        schema.setRequired(required.isEmpty() ? null : required);
    }

    private static Schema orNull(Schema schema) {
        if (schema.getRef() != null) {
            return either(OASFactory.createSchema().ref(schema.getRef()), schema.getDescription());
        }
        if (schema.getEnumeration() != null) {
            return either(schema, null);
        }
        // Without a type it is anything, null too.
        return schema.getType() == null || schema.getType().contains(SchemaType.NULL) ? schema
                : schema.addType(SchemaType.NULL);
    }

    private static Schema either(Schema schema, String description) {
        return OASFactory.createSchema().description(description).addAnyOf(schema)
                .addAnyOf(OASFactory.createSchema().addType(SchemaType.NULL));
    }
}
