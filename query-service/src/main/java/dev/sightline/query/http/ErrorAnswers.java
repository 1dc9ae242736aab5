package dev.sightline.query.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Writes into the OpenAPI document what every error answer looks like, so that no resource has to repeat it. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ErrorAnswers implements OASFilter {
    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.getComponents().addSchema("Problem", object("An error by RFC 9457. `field` names what is wrong; `position` "
                + "and `length`, in code points, say where in it.", "type", "title", "detail", "field")
                .addProperty("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER))
                .addProperty("position", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER))
                .addProperty("length", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER))
                .required(List.of("title", "status")));
        api.getComponents().addSchema("LangfuseError", object("An error as Langfuse writes it.", "message", "error"));
        api.getPaths().getPathItems().forEach((path, item) -> item.getOperations().values().forEach(operation ->
                operation.getResponses().getAPIResponses().forEach((status, answer) -> {
                    if (status.compareTo("400") >= 0 && answer.getContent() == null) {
                        describe(answer, path.startsWith("/api/public"));
                    }
                })));
    }

    private static void describe(APIResponse answer, boolean langfuse) {
        answer.content(OASFactory.createContent().addMediaType(
                langfuse ? "application/json" : "application/problem+json",
                OASFactory.createMediaType().schema(OASFactory.createSchema()
                        .ref(langfuse ? "LangfuseError" : "Problem"))));
    }

    private static Schema object(String description, String... texts) {
        Schema schema = OASFactory.createSchema().addType(Schema.SchemaType.OBJECT).description(description);
        for (String text : texts) {
            schema.addProperty(text, OASFactory.createSchema().addType(Schema.SchemaType.STRING));
        }
        return schema;
    }
}
