package dev.sightline.query.langfuse;

import static dev.sightline.query.trace.TraceQueries.nanos;

import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.langfuse.LangfuseTraceFilter.FieldGroup;
import dev.sightline.query.langfuse.LangfuseTraceFilter.Order;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.TraceSql;
import dev.sightline.storage.observation.ObservationTable;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Sessions as Langfuse's public API serves them: a session begins with its first observation. */
@Path("/api/public/sessions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Langfuse")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `message` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class LangfuseSessionResource {
    /** The list of a session's traces has no pages. */
    private static final int TRACES_MAX = 1_000;
    private static final Map<String, LangfuseColumn> COLUMNS = Map.of(
            "createdAt", new LangfuseColumn.Time(TraceSql.START),
            "environment", new LangfuseColumn.Text(TraceSql.ENVIRONMENT));

    private final RestCaller caller;
    private final ClickHouseReads reads;
    private final LangfuseTraceQueries traces;

    LangfuseSessionResource(RestCaller caller, ClickHouseReads reads, LangfuseTraceQueries traces) {
        this.caller = caller;
        this.reads = reads;
        this.traces = traces;
    }

    /** A session in a list. */
    @Schema(name = "LangfuseSession")
    record Session(String id, String createdAt, String projectId, String environment) {
    }

    /** A page by number. */
    @Schema(name = "LangfuseSessionPage")
    record SessionPage(List<Session> data, LangfuseJson.Meta meta) {
    }

    /** A session with its traces, oldest first. */
    @Schema(name = "LangfuseFullSession")
    record FullSession(String id, String createdAt, String projectId, String environment,
            List<LangfuseJson.ListedTrace> traces) {
    }

    private record Counted(Session session, long totalItems) {
    }

    @GET
    @Operation(summary = "List sessions by page, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public SessionPage list(
            @Parameter(description = "From 1") @QueryParam("page") String page,
            @Parameter(description = "1 to 100, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "Began at or after; ISO-8601") @QueryParam("fromTimestamp") String from,
            @Parameter(description = "Began before; ISO-8601") @QueryParam("toTimestamp") String to,
            @Parameter(description = "One of these") @QueryParam("environment") List<String> environments) {
        ProjectScope scope = caller.project();
        LangfusePage wanted = LangfusePage.of(page, limit);
        LangfuseFilter filter = LangfuseFilter.of(COLUMNS, null, new LangfuseFilter.Simple()
                .time("fromTimestamp", "createdAt", ">=", from).time("toTimestamp", "createdAt", "<", to)
                .anyOf("environment", "environment", environments));
        List<Counted> counted = reads.list(wanted.cut(matching(scope, filter).then("ORDER BY min(start_time) DESC, "
                + "session_id DESC")), row -> new Counted(new Session(row.getString(1),
                        LangfuseJson.time(row.getLong(2)), scope.projectId(),
                        LangfuseJson.environmentOf(row.getString(3))), row.getLong(4)));
        long total = !counted.isEmpty() ? counted.getFirst().totalItems : wanted.page() == 1 ? 0
                : reads.list(matching(scope, filter).within("count()"), row -> row.getLong(1)).getFirst();
        return new SessionPage(counted.stream().map(Counted::session).toList(), wanted.meta(total));
    }

    @GET
    @Path("{sessionId}")
    @Operation(summary = "A session with its traces",
            description = "Up to 1000 traces, oldest first. Where they are too much for one answer, they come without "
                    + "input, output and metadata.")
    @APIResponse(responseCode = "200", description = "The session")
    @APIResponse(responseCode = "404", description = "The project has no such session")
    public FullSession get(@PathParam("sessionId") String id) {
        ProjectScope scope = caller.project();
        LangfuseTraceQueries.Page page = traces(scope, id);
        if (page.entries().isEmpty()) {
            throw ServiceException.of(ErrorCode.NOT_FOUND,
                    "Session " + id + " not found within authorized project");
        }
        Set<FieldGroup> fields = Set.of(FieldGroup.CORE, FieldGroup.IO);
        LangfuseTraceQueries.Entry first = page.entries().getFirst();
        return new FullSession(id, LangfuseJson.time(first.startUnixNano()), scope.projectId(),
                LangfuseJson.environmentOf(first.summary().getEnvironment()), page.entries().stream()
                .map(entry -> LangfuseJson.ListedTrace.of(entry, fields, scope.projectId())).toList());
    }

    private LangfuseTraceQueries.Page traces(ProjectScope scope, String id) {
        try {
            return traces.list(scope, ofSession(id, Set.of(FieldGroup.CORE, FieldGroup.IO)));
        } catch (ServiceException e) {
            if (e.code() != ErrorCode.INVALID_ARGUMENT) {
                throw e;
            }
            return traces.list(scope, ofSession(id, Set.of(FieldGroup.CORE)));
        }
    }

    private static LangfuseTraceFilter ofSession(String id, Set<FieldGroup> fields) {
        return new LangfuseTraceFilter(new LangfusePage(1, TRACES_MAX),
                LangfuseFilter.of(LangfuseColumns.TRACES, null,
                        new LangfuseFilter.Simple().equal("sessionId", "sessionId", id)),
                Order.parse(Optional.of("timestamp.asc")), fields);
    }

    private static ProjectQuery matching(ProjectScope scope, LangfuseFilter filter) {
        return filter.addTo(new ProjectQuery(scope, String.join(", ", "session_id", nanos("min(start_time)"),
                TraceSql.ENVIRONMENT, "count() OVER ()"), ObservationTable.CURRENT).and("session_id != ''")
                .then("GROUP BY session_id HAVING count() > 0"), scope);
    }
}
