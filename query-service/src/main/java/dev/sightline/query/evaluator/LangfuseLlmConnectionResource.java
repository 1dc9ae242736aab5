package dev.sightline.query.evaluator;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.evaluator.v1.IdRequest;
import dev.sightline.proto.evaluator.v1.LlmConnection;
import dev.sightline.proto.evaluator.v1.ProjectRequest;
import dev.sightline.proto.evaluator.v1.PutConnectionRequest;
import dev.sightline.query.auth.RestCaller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * LLM connections in Langfuse's shape: {@code provider} is the name that people gave it, {@code adapter} whose protocol it
 * speaks. The key is never answered. An id is the connection's name.
 */
@Path("/api/public/llm-connections")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseLlmConnectionResource {
    private static final Map<String, String> PROVIDERS = Map.of("openai", "openai", "azure", "azure", "anthropic",
            "anthropic", "google-ai-studio", "gemini", "bedrock", "bedrock");
    private static final int LIMIT_MAX = 100;

    private final RestCaller caller;
    private final EvaluatorAdmin admin;

    LangfuseLlmConnectionResource(RestCaller caller, EvaluatorAdmin admin) {
        this.caller = caller;
        this.admin = admin;
    }

    /** A connection as Langfuse shows it. */
    public record LangfuseLlmConnection(String id, String provider, String adapter, String displaySecretKey,
            @JsonProperty("baseURL") String baseUrl, List<String> customModels, boolean withDefaultModels,
            List<String> extraHeaderKeys, Map<String, String> config, Instant createdAt, Instant updatedAt) {
        static LangfuseLlmConnection of(LlmConnection connection) {
            String adapter = switch (connection.getProvider()) {
                case "gemini" -> "google-ai-studio";
                case "openai-compatible", "ollama" -> "openai";
                default -> connection.getProvider();
            };
            Instant updated = Instant.ofEpochSecond(connection.getUpdatedAt().getSeconds(),
                    connection.getUpdatedAt().getNanos());
            return new LangfuseLlmConnection(connection.getName(), connection.getName(), adapter,
                    connection.getDisplayKey(), connection.getBaseUrl().isEmpty() ? null : connection.getBaseUrl(),
                    connection.getModelsList(), false, List.of(), null, updated, updated);
        }
    }

    /** A page of them. */
    public record LangfuseLlmConnections(List<LangfuseLlmConnection> data, LangfusePage meta) {
    }

    /** Where a page stands. */
    public record LangfusePage(int page, int limit, int totalItems, int totalPages) {
    }

    /** What a client writes. */
    public record LangfuseLlmConnectionWrite(String provider, String adapter, String secretKey,
            @JsonProperty("baseURL") String baseUrl, List<String> customModels, Boolean withDefaultModels,
            Map<String, String> extraHeaders, Map<String, Object> config) {
        /** The key is a secret: never in a log by way of toString. */
        @Override
        public String toString() {
            return "LangfuseLlmConnectionWrite[" + provider + "]";
        }
    }

    @GET
    @Operation(summary = "The project's LLM connections")
    @APIResponse(responseCode = "200", description = "A page of them, without their keys")
    @APIResponse(responseCode = "400", description = "A parameter is wrong")
    public LangfuseLlmConnections list(@QueryParam("page") @DefaultValue("1") int page,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        if (page < 1 || limit < 1 || limit > LIMIT_MAX) {
            throw ServiceException.invalid(page < 1 ? "page" : "limit", "must be 1 or more, limit at most " + LIMIT_MAX);
        }
        ProjectRequest request = ProjectRequest.newBuilder().setProjectId(caller.project().projectId()).build();
        List<LlmConnection> all = admin.call(evaluators -> evaluators.listConnections(request)).getDataList();
        int from = (int) Math.min((long) (page - 1) * limit, all.size());
        return new LangfuseLlmConnections(all.subList(from, Math.min(from + limit, all.size())).stream()
                .map(LangfuseLlmConnection::of).toList(),
                new LangfusePage(page, limit, all.size(), (all.size() + limit - 1) / limit));
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make or replace an LLM connection", description = "By its `provider`, which is its name.")
    @APIResponse(responseCode = "200", description = "The connection without its key")
    @APIResponse(responseCode = "400", description = "Something is wrong")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    public LangfuseLlmConnection put(LangfuseLlmConnectionWrite body) {
        if (body == null || body.provider() == null || body.secretKey() == null) {
            throw ServiceException.invalid(body == null ? "body" : body.provider() == null ? "provider" : "secretKey",
                    "is missing");
        }
        String provider = PROVIDERS.get(String.valueOf(body.adapter()));
        if (provider == null) {
            throw ServiceException.invalid("adapter", "must be openai, azure, anthropic, google-ai-studio or bedrock");
        }
        if (body.extraHeaders() != null && !body.extraHeaders().isEmpty()) {
            throw ServiceException.invalid("extraHeaders", "are not supported");
        }
        boolean ownServer = provider.equals("openai") && body.baseUrl() != null && !body.baseUrl().isBlank();
        LlmConnection connection = LlmConnection.newBuilder().setName(body.provider())
                .setProvider(ownServer ? "openai-compatible" : provider)
                .setBaseUrl(body.baseUrl() == null ? "" : body.baseUrl()).setApiKey(body.secretKey())
                .addAllModels(body.customModels() == null ? List.of() : body.customModels()).build();
        PutConnectionRequest request = PutConnectionRequest.newBuilder()
                .setProjectId(caller.projectToManage().projectId()).setConnection(connection).build();
        return LangfuseLlmConnection.of(admin.call(evaluators -> evaluators.putConnection(request)));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete an LLM connection")
    @APIResponse(responseCode = "200", description = "It is gone")
    @APIResponse(responseCode = "403", description = "Only owners and admins may do this")
    @APIResponse(responseCode = "404", description = "The project has no such connection")
    public Map<String, String> delete(@PathParam("id") String id) {
        IdRequest request = IdRequest.newBuilder().setProjectId(caller.projectToManage().projectId()).setId(id).build();
        admin.call(evaluators -> evaluators.deleteConnection(request));
        return Map.of("message", "LLM connection successfully deleted");
    }
}
