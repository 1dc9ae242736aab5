package dev.sightline.query.http;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeIn;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** What the OpenAPI document says of the API as a whole. */
@OpenAPIDefinition(
        info = @Info(title = "Sightline query API", version = "v1", description = """
                Reads traces. `/api/v1` is Sightline's own API (snake_case, errors as application/problem+json); \
                `/api/public` has the shape of Langfuse's public API, for its SDKs. An API key opens its project. \
                Times are ISO-8601 in UTC, money is US dollars; a value that was not reported is null."""),
        security = {@SecurityRequirement(name = "apiKey"), @SecurityRequirement(name = "session")})
@SecurityScheme(securitySchemeName = "apiKey", type = SecuritySchemeType.HTTP, scheme = "basic",
        description = "Public key as user name, secret key as password.")
@SecurityScheme(securitySchemeName = "session", type = SecuritySchemeType.APIKEY, in = SecuritySchemeIn.COOKIE,
        apiKeyName = "sightline_session", description = "The UI's session; name the project by the header "
                + "X-Sightline-Project, and send X-Sightline-CSRF: 1 with calls that change something.")
public class QueryApi extends Application {
}
