package dev.sightline.query.langfuse;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.score.ScoreConfig;
import dev.sightline.query.score.ScoreConfigs;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Score configs as Langfuse's public API serves them. */
@Path("/api/public/score-configs")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A field or parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseScoreConfigResource {
    private final RestCaller caller;
    private final ScoreConfigs configs;

    LangfuseScoreConfigResource(RestCaller caller, ScoreConfigs configs) {
        this.caller = caller;
        this.configs = configs;
    }

    /** A config in Langfuse's shape. */
    @Schema(name = "LangfuseScoreConfig")
    record ScoreConfigJson(String id, String name, String createdAt, String updatedAt, String projectId,
            String dataType, boolean isArchived, Double minValue, Double maxValue,
            List<ScoreConfigs.Category> categories, String description) {
    }

    /** A page by number. */
    @Schema(name = "LangfuseScoreConfigPage")
    record ScoreConfigPage(List<ScoreConfigJson> data, LangfuseJson.Meta meta) {
    }

    @GET
    @Operation(summary = "List score configs by page, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public ScoreConfigPage list(@Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit) {
        LangfusePage wanted = LangfusePage.of(page, limit);
        List<ScoreConfig> all = configs.list(caller.project());
        return new ScoreConfigPage(wanted.cut(all).stream().map(this::json).toList(), wanted.meta(all.size()));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Create a score config")
    @APIResponse(responseCode = "200", description = "The config")
    public ScoreConfigJson create(ScoreConfigs.Change asked) {
        return json(configs.create(caller.projectToAnnotate(), StrictJson.present(asked)));
    }

    @GET
    @Path("{configId}")
    @Operation(summary = "A score config")
    @APIResponse(responseCode = "200", description = "The config")
    @APIResponse(responseCode = "404", description = "The project has no such config")
    public ScoreConfigJson get(@PathParam("configId") String id) {
        ProjectScope scope = caller.project();
        return configs.get(scope, id).map(this::json).orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                "Score config " + id + " not found within authorized project"));
    }

    @PATCH
    @Path("{configId}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change a score config; what the body leaves out stays")
    @APIResponse(responseCode = "200", description = "The config as it is now")
    @APIResponse(responseCode = "404", description = "The project has no such config")
    public ScoreConfigJson update(@PathParam("configId") String id, ScoreConfigs.Change asked) {
        return json(configs.update(caller.projectToAnnotate(), id, StrictJson.present(asked)));
    }

    private ScoreConfigJson json(ScoreConfig config) {
        return new ScoreConfigJson(config.id, config.name, LangfuseJson.time(config.createdAt),
                LangfuseJson.time(config.updatedAt), config.projectId, config.dataType, config.isArchived,
                config.minValue, config.maxValue, config.categories == null ? null : configs.categories(config),
                config.description);
    }
}
