package dev.sightline.query.evaluator;

import com.google.protobuf.FieldMask;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.evaluator.v1.CreateTemplateRequest;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.evaluator.v1.IdRequest;
import dev.sightline.proto.evaluator.v1.Judge;
import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.Template;
import dev.sightline.proto.evaluator.v1.WriteEvaluatorRequest;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.evaluator.LangfuseEvaluators.Deleted;
import dev.sightline.query.evaluator.LangfuseEvaluators.EvaluatorJson;
import dev.sightline.query.evaluator.LangfuseEvaluators.EvaluatorPage;
import dev.sightline.query.evaluator.LangfuseEvaluators.EvaluatorWrite;
import dev.sightline.query.evaluator.LangfuseEvaluators.Page;
import dev.sightline.query.http.StrictJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Judges in Langfuse's shape; evaluator-service keeps them. Scorers are left out. */
@Path("/api/public/v2/evaluators")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "503", description = "evaluator-service is away; try again")
public class LangfuseEvaluatorResource {
    private final RestCaller caller;
    private final EvaluatorAdmin admin;

    LangfuseEvaluatorResource(RestCaller caller, EvaluatorAdmin admin) {
        this.caller = caller;
        this.admin = admin;
    }

    @GET
    @Operation(summary = "The project's judges, by name")
    @APIResponse(responseCode = "200", description = "A page of them")
    @APIResponse(responseCode = "400", description = "A parameter is wrong")
    public EvaluatorPage list(@QueryParam("limit") String limit, @QueryParam("cursor") String cursor) {
        ProjectRequest project = project(caller.project().projectId());
        Page<Evaluator> page = Page.of(admin.call(evaluators -> evaluators.listEvaluators(project)).getDataList().stream()
                .filter(Evaluator::hasJudge).toList(), limit, cursor);
        List<Template> templates = admin.call(evaluators -> evaluators.listTemplates(project)).getDataList();
        List<Rule> rules = admin.call(evaluators -> evaluators.listRules(project)).getDataList();
        return new EvaluatorPage(page.entries().stream().map(evaluator -> EvaluatorJson.of(evaluator,
                templateOf(evaluator, templates), rules)).toList(), page.next());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One judge")
    @APIResponse(responseCode = "200", description = "The judge")
    @APIResponse(responseCode = "404", description = "The project has no such judge")
    public EvaluatorJson get(@PathParam("id") String id) {
        String projectId = caller.project().projectId();
        return json(projectId, judge(projectId, id));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "A new judge", description = "With a template of its name. `type` is llm_as_judge.")
    @APIResponse(responseCode = "201", description = "The judge that was made",
            content = @Content(schema = @Schema(implementation = EvaluatorJson.class)))
    @APIResponse(responseCode = "400", description = "Something is wrong; `message` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "409", description = "The project has an evaluator of this name")
    public Response create(EvaluatorWrite body) {
        String projectId = caller.projectToManage().projectId();
        EvaluatorWrite asked = StrictJson.present(body);
        if (asked.name() == null) {
            throw ServiceException.invalid("name", "is missing");
        }
        Template template = LangfuseEvaluators.template(asked.name(), asked);
        // Before the template is written: it would stay.
        if (admin.call(evaluators -> evaluators.listEvaluators(project(projectId))).getDataList().stream()
                .anyMatch(other -> other.getName().equals(asked.name()))) {
            throw ServiceException.of(ErrorCode.CONFLICT, "name is the name of another evaluator of the project");
        }
        Evaluator evaluator = Evaluator.newBuilder().setName(asked.name())
                .setDescription(asked.description() == null ? "" : asked.description())
                .setJudge(written(projectId, template, asked)).build();
        WriteEvaluatorRequest request = WriteEvaluatorRequest.newBuilder().setProjectId(projectId)
                .setEvaluator(evaluator).build();
        return Response.status(201).entity(json(projectId, admin.call(evaluators -> evaluators.createEvaluator(request))))
                .build();
    }

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change a judge", description = "Name and description, or with `prompt` how it judges: that is "
            + "replaced as a whole and makes a new version.")
    @APIResponse(responseCode = "200", description = "The judge as it is now")
    @APIResponse(responseCode = "400", description = "Something is wrong; `message` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such judge")
    public EvaluatorJson update(@PathParam("id") String id, EvaluatorWrite body) {
        String projectId = caller.projectToManage().projectId();
        EvaluatorWrite asked = StrictJson.present(body);
        Evaluator before = judge(projectId, id);
        Evaluator.Builder changed = Evaluator.newBuilder();
        FieldMask.Builder mask = FieldMask.newBuilder();
        if (asked.name() != null) {
            changed.setName(asked.name());
            mask.addPaths("name");
        }
        if (asked.description() != null) {
            changed.setDescription(asked.description());
            mask.addPaths("description");
        }
        if (asked.prompt() != null) {
            // A shipped template gets no version of a project's.
            Template template = LangfuseEvaluators.template(before.getJudge().getTemplate().startsWith("sightline/")
                    ? before.getName() : before.getJudge().getTemplate(), asked);
            changed.setJudge(written(projectId, template, asked));
            mask.addPaths("judge");
        } else if (asked.outputDefinition() != null || asked.modelConfig() != null || asked.variableMapping() != null) {
            throw ServiceException.invalid("prompt", "is missing: how it judges is replaced as a whole");
        }
        WriteEvaluatorRequest request = WriteEvaluatorRequest.newBuilder().setProjectId(projectId).setId(id)
                .setEvaluator(changed).setUpdateMask(mask).build();
        return json(projectId, admin.call(evaluators -> evaluators.updateEvaluator(request)));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete a judge", description = "Its rules lose it; its scores and its template stay.")
    @APIResponse(responseCode = "200", description = "It is gone")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such judge")
    public Deleted delete(@PathParam("id") String id) {
        String projectId = caller.projectToManage().projectId();
        judge(projectId, id);
        admin.call(evaluators -> evaluators.deleteEvaluator(id(projectId, id)));
        return new Deleted(id);
    }

    /** Writes the template and says how to judge by it. */
    private Judge written(String projectId, Template template, EvaluatorWrite asked) {
        Judge.Builder judge = Judge.newBuilder();
        if (asked.modelConfig() != null) {
            String connection = asked.modelConfig().provider() == null ? "" : asked.modelConfig().provider();
            admin.call(evaluators -> evaluators.getConnection(id(projectId, connection)));
            judge.setConnection(connection).setModel(asked.modelConfig().model() == null ? "" : asked.modelConfig().model());
        }
        CreateTemplateRequest request = CreateTemplateRequest.newBuilder().setProjectId(projectId).setTemplate(template)
                .build();
        Template kept = admin.call(evaluators -> evaluators.createTemplate(request));
        return judge.setTemplate(kept.getName()).setTemplateVersion(kept.getVersion()).build();
    }

    private Evaluator judge(String projectId, String id) {
        Evaluator found = admin.call(evaluators -> evaluators.getEvaluator(id(projectId, id)));
        if (!found.hasJudge()) {
            throw ServiceException.of(ErrorCode.NOT_FOUND, "evaluator " + id + " is a scorer, which only /api/v1 shows");
        }
        return found;
    }

    private EvaluatorJson json(String projectId, Evaluator evaluator) {
        return EvaluatorJson.of(evaluator, templateOf(evaluator,
                admin.call(evaluators -> evaluators.listTemplates(project(projectId))).getDataList()),
                admin.call(evaluators -> evaluators.listRules(project(projectId))).getDataList());
    }

    private static Template templateOf(Evaluator evaluator, List<Template> templates) {
        Judge judge = evaluator.getJudge();
        return templates.stream().filter(template -> template.getName().equals(judge.getTemplate())
                && template.getVersion() == judge.getTemplateVersion()).findFirst().orElse(Template.getDefaultInstance());
    }

    private static ProjectRequest project(String projectId) {
        return ProjectRequest.newBuilder().setProjectId(projectId).build();
    }

    private static IdRequest id(String projectId, String id) {
        return IdRequest.newBuilder().setProjectId(projectId).setId(id).build();
    }
}
