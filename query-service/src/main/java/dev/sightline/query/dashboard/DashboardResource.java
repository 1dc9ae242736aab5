package dev.sightline.query.dashboard;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.metrics.MetricsConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestResponse;

/** Dashboards, shipped and own. */
@Path("/api/v1/dashboards")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Dashboards", description = "Pages of charts of a project. What GET answers can be sent to POST again, in "
        + "this project or another.")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class DashboardResource {
    private final RestCaller caller;
    private final DashboardStore dashboards;
    private final StrictJson json;
    private final MetricsConfig metrics;

    DashboardResource(RestCaller caller, DashboardStore dashboards, StrictJson json, MetricsConfig metrics) {
        this.caller = caller;
        this.dashboards = dashboards;
        this.json = json;
        this.metrics = metrics;
    }

    /** All of a project. */
    @Schema(name = "DashboardList")
    public record DashboardList(List<Dashboard> data) {
    }

    @GET
    @Operation(summary = "The project's dashboards, the shipped ones first")
    @APIResponse(responseCode = "200", description = "All of them, whole")
    public DashboardList list() {
        return new DashboardList(dashboards.list(caller.project()));
    }

    @GET
    @Path("{id}")
    @Operation(summary = "A dashboard")
    @APIResponse(responseCode = "200", description = "The dashboard; ETag is its version",
            content = @Content(schema = @Schema(implementation = Dashboard.class)))
    @APIResponse(responseCode = "404", description = "The project has no such dashboard")
    public RestResponse<Dashboard> get(
            @Parameter(description = "A UUID, or the name of a shipped one") @PathParam("id") String id) {
        return tagged(RestResponse.Status.OK, dashboards.get(caller.project(), id));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make a dashboard, or import one")
    @RequestBody(content = @Content(schema = @Schema(implementation = Dashboard.class)))
    @APIResponse(responseCode = "403", description = "Viewers may read only")
    @APIResponse(responseCode = "201", description = "The dashboard with its id",
            content = @Content(schema = @Schema(implementation = Dashboard.class)))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it")
    public RestResponse<Dashboard> create(String body) {
        ProjectScope scope = caller.projectToAnnotate();
        return tagged(RestResponse.Status.CREATED, dashboards.create(scope, read(body)));
    }

    @PUT
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Replace a dashboard",
            description = "Needs the version that was read, in If-Match or in the body.")
    @RequestBody(content = @Content(schema = @Schema(implementation = Dashboard.class)))
    @APIResponse(responseCode = "200", description = "The dashboard as it is now",
            content = @Content(schema = @Schema(implementation = Dashboard.class)))
    @APIResponse(responseCode = "400", description = "Something is wrong; `field` names it. Nothing was changed")
    @APIResponse(responseCode = "403", description = "A shipped dashboard can't be changed, and viewers may read only")
    @APIResponse(responseCode = "404", description = "The project has no such dashboard")
    @APIResponse(responseCode = "409", description = "Somebody else has changed it meanwhile")
    public RestResponse<Dashboard> replace(@PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch, String body) {
        ProjectScope scope = caller.projectToAnnotate();
        dashboards.requireOwn(scope, id);
        Dashboard given = read(body);
        return tagged(RestResponse.Status.OK, dashboards.replace(scope, id, version(ifMatch, given), given));
    }

    @DELETE
    @Path("{id}")
    @ResponseStatus(204)
    @Operation(summary = "Delete a dashboard")
    @APIResponse(responseCode = "204", description = "It is gone")
    @APIResponse(responseCode = "403", description = "A shipped dashboard can't be deleted, and viewers may read only")
    @APIResponse(responseCode = "404", description = "The project has no such dashboard")
    public void delete(@PathParam("id") String id) {
        dashboards.delete(caller.projectToAnnotate(), id);
    }

    @POST
    @Path("{id}/copy")
    @Operation(summary = "Make an own copy of a dashboard, shipped ones included")
    @APIResponse(responseCode = "403", description = "Viewers may read only")
    @APIResponse(responseCode = "201", description = "The copy",
            content = @Content(schema = @Schema(implementation = Dashboard.class)))
    @APIResponse(responseCode = "404", description = "The project has no such dashboard")
    public RestResponse<Dashboard> copy(@PathParam("id") String id) {
        ProjectScope scope = caller.projectToAnnotate();
        Dashboard original = dashboards.get(scope, id);
        String name = "Copy of " + original.name();
        return tagged(RestResponse.Status.CREATED, dashboards.create(scope, new Dashboard(null,
                name.substring(0, Math.min(name.length(), DashboardCheck.NAME_LENGTH_MAX)), original.description(),
                null, null, null, original.widgets())));
    }

    private Dashboard read(String body) {
        Dashboard given = json.read(body, Dashboard.class, "a dashboard");
        DashboardCheck.check(given, metrics);
        return given;
    }

    private static int version(String ifMatch, Dashboard given) {
        if (ifMatch == null) {
            if (given.version() == null) {
                throw ServiceException.invalid("version", "is missing: send the version that you read, or If-Match");
            }
            return given.version();
        }
        try {
            return Integer.parseInt(ifMatch.strip().replace("\"", ""));
        } catch (NumberFormatException e) {
            throw ServiceException.invalid(HttpHeaders.IF_MATCH, "is not the ETag of a dashboard");
        }
    }

    private static RestResponse<Dashboard> tagged(RestResponse.Status status, Dashboard dashboard) {
        return RestResponse.ResponseBuilder.<Dashboard>create(status).entity(dashboard)
                .header(HttpHeaders.ETAG, "\"" + dashboard.version() + "\"").build();
    }
}
