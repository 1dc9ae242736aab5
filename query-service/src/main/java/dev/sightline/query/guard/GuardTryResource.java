package dev.sightline.query.guard;

import dev.sightline.base.guard.CheckBody;
import dev.sightline.base.json.ProtoJson;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the guard would answer. */
@Path("/api/v1/guard/try")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Guard")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "503", description = "evaluator-service is away")
public class GuardTryResource {
    private final RestCaller caller;
    private final GuardPolicies guard;

    GuardTryResource(RestCaller caller, GuardPolicies guard) {
        this.caller = caller;
        this.guard = guard;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Try what the guard would answer",
            description = "The body and the answer of POST /api/v1/guard/check; nothing is recorded.")
    @RequestBody(content = @Content(schema = @Schema(ref = "GuardCheck")))
    @APIResponse(responseCode = "200", description = "What the guard would answer",
            content = @Content(schema = @Schema(ref = "GuardAnswer")))
    @APIResponse(responseCode = "400", description = "`field` names what is wrong")
    @APIResponse(responseCode = "404", description = "The project has no such policy")
    @APIResponse(responseCode = "413", description = "The text is too long")
    public String tryOut(String body) {
        return ProtoJson.print(guard.tryOut(caller.project(), CheckBody.read(body)));
    }
}
