package dev.sightline.query.session;

import static dev.sightline.query.session.TracedSessions.LIMIT_DEFAULT;
import static dev.sightline.query.session.TracedSessions.LIMIT_MAX;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.session.TracedSessions.By;
import dev.sightline.query.session.TracedSessions.Group;
import dev.sightline.query.trace.PageCursor;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceConfig;
import dev.sightline.query.trace.TraceJson;
import dev.sightline.query.trace.Window;
import dev.sightline.storage.table.Column;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The application's end users, as traces name them. */
@Path("/api/v1/users")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Sessions and users")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `field` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class TracedUserResource {
    private final RestCaller caller;
    private final TracedSessions sessions;
    private final TraceConfig config;

    TracedUserResource(RestCaller caller, TracedSessions sessions, TraceConfig config) {
        this.caller = caller;
        this.sessions = sessions;
        this.config = config;
    }

    @GET
    @Operation(summary = "List users, the last active first")
    @APIResponse(responseCode = "200", description = "A page; sums are those of the asked time")
    public TracedUserPage list(
            @Parameter(description = "The filter language of docs/query-language.md: only traces that fit count")
            @QueryParam("query") String query,
            @Parameter(description = "Active at or after; ISO-8601. Default: 24 hours ago")
            @QueryParam("from") String from,
            @Parameter(description = "Active before; ISO-8601. Default: open") @QueryParam("to") String to,
            @Parameter(description = "1 to 200, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "next_cursor of the page before") @QueryParam("cursor") String cursor) {
        ProjectScope scope = caller.project();
        TracedSessions.Page page = sessions.list(scope, By.USER, Filter.parse(query),
                Window.parse(from, to, config.listWindow()),
                Parameters.number("limit", limit, LIMIT_DEFAULT, 1, LIMIT_MAX),
                PageCursor.parse(PageCursor.Kind.USERS, cursor));
        return new TracedUserPage(page.groups().stream().map(TracedUser::of).toList(),
                page.next().map(PageCursor::encode).orElse(null));
    }

    static BigDecimal usd(BigDecimal usd) {
        return TraceJson.usd(Column.toPico(usd));
    }

    /** A page of users. */
    @JsonNaming(SnakeCaseStrategy.class)
    record TracedUserPage(List<TracedUser> data,
            @Schema(description = "null on the last page") @Nullable String nextCursor) {
    }

    /** A user, and what their traces of the asked time add up to. */
    @JsonNaming(SnakeCaseStrategy.class)
    record TracedUser(String userId, Instant firstActive, Instant lastActive, long traceCount, long observationCount,
            long errorCount, long inputTokens, long outputTokens, long totalTokens, BigDecimal totalCost,
            @Schema(description = "up to 20") List<String> sessions, List<String> environments) {
        static TracedUser of(Group group) {
            return new TracedUser(group.id(), TraceJson.time(group.firstStartUnixNano()),
                    TraceJson.time(group.lastStartUnixNano()), group.traceCount(), group.observationCount(),
                    group.errorCount(), group.inputTokens(), group.outputTokens(), group.totalTokens(),
                    usd(group.totalCost()), group.others(), group.environments());
        }
    }
}
