package dev.sightline.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds every JSON answer of {@code /api/v1} that a test gets to the schema that openapi.json has for it: no field that
 * is not told, none missing that is promised, no null where none may be.
 */
final class DocumentedAnswers implements Filter {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DOCUMENT = Path.of("openapi.json");

    private final JsonNode document;
    private final Map<String, Optional<Schema>> schemas = new ConcurrentHashMap<>();

    DocumentedAnswers() {
        try {
            document = Files.exists(DOCUMENT) ? JSON.readTree(DOCUMENT.toFile()) : JSON.createObjectNode();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        document.path("components").path("schemas").forEach(DocumentedAnswers::close);
    }

    /** Nothing but the properties that are told. */
    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.has("properties") && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
    }

    @Override
    public Response filter(FilterableRequestSpecification request, FilterableResponseSpecification expected,
            FilterContext context) {
        Response response = context.next(request, expected);
        String path = URI.create(request.getURI()).getPath();
        String type = String.valueOf(response.contentType()).replaceAll(";.*", "");
        if (path.startsWith("/api/v1/") && type.matches("application/(problem\\+)?json")) {
            schema(request.getMethod(), path, response.statusCode(), type).ifPresent(schema -> {
                try {
                    var errors = schema.validate(JSON.readTree(response.asByteArray()));
                    if (!errors.isEmpty()) {
                        throw new AssertionError(request.getMethod() + " " + path + " answers " + response.statusCode()
                                + " other than openapi.json says: " + errors);
                    }
                } catch (IOException e) {
                    throw new AssertionError(path + " answered no JSON", e);
                }
            });
        }
        return response;
    }

    private Optional<Schema> schema(String method, String path, int status, String type) {
        return pathOf(path).flatMap(known -> schemas.computeIfAbsent(method + " " + known + " " + status, key -> {
            JsonNode said = document.path("paths").path(known).path(method.toLowerCase(Locale.ROOT))
                    .path("responses").path(String.valueOf(status)).path("content").path(type).path("schema");
            if (!said.has("$ref")) {
                return Optional.empty();
            }
            ObjectNode schema = JsonNodeFactory.instance.objectNode();
            schema.set("$ref", said.path("$ref"));
            schema.set("components", document.path("components"));
            return Optional.of(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(schema));
        }));
    }

    /** The most literal path of the document that matches. */
    private Optional<String> pathOf(String path) {
        String[] parts = path.split("/");
        String best = null;
        for (var names = document.path("paths").fieldNames(); names.hasNext();) {
            String name = names.next();
            if (matches(name.split("/"), parts) && (best == null || best.contains("{") && !name.contains("{"))) {
                best = name;
            }
        }
        return Optional.ofNullable(best);
    }

    private static boolean matches(String[] known, String[] asked) {
        if (known.length != asked.length) {
            return false;
        }
        for (int i = 0; i < known.length; i++) {
            if (!known[i].startsWith("{") && !known[i].equals(asked[i])) {
                return false;
            }
        }
        return true;
    }
}
