package dev.sightline.query.health;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirements;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Health as Langfuse's deployments and SDK tests ask for it; Kubernetes uses {@code /q/health}. No credentials. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Health", description = "Whether the service runs and can answer. Also answers HEAD.")
@SecurityRequirements
public class PublicHealthResource {
    private static final Duration CHECK_TIME_MAX = Duration.ofSeconds(5);

    private final SmallRyeHealthReporter reporter;
    private final String version;

    PublicHealthResource(SmallRyeHealthReporter reporter,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.reporter = reporter;
        this.version = version;
    }

    /** {@code status} is OK, or why not. */
    record Health(String status, String version) {
    }

    @GET
    @Path("api/public/health")
    @Operation(summary = "Is the service running?")
    @APIResponse(responseCode = "200", description = "It runs",
            content = @Content(schema = @Schema(implementation = Health.class)))
    @APIResponse(responseCode = "503", description = "A database is away, and the caller wants to know",
            content = @Content(schema = @Schema(implementation = Health.class)))
    public Response health(@Parameter(description = "true: 503 while PostgreSQL or ClickHouse is away")
            @QueryParam("failIfDatabaseUnavailable") boolean failIfDatabaseUnavailable) {
        return failIfDatabaseUnavailable ? ready() : ok();
    }

    @GET
    @Path("api/public/ready")
    @Operation(summary = "Can the service answer?")
    @APIResponse(responseCode = "200", description = "It can",
            content = @Content(schema = @Schema(implementation = Health.class)))
    @APIResponse(responseCode = "503", description = "PostgreSQL or ClickHouse is away, or its schema is unknown",
            content = @Content(schema = @Schema(implementation = Health.class)))
    public Response ready() {
        boolean down;
        try {
            down = reporter.getReadinessAsync().await().atMost(CHECK_TIME_MAX).isDown();
        } catch (RuntimeException e) {
            down = true;
        }
        return down ? Response.status(503).entity(new Health("not ready", version)).build() : ok();
    }

    @GET
    @Path("health")
    @Operation(hidden = true)
    public Response shortHealth() {
        return ok();
    }

    @GET
    @Path("ready")
    @Operation(hidden = true)
    public Response shortReady() {
        return ready();
    }

    private Response ok() {
        return Response.ok(new Health("OK", version)).build();
    }
}
