package dev.sightline.query.session;

import static dev.sightline.query.session.TracedSessions.LIMIT_DEFAULT;
import static dev.sightline.query.session.TracedSessions.LIMIT_MAX;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.session.TracedSessions.By;
import dev.sightline.query.session.TracedSessions.Group;
import dev.sightline.query.trace.PageCursor;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceConfig;
import dev.sightline.query.trace.TraceCursor;
import dev.sightline.query.trace.TraceFilter;
import dev.sightline.query.trace.TraceJson;
import dev.sightline.query.trace.TraceQueries;
import dev.sightline.query.trace.Window;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Sessions of the application's users. */
@Path("/api/v1/sessions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Sessions and users", description = "What traces are grouped by.")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `field` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class TracedSessionResource {
    private final RestCaller caller;
    private final TracedSessions sessions;
    private final TraceQueries traces;
    private final TraceConfig config;

    TracedSessionResource(RestCaller caller, TracedSessions sessions, TraceQueries traces, TraceConfig config) {
        this.caller = caller;
        this.sessions = sessions;
        this.traces = traces;
        this.config = config;
    }

    @GET
    @Operation(summary = "List sessions, the last active first")
    @APIResponse(responseCode = "200", description = "A page; each session is summed up over all its traces")
    public TracedSessionPage list(
            @Parameter(description = "The filter language of docs/query-language.md: sessions with a trace that fits")
            @QueryParam("query") String query,
            @Parameter(description = "Active at or after; ISO-8601. Default: 24 hours ago")
            @QueryParam("from") String from,
            @Parameter(description = "Active before; ISO-8601. Default: open") @QueryParam("to") String to,
            @Parameter(description = "1 to 200, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "next_cursor of the page before") @QueryParam("cursor") String cursor) {
        ProjectScope scope = caller.project();
        TracedSessions.Page page = sessions.list(scope, By.SESSION, Filter.parse(query),
                Window.parse(from, to, config.listWindow()),
                Parameters.number("limit", limit, LIMIT_DEFAULT, 1, LIMIT_MAX),
                PageCursor.parse(PageCursor.Kind.SESSIONS, cursor));
        return new TracedSessionPage(page.groups().stream().map(TracedSession::of).toList(),
                page.next().map(PageCursor::encode).orElse(null));
    }

    @GET
    @Path("{sessionId}")
    @Operation(summary = "A session with its traces, newest first")
    @APIResponse(responseCode = "200", description = "The session and a page of its traces")
    @APIResponse(responseCode = "404", description = "The project has no such session")
    public TracedSessionDetail get(@PathParam("sessionId") String sessionId,
            @Parameter(description = "Traces on a page, 1 to 200, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "next_cursor of the page before") @QueryParam("cursor") String cursor) {
        ProjectScope scope = caller.project();
        Group session = sessions.session(scope, sessionId).orElseThrow(() ->
                ServiceException.of(ErrorCode.NOT_FOUND, "this project has no session of this id"));
        Window lasting = new Window(TraceQueries.instant(session.firstStartUnixNano()),
                Optional.of(TraceQueries.instant(session.lastStartUnixNano() + 1)));
        TraceQueries.Page page = traces.list(scope, TraceFilter.of(Filter.ofSession(sessionId), lasting,
                Parameters.number("limit", limit, TraceFilter.LIMIT_DEFAULT, 1, TraceFilter.LIMIT_MAX),
                Parameters.text(cursor).map(TraceCursor::decode)));
        return new TracedSessionDetail(TracedSession.of(session),
                sessions.scores(scope, sessionId).stream().map(TraceJson.Score::of).toList(),
                page.traces().stream().map(TraceJson.TraceSummary::of).toList(),
                page.next().map(TraceCursor::encode).orElse(null));
    }

    /** A page of sessions. */
    @JsonNaming(SnakeCaseStrategy.class)
    record TracedSessionPage(List<TracedSession> data,
            @Schema(description = "null on the last page") @Nullable String nextCursor) {
    }

    /** A session; sums are those of its traces. */
    @JsonNaming(SnakeCaseStrategy.class)
    record TracedSession(String sessionId, Instant startTime, @Nullable Instant endTime, Instant lastActive,
            double durationMs, long traceCount, long observationCount, long errorCount, long inputTokens,
            long outputTokens, long totalTokens, BigDecimal totalCost,
            @Schema(description = "up to 20") List<String> users, List<String> environments) {
        static TracedSession of(Group group) {
            return new TracedSession(group.id(), TraceJson.time(group.firstStartUnixNano()),
                    TraceJson.time(group.lastEndUnixNano()), TraceJson.time(group.lastStartUnixNano()),
                    TraceJson.millis(group.firstStartUnixNano(), group.lastEndUnixNano()), group.traceCount(),
                    group.observationCount(), group.errorCount(), group.inputTokens(), group.outputTokens(),
                    group.totalTokens(), TracedUserResource.usd(group.totalCost()), group.others(),
                    group.environments());
        }
    }

    /** A session with a page of its traces; `scores` are those on the session itself. */
    @JsonNaming(SnakeCaseStrategy.class)
    record TracedSessionDetail(TracedSession session, List<TraceJson.Score> scores, List<TraceJson.TraceSummary> data,
            @Schema(description = "null on the last page") @Nullable String nextCursor) {
    }
}
