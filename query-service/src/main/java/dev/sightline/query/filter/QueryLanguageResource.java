package dev.sightline.query.filter;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.Window;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the search bar needs to help with a query. */
@Path("/api/v1/query")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Query language", description = "The filter language of docs/query-language.md.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class QueryLanguageResource {
    private static final Duration VALUES_WINDOW = Duration.ofDays(7);
    private static final int PREFIX_LENGTH_MAX = 200;

    private final RestCaller caller;
    private final FieldValues values;

    QueryLanguageResource(RestCaller caller, FieldValues values) {
        this.caller = caller;
        this.values = values;
    }

    @GET
    @Path("fields")
    @Operation(summary = "The fields of the filter language, with their operators and examples")
    @APIResponse(responseCode = "200", description = "All fields")
    public QueryFields fields() {
        caller.project();
        return described();
    }

    /** All fields, for whoever tells them in another way. */
    public static QueryFields described() {
        return new QueryFields(Arrays.stream(FilterField.values()).map(QueryField::of).toList());
    }

    @GET
    @Path("values")
    @Operation(summary = "Values that a field has in the project, the most frequent first")
    @APIResponse(responseCode = "200", description = "The values; none for fields of numbers, times, ids and bodies")
    @APIResponse(responseCode = "400", description = "A parameter is wrong; `field` names it")
    public QueryValues values(
            @Parameter(description = "A field, such as model or metadata.tenant; metadata alone gives the keys",
                    required = true) @QueryParam("field") String field,
            @Parameter(description = "How the value begins, whatever its capitals") @QueryParam("prefix") String prefix,
            @Parameter(description = "ISO-8601. Default: 7 days ago") @QueryParam("from") String from,
            @Parameter(description = "ISO-8601. Default: open") @QueryParam("to") String to,
            @Parameter(description = "1 to 200, default 20") @QueryParam("limit") String limit) {
        ProjectScope scope = caller.project();
        String begins = prefix == null ? "" : prefix;
        if (begins.length() > PREFIX_LENGTH_MAX) {
            throw ServiceException.invalid("prefix", "has more than " + PREFIX_LENGTH_MAX + " characters");
        }
        return new QueryValues(values.values(scope, Parameters.text(field).orElseThrow(() ->
                        ServiceException.invalid("field", "is needed")), begins,
                Window.parse(from, to, VALUES_WINDOW),
                Parameters.number("limit", limit, FieldValues.LIMIT_DEFAULT, 1, FieldValues.LIMIT_MAX)));
    }

    /** All fields of the filter language. */
    public record QueryFields(List<QueryField> fields) {
    }

    /** A field: `kind` is id, text, choice, flag, number, duration, money, time, content or score. */
    public record QueryField(String name, String kind, String description, List<String> operators, List<String> aliases,
            List<String> examples) {
        static QueryField of(FilterField field) {
            return new QueryField(field.title(), field.kind().title(), field.description(), field.kind().operators(),
                    field.names().skip(1).toList(), field.examples());
        }
    }

    /** Values of a field. */
    record QueryValues(List<FieldValues.Counted> values) {
    }
}
