package dev.sightline.query.langfuse;

import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.control.ControlData;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The project of an API key: what Langfuse's SDKs call to check their keys. */
@Path("/api/public/projects")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse", description = "Langfuse's public API, for its SDKs and for scripts written for it.")
public class LangfuseProjectResource {
    private final RestCaller caller;
    private final ControlData control;

    LangfuseProjectResource(RestCaller caller, ControlData control) {
        this.caller = caller;
        this.control = control;
    }

    /** The one project of the key. */
    @Schema(name = "LangfuseProjects")
    record Projects(List<LangfuseProject> data) {
    }

    /** A project in Langfuse's shape. */
    record LangfuseProject(String id, String name, LangfuseOrganization organization, Map<String, Object> metadata) {
    }

    /** An organization in Langfuse's shape. */
    record LangfuseOrganization(String id, String name) {
    }

    @GET
    @Operation(summary = "The project of the API key", description = "The SDKs' auth_check.")
    @APIResponse(responseCode = "200", description = "One project")
    @APIResponse(responseCode = "401", description = "No or wrong credentials")
    public Projects projects() {
        return new Projects(control.project(caller.project().projectId()).stream()
                .map(project -> new LangfuseProject(project.id, project.name,
                        new LangfuseOrganization(project.organization.id, project.organization.name), Map.of()))
                .toList());
    }
}
