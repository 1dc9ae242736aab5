package dev.sightline.query.score;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.PageCursor;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceConfig;
import dev.sightline.query.trace.TraceJson;
import dev.sightline.query.trace.Window;
import dev.sightline.storage.score.ScoreTable;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Judgements on traces, observations and sessions. */
@Path("/api/v1/scores")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Scores")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `field` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class ScoreListResource {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 200;

    private final RestCaller caller;
    private final ClickHouseReads reads;
    private final TraceConfig config;

    ScoreListResource(RestCaller caller, ClickHouseReads reads, TraceConfig config) {
        this.caller = caller;
        this.reads = reads;
        this.config = config;
    }

    @GET
    @Operation(summary = "List scores, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    public ScorePage list(
            @Parameter(description = "The filter language of docs/query-language.md: score.NAME, evaluator and "
                    + "score_source speak of the score, all else of the trace it is about")
            @QueryParam("query") String query,
            @Parameter(description = "Made at or after; ISO-8601. Default: 24 hours ago")
            @QueryParam("from") String from,
            @Parameter(description = "Made before; ISO-8601. Default: open") @QueryParam("to") String to,
            @Parameter(description = "1 to 200, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "next_cursor of the page before") @QueryParam("cursor") String cursor) {
        ProjectScope scope = caller.project();
        Filter filter = Filter.parse(query);
        Window window = Window.parse(from, to, config.listWindow());
        int most = Parameters.number("limit", limit, LIMIT_DEFAULT, 1, LIMIT_MAX);
        Optional<PageCursor> after = PageCursor.parse(PageCursor.Kind.SCORES, cursor);
        List<Score> found = find(scope, filter, window, most + 1, after);
        boolean more = found.size() > most;
        List<Score> page = more ? found.subList(0, most) : found;
        return new ScorePage(page.stream().map(TraceJson.Score::of).toList(), more ? new PageCursor(
                PageCursor.Kind.SCORES, page.getLast().getTimestampUnixNano(), page.getLast().getId()).encode() : null);
    }

    private List<Score> find(ProjectScope scope, Filter filter, Window window, int limit, Optional<PageCursor> cursor) {
        ProjectQuery query = new ProjectQuery(scope, ScoreTable.SCORES.selectList(), ScoreTable.SCORES.name() + " FINAL")
                .and("timestamp >= " + TIME, unixNano(window.from()));
        window.to().ifPresent(to -> query.and("timestamp < " + TIME, unixNano(to)));
        cursor.ifPresent(after -> query.and("(timestamp, id) < (" + TIME + ", ?)", after.unixNano(), after.key()));
        if (!filter.isAll()) {
            // A score may be made long after its trace.
            query.and(filter.onScores(scope, null, window.end()));
        }
        return reads.list(query.then("ORDER BY timestamp DESC, id DESC LIMIT ?", limit), row -> {
            Score.Builder score = Score.newBuilder();
            ScoreTable.SCORES.read(row, 1, score);
            return score.build();
        });
    }

    /** A page of scores, newest first. */
    @JsonNaming(SnakeCaseStrategy.class)
    record ScorePage(List<TraceJson.Score> data,
            @Schema(description = "null on the last page") @Nullable String nextCursor) {
    }
}
