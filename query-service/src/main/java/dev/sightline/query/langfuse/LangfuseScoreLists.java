package dev.sightline.query.langfuse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.query.v1.TraceSummary;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.auth.ProjectScope;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What v1 and v2 of Langfuse's scores have in common: they differ in whether sessions' scores are among them. */
@Singleton
public class LangfuseScoreLists {
    private final LangfuseScoreQueries queries;

    LangfuseScoreLists(LangfuseScoreQueries queries) {
        this.queries = queries;
    }

    /** A page by number. */
    @Schema(name = "LangfuseScorePage")
    record ScorePage(List<ListedScore> data, LangfuseJson.Meta meta) {
    }

    /** A score and what its trace says; without {@code trace} where that was not asked for. */
    @Schema(name = "LangfuseListedScore")
    record ListedScore(@JsonUnwrapped LangfuseJson.Score score,
            @JsonInclude(JsonInclude.Include.NON_NULL) ScoredTrace trace) {
    }

    /** Of the trace that a score is about. */
    @Schema(name = "LangfuseScoredTrace")
    record ScoredTrace(String userId, List<String> tags, String environment, String sessionId) {
        static ScoredTrace of(TraceSummary.Builder trace) {
            return trace == null ? null : new ScoredTrace(LangfuseJson.text(trace.getUserId()), trace.getTagsList(),
                    LangfuseJson.environmentOf(trace.getEnvironment()), LangfuseJson.text(trace.getSessionId()));
        }
    }

    ScorePage page(ProjectScope scope, LangfuseScoreParameters asked, boolean ofTracesOnly) {
        LangfusePage page = asked.page();
        boolean withTrace = asked.withTrace();
        LangfuseScoreQueries.Page found = queries.page(scope, asked.filter(), page, ofTracesOnly);
        Map<ByteString, TraceSummary.Builder> traces = withTrace ? queries.traces(scope, found.scores()) : Map.of();
        return new ScorePage(found.scores().stream().map(score -> new ListedScore(
                LangfuseJson.Score.of(score, scope.projectId()), ScoredTrace.of(traces.get(score.getTraceId()))))
                .toList(), page.meta(found.totalItems()));
    }

    /** Throws NOT_FOUND. */
    LangfuseJson.Score get(ProjectScope scope, String id) {
        Score score = queries.get(scope, id).orElseThrow(() -> ServiceException.of(ErrorCode.NOT_FOUND,
                "Score " + id + " not found within authorized project"));
        return LangfuseJson.Score.of(score, scope.projectId());
    }
}
