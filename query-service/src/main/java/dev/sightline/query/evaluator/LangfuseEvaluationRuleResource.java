package dev.sightline.query.evaluator;

import com.google.protobuf.FieldMask;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.evaluator.v1.IdRequest;
import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.proto.evaluator.v1.Rule;
import dev.sightline.proto.evaluator.v1.WriteRuleRequest;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.evaluator.LangfuseEvaluators.Deleted;
import dev.sightline.query.evaluator.LangfuseEvaluators.Page;
import dev.sightline.query.evaluator.LangfuseRules.RuleJson;
import dev.sightline.query.evaluator.LangfuseRules.RulePage;
import dev.sightline.query.evaluator.LangfuseRules.RuleWrite;
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

/** Which observations are judged, in Langfuse's shape; evaluator-service keeps the rules. */
@Path("/api/public/v2/evaluation-rules")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
@APIResponse(responseCode = "503", description = "evaluator-service is away; try again")
public class LangfuseEvaluationRuleResource {
    private final RestCaller caller;
    private final EvaluatorAdmin admin;

    LangfuseEvaluationRuleResource(RestCaller caller, EvaluatorAdmin admin) {
        this.caller = caller;
        this.admin = admin;
    }

    @GET
    @Operation(summary = "The project's rules, by name")
    @APIResponse(responseCode = "200", description = "A page of them")
    @APIResponse(responseCode = "400", description = "A parameter is wrong")
    public RulePage list(@QueryParam("limit") String limit, @QueryParam("cursor") String cursor) {
        ProjectRequest project = ProjectRequest.newBuilder().setProjectId(caller.project().projectId()).build();
        Page<Rule> page = Page.of(admin.call(evaluators -> evaluators.listRules(project)).getDataList(), limit, cursor);
        return new RulePage(page.entries().stream().map(RuleJson::of).toList(), page.next());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One rule")
    @APIResponse(responseCode = "200", description = "The rule")
    @APIResponse(responseCode = "404", description = "The project has no such rule")
    public RuleJson get(@PathParam("id") String id) {
        return RuleJson.of(rule(caller.project().projectId(), id));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "A new rule")
    @APIResponse(responseCode = "201", description = "The rule that was made",
            content = @Content(schema = @Schema(implementation = RuleJson.class)))
    @APIResponse(responseCode = "400", description = "Something is wrong; `message` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    public Response create(RuleWrite body) {
        String projectId = caller.projectToManage().projectId();
        RuleWrite asked = StrictJson.present(body);
        if (asked.name() == null || asked.enabled() == null || asked.evaluatorAssignments() == null) {
            throw ServiceException.invalid(asked.name() == null ? "name" : asked.enabled() == null ? "enabled"
                    : "evaluatorAssignments", "is missing");
        }
        Rule.Builder rule = LangfuseRules.choice(asked.filter() == null ? List.of() : asked.filter()).toBuilder()
                .setName(asked.name()).setEnabled(asked.enabled())
                .addAllEvaluatorIds(LangfuseRules.evaluatorIds(asked.evaluatorAssignments()));
        if (asked.sampling() != null) {
            rule.setSampling(asked.sampling());
        }
        requireEvaluators(rule.getEnabled(), rule.getEvaluatorIdsCount());
        WriteRuleRequest request = WriteRuleRequest.newBuilder().setProjectId(projectId).setRule(rule).build();
        return Response.status(201).entity(RuleJson.of(admin.call(evaluators -> evaluators.createRule(request)))).build();
    }

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change a rule", description = "What the body names is replaced, lists as a whole. A rule that "
            + "loses its last evaluator is turned off.")
    @APIResponse(responseCode = "200", description = "The rule as it is now")
    @APIResponse(responseCode = "400", description = "Something is wrong; `message` names it")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such rule")
    public RuleJson update(@PathParam("id") String id, RuleWrite body) {
        String projectId = caller.projectToManage().projectId();
        RuleWrite asked = StrictJson.present(body);
        Rule before = rule(projectId, id);
        Rule.Builder changed = Rule.newBuilder();
        FieldMask.Builder mask = FieldMask.newBuilder();
        if (asked.filter() != null) {
            changed.mergeFrom(LangfuseRules.choice(asked.filter()));
            mask.addPaths("target").addPaths("query").addPaths("observation_types").addPaths("observation_names");
        }
        if (asked.name() != null) {
            changed.setName(asked.name());
            mask.addPaths("name");
        }
        if (asked.sampling() != null) {
            changed.setSampling(asked.sampling());
            mask.addPaths("sampling");
        }
        int evaluators = before.getEvaluatorIdsCount();
        if (asked.evaluatorAssignments() != null) {
            evaluators = asked.evaluatorAssignments().size();
            changed.addAllEvaluatorIds(LangfuseRules.evaluatorIds(asked.evaluatorAssignments()));
            mask.addPaths("evaluator_ids");
        }
        if (asked.enabled() != null || evaluators == 0) {
            boolean enabled = asked.enabled() != null && asked.enabled();
            requireEvaluators(enabled, evaluators);
            changed.setEnabled(enabled);
            mask.addPaths("enabled");
        }
        WriteRuleRequest request = WriteRuleRequest.newBuilder().setProjectId(projectId).setId(id).setRule(changed)
                .setUpdateMask(mask).build();
        return RuleJson.of(admin.call(service -> service.updateRule(request)));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete a rule", description = "What waits of it goes too; its scores stay.")
    @APIResponse(responseCode = "200", description = "It is gone")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such rule")
    public Deleted delete(@PathParam("id") String id) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.projectToManage().projectId()).setId(id).build();
        admin.call(evaluators -> evaluators.deleteRule(request));
        return new Deleted(id);
    }

    private Rule rule(String projectId, String id) {
        IdRequest request = IdRequest.newBuilder().setProjectId(projectId).setId(id).build();
        return admin.call(evaluators -> evaluators.getRule(request));
    }

    private static void requireEvaluators(boolean enabled, int evaluators) {
        if (enabled && evaluators == 0) {
            throw ServiceException.invalid("evaluatorAssignments", "must name an evaluator where the rule is enabled");
        }
    }
}
